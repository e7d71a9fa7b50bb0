//! Every file name that some mail client could show for a part.

use super::mime::{ContentDisposition, ContentType};
use super::parameters::{Parameters, Value};
use super::text::{decode_words, to_text};
use crate::look;
use crate::map::{Field, Part};
use std::collections::BTreeSet;

/// Every reading of the file name of a part, over all its fields, without repeats, the one that most clients show first:
/// `filename` of the disposition before `name` of the type, decoded before raw. Their number is bounded by that of the
/// parameters.
pub fn file_names(dispositions: &[ContentDisposition], types: &[ContentType]) -> Vec<String> {
    let declared = || types.iter().map(|value| &value.parameters);
    let disposed = || dispositions.iter().map(|value| &value.parameters);
    let charset = declared().find_map(|parameters| parameters.get("charset"));
    let mut names = Names {
        charset,
        ..Names::default()
    };
    let mut add = |parameters: &Parameters, name| {
        for value in parameters.all(name) {
            names.add_value(&value);
        }
    };
    disposed().for_each(|parameters| add(parameters, "filename"));
    declared().for_each(|parameters| add(parameters, "name"));
    disposed().for_each(|parameters| add(parameters, "name"));
    declared().for_each(|parameters| add(parameters, "filename"));
    names.list
}

/// What other fields say that some clients take for a file name where nothing else names the part: Content-Description and
/// the path of Content-Location, if they end in an extension that means something.
pub fn described_names(part: &Part) -> Vec<String> {
    let text = |name: &str| part.field(name).map(Field::text);
    let location = text("content-location").and_then(|location| located(&location));
    let names = [text("content-description"), location];
    names
        .into_iter()
        .flatten()
        .filter(|name| is_file_name(name))
        .collect()
}

/// The file that a location names: the last component of its path.
fn located(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None if path.contains(':') => return None,
        None => path,
    };
    let base = path.rsplit('/').next()?;
    Some(base.to_owned())
}

/// Whether a text ends as a file name does, and is no address.
fn is_file_name(text: &str) -> bool {
    let extension = text.trim_end().rsplit_once('.').map(|(_, end)| end);
    let known =
        extension.is_some_and(|end| look::describe_extension(&end.to_ascii_lowercase()).is_some());
    known && !["@", "www.", "://"].iter().any(|mark| text.contains(mark))
}

/// Encoded words in UTF-16 or UTF-32 with their octets as they are, which shows ASCII in either byte order: clients do not
/// agree on the order where no mark says it. None if there is no such word.
fn narrow_words(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let wide = WIDE.iter().find(|wide| lower.contains(*wide))?;
    let mut narrow = String::with_capacity(text.len());
    let mut done = 0;
    for (start, _) in lower.match_indices(wide) {
        let Some(before) = text.get(done..start) else {
            continue;
        };
        narrow.push_str(before);
        narrow.push_str("=?windows-1252");
        let rest = text.get(start..)?.strip_prefix("=?")?;
        done = text
            .len()
            .saturating_sub(rest.trim_start_matches(|c| c != '?').len());
    }
    narrow.push_str(text.get(done..)?);
    let decoded = decode_words(&narrow);
    Some(decoded.replace('\0', ""))
}

/// How encoded words in charsets of several octets to a character begin.
pub(super) const WIDE: &[&str] = &["=?utf-16", "=?utf-32", "=?ucs-2", "=?ucs-4", "=?iso-10646"];

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
            // Some decode what is encoded twice, and some a word that does not end.
            let decoded = decode_words(&text);
            let again = decode_words(&decoded);
            let open = decode_words(&format!("{text}?="));
            self.add(decoded);
            if let Some(narrow) = narrow_words(&text) {
                self.add(narrow);
            }
            self.add(again);
            self.add(open.strip_suffix("?=").unwrap_or(&open).to_owned());
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
