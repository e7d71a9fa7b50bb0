//! Where mail lies in batch work: message files, directories of them, mbox files and Maildirs, read and written.
//!
//! | file | what it is about |
//! |---|---|
//! | `form` | which of these a path is |
//! | `walk` | the files of a directory or Maildir, in order |
//! | `content` | one message as a stream of octets |
//! | `source` | every message of an input, in order |
//! | `atomic` | a file that is there whole or not at all |
//! | `sink`, `files` | where the results go |
//! | `fit` | whether they can go there |
//! | `mbox` | mbox files taken apart and put together |
//!
//! A message is never in memory as a whole, and nothing is written in place.

mod atomic;
mod content;
mod error;
mod files;
mod fit;
mod form;
pub mod mbox;
mod sink;
mod source;
mod walk;

pub use atomic::AtomicFile;
pub use content::{Content, ContentReader};
pub use error::Error;
pub use files::FileSink;
pub use fit::check_quarantine;
pub use form::Form;
pub use sink::{Sink, Written};
pub use source::{Mbox, Message, Origin, Source, Unreadable};
