//! Generators for what must not lie in a repository, or would be too large for one. All are deterministic.
//!
//! | module | what it makes |
//! |---|---|
//! | [`payload`] | inert stubs that look like programs, archives and pictures; EICAR, put together at run time |
//! | [`zip`] | ZIP archives, stored, encrypted by flag, or bombs |
//! | [`encode`] | transfer encodings, encoded words and RFC 2231, as a second opinion on the engine |
//! | [`hard`] | messages that cost a careless reader much: depth, parts, fields, boundaries |
//! | [`stream`] | messages of any size as chunks, never whole in memory |
//! | [`mod@ambiguous`] | labelled messages that parsers read differently, and combinations of such tricks |
//! | [`message`] | random messages, together with what is in them |
//! | [`mutate`] | random damage |
//! | [`mailbag`] | mail like real mail, for benches |

pub mod ambiguous;
pub mod encode;
pub mod hard;
pub mod mailbag;
pub mod message;
pub mod mutate;
pub mod payload;
pub mod stream;
pub mod zip;

pub use message::{Leaf, Made};
pub use payload::{eicar, executable};
