//! One parameter, written anew: on a line of its own, in the form that every client reads alike.

use super::syntax;
use crate::plan::FieldValue;
use encodify::base64::STANDARD;
use std::fmt::Write as _;

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// Octets of a percent-encoded value on one line; a longer one is continued (RFC 2231, section 3).
const SEGMENT_MOST: usize = 720;

/// Octets of text in one encoded word: 75 characters in all (RFC 2047, section 2).
const WORD_MOST: usize = 45;

/// Adds a parameter on a line of its own.
pub(super) fn push_line(value: &mut Vec<u8>, parameter: &[u8]) -> Option<()> {
    let fits = parameter
        .split(|byte| *byte == b'\n')
        .all(|line| line.len() < LINE_MOST.saturating_sub(2));
    FieldValue::new(parameter).ok().filter(|_| fits)?;
    value.extend_from_slice(b";\n ");
    value.extend_from_slice(parameter);
    Some(())
}

/// One parameter: in quotes if every client reads it alike there, else by RFC 2231. Control characters do not count.
pub(super) fn write_parameter(name: &str, value: &str) -> Vec<u8> {
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    if is_plain(&value) {
        return [name.as_bytes(), b"=", &quote(value.as_bytes())].concat();
    }
    let segments = segments(&value);
    if let [only] = segments.as_slice() {
        return format!("{name}*=utf-8''{only}").into_bytes();
    }
    let mut written = String::new();
    for (number, segment) in segments.iter().enumerate() {
        let before = if number == 0 { "utf-8''" } else { ";\n " };
        // Writing to a string does not fail.
        let _ = match number {
            0 => write!(written, "{name}*0*={before}{segment}"),
            _ => write!(written, "{before}{name}*{number}*={segment}"),
        };
    }
    written.into_bytes()
}

/// A file name in a Content-Type: in quotes, or as encoded words in quotes where that cannot be. Against RFC 2047, section 5,
/// but `name` is the older of the two places, and what reads it reads this: of 22 parsers, 19 show the name that stands in
/// RFC 2231 form in the disposition if this form stands beside it, and 17 if both are RFC 2231.
pub(super) fn write_type_name(name: &str) -> Vec<u8> {
    if is_plain(name) {
        return write_parameter("name", name);
    }
    let mut words: Vec<String> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let mut end = rest.len().min(WORD_MOST);
        while !rest.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let encoded = STANDARD.encode(word);
        words.push(format!("=?utf-8?B?{encoded}?="));
        rest = after;
    }
    format!("name=\"{}\"", words.join(" ")).into_bytes()
}

/// The value percent-encoded (RFC 2231, section 4), in pieces that fit on lines; at least one.
fn segments(value: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    for byte in value.bytes() {
        if segments
            .last()
            .is_some_and(|last| last.len() >= SEGMENT_MOST)
        {
            segments.push(String::new());
        }
        let Some(last) = segments.last_mut() else {
            continue;
        };
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            last.push(char::from(byte));
        } else {
            let _ = write!(last, "%{byte:02X}");
        }
    }
    segments
}

/// Whether a value in quotes is read alike everywhere: ASCII without escapes, and nothing that a search takes for a parameter
/// or for the end of this one.
fn is_plain(value: &str) -> bool {
    let quoted = [b"x;x=", quote(value.as_bytes()).as_slice()].concat();
    value
        .bytes()
        .all(|byte| (b' '..=b'~').contains(&byte) && !b"\"\\;".contains(&byte))
        && !value.starts_with('\'')
        && !value.contains("=?")
        && syntax::cut(&quoted, 4).codes.is_empty()
}

/// A quoted string (RFC 5322, section 3.2.4), without control characters.
pub(super) fn quote(octets: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in octets.iter().filter(|byte| !byte.is_ascii_control()) {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}
