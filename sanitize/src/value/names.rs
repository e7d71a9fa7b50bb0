//! Every file name that some mail client could show for a part.

use super::mime::{ContentDisposition, ContentType};
use super::parameters::{Parameters, Value};
use super::text::{decode_words, to_text};
use std::collections::BTreeSet;

/// Every reading of the file name of a part, without repeats, the one that most clients show first: `filename` of the
/// disposition before `name` of the type, decoded before raw. Their number is bounded by that of the parameters.
pub fn file_names(
    disposition: Option<&ContentDisposition>,
    content_type: Option<&ContentType>,
) -> Vec<String> {
    let declared = content_type.map(|value| &value.parameters);
    let disposed = disposition.map(|value| &value.parameters);
    let places: [(Option<&Parameters>, &str); 4] = [
        (disposed, "filename"),
        (declared, "name"),
        (disposed, "name"),
        (declared, "filename"),
    ];
    let mut names = Names {
        charset: declared.and_then(|parameters| parameters.get("charset")),
        ..Names::default()
    };
    for (parameters, name) in places {
        for value in parameters.map(|found| found.all(name)).unwrap_or_default() {
            names.add_value(&value);
        }
    }
    names.list
}

#[derive(Default)]
struct Names {
    list: Vec<String>,
    seen: BTreeSet<String>,
    charset: Option<Vec<u8>>,
}

impl Names {
    /// Adds what a value says, encoded words decoded first.
    fn add_value(&mut self, value: &Value) {
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::Octets(octets) => self.text(octets),
        };
        if text.contains("=?") {
            self.add(decode_words(&text));
        }
        self.add(text);
    }

    /// Octets as UTF-8, or in the charset of the part, or windows-1252.
    fn text(&self, octets: &[u8]) -> String {
        match std::str::from_utf8(octets) {
            Ok(text) => text.to_owned(),
            Err(_) => to_text(octets, self.charset.as_deref()),
        }
    }

    fn add(&mut self, name: String) {
        if !name.is_empty() && self.seen.insert(name.clone()) {
            self.list.push(name);
        }
    }
}
