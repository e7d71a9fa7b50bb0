//! Octets that no field may hold, and white space that does not belong where it is.

use crate::defect::Code;
use crate::map::Field;
use crate::plan::{FieldName, FieldValue};

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// What is wrong with the octets of a field that writing it anew mends.
pub(super) fn flaws(field: &Field) -> Vec<Code> {
    let raw = field.raw();
    let text = raw
        .strip_suffix(b"\n")
        .map_or(raw, |raw| raw.strip_suffix(b"\r").unwrap_or(raw));
    let lines = || {
        let lines = text.split(|byte| *byte == b'\n');
        lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    };
    let before_colon = raw.get(..field.colon).unwrap_or_default();
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    let found = [
        (Code::NulByte, raw.contains(&0)),
        (Code::BareCr, lines().any(|line| line.contains(&b'\r'))),
        (
            Code::ControlCharacter,
            (0..raw.len()).any(|at| is_control(raw, at)),
        ),
        (Code::FirstLineFolded, blank(before_colon.first())),
        (Code::FieldNameSpace, blank(before_colon.last())),
        (
            Code::BlankContinuation,
            lines().skip(1).any(|line| line.trim_ascii().is_empty()),
        ),
        (Code::LongLine, lines().any(|line| line.len() > LINE_MOST)),
        (Code::Raw8Bit, !raw.is_ascii()),
    ];
    found
        .into_iter()
        .filter_map(|(code, is)| is.then_some(code))
        .collect()
}

/// The value without control characters, bare CR and blank lines; its folding is kept, and made where a line that was taken
/// for a continuation has none.
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
            if !matches!(kept.first(), Some(b' ' | b'\t')) {
                value.push(b' ');
            }
        }
        value.extend_from_slice(&kept);
    }
    FieldValue::trusted(value)
}

/// Whether a field stands there as it would be written with this value, whatever its line ends.
pub(super) fn says(field: &Field, value: &FieldValue) -> bool {
    let raw = field.raw_value();
    let raw = raw.strip_prefix(b" ").unwrap_or(raw);
    let mut lines = raw
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let same = value
        .as_bytes()
        .split(|byte| *byte == b'\n')
        .all(|line| lines.next() == Some(line));
    let plain = field
        .raw()
        .get(..field.colon)
        .is_some_and(|name| name.iter().all(u8::is_ascii_graphic));
    same && plain && lines.all(<[u8]>::is_empty)
}

/// Whether a line of a field with this name and value is too long.
pub(super) fn has_long_line(name: &[u8], value: &FieldValue) -> bool {
    let mut lines = value.as_bytes().split(|byte| *byte == b'\n');
    let first = lines.next().map_or(0, <[u8]>::len);
    let first = first.saturating_add(name.len()).saturating_add(2);
    first > LINE_MOST || lines.any(|line| line.len() > LINE_MOST)
}

/// The name that parsers make of a name as it came: without white space, NUL and other octets that no name can have.
pub(super) fn sound_name(name: &[u8]) -> Option<FieldName> {
    let sound = |byte: &u8| (33..=126).contains(byte) && *byte != b':';
    let name: String = name.iter().copied().filter(sound).map(char::from).collect();
    FieldName::new(&name).ok()
}

/// The name by which an edit calls the field, if it can.
pub(super) fn name(field: &Field) -> Option<FieldName> {
    FieldName::new(std::str::from_utf8(field.name()).ok()?).ok()
}

/// The name of the field, or the known one that it is meant to have, as it is written.
pub(super) fn meant_name(field: &Field) -> Option<FieldName> {
    name(field).or_else(|| FieldName::new(&titled(field.known()?)).ok())
}

/// A name with capitals where names have them.
fn titled(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|c| {
            let titled = if start { c.to_ascii_uppercase() } else { c };
            start = c == '-';
            titled
        })
        .collect()
}

/// Whether an edit can name the field.
pub(super) fn is_named(field: &Field) -> bool {
    name(field).is_some()
}

/// Whether the octet at `at` is a control character that no field holds: any but tab, NUL and the line ends.
///
/// QUIRK: old Japanese and Korean programs write ISO-2022 text into fields as it is. The ESC that switches the charset is
/// part of that text (corpus: international/iso-2022-jp-raw-subject).
pub(crate) fn is_control(raw: &[u8], at: usize) -> bool {
    match raw.get(at) {
        Some(0x1b) => !matches!(raw.get(at.saturating_add(1)), Some(b'(' | b'$')),
        Some(byte) => matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127),
        None => false,
    }
}
