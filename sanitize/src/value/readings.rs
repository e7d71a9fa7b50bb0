//! The readings of the octets of one parameter value: what mail clients make of quotes, escapes, blanks, comments and
//! folding.

use super::syntax::{Form, Raw, without_comments};
use super::text::unfold;

/// Which reading of each piece goes into a value that is put together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lane {
    /// The one that most clients make.
    Usual,
    /// The one that takes backslashes and parentheses as they stand.
    Literal,
}

/// The readings of one value without repeats: the usual one first, then the literal one. Never empty.
pub(super) fn readings(raw: &Raw<'_>) -> Vec<Vec<u8>> {
    if is_plain(raw) {
        return vec![raw.value.to_vec()];
    }
    let mut readings = match raw.form {
        Form::Bare => bare(raw.value),
        Form::Quoted => quoted(raw.value),
        Form::Open => open(raw.value),
    };
    readings.extend(raw.whole.map(unfold));
    readings.extend(raw.whole.map(|whole| without(whole, b"\"")));
    if raw.value.contains(&b'\n') {
        let lines = raw.value.split(|byte| *byte == b'\n');
        let lines: Vec<_> = lines.map(<[u8]>::trim_ascii).collect();
        readings.push(without_escapes(&lines.concat()));
    }
    let inside = raw.value.strip_prefix(b"'");
    let inside = inside.and_then(|inside| inside.strip_suffix(b"'"));
    readings.extend(inside.map(unfold));
    let mut kept: Vec<Vec<u8>> = Vec::with_capacity(readings.len());
    for reading in readings {
        if !kept.contains(&reading) {
            kept.push(reading);
        }
    }
    kept
}

/// Whether there is nothing in a value that can be read in two ways.
fn is_plain(raw: &Raw<'_>) -> bool {
    let dubious: &[u8] = match raw.form {
        Form::Bare => b" \t\x0c\r\n('\"",
        Form::Quoted => b"\r\n\\';",
        Form::Open => return false,
    };
    raw.whole.is_none() && !raw.value.iter().any(|byte| dubious.contains(byte))
}

/// The usual reading alone.
pub(super) fn usual(raw: &Raw<'_>) -> Vec<u8> {
    readings(raw).into_iter().next().unwrap_or_default()
}

/// Without comments; as it stands; its first word; without the quotes inside.
fn bare(value: &[u8]) -> Vec<Vec<u8>> {
    let unfolded = unfold(value);
    let mut first = unfolded.split(u8::is_ascii_whitespace);
    let first = first.next().unwrap_or_default().to_vec();
    vec![
        without_comments(&unfolded).trim_ascii().to_vec(),
        unfolded,
        first,
        without(value, b"\""),
    ]
}

/// Without escapes; as it stands; up to the first quote, escaped or not; up to the first semicolon.
fn quoted(value: &[u8]) -> Vec<Vec<u8>> {
    let unfolded = unfold(value);
    let mut parts = unfolded.split(|byte| *byte == b'"');
    let first = parts.next().unwrap_or_default().to_vec();
    let mut parts = unfolded.split(|byte| *byte == b';');
    let naive = parts.next().unwrap_or_default().to_vec();
    vec![without_escapes(&unfolded), unfolded, first, naive]
}

/// Without escapes; as it stands; up to the first semicolon or quote.
fn open(value: &[u8]) -> Vec<Vec<u8>> {
    let mut readings = quoted(value);
    let unfolded = unfold(value);
    let mut parts = unfolded.split(|byte| *byte == b';');
    let first = parts.next().unwrap_or_default();
    readings.push(first.trim_ascii_end().to_vec());
    readings
}

fn without(octets: &[u8], dropped: &[u8]) -> Vec<u8> {
    let mut octets = unfold(octets);
    octets.retain(|byte| !dropped.contains(byte));
    octets
}

/// Quoted pairs as the octet that they quote (RFC 5322, section 3.2.1).
fn without_escapes(octets: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(octets.len());
    let mut quoted = false;
    for byte in octets {
        quoted = *byte == b'\\' && !quoted;
        if !quoted {
            plain.push(*byte);
        }
    }
    plain
}
