//! Structured field values: what RFC 2045, 2047, 2183 and 2231 let them say, and what mail really writes.
//!
//! | file | what it is about |
//! |---|---|
//! | `text` | unstructured text and encoded words (RFC 2047), charsets |
//! | `cursor`, `syntax` | a value cut into what stands in front and its parameters |
//! | `plain` | the same for values in their usual form |
//! | `readings`, `form`, `forms`, `escapes`, `parameters` | what clients make of a parameter (RFC 2045, RFC 2231) |
//! | `mime` | Content-Type, Content-Disposition |
//! | `transfer` | Content-Transfer-Encoding |
//! | `boundary` | every boundary that some parser takes from the fields of a part |
//! | `names` | every file name that some mail client could show |
//! | `delivered` | the one file name that is written |
//! | `canonical` | the MIME fields of a part, written anew |
//! | `label` | the type and disposition of a part whose content or type changes |
//! | `parameter` | one parameter, written anew |
//! | `encode`, `compose` | text and structured values that are written anew |

mod boundary;
mod canonical;
mod compose;
mod cursor;
mod delivered;
mod encode;
mod escapes;
mod form;
mod forms;
mod label;
mod mime;
mod names;
mod parameter;
mod parameters;
mod plain;
mod readings;
mod syntax;
mod text;
mod transfer;

pub use boundary::{boundaries, is_sound_boundary};
pub use canonical::{canonical_disposition, canonical_encoding, canonical_type};
pub use compose::{compose, rename};
pub use delivered::{NAME_MOST, clean_name, delivered_name};
pub use encode::encode_text;
pub(crate) use label::{disposition, label, relabel, with_charset};
pub use mime::{ContentDisposition, ContentType, content_disposition, content_type};
pub use names::{described_names, file_names};
pub use parameters::{Parameters, Value};
pub use text::unstructured;
pub(crate) use text::{decode_words, to_text, unfold};
pub use transfer::transfer_encodings;

use crate::map::Field;
use crate::plan::{FieldName, FieldValue};

impl Field {
    /// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed.
    pub fn text(&self) -> String {
        unstructured(self.raw_value())
    }
}

impl FieldValue {
    /// Encodes text for a field without structure, folded before column 78 and as encoded words where it is not ASCII
    /// (RFC 2047). Control characters become spaces. `name` is the field that it is for: its length counts.
    pub fn text(name: &FieldName, text: &str) -> Self {
        encode_text(name, text)
    }
}
