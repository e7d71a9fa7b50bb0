//! Policies: read from files, and the one that rules now.

mod current;
mod files;

pub use current::Current;
pub use files::{Faulty, load};
