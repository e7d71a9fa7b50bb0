//! Reads a message as a stream, says what is in it, and rewrites it by plan.
//!
//! The engine of Tamis. It is sans-IO and deterministic: bytes and limits come in as arguments, events, facts and
//! byte ranges come out. It knows no clock, file, socket, environment, async or logging.
//!
//! | module | question it answers |
//! |---|---|
//! | [`read`] | where does each part begin and end? (bytes to events) |
//! | [`charset`] | which text has to become UTF-8? |
//! | [`decode`] | what bytes does a transfer encoding stand for? |
//! | [`value`] | what does a structured field value say? (RFC 2045, 2047, 2231) |
//! | [`look`] | what is a part really? (content and every form of its name) |
//! | [`study`] | what is a leaf whose content has several readings? |
//! | [`inside`] | what lies in a container? |
//! | [`finding`] | what was found in content? |
//! | [`map`] | what was in the message? |
//! | [`defect`] | what was wrong with it? |
//! | [`plan`] | what should change? |
//! | [`banner`] | what does text become that gets a banner? |
//! | [`canon`] | how is an ambiguous message written so that all parsers agree? |
//! | [`protection`] | is it signed or encrypted? |
//! | [`repair`] | which edits mend its header section? |
//! | [`write`](mod@write) | which bytes result? |

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::expect_used, clippy::panic)
)]

mod adopt;
pub mod banner;
pub mod canon;
pub mod charset;
pub mod decode;
pub mod defect;
pub mod finding;
pub mod inside;
pub mod kind;
pub mod limits;
pub mod look;
pub mod map;
mod octets;
mod place;
pub mod plan;
pub mod protection;
pub mod read;
pub mod repair;
pub mod study;
pub mod value;
pub mod write;

pub use canon::{Canon, Canonical, Treatment};
pub use defect::{Class, Code, CodeSet, Defect, Defects};
pub use finding::{Finding, Findings};
pub use kind::{Kind, Kinds};
pub use limits::Limits;
pub use map::{Extent, Field, FileName, MessageMap, Part, PartId, Reading};
pub use plan::{
    Changes, Content, FieldName, FieldValue, HeaderEdit, MediaType, NewText, Notice, PartEdit,
    Plan, Wrap,
};
pub use protection::{Protection, Protections};
pub use read::{Event, Needs, Reader};
pub use write::{Piece, Recode, Recoder, Rewrite, Stage, Transfer, rewrite};
