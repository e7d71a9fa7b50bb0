//! Policies: read from files, the one that rules now, and how often its rules fire.

mod current;
mod files;
mod means;
mod tally;
mod watch;

pub use current::Current;
pub use files::{Faulty, load};
pub use means::Means;
pub use tally::{Count, Tally};
pub use watch::Fingerprint;
