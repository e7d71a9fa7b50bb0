//! Header edits of several rewrites, one after the other, as edits of the message as it came.
//!
//! An MTA knows the fields that it has sent, and those alone. A message that was made canonical and then edited by policy
//! went through two lists of edits; the second one counts the fields that the first one has left.

use crate::map::MessageMap;
use crate::plan::{FieldName, FieldValue, HeaderEdit};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Puts the edits of two rewrites together. `first` edits the message of `before`, `second` the result of that.
pub fn chain(before: &MessageMap, first: &[HeaderEdit], second: &[HeaderEdit]) -> Vec<HeaderEdit> {
    if second.is_empty() {
        return first.to_vec();
    }
    let mut header = Header::of(before);
    header.carry_out(first);
    header.carry_out(second);
    header.edits()
}

/// The fields of a header section while edits are carried out on them.
struct Header(Vec<Entry>);

/// One field, gone or not.
struct Entry {
    name: FieldName,
    /// Which one of its name it was in the message as it came; none for a new one.
    origin: Option<NonZeroU32>,
    value: Value,
}

enum Value {
    AsItCame,
    New(FieldValue),
    Gone,
}

impl Header {
    /// The fields of a message as it came. What has no valid name cannot be edited, and is left out.
    fn of(map: &MessageMap) -> Self {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let entry = |field: &crate::map::Field| {
            let name = std::str::from_utf8(field.name()).ok()?;
            let count = seen.entry(name.to_ascii_lowercase()).or_default();
            *count = count.saturating_add(1);
            Some(Entry {
                name: FieldName::new(name).ok()?,
                origin: NonZeroU32::new(*count),
                value: Value::AsItCame,
            })
        };
        Header(map.root().fields().iter().filter_map(entry).collect())
    }

    fn carry_out(&mut self, edits: &[HeaderEdit]) {
        let places = self.places();
        let place = |name: &FieldName, nth: NonZeroU32| {
            let index = usize::try_from(nth.get().saturating_sub(1)).ok()?;
            let of_name = places.get(&name.as_str().to_ascii_lowercase())?;
            of_name.get(index).copied()
        };
        let (mut top, mut bottom) = (Vec::new(), Vec::new());
        for edit in edits {
            match edit {
                HeaderEdit::Change { name, nth, value } => {
                    if let Some(entry) = place(name, *nth).and_then(|at| self.0.get_mut(at)) {
                        entry.name = name.clone();
                        entry.value = Value::New(value.clone());
                    }
                }
                HeaderEdit::Delete { name, nth } => {
                    if let Some(entry) = place(name, *nth).and_then(|at| self.0.get_mut(at)) {
                        entry.value = Value::Gone;
                    }
                }
                HeaderEdit::Prepend { name, value } => top.push(Entry::new(name, value)),
                HeaderEdit::Append { name, value } => bottom.push(Entry::new(name, value)),
            }
        }
        top.append(&mut self.0);
        top.append(&mut bottom);
        self.0 = top;
    }

    /// Where the fields of each name stand, those that are gone left out.
    fn places(&self) -> BTreeMap<String, Vec<usize>> {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, entry) in self.0.iter().enumerate() {
            if !matches!(entry.value, Value::Gone) {
                let name = entry.name.as_str().to_ascii_lowercase();
                places.entry(name).or_default().push(index);
            }
        }
        places
    }

    /// What all of it comes to: new fields above the first one that came are put at the top, the others at the end.
    fn edits(self) -> Vec<HeaderEdit> {
        let came = |entry: &Entry| entry.origin.is_some();
        let first = self.0.iter().position(came).unwrap_or(0);
        let edit = |(index, entry): (usize, Entry)| {
            let Entry {
                name,
                origin,
                value,
            } = entry;
            Some(match (origin, value) {
                (Some(nth), Value::New(value)) => HeaderEdit::Change { name, nth, value },
                (Some(nth), Value::Gone) => HeaderEdit::Delete { name, nth },
                (None, Value::New(value)) if index < first => HeaderEdit::Prepend { name, value },
                (None, Value::New(value)) => HeaderEdit::Append { name, value },
                (_, Value::AsItCame) | (None, Value::Gone) => return None,
            })
        };
        self.0.into_iter().enumerate().filter_map(edit).collect()
    }
}

impl Entry {
    fn new(name: &FieldName, value: &FieldValue) -> Self {
        Entry {
            name: name.clone(),
            origin: None,
            value: Value::New(value.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Needs, Piece, Plan, Reader, rewrite};

    fn read(octets: &[u8]) -> MessageMap {
        let mut reader = Reader::new(Needs::default(), Limits::default());
        reader.push(octets);
        reader.finish().map().clone()
    }

    fn carry_out(message: &[u8], edits: &[HeaderEdit]) -> Vec<u8> {
        let map = read(message);
        let plan = Plan {
            header: edits.to_vec(),
            ..Plan::default()
        };
        let index = |at: u64| usize::try_from(at).expect("small");
        let pieces = rewrite(&map, &plan).message(&map);
        let octets = |piece: Piece| match piece {
            Piece::Copy(range) => message[index(range.start)..index(range.end)].to_vec(),
            Piece::Bytes(bytes) => bytes,
            Piece::Recode(_) => unreachable!("edits of a header section"),
        };
        pieces.into_iter().flat_map(octets).collect()
    }

    fn edit(text: &str) -> HeaderEdit {
        let (verb, rest) = text.split_once(' ').expect("a verb");
        let (name, value) = rest.split_once('=').unwrap_or((rest, ""));
        let (name, nth) = name.split_once('#').unwrap_or((name, "1"));
        let name = FieldName::new(name).expect("a name");
        let nth = nth.parse().expect("a number");
        let value = FieldValue::new(value.as_bytes()).expect("a value");
        match verb {
            "change" => HeaderEdit::Change { name, nth, value },
            "delete" => HeaderEdit::Delete { name, nth },
            "prepend" => HeaderEdit::Prepend { name, value },
            _ => HeaderEdit::Append { name, value },
        }
    }

    /// Both lists one after the other give what the chained list gives at once.
    fn check(first: &[&str], second: &[&str]) {
        let message = b"A: 1\r\nB: 1\r\na: 2\r\nC: 1\r\nA: 3\r\n\r\nbody\r\n";
        let edits = |list: &[&str]| list.iter().map(|text| edit(text)).collect::<Vec<_>>();
        let (first, second) = (edits(first), edits(second));
        let expected = carry_out(&carry_out(message, &first), &second);
        let chained = chain(&read(message), &first, &second);
        let got = carry_out(message, &chained);
        assert_eq!(
            String::from_utf8_lossy(&got),
            String::from_utf8_lossy(&expected),
            "{chained:?}"
        );
    }

    #[test]
    fn two_lists_are_one() {
        check(&[], &["change A#2=x"]);
        check(&["delete A"], &["change A=x", "delete A#2"]);
        check(&["change A=x"], &["change A=y"]);
        check(&["change A=x"], &["delete A", "change A#2=z"]);
        check(
            &["prepend A=new", "append A=last"],
            &["change A=x", "change A#5=y"],
        );
        check(
            &["prepend D=1", "append E=1"],
            &["prepend F=1", "append G=1"],
        );
        check(&["append E=1"], &["delete E", "append E=2"]);
        check(&["delete C", "append C=2"], &["change C=3"]);
        check(&["append E=1"], &[]);
    }
}
