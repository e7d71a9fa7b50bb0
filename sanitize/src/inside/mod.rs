//! What lies in a container: archives, compressed streams, attached messages, TNEF, to any depth within one budget.

#[allow(dead_code, reason = "the walkers that make members follow")]
mod member;

pub use member::{Member, Unread};
