//! The header section of the message itself: as edits that an MTA can carry out, and as octets.

use super::fields::Fields;
use super::{LINE_END, head};
use crate::map::{Extent, Field, MessageMap, Part};
use crate::plan::{FieldName, FieldValue, HeaderEdit};
use crate::write::{Piece, write_field};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// The edits that make the fields of the body these, one of each, in a message that uses MIME.
pub(super) fn edits(root: &Part, mut fields: Fields) -> Vec<HeaderEdit> {
    fields.word("MIME-Version", "1.0");
    let mut edits = Vec::new();
    let mut written: Vec<String> = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for field in root.fields() {
        let Some(name) = head::name(field) else {
            continue;
        };
        if !head::is_of_body(&name) {
            continue;
        }
        let lower = name.as_str().to_ascii_lowercase();
        let count = seen.entry(lower.clone()).or_default();
        *count = count.saturating_add(1);
        let Some(nth) = NonZeroU32::new(*count) else {
            continue;
        };
        let new = fields.iter().find(|(name, _)| field.is(name.as_str()));
        match new {
            Some((name, value)) if !written.contains(&lower) => {
                written.push(lower);
                if !says(field, name, value) {
                    edits.push(HeaderEdit::Change {
                        name: name.clone(),
                        nth,
                        value: value.clone(),
                    });
                }
            }
            _ => edits.push(HeaderEdit::Delete { name, nth }),
        }
    }
    for (name, value) in fields.iter() {
        if !written.contains(&name.as_str().to_ascii_lowercase()) {
            edits.push(HeaderEdit::Append {
                name: name.clone(),
                value: value.clone(),
            });
        }
    }
    edits
}

/// Whether a field stands there as it would be written.
fn says(field: &Field, name: &FieldName, value: &FieldValue) -> bool {
    ["\r\n", "\n"].iter().any(|line_end| {
        let mut octets = Vec::new();
        write_field(name, value, line_end, &mut octets);
        octets == field.raw()
    })
}

/// The header section with the edits carried out, the empty line included: what is no field is left out.
pub(super) fn header(map: &MessageMap, edits: &[HeaderEdit]) -> Vec<Piece> {
    let line_end = LINE_END;
    let mut section = Section::default();
    let mut places: BTreeMap<(String, u32), &HeaderEdit> = BTreeMap::new();
    for edit in edits {
        match edit {
            HeaderEdit::Prepend { name, value } => {
                section.new_field(name, value, line_end);
            }
            HeaderEdit::Append { .. } => {}
            HeaderEdit::Change { name, nth, .. } | HeaderEdit::Delete { name, nth } => {
                places.insert((name.as_str().to_ascii_lowercase(), nth.get()), edit);
            }
        }
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for field in map.root().fields() {
        let Some(name) = head::name(field) else {
            continue;
        };
        let lower = name.as_str().to_ascii_lowercase();
        let count = seen.entry(lower.clone()).or_default();
        *count = count.saturating_add(1);
        match places.get(&(lower, *count)) {
            Some(HeaderEdit::Change { name, value, .. }) => {
                section.new_field(name, value, line_end);
            }
            Some(_) => {}
            None => section.old_field(field, line_end),
        }
    }
    for edit in edits {
        if let HeaderEdit::Append { name, value } = edit {
            section.new_field(name, value, line_end);
        }
    }
    section.bytes(line_end.as_bytes());
    section.0
}

/// A header section while it is put together.
#[derive(Default)]
struct Section(Vec<Piece>);

impl Section {
    fn new_field(&mut self, name: &FieldName, value: &FieldValue, line_end: &str) {
        let mut octets = Vec::new();
        write_field(name, value, line_end, &mut octets);
        self.bytes(&octets);
    }

    /// A field that stays: a copy, if its lines end as those of the message. What stands alone of a line end goes, and a line
    /// that was taken for a continuation is folded as one.
    fn old_field(&mut self, field: &Field, line_end: &str) {
        let mut octets = Vec::with_capacity(field.raw().len());
        let raw = field.raw();
        for line in raw
            .strip_suffix(b"\n")
            .unwrap_or(raw)
            .split(|octet| *octet == b'\n')
        {
            if !octets.is_empty() && !matches!(line.first(), Some(b' ' | b'\t')) {
                octets.push(b' ');
            }
            octets.extend(line.iter().filter(|octet| !matches!(octet, b'\r' | 0)));
            octets.extend_from_slice(line_end.as_bytes());
        }
        if octets == raw {
            self.copy(field.extent());
        } else {
            self.bytes(&octets);
        }
    }

    fn bytes(&mut self, octets: &[u8]) {
        match self.0.last_mut() {
            Some(Piece::Bytes(bytes)) => bytes.extend_from_slice(octets),
            _ => self.0.push(Piece::Bytes(octets.to_vec())),
        }
    }

    fn copy(&mut self, range: Extent) {
        match self.0.last_mut() {
            Some(Piece::Copy(last)) if last.end == range.start => last.end = range.end,
            _ => self.0.push(Piece::Copy(range)),
        }
    }
}
