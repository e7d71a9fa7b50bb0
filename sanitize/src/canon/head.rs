//! The header section of a message inside the message, written anew.

use super::{Dropped, What};
use crate::map::{Extent, Field, Part};
use crate::plan::FieldName;
use crate::repair::{cleaned, is_single};
use crate::write::write_field;

/// Writes the fields that say nothing about the body: those with a sound name, each in a sound form, one of each that may
/// stand once; and that MIME is used.
pub(super) fn write(part: &Part, line_end: &str, out: &mut Vec<u8>) {
    let mut seen: Vec<String> = Vec::new();
    for field in part.fields() {
        let Some(name) = name(field) else { continue };
        let lower = name.as_str().to_ascii_lowercase();
        if is_of_body(&lower) {
            continue;
        }
        if is_single(field.name()) {
            if seen.contains(&lower) {
                continue;
            }
            seen.push(lower);
        }
        write_field(&name, &cleaned(field.raw_value()), line_end, out);
    }
    out.extend_from_slice(format!("MIME-Version: 1.0{line_end}").as_bytes());
}

/// Writes the fields that describe the body as they are.
pub(super) fn write_content_fields(part: &Part, line_end: &str, out: &mut Vec<u8>) {
    for field in part.fields() {
        if let Some(name) = name(field)
            && name.as_str().to_ascii_lowercase().starts_with("content-")
        {
            write_field(&name, &cleaned(field.raw_value()), line_end, out);
        }
    }
}

/// What stood among the fields and is not written.
pub(super) fn dropped(part: &Part) -> Vec<Dropped> {
    let mut dropped = Vec::new();
    let mut at = part.header().start;
    let mut note = |place: Extent| {
        if !place.is_empty() {
            dropped.push(Dropped {
                part: part.id(),
                what: What::Field,
                place,
            });
        }
    };
    for field in part.fields() {
        note(Extent::new(at, field.extent().start));
        at = field.extent().end;
        if name(field).is_none() {
            note(field.extent());
        }
    }
    dropped
}

/// The name of a field, if it can be written.
pub(super) fn name(field: &Field) -> Option<FieldName> {
    FieldName::new(std::str::from_utf8(field.name()).ok()?).ok()
}

/// Whether a field of this name, in lower case, belongs to the body.
fn is_of_body(name: &str) -> bool {
    name.starts_with("content-") || name == "mime-version"
}
