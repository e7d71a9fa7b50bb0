//! The fields that describe a body, in their canonical form: one of each, in one order.

use crate::map::{Field, Part};
use crate::plan::{FieldName, FieldValue};
use crate::value;

/// Fields with a name and a value each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(FieldName, FieldValue)>);

/// Fields that a body written anew makes wrong, or that no part keeps.
const DROPPED: &[&str] = &[
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
    "content-language",
    "content-length",
    "content-md5",
    "content-encoding",
    "content-base",
];

/// Longest value of a field that is kept, in octets.
const VALUE_MOST: usize = 900;

impl Fields {
    /// Adds a field whose value is known to be good.
    pub(super) fn add(&mut self, name: &str, value: FieldValue) {
        if let Ok(name) = FieldName::new(name) {
            self.0.push((name, value));
        }
    }

    /// Adds a field of one word.
    pub(super) fn word(&mut self, name: &str, value: &str) {
        if let Ok(value) = FieldValue::new(value.as_bytes()) {
            self.add(name, value);
        }
    }

    /// Adds what else a part says of its content, where that is plain: the rest is left out.
    pub(super) fn others(&mut self, part: &Part) {
        if let Some(id) = part.field("content-id").and_then(content_id) {
            self.word("Content-ID", &id);
        }
        if let Some(field) = part.field("content-description")
            && let Ok(name) = FieldName::new("Content-Description")
        {
            let text = field.text();
            if !text.is_empty() && text.len() <= VALUE_MOST {
                let value = FieldValue::text(&name, &text);
                self.add(name.as_str(), value);
            }
        }
        if let Some(field) = part.field("content-language")
            && let Some(value) = plain_value(field)
            && value
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || b"-, ".contains(&octet))
        {
            self.word("Content-Language", &value);
        }
        for field in part.fields() {
            let Some(name) = kept_name(part, field) else {
                continue;
            };
            if let Some(value) = plain_value(field) {
                self.word(name, &value);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(FieldName, FieldValue)> {
        self.0.iter()
    }

    /// The fields as octets, without the empty line behind them.
    pub(super) fn write(&self, line_end: &str, out: &mut Vec<u8>) {
        for (name, value) in &self.0 {
            crate::write::write_field(name, value, line_end, out);
        }
    }
}

/// A structured value. Of parameters that cannot be written, the last ones are left out.
pub(super) fn structured(head: &str, parameters: &[(&str, String)]) -> FieldValue {
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let fitting = (0..=parameters.len()).rev();
    let mut values = fitting.filter_map(|count| value::compose(head, parameters.get(..count)?));
    let value = values.next();
    value.unwrap_or_else(|| FieldValue::trusted(b"application/octet-stream".to_vec()))
}

/// The name of a field that is kept as it is: one that stands once, describes the content and is not written otherwise.
fn kept_name<'a>(part: &'a Part, field: &'a Field) -> Option<&'a str> {
    let name = std::str::from_utf8(field.name()).ok()?;
    let start = name.get(..8)?.eq_ignore_ascii_case("content-");
    let sound = name
        .bytes()
        .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
    let dropped = DROPPED.iter().any(|known| name.eq_ignore_ascii_case(known));
    let once = part.fields().iter().filter(|other| other.is(name)).count() == 1;
    (start && sound && !dropped && once).then_some(name)
}

/// The value on one line, if it is printable ASCII and short.
fn plain_value(field: &Field) -> Option<String> {
    let value = std::str::from_utf8(field.raw_value()).ok()?;
    let value = value
        .split(['\r', '\n'])
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ");
    let value = value.trim();
    let plain = value.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    (plain && !value.is_empty() && value.len() <= VALUE_MOST && !value.contains("=?"))
        .then(|| value.to_owned())
}

/// A Content-ID that is one word in angle brackets.
fn content_id(field: &Field) -> Option<String> {
    let value = plain_value(field)?;
    let inner = value.strip_prefix('<').unwrap_or(&value);
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let good = |octet: u8| octet.is_ascii_graphic() && !b"<>()\"\\,;".contains(&octet);
    (!inner.is_empty() && inner.bytes().all(good)).then(|| format!("<{inner}>"))
}
