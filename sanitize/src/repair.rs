//! Repairs of the header section of the message: which defects are mended, and by which edits.
//!
//! Each repair touches the fields concerned and no other, by means that an MTA offers (RFC 7103 is the guide). Defects
//! whose repair needs another body are not mended here.

use crate::defect::Code;
use crate::map::{Field, MessageMap};
use crate::plan::{FieldName, FieldValue, HeaderEdit};
use crate::read::{is_control, is_single};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

/// A defect of the header section and the edit that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What is mended.
    pub code: Code,
    /// How.
    pub edit: HeaderEdit,
}

/// Fields that hold a list: what stands in a second one belongs to the first (RFC 5322, section 3.6.3).
const LISTS: [&str; 3] = ["to", "cc", "bcc"];

/// Octets of a list up to which several fields are made one.
const LIST_MOST: usize = 50_000;

/// The repairs that the header section of a message needs. None for a message that needs none.
pub fn header_repairs(map: &MessageMap) -> Vec<Repair> {
    let mut seen: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut repairs = Vec::new();
    for field in map.root().fields() {
        let earlier = seen.entry(field.name().to_ascii_lowercase()).or_default();
        repairs.extend(repair(field, *earlier));
        *earlier = earlier.saturating_add(1);
    }
    // Behind the others: of two edits of a field the last one counts.
    let several = |name: &str| seen.get(name.as_bytes()).is_some_and(|count| *count > 1);
    let lists = LISTS.into_iter().filter(|name| several(name));
    repairs.extend(lists.filter_map(|name| unite(map, name)));
    repairs
}

/// Puts what the fields of this name hold into the first of them, so that nobody is lost with the others.
fn unite(map: &MessageMap, name: &str) -> Option<Repair> {
    let fields = map.root().fields().iter().filter(|field| field.is(name));
    let values = fields.map(|field| cleaned(field.raw_value()));
    let mut united = Vec::new();
    let mut known = BTreeSet::new();
    for value in values {
        let value = value.as_bytes().trim_ascii_end();
        let value = value.strip_suffix(b",").unwrap_or(value);
        if value.is_empty() || !known.insert(value.to_vec()) {
            continue;
        }
        if !united.is_empty() {
            united.extend_from_slice(b",\n ");
        }
        united.extend_from_slice(value);
        if united.len() > LIST_MOST {
            return None;
        }
    }
    let first = map.root().field(name)?;
    let name = FieldName::new(std::str::from_utf8(first.name()).ok()?).ok()?;
    Some(Repair {
        code: Code::DuplicateField,
        edit: HeaderEdit::Change {
            name,
            nth: NonZeroU32::MIN,
            value: FieldValue::trusted(united),
        },
    })
}

/// The repair of one field, of which `earlier` with the same name stand above it.
fn repair(field: &Field, earlier: usize) -> Option<Repair> {
    let name = FieldName::new(std::str::from_utf8(field.name()).ok()?).ok()?;
    let nth = NonZeroU32::new(u32::try_from(earlier).ok()?.checked_add(1)?)?;
    if earlier > 0 && is_single(field.name()) {
        return Some(Repair {
            code: Code::DuplicateField,
            edit: HeaderEdit::Delete { name, nth },
        });
    }
    let code = flaw(field)?;
    let value = cleaned(field.raw_value());
    Some(Repair {
        code,
        edit: HeaderEdit::Change { name, nth, value },
    })
}

/// What is wrong with the octets of a field that writing it anew mends.
fn flaw(field: &Field) -> Option<Code> {
    let raw = field.raw();
    let text = raw
        .strip_suffix(b"\n")
        .map_or(raw, |raw| raw.strip_suffix(b"\r").unwrap_or(raw));
    let bare_cr = || {
        text.split(|byte| *byte == b'\n')
            .any(|line| line.strip_suffix(b"\r").unwrap_or(line).contains(&b'\r'))
    };
    let before_colon = raw.get(..field.colon).unwrap_or_default();
    match () {
        () if raw.contains(&0) => Some(Code::NulByte),
        () if bare_cr() => Some(Code::BareCr),
        () if (0..raw.len()).any(|at| is_control(raw, at)) => Some(Code::ControlCharacter),
        () if before_colon.first().is_some_and(u8::is_ascii_whitespace) => {
            Some(Code::FirstLineFolded)
        }
        () if before_colon.last().is_some_and(u8::is_ascii_whitespace) => {
            Some(Code::FieldNameSpace)
        }
        () => None,
    }
}

