//! What becomes of the MIME fields of one entity.

use super::splice::Splices;
use super::write_field;
use super::written::Written;
use crate::map::{Extent, Field, Part, Structure};
use crate::plan::{FieldName, FieldValue, HeaderEdit, MediaType};
use crate::value;
use std::num::NonZeroU32;

/// Fields that describe the body of an entity, in lower case.
const MIME_FIELDS: &[&str] = &[
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
    "content-language",
    "content-location",
    "content-base",
    "content-md5",
    "content-duration",
    "content-features",
    "content-alternative",
];

/// Fields that a change of the body makes wrong.
const STALE: &[&str] = &["Content-Length", "Lines", "Content-MD5"];

/// Whether a field of this name describes a body (RFC 2045, section 9, and its extensions).
pub(crate) fn is_mime_field(name: &[u8]) -> bool {
    MIME_FIELDS
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Deletes what a change of the body makes wrong.
pub(super) fn stale_after_edit(root: &Part) -> Vec<HeaderEdit> {
    let mut edits = FieldEdits::default();
    for name in STALE.iter().filter(|name| root.field(name).is_some()) {
        edits.delete(name);
    }
    edits.header_edits(root)
}

/// New values by field name: none deletes every field of the name, a value stands in the first one and deletes the others.
#[derive(Debug, Default)]
pub(super) struct FieldEdits(Vec<(FieldName, Option<FieldValue>)>);

impl FieldEdits {
    /// Makes the fields of a message those of the entity whose body becomes its own.
    pub(super) fn of_entity(part: &Part, written: &Written) -> Self {
        let mut edits = FieldEdits::default();
        for (name, value) in &written.fields {
            if let Ok(value) = FieldValue::new(value) {
                edits.set(name, value);
            }
        }
        for field in content_fields(part) {
            let kept = written.kept.iter().any(|kept| field.is(kept));
            if !kept && !edits.0.iter().any(|(known, _)| field.is(known.as_str())) {
                edits.delete(&String::from_utf8_lossy(field.name()));
            }
        }
        edits.be_mime(part);
        edits
    }

    /// Makes every form of the file name of the entity this one. An entity without a field that could hold a name gets
    /// one.
    pub(super) fn rename(&mut self, part: &Part, name: &str) {
        let mut found = false;
        for (field, parameter) in [
            ("Content-Disposition", "filename"),
            ("Content-Type", "name"),
        ] {
            if let Some(raw_value) = self.value(part, field) {
                found = true;
                if let Some(value) = value::rename(&raw_value, parameter, name) {
                    self.set(field, value);
                }
            }
        }
        if !found && let Some(value) = value::rename(b"inline", "filename", name) {
            self.set("Content-Disposition", value);
        }
    }

    /// Declares another type.
    pub(super) fn relabel(&mut self, part: &Part, media_type: &MediaType) {
        let raw_value = self.value(part, "Content-Type").unwrap_or_default();
        self.set("Content-Type", value::relabel(&raw_value, media_type));
    }

    /// Declares the charset and transfer encoding of new text.
    pub(super) fn describe_text(&mut self, part: &Part, charset: &str, encoding: &str) {
        let raw_value = self.value(part, "Content-Type");
        let declared = part.charset().unwrap_or("us-ascii");
        if raw_value.is_none() || !declared.eq_ignore_ascii_case(charset) {
            let raw_value = raw_value.unwrap_or_else(|| b"text/plain".to_vec());
            self.set("Content-Type", value::with_charset(&raw_value, charset));
        }
        let encoding = FieldValue::trusted(encoding.as_bytes().to_vec());
        self.set("Content-Transfer-Encoding", encoding);
        for name in STALE.iter().filter(|name| part.field(name).is_some()) {
            self.delete(name);
        }
    }

    /// Says that the message is MIME, if it does not.
    pub(super) fn be_mime(&mut self, part: &Part) {
        if part.field("mime-version").is_none() {
            self.set("MIME-Version", FieldValue::trusted(b"1.0".to_vec()));
        }
    }

    /// The value of a field as these edits leave it.
    fn value(&self, part: &Part, name: &str) -> Option<Vec<u8>> {
        let edited = self.0.iter().find(|(known, _)| known.as_str() == name);
        match edited {
            Some((_, value)) => value.as_ref().map(|value| value.as_bytes().to_vec()),
            None => part.field(name).map(|field| field.raw_value().to_vec()),
        }
    }

    /// Makes a multipart mixed, with the boundary that it has.
    pub(super) fn loosen(&mut self, part: &Part) {
        let Structure::Multipart { boundary, .. } = part.structure() else {
            return;
        };
        let mut quoted = Vec::with_capacity(boundary.len());
        for byte in boundary {
            if matches!(byte, b'"' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        let value = [b"multipart/mixed;\n boundary=\"", quoted.as_slice(), b"\""].concat();
        if let Ok(value) = FieldValue::new(&value) {
            self.set("Content-Type", value);
        }
    }

    /// Makes the entity a new multipart/mixed: what described its body goes.
    pub(super) fn become_mixed(&mut self, part: &Part, boundary: &str) {
        for field in content_fields(part)
            .filter(|field| !field.is("content-type") && !field.is("content-transfer-encoding"))
        {
            self.delete(&String::from_utf8_lossy(field.name()));
        }
        self.set("Content-Type", Self::mixed(boundary));
        self.be_mime(part);
    }

    /// The Content-Type of a new multipart/mixed.
    pub(super) fn mixed(boundary: &str) -> FieldValue {
        FieldValue::trusted(format!("multipart/mixed;\n boundary=\"{boundary}\"").into_bytes())
    }

    /// Writes the MIME fields of the entity as these edits leave them.
    pub(super) fn write_content_fields(&self, part: &Part, line_end: &str, out: &mut Vec<u8>) {
        let mut written = Vec::new();
        for field in content_fields(part) {
            match self.0.iter().find(|(name, _)| field.is(name.as_str())) {
                None => out.extend_from_slice(field.raw()),
                Some((name, Some(value))) if !written.contains(&name) => {
                    write_field(name, value, line_end, out);
                    written.push(name);
                }
                Some(_) => {}
            }
        }
    }

    /// The edits of the header section of the message that carry these out.
    pub(super) fn header_edits(&self, root: &Part) -> Vec<HeaderEdit> {
        let mut edits = Vec::new();
        for (name, value) in &self.0 {
            let count = root
                .fields()
                .iter()
                .filter(|field| field.is(name.as_str()))
                .count();
            let mut places =
                (1..=count).filter_map(|nth| NonZeroU32::new(u32::try_from(nth).ok()?));
            if let Some(value) = value {
                edits.push(match places.next() {
                    Some(nth) => HeaderEdit::Change {
                        name: name.clone(),
                        nth,
                        value: value.clone(),
                    },
                    None => HeaderEdit::Append {
                        name: name.clone(),
                        value: value.clone(),
                    },
                });
            }
            edits.extend(places.map(|nth| HeaderEdit::Delete {
                name: name.clone(),
                nth,
            }));
        }
        edits
    }

    /// Carries these edits out on the fields of an entity inside the message.
    pub(super) fn splice(&self, part: &Part, line_end: &str, splices: &mut Splices) {
        for (name, value) in &self.0 {
            let mut fields = part.fields().iter().filter(|field| field.is(name.as_str()));
            if let Some(value) = value {
                let mut bytes = Vec::new();
                write_field(name, value, line_end, &mut bytes);
                match fields.next() {
                    Some(field) => splices.replace(field.extent(), bytes),
                    None => splices.replace(place_for_field(part), bytes),
                }
            }
            for field in fields {
                splices.replace(field.extent(), Vec::new());
            }
        }
    }

    pub(super) fn set(&mut self, name: &str, value: FieldValue) {
        self.put(name, Some(value));
    }

    pub(super) fn delete(&mut self, name: &str) {
        self.put(name, None);
    }

    fn put(&mut self, name: &str, value: Option<FieldValue>) {
        let Ok(name) = FieldName::new(name) else {
            return;
        };
        self.0
            .retain(|(known, _)| !known.as_str().eq_ignore_ascii_case(name.as_str()));
        self.0.push((name, value));
    }
}

/// Where a new field goes: in front of the first field that a field in front of it would not make its continuation line.
fn place_for_field(part: &Part) -> Extent {
    let mut fields = part.fields().iter();
    let folded = |field: &&Field| field.raw().first().is_some_and(u8::is_ascii_whitespace);
    let at = fields
        .find(|field| !folded(field))
        .map_or(part.header().start, |field| field.extent().start);
    Extent::new(at, at)
}

fn content_fields(part: &Part) -> impl Iterator<Item = &Field> {
    part.fields()
        .iter()
        .filter(|field| is_mime_field(field.name()))
}
