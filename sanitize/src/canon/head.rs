//! The header section of a message inside the message, written anew.

use super::{Dropped, What};
use crate::map::{Field, Part};
use crate::plan::FieldName;
use crate::repair::{RepairOptions, cleaned, repaired_fields, strays};
use crate::write::write_field;

/// Writes the fields that say nothing about the body, each in a sound form, and that MIME is used.
pub(super) fn write(part: &Part, line_end: &str, options: &RepairOptions, out: &mut Vec<u8>) {
    out.extend(repaired_fields(part, line_end, options).octets);
    out.extend_from_slice(format!("MIME-Version: 1.0{line_end}").as_bytes());
}

/// Writes the fields that describe a body that stays as they are.
pub(super) fn write_content_fields(part: &Part, line_end: &str, out: &mut Vec<u8>) {
    for field in part.fields() {
        if let Some(name) = name(field)
            && is_of_body(&name)
            && !field.is("mime-version")
        {
            write_field(&name, &cleaned(field.raw_value()), line_end, out);
        }
    }
}

/// What stood among the fields and is not written.
pub(super) fn dropped(part: &Part) -> Vec<Dropped> {
    let dropped = |place| Dropped {
        part: part.id(),
        what: What::Field,
        place,
    };
    strays(part).into_iter().map(dropped).collect()
}

/// The name of a field, if it can be written.
pub(super) fn name(field: &Field) -> Option<FieldName> {
    FieldName::new(std::str::from_utf8(field.name()).ok()?).ok()
}

/// Whether a field of this name belongs to the body.
pub(super) fn is_of_body(name: &FieldName) -> bool {
    let name = name.as_str();
    let start = name.get(..8).unwrap_or_default();
    start.eq_ignore_ascii_case("content-") || name.eq_ignore_ascii_case("mime-version")
}
