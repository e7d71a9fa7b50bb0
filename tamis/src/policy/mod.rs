//! Policies: read from files, the one that rules now, and two of them side by side.

mod comparison;
mod current;
mod files;

pub use comparison::{Change, Comparison};
pub use current::Current;
pub use files::{Faulty, load};
