//! One header section: octets to fields (RFC 5322, section 2.2), whatever mail makes of them.
//!
//! QUIRK: a line that is no field is skipped if what follows it still looks like a header section; otherwise it is taken
//! as the first line of the body (RFC 5322 knows neither). Most parsers do the one, the MTAs do the other.

use super::boundaries::Boundaries;
use super::outline::Outline;
use super::window::Window;
use crate::defect::Code;
use crate::limits::Limits;
use crate::map::{Field, PartId};

/// Octets of a line that are enough to tell whether it is a field.
const LINE_MOST: usize = 1_000;

/// A header section that is being read.
#[derive(Debug)]
pub(super) struct Section {
    part: PartId,
    fields: u32,
    /// Octets of the next field that are known to be whole lines of it.
    lines: usize,
    /// Octets of the next line that are known to hold no line end.
    searched: usize,
}

/// What one step came to.
pub(super) enum Step {
    /// A field was taken or a line was skipped.
    More,
    /// More input is needed.
    Starved,
    /// The section is complete; the body stands next.
    End,
    /// A limit was reached, at this octet.
    Limit(Code, u64),
}

/// What a complete field, with its continuation lines, turns out to be.
enum Shape {
    /// A field; the colon stands here.
    Field(usize),
    /// No field.
    Other(Code),
}

impl Section {
    pub(super) fn new(part: PartId) -> Self {
        Section {
            part,
            fields: 0,
            lines: 0,
            searched: 0,
        }
    }

    /// Takes one field, or ends.
    pub(super) fn step(
        &mut self,
        window: &mut Window,
        boundaries: &Boundaries,
        outline: &mut Outline,
        limits: &Limits,
        ended: bool,
    ) -> Step {
        let unread = window.unread();
        let at = window.position();
        if unread.is_empty() && ended {
            // A message may end with its fields: the body, with its empty line, is optional (RFC 5322, section 3.5).
            return Step::End;
        }
        let Some(first) = line_length(unread, self.lines.max(self.searched), 0, ended) else {
            self.searched = unread.len();
            return if unread.len() > limits.field_bytes {
                Step::Limit(Code::LimitFieldBytes, at)
            } else {
                Step::Starved
            };
        };
        if self.lines == 0 {
            let line = unread.get(..first).unwrap_or_default();
            if matches!(line, b"\r\n" | b"\n") {
                outline.separator(self.part, line);
                window.consume(first);
                return Step::End;
            }
            if boundaries.is_delimiter(line) {
                return self.end_without_separator(outline, at);
            }
        }
        let length = match self.logical_length(unread, ended) {
            Ok(length) if length <= limits.field_bytes => length,
            Err(()) if unread.len() <= limits.field_bytes => return Step::Starved,
            _ => return Step::Limit(Code::LimitFieldBytes, at),
        };
        self.take(length, window, boundaries, outline, limits, ended)
    }

    /// Length of the next field with all its continuation lines. Remembers how far it looked.
    fn logical_length(&mut self, unread: &[u8], ended: bool) -> Result<usize, ()> {
        loop {
            match unread.get(self.lines) {
                Some(b' ' | b'\t') => {}
                Some(_) if self.lines == 0 => {}
                None if !ended => return Err(()),
                _ => return Ok(self.lines),
            }
            let Some(end) = line_length(unread, self.searched.max(self.lines), self.lines, ended)
            else {
                self.searched = unread.len();
                return Err(());
            };
            self.lines = end;
        }
    }

    /// Takes the next `length` octets as a field, or finds that the section ends in front of them.
    fn take(
        &mut self,
        length: usize,
        window: &mut Window,
        boundaries: &Boundaries,
        outline: &mut Outline,
        limits: &Limits,
        ended: bool,
    ) -> Step {
        let at = window.position();
        let unread = window.unread();
        let raw = unread.get(..length).unwrap_or_default();
        let shape = shape(raw, self.fields == 0);
        if let Shape::Other(code) = shape {
            let next = unread.get(length..).unwrap_or_default();
            match header_goes_on(next, boundaries, ended) {
                None => return Step::Starved,
                Some(false) => return self.end_without_separator(outline, at),
                Some(true) => outline.defect(code, self.part, at),
            }
        }
        self.lines = 0;
        self.searched = 0;
        self.fields = self.fields.saturating_add(1);
        if self.fields > limits.fields {
            return Step::Limit(Code::LimitFields, at);
        }
        let raw = window.take(length);
        if let Err(code) = outline.charge_header(raw.len()) {
            return Step::Limit(code, at);
        }
        if let Shape::Field(colon) = shape {
            outline.field(
                self.part,
                Field {
                    raw: raw.into(),
                    colon,
                    at,
                },
            );
        }
        Step::More
    }

    fn end_without_separator(&mut self, outline: &mut Outline, at: u64) -> Step {
        outline.defect(Code::MissingSeparator, self.part, at);
        Step::End
    }
}

/// Length from the start to the end of the line that begins at `start`, when no line end stands before `from`.
fn line_length(unread: &[u8], from: usize, start: usize, ended: bool) -> Option<usize> {
    let from = from.max(start);
    match memchr::memchr(b'\n', unread.get(from..).unwrap_or_default()) {
        Some(newline) => Some(from.saturating_add(newline).saturating_add(1)),
        None => ended.then_some(unread.len()),
    }
}

/// What a field with its continuation lines is.
fn shape(raw: &[u8], first: bool) -> Shape {
    let Some(colon) = memchr::memchr(b':', raw) else {
        return Shape::Other(Code::FieldMissingColon);
    };
    let name = raw.get(..colon).unwrap_or_default();
    let name = if first {
        name.trim_ascii()
    } else {
        name.trim_ascii_end()
    };
    if name.is_empty() || name.iter().any(|byte| *byte <= b' ' || *byte == 127) {
        return Shape::Other(Code::FieldNameInvalid);
    }
    Shape::Field(colon)
}

/// Whether the line that follows one that is no field is a field, the empty line or a delimiter. None: not known yet.
fn header_goes_on(next: &[u8], boundaries: &Boundaries, ended: bool) -> Option<bool> {
    let head = next.get(..LINE_MOST).unwrap_or(next);
    let ended = ended || head.len() == LINE_MOST;
    let length = line_length(head, 0, 0, ended)?;
    let line = head.get(..length).unwrap_or_default();
    if matches!(line, b"\r\n" | b"\n") || boundaries.is_delimiter(line) {
        return Some(true);
    }
    let name = line
        .get(..memchr::memchr(b':', line).unwrap_or(0))
        .unwrap_or_default()
        .trim_ascii_end();
    Some(!name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte)))
}
