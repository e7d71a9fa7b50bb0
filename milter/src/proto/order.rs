//! In which order changes are sent, so that Postfix and Sendmail come to the same message.
//!
//! MTAs carry changes out one by one, each on the result of the former. Postfix closes the gap when a field is deleted,
//! Sendmail does not; so changes and deletions of one name go from the last field to the first. Then come appended
//! fields, which move nothing that is still to be counted, and at the end the inserted ones: below `Received` first,
//! since a field above it would shift that place, and the last one first, since each pushes the former down.

use super::edit::{Edits, EnvelopeEdit, HeaderEdit, Nth, Place};
use super::envelope::Parameters;
use super::field::HeaderName;
use super::flags::Actions;
use super::frame;
use bytes::BytesMut;
use std::cmp::Reverse;

/// How changes are written for the MTA at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writing {
    /// What was agreed on.
    pub(crate) actions: Actions,
    /// Values are taken as they are, so the space behind the colon must be sent along.
    pub(crate) leading_space: bool,
}

impl Writing {
    /// Appends the packets of all changes.
    pub(crate) fn put(self, edits: &Edits, out: &mut BytesMut) {
        for edit in ordered(edits.header_edits()) {
            self.put_header(edit, out);
        }
        for edit in edits.envelope_edits() {
            self.put_envelope(edit, out);
        }
        if let Some(reason) = edits.quarantine_reason() {
            frame::put(out, b'q', &[reason.as_bytes(), b"\0"]);
        }
    }

    fn put_header(self, edit: &HeaderEdit, out: &mut BytesMut) {
        let space: &[u8] = if self.leading_space { b" " } else { b"" };
        let mut change = |name: &HeaderName, nth: Nth, value: &[&[u8]]| {
            let number = nth.get().to_be_bytes();
            let mut parts: Vec<&[u8]> = vec![&number, name.as_str().as_bytes(), b"\0"];
            parts.extend_from_slice(value);
            parts.push(b"\0");
            frame::put(out, b'm', &parts);
        };
        match edit {
            HeaderEdit::Delete(name, nth) => change(name, *nth, &[]),
            // An empty value would delete the field.
            HeaderEdit::Change(name, nth, value) if value.as_bytes().is_empty() => {
                change(name, *nth, &[b" "]);
            }
            HeaderEdit::Change(name, nth, value) => change(name, *nth, &[space, value.as_bytes()]),
            HeaderEdit::Append(name, value) => {
                let name = name.as_str().as_bytes();
                frame::put(out, b'h', &[name, b"\0", space, value.as_bytes(), b"\0"]);
            }
            HeaderEdit::Insert(place, name, value) => {
                let index = match place {
                    Place::Top => 0_u32,
                    Place::BelowReceived => 1,
                };
                let name = name.as_str().as_bytes();
                frame::put(
                    out,
                    b'i',
                    &[
                        &index.to_be_bytes(),
                        name,
                        b"\0",
                        space,
                        value.as_bytes(),
                        b"\0",
                    ],
                );
            }
        }
    }

    fn put_envelope(self, edit: &EnvelopeEdit, out: &mut BytesMut) {
        let plain = |parameters: &Parameters| {
            parameters.as_str().is_empty() && self.actions.contains(Actions::ADD_RECIPIENT)
        };
        match edit {
            EnvelopeEdit::Remove(address) => frame::put(out, b'-', &[address.as_bytes(), b"\0"]),
            EnvelopeEdit::Add(address, parameters) if plain(parameters) => {
                frame::put(out, b'+', &[&address.bracketed(), b"\0"]);
            }
            // Some MTAs want the second string even if it is empty.
            EnvelopeEdit::Add(address, parameters) => {
                frame::put(
                    out,
                    b'2',
                    &[
                        &address.bracketed(),
                        b"\0",
                        parameters.as_str().as_bytes(),
                        b"\0",
                    ],
                );
            }
            EnvelopeEdit::Sender(address, parameters) => {
                frame::put(
                    out,
                    b'e',
                    &[
                        &address.bracketed(),
                        b"\0",
                        parameters.as_str().as_bytes(),
                        b"\0",
                    ],
                );
            }
        }
    }
}

