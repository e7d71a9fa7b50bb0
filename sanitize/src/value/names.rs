//! Every file name that some mail client could show for a part.

use super::mime::{ContentDisposition, ContentType};
use super::parameters::{Parameters, Value};
use super::text::{decode_words, to_text};

/// Readings that are kept for one part.
const NAMES_MOST: usize = 16;

/// Every reading of the file name of a part, without repeats, the one that most clients show first: `filename` of the
/// disposition before `name` of the type, decoded before raw.
pub fn file_names(
    disposition: Option<&ContentDisposition>,
    content_type: Option<&ContentType>,
) -> Vec<String> {
    let charset = content_type.and_then(|declared| declared.parameters.get("charset"));
    let mut names = Names {
        names: Vec::new(),
        charset,
    };
    let places: [(Option<&Parameters>, &str); 4] = [
        (disposition.map(|value| &value.parameters), "filename"),
        (content_type.map(|value| &value.parameters), "name"),
        (disposition.map(|value| &value.parameters), "name"),
        (content_type.map(|value| &value.parameters), "filename"),
    ];
    for (parameters, name) in places {
        for value in parameters
            .map(|parameters| parameters.all(name))
            .unwrap_or_default()
        {
            names.add_value(&value);
        }
    }
    names.names
}

struct Names {
    names: Vec<String>,
    charset: Option<Vec<u8>>,
}

impl Names {
    /// Adds what a value says, encoded words decoded first.
    fn add_value(&mut self, value: &Value) {
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::Octets(octets) if octets.is_ascii() => {
                String::from_utf8_lossy(octets).into_owned()
            }
            Value::Octets(octets) => to_text(
                octets,
                std::str::from_utf8(octets)
                    .is_err()
                    .then_some(self.charset.as_deref())
                    .flatten(),
            ),
        };
        if text.contains("=?") {
            self.add(decode_words(&text));
            // Words that are split or glued against the rules: many clients decode them all the same.
            self.add(decode_words(&text.replace("?==?", "?= =?")));
        }
        self.add(text);
    }

    fn add(&mut self, name: String) {
        if !name.is_empty() && self.names.len() < NAMES_MOST && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}
