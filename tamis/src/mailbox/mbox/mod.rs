//! Mbox files: many messages in one file, each behind a line that starts with `From ` (RFC 4155, appendix A).
//!
//! There are several kinds, which differ in how they keep a line of a message that starts with `From ` apart from the
//! line in front of the next message. An mbox is taken apart by its `From ` lines alone: a `Content-Length` field is never
//! trusted, because a wrong one would hide what follows.

mod from_line;
mod quote;
mod split;
mod variant;
mod write;

pub use from_line::is_from_line;
pub use quote::{Requote, quote, unquote};
pub use split::{Entry, Split};
pub use variant::Variant;
pub use write::MboxWriter;

#[cfg(test)]
mod tests;