/// The changes of a header in the order in which they are sent; of several for one field the last one is left.
pub(crate) fn ordered(edits: &[HeaderEdit]) -> Vec<&HeaderEdit> {
    let mut indexed: Vec<(Vec<u8>, Reverse<Nth>, &HeaderEdit)> = Vec::new();
    for edit in edits.iter().rev() {
        if let HeaderEdit::Change(name, nth, _) | HeaderEdit::Delete(name, nth) = edit {
            indexed.push((
                name.as_str().as_bytes().to_ascii_lowercase(),
                Reverse(*nth),
                edit,
            ));
        }
    }
    // Stable, so of equal ones the first stays, which was the last one given.
    indexed.sort_by(|one, two| (&one.0, one.1).cmp(&(&two.0, two.1)));
    indexed.dedup_by(|later, first| later.0 == first.0 && later.1 == first.1);

    let changed = indexed.into_iter().map(|(_, _, edit)| edit);
    let appended = edits
        .iter()
        .filter(|edit| matches!(edit, HeaderEdit::Append(..)));
    let inserted = |at: Place| {
        let here =
            move |edit: &&HeaderEdit| matches!(edit, HeaderEdit::Insert(place, ..) if *place == at);
        edits.iter().rev().filter(here)
    };
    changed
        .chain(appended)
        .chain(inserted(Place::BelowReceived))
        .chain(inserted(Place::Top))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::field::HeaderValue;

    fn name(name: &str) -> HeaderName {
        HeaderName::new(name).expect("name")
    }

    fn value(value: &str) -> HeaderValue {
        HeaderValue::new(value.as_bytes()).expect("value")
    }

    fn nth(number: u32) -> Nth {
        Nth::new(number).expect("number")
    }

    fn check(edits: &[HeaderEdit], expected: &[&str]) {
        let shown: Vec<String> = ordered(edits)
            .iter()
            .map(|edit| match edit {
                HeaderEdit::Delete(name, nth) => format!("m {} {}", nth.get(), name.as_str()),
                HeaderEdit::Change(name, nth, value) => {
                    format!(
                        "m {} {}:{}",
                        nth.get(),
                        name.as_str(),
                        value.as_bytes().escape_ascii()
                    )
                }
                HeaderEdit::Append(name, _) => format!("h {}", name.as_str()),
                HeaderEdit::Insert(Place::Top, name, _) => format!("i 0 {}", name.as_str()),
                HeaderEdit::Insert(Place::BelowReceived, name, _) => {
                    format!("i 1 {}", name.as_str())
                }
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn deletions_and_changes_go_from_the_last_to_the_first() {
        let edits = [
            HeaderEdit::Delete(name("X-A"), nth(1)),
            HeaderEdit::Change(name("x-a"), nth(3), value("new")),
            HeaderEdit::Delete(name("X-A"), nth(2)),
        ];
        check(&edits, &["m 3 x-a:new", "m 2 X-A", "m 1 X-A"]);
    }

    #[test]
    fn of_two_changes_of_one_field_the_last_counts() {
        let edits = [
            HeaderEdit::Change(name("Subject"), nth(1), value("one")),
            HeaderEdit::Change(name("SUBJECT"), nth(1), value("two")),
        ];
        check(&edits, &["m 1 SUBJECT:two"]);
    }

    #[test]
    fn inserts_come_last_and_backwards() {
        let edits = [
            HeaderEdit::Insert(Place::Top, name("T1"), value("")),
            HeaderEdit::Insert(Place::BelowReceived, name("R1"), value("")),
            HeaderEdit::Insert(Place::Top, name("T2"), value("")),
            HeaderEdit::Append(name("A1"), value("")),
            HeaderEdit::Insert(Place::BelowReceived, name("R2"), value("")),
            HeaderEdit::Append(name("A2"), value("")),
            HeaderEdit::Delete(name("D"), nth(1)),
        ];
        check(
            &edits,
            &[
                "m 1 D", "h A1", "h A2", "i 1 R2", "i 1 R1", "i 0 T2", "i 0 T1",
            ],
        );
    }
}
