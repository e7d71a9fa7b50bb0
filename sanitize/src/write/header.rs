//! Edits of the header section of the message, as octets.

use super::splice::Splices;
use super::write_field;
use crate::map::{Extent, MessageMap, Part};
use crate::plan::HeaderEdit;
use std::collections::BTreeMap;

/// Keeps one edit for each field: the deletion if there is one, otherwise the last.
pub(crate) fn one_each(edits: Vec<HeaderEdit>) -> Vec<HeaderEdit> {
    let mut kept: Vec<HeaderEdit> = Vec::with_capacity(edits.len());
    let mut places = BTreeMap::new();
    for edit in edits {
        let earlier = place(&edit).and_then(|place| places.insert(place, kept.len()));
        match earlier.and_then(|index| Some((index, kept.get_mut(index)?))) {
            None => kept.push(edit),
            Some((index, other)) => {
                places.extend(place(&edit).map(|place| (place, index)));
                if !matches!(other, HeaderEdit::Delete { .. }) {
                    *other = edit;
                }
            }
        }
    }
    kept
}

/// The field that an edit is about, if it is about one that exists.
fn place(edit: &HeaderEdit) -> Option<(String, u32)> {
    match edit {
        HeaderEdit::Change { name, nth, .. } | HeaderEdit::Delete { name, nth } => {
            Some((name.as_str().to_ascii_lowercase(), nth.get()))
        }
        HeaderEdit::Prepend { .. } | HeaderEdit::Append { .. } => None,
    }
}

/// The splices that carry out header edits on the message. `separate` says that a body follows, so that an empty line must
/// stand behind the header section.
pub(super) fn splices(map: &MessageMap, edits: &[HeaderEdit], separate: bool) -> Splices {
    let root = map.root();
    let line_end = map.line_end();
    let mut splices = Splices::default();
    let (mut top, mut bottom) = (Vec::new(), Vec::new());
    for edit in edits {
        match edit {
            HeaderEdit::Prepend { name, value } => write_field(name, value, line_end, &mut top),
            HeaderEdit::Append { name, value } => write_field(name, value, line_end, &mut bottom),
            HeaderEdit::Delete { name, nth } => {
                if let Some(range) = nth_field(root, name.as_str(), nth.get()) {
                    splices.replace(range, Vec::new());
                }
            }
            HeaderEdit::Change { name, nth, value } => {
                if let Some(range) = nth_field(root, name.as_str(), nth.get()) {
                    let mut bytes = Vec::new();
                    write_field(name, value, line_end, &mut bytes);
                    splices.replace(range, bytes);
                }
            }
        }
    }
    let start = root.header().start;
    if !top.is_empty() {
        splices.replace(Extent::new(start, start), top);
    }
    let last = root.fields().last();
    let at = last.map_or(start, |field| field.extent().end);
    let separate = separate && !root.is_separated();
    // Nothing may be put behind a field without a line end, unless an edit has given it one.
    let open =
        last.is_some_and(|last| !last.raw().ends_with(b"\n") && !splices.hold(last.extent()));
    if open && (separate || !bottom.is_empty()) {
        bottom.splice(..0, line_end.bytes());
    }
    if !bottom.is_empty() {
        splices.replace(Extent::new(at, at), bottom);
    }
    if separate {
        let end = root.header().end;
        splices.replace(Extent::new(end, end), line_end.as_bytes().to_vec());
    }
    splices
}

fn nth_field(root: &Part, name: &str, nth: u32) -> Option<Extent> {
    let index = usize::try_from(nth.checked_sub(1)?).ok()?;
    root.fields()
        .iter()
        .filter(|field| field.is(name))
        .nth(index)
        .map(crate::map::Field::extent)
}
