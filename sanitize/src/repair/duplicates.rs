//! Fields that stand more often than they may (RFC 5322, section 3.6): one of them stays.

use super::section::Becomes;
use super::{RepairOptions, octets, recipients};
use crate::defect::{Code, CodeSet};
use crate::map::Field;
use crate::plan::FieldValue;
use crate::write::is_mime_field;
use std::collections::{BTreeMap, BTreeSet};

/// Fields that may stand once in the header of a message (RFC 5322, section 3.6; RFC 2045, section 3).
const SINGLETONS: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "date",
    "mime-version",
];

/// Fields that hold a list: what stands in a second one belongs to the first (RFC 5322, section 3.6.3).
const LISTS: [&str; 4] = ["to", "cc", "bcc", "references"];

/// Octets of a list up to which several fields are made one.
const LIST_MOST: usize = 50_000;

/// Whether a field of this name may stand once only in a header section.
pub(crate) fn is_single(name: &[u8]) -> bool {
    SINGLETONS
        .iter()
        .any(|single| name.eq_ignore_ascii_case(single.as_bytes()))
        || is_mime_field(name)
}

/// Whether a field of this name describes the body (RFC 2045, section 9).
pub(super) fn is_of_body(name: &[u8]) -> bool {
    is_mime_field(name) || name.eq_ignore_ascii_case(b"mime-version")
}

/// Whether it is a field that may stand once, marked as text by the sign that mbox files use. PHP's mailparse takes the sign
/// off and the field for one.
pub(super) fn is_quoted(field: &Field) -> bool {
    field.name().strip_prefix(b">").is_some_and(is_single)
}

/// Keeps one field of each name that may stand once. Names that are the same but for octets that no name can have count as
/// one: some parsers see them so.
pub(super) fn settle(fields: &[Field], outcome: &mut [Becomes], options: &RepairOptions) {
    let mut same: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (index, field) in fields.iter().enumerate() {
        let Some(name) = octets::sound_name(field.name()) else {
            continue;
        };
        let name = name.as_str().to_ascii_lowercase().into_bytes();
        let counts = is_single(&name) && (options.mime || !is_of_body(&name));
        if counts && !matches!(outcome.get(index), Some(Becomes::Gone(_))) {
            same.entry(name).or_default().push(index);
        }
    }
    for (name, places) in same.iter().filter(|(_, places)| places.len() > 1) {
        let kept = keep(fields, places);
        if LISTS.iter().any(|list| list.as_bytes() == name) {
            unite(fields, places, kept, outcome, options.codes);
        }
        for place in places.iter().filter(|place| **place != kept) {
            if let Some(becomes) = outcome.get_mut(*place) {
                *becomes = Becomes::Gone(Code::DuplicateField);
            }
        }
    }
}

/// Which one stays: the first that an edit can name and that says something, or the first.
fn keep(fields: &[Field], places: &[usize]) -> usize {
    let field = |place: &&usize| fields.get(**place);
    let says = |place: &&usize| {
        field(place).is_some_and(|field| {
            octets::is_named(field) && !field.raw_value().trim_ascii().is_empty()
        })
    };
    let named = |place: &&usize| field(place).is_some_and(octets::is_named);
    let chosen = places
        .iter()
        .find(says)
        .or_else(|| places.iter().find(named));
    chosen.or(places.first()).copied().unwrap_or(0)
}

/// Puts what the fields of one name hold into the one that stays, so that nobody is lost with the others.
fn unite(fields: &[Field], places: &[usize], kept: usize, outcome: &mut [Becomes], codes: CodeSet) {
    let field = fields.get(kept);
    let ids = field.is_some_and(|field| field.is("references"));
    let column = field.map_or(0, |field| field.name().len().saturating_add(2));
    let separator: &[u8] = if ids { b"\n " } else { b",\n " };
    let mut united = Vec::new();
    let mut known = BTreeSet::new();
    let value = |place: &usize| match outcome.get(*place) {
        Some(Becomes::Written(_, value)) => Some(value.clone()),
        _ => fields
            .get(*place)
            .map(|field| octets::cleaned(field.raw_value())),
    };
    let said = value(&kept);
    for value in places.iter().filter_map(value) {
        let value = without_end(&value);
        if value.is_empty() || !known.insert(value.to_vec()) {
            continue;
        }
        if !united.is_empty() {
            united.extend_from_slice(separator);
        }
        united.extend_from_slice(value);
        if united.len() > LIST_MOST {
            return;
        }
    }
    if said.is_some_and(|said| without_end(&said) == united) {
        return;
    }
    // What ends one list may be the start of what begins the next one.
    let united = match recipients::flaw(&united) {
        Some(code) if !ids && codes.contains(code) => recipients::repaired(&united, column),
        _ => FieldValue::trusted(united),
    };
    if let Some(becomes) = outcome.get_mut(kept) {
        *becomes = Becomes::Written(Code::DuplicateField, united);
    }
}

/// A list without the white space and the comma behind it.
fn without_end(value: &FieldValue) -> &[u8] {
    let value = value.as_bytes().trim_ascii_end();
    value.strip_suffix(b",").unwrap_or(value)
}
