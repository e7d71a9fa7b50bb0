//! Name and value of a header field, checked so that they cannot be read as anything else.

use super::invalid::InvalidEdit;

/// Longest name of a header field, in octets.
pub const NAME_MAX: usize = 400;

/// Longest value of a header field, in octets; with name and framing it fits one packet.
pub const VALUE_MAX: usize = 65_000;

/// Longest line of a header field, in octets (RFC 5322, section 2.1.1).
const LINE_MAX: usize = 998;

/// The name of a header field: octets 33 to 126 without the colon (RFC 5322, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// Checks a name.
    pub fn new(name: &str) -> Result<Self, InvalidEdit> {
        let good = |octet: u8| octet.is_ascii_graphic() && octet != b':';
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(good) {
            return Err(InvalidEdit::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a header field, without the space behind the colon and without the last line end.
///
/// Lines are separated by LF; each continuation starts with a blank and is not blank as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderValue(Vec<u8>);

impl HeaderValue {
    /// Checks a value. CRLF becomes LF, and a line that is too long for mail is folded where it has a blank.
    pub fn new(value: &[u8]) -> Result<Self, InvalidEdit> {
        if value.len() > VALUE_MAX {
            return Err(InvalidEdit::ValueLength);
        }
        let mut folded = Vec::with_capacity(value.len());
        for (number, line) in value.split(|octet| *octet == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.iter().any(|octet| matches!(octet, 0 | b'\r')) {
                return Err(InvalidEdit::Control);
            }
            if number > 0 {
                if !line.starts_with(b" ") && !line.starts_with(b"\t")
                    || line.trim_ascii().is_empty()
                {
                    return Err(InvalidEdit::Folding);
                }
                folded.push(b'\n');
            }
            // The name stands before the first line.
            fold(
                line,
                if number == 0 {
                    LINE_MAX - NAME_MAX
                } else {
                    LINE_MAX
                },
                &mut folded,
            );
        }
        Ok(Self(folded))
    }

    /// The octets, lines separated by LF.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Writes a line in pieces of at most `room` octets, broken before a blank that follows something else.
fn fold(line: &[u8], room: usize, out: &mut Vec<u8>) {
    let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
    let (mut rest, mut room) = (line, room);
    while rest.len() > room {
        let text = rest
            .iter()
            .position(|octet| !blank(octet))
            .unwrap_or(rest.len());
        let near = rest
            .get(..room)
            .and_then(|full| full.iter().rposition(blank))
            .filter(|at| *at > text);
        let far = || {
            rest.get(text..)
                .and_then(|tail| tail.iter().position(blank))
                .map(|at| text.saturating_add(at))
        };
        let Some((head, tail)) = near.or_else(far).and_then(|at| rest.split_at_checked(at)) else {
            break;
        };
        if tail.trim_ascii().is_empty() {
            break;
        }
        out.extend_from_slice(head);
        out.push(b'\n');
        (rest, room) = (tail, LINE_MAX);
    }
    out.extend_from_slice(rest);
}
