//! Messages with the result expected of each, their loaders, and a generator for what must not lie in a repository.
//!
//! | module | what it has |
//! |---|---|
//! | [`mod@case`] | the cases of `corpus/cases`: message, envelope, policy, expectation |
//! | [`placeholder`] | `%%pe base64%%`: payloads that stand in no file |
//! | [`mod@outline`] | a message map as text for people |
//! | [`run`] | a case through the reader and the writer |
//! | [`laws`], [`canonical`] | the laws of the engine, and of the canonical form |
//! | [`golden`] | comparing with expected files, and rewriting them on demand |
//! | [`chunks`] | the ways of cutting a message that every law test uses |
//! | [`mailbox`] | messages out of files, mbox files and Maildirs |
//! | [`make`] | generators |
//! | [`random`] | the random numbers behind them |

pub mod canonical;
pub mod case;
pub mod chunks;
pub mod golden;
pub mod laws;
pub mod mailbox;
pub mod make;
pub mod outline;
pub mod placeholder;
pub mod random;
pub mod run;

mod agreement;
mod diff;
mod error;
mod others;

pub use case::{Case, Envelope, Expect, case, cases};
pub use chunks::{Chunking, chunkings};
pub use error::Error;
pub use outline::outline;
pub use random::Random;
