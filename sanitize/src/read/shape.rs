//! What a line of a header section is, by its octets and by what follows.

use super::boundaries::Boundaries;
use crate::defect::Code;
use crate::map::known_name;

/// Octets of what follows that are looked at, and lines.
const AHEAD_MOST: usize = 1_000;
const LINES_AHEAD: usize = 8;

/// What a complete field, with its continuation lines, turns out to be.
pub(super) enum Shape {
    /// A field; the colon stands here.
    Field(usize),
    /// No field.
    Other(Code),
}

/// What a field with its continuation lines is.
pub(super) fn shape(raw: &[u8], first: bool) -> Shape {
    let Some(colon) = memchr::memchr(b':', raw) else {
        return Shape::Other(Code::FieldMissingColon);
    };
    let name = raw.get(..colon).unwrap_or_default();
    let name = if first {
        name.trim_ascii()
    } else {
        name.trim_ascii_end()
    };
    let foreign = name.iter().any(|byte| *byte <= b' ' || *byte == 127);
    if name.is_empty() || foreign && known_name(name).is_none() {
        return Shape::Other(Code::FieldNameInvalid);
    }
    Shape::Field(colon)
}

/// Length from the start to the end of the line that begins at `start`, when no line end stands before `from`.
pub(super) fn line_length(unread: &[u8], from: usize, start: usize, ended: bool) -> Option<usize> {
    let from = from.max(start);
    match memchr::memchr(b'\n', unread.get(from..).unwrap_or_default()) {
        Some(newline) => Some(from.saturating_add(newline).saturating_add(1)),
        None => ended.then_some(unread.len()),
    }
}

/// Whether the line is the empty one behind a header section, whatever number of CR it has.
pub(super) fn is_empty_line(line: &[u8]) -> bool {
    line.strip_suffix(b"\n")
        .is_some_and(|text| text.iter().all(|byte| *byte == b'\r'))
}

/// Whether the line has white space and nothing else.
pub(super) fn is_blank(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t')) && line.trim_ascii().is_empty()
}

/// Whether a header section goes on behind a line that is no field: with a field or the empty line, or further down with a
/// field that describes the body. None: not known yet.
pub(super) fn goes_on(next: &[u8], boundaries: &Boundaries, ended: bool) -> Option<bool> {
    let head = next.get(..AHEAD_MOST).unwrap_or(next);
    let ended = ended || head.len() == AHEAD_MOST;
    let mut rest = head;
    for nth in 0..LINES_AHEAD {
        let (line, behind) = rest.split_at_checked(line_length(rest, 0, 0, ended)?)?;
        let ends = is_empty_line(line);
        if nth == 0 && (ends || is_field_like(line)) || describes_body(line) {
            return Some(true);
        }
        if ends || line.is_empty() || boundaries.is_delimiter(line) {
            break;
        }
        rest = behind;
    }
    Some(false)
}

/// The same behind a line of white space: a line that continues a field counts too.
pub(super) fn goes_on_folded(next: &[u8], boundaries: &Boundaries, ended: bool) -> Option<bool> {
    match next.first() {
        Some(b' ' | b'\t') => Some(true),
        None if !ended => None,
        _ => goes_on(next, boundaries, ended),
    }
}

/// Whether the lines of a message end in CR alone, as some parsers read it: no LF is near, and the second line is a field too.
/// None: not known yet.
pub(super) fn lines_end_at_cr(start: &[u8], ended: bool) -> Option<bool> {
    let head = start.get(..AHEAD_MOST).unwrap_or(start);
    if memchr::memchr(b'\n', head).is_some() {
        return Some(false);
    }
    if head.len() < AHEAD_MOST && !ended {
        return None;
    }
    let mut lines = head.split(|byte| *byte == b'\r');
    let field = |line: Option<&[u8]>| line.is_some_and(is_field_like);
    Some(field(lines.next()) && field(lines.next()))
}

/// Whether the line begins with a field name and a colon.
pub(super) fn is_field_like(line: &[u8]) -> bool {
    let name = name_of(line).trim_ascii_end();
    !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte))
}

/// Whether the line is a field that says what the body is.
fn describes_body(line: &[u8]) -> bool {
    const FIELDS: &[&str] = &[
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
    ];
    let name = name_of(line).trim_ascii();
    FIELDS
        .iter()
        .any(|field| name.eq_ignore_ascii_case(field.as_bytes()))
}

fn name_of(line: &[u8]) -> &[u8] {
    let colon = memchr::memchr(b':', line).unwrap_or(0);
    line.get(..colon).unwrap_or_default()
}

/// Whether a line that does not start with white space goes on with the parameters of the field before it, which ends in a
/// semicolon: some program folded it without the white space. None: not known yet.
pub(super) fn is_misfolded(field: &[u8], next: &[u8], ended: bool) -> Option<bool> {
    const PARAMETERS: &[&str] = &["boundary", "filename", "name", "charset"];
    /// Octets of the longest of them, with what may stand between it and its value.
    const MOST: usize = 16;
    if !field.trim_ascii_end().ends_with(b";") {
        return Some(false);
    }
    let head = next.get(..MOST).unwrap_or(next);
    if head.len() < MOST && !ended && memchr::memchr(b'\n', head).is_none() {
        return None;
    }
    let Some(equals) = memchr::memchr(b'=', head) else {
        return Some(false);
    };
    let name = head.get(..equals).unwrap_or_default().trim_ascii_end();
    let name = name.strip_suffix(b"*").unwrap_or(name);
    Some(
        PARAMETERS
            .iter()
            .any(|parameter| name.eq_ignore_ascii_case(parameter.as_bytes())),
    )
}