/// The value without control characters and bare CR, its folding kept.
pub(crate) fn cleaned(raw: &[u8]) -> FieldValue {
    let mut value = Vec::with_capacity(raw.len());
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let kept = line
            .iter()
            .enumerate()
            .filter(|(at, byte)| **byte != 0 && !is_control(line, *at))
            .map(|(_, byte)| if *byte == b'\r' { b' ' } else { *byte });
        let kept: Vec<u8> = if value.is_empty() {
            kept.skip_while(u8::is_ascii_whitespace).collect()
        } else {
            kept.collect()
        };
        if kept.trim_ascii().is_empty() {
            continue;
        }
        if !value.is_empty() {
            value.push(b'\n');
        }
        value.extend_from_slice(&kept);
    }
    FieldValue::trusted(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Needs, Plan, Reader, Reading, rewrite};

    fn check(message: &str, expected: &str) {
        let read = |octets: &[u8]| {
            let mut reader = Reader::new(Needs::default(), Limits::default());
            reader.push(octets);
            reader.finish()
        };
        let Reading::Whole(map) = read(message.as_bytes()) else {
            panic!("cut")
        };
        let header = header_repairs(&map)
            .into_iter()
            .map(|repair| repair.edit)
            .collect();
        let rewritten = rewrite(
            &map,
            &Plan {
                header,
                ..Plan::default()
            },
        );
        let mut out = Vec::new();
        for piece in rewritten.message(&map) {
            match piece {
                crate::Piece::Copy(range) => {
                    let index = |at: u64| usize::try_from(at).expect("small");
                    out.extend_from_slice(
                        &message.as_bytes()[index(range.start)..index(range.end)],
                    );
                }
                crate::Piece::Bytes(bytes) => out.extend_from_slice(&bytes),
                crate::Piece::Recode(_) => unreachable!("a plan of header edits"),
            }
        }
        assert_eq!(String::from_utf8_lossy(&out), expected);
        assert_eq!(header_repairs(read(&out).map()), [], "repaired twice");
    }

    #[test]
    fn a_sound_header_is_left_alone() {
        let sound =
            "From: a@example.org\r\nSubject: hi\r\nReceived: x\r\nReceived: y\r\n\r\nbody\r\n";
        check(sound, sound);
        let japanese = "Subject: \x1b$B2q5D\x1b(B\r\n\r\nbody\r\n";
        check(japanese, japanese);
    }

    #[test]
    fn a_field_that_may_stand_once_keeps_its_first() {
        check(
            "Subject: one\r\nFrom: a@example.org\r\nSUBJECT: two\r\n\r\n",
            "Subject: one\r\nFrom: a@example.org\r\n\r\n",
        );
        check(
            "To: a@example.org,\r\n b@example.org\r\nCc:\r\nto: c@example.org,\r\nTo : d\r\nCC: e\r\n\r\n",
            "To: a@example.org,\r\n b@example.org,\r\n c@example.org,\r\n d\r\nCc: e\r\n\r\n",
        );
        check(
            "Content-Type: text/html\r\nContent-type: text/plain\r\n\r\n",
            "Content-Type: text/html\r\n\r\n",
        );
    }

    #[test]
    fn what_no_field_may_hold_goes() {
        check("Subject: a\0b\r\n\r\n", "Subject: ab\r\n\r\n");
        check(
            "Subject: a\x1b[2Jb\r\n c\r\n\r\n",
            "Subject: a[2Jb\r\n c\r\n\r\n",
        );
        check("Subject: a\rb\r\n\r\n", "Subject: a b\r\n\r\n");
        check("Subject : a\r\n\r\n", "Subject: a\r\n\r\n");
        check(
            " Subject: a\r\nTo: b\r\n\r\n",
            "Subject: a\r\nTo: b\r\n\r\n",
        );
    }
}
