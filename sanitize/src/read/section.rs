//! One header section: octets to fields (RFC 5322, section 2.2), whatever mail makes of them.
//!
//! QUIRK: a line that is no field is skipped if what follows it still looks like a header section; otherwise it is taken
//! as the first line of the body (RFC 5322 knows neither). Most parsers do the one, the MTAs do the other.
//!
//! QUIRK: a line of white space continues a field if what follows it looks like a header section, and stands for the empty
//! line otherwise.

use super::boundaries::Boundaries;
use super::outline::Outline;
use super::shape::{
    Shape, goes_on, goes_on_folded, is_blank, is_empty_line, is_misfolded, line_length, shape,
};
use super::window::Window;
use crate::defect::Code;
use crate::limits::Limits;
use crate::map::{Field, PartId};

/// A header section that is being read.
#[derive(Debug)]
pub(super) struct Section {
    part: PartId,
    fields: u32,
    /// Octets of the next field that are known to be whole lines of it.
    lines: usize,
    /// Octets of the next line that are known to hold no line end.
    searched: usize,
    /// Whether a line of the next field lacks the white space in front.
    misfolded: bool,
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

/// What a section is read from and written down in.
pub(super) struct Desk<'a> {
    pub(super) window: &'a mut Window,
    pub(super) boundaries: &'a Boundaries,
    pub(super) outline: &'a mut Outline,
    pub(super) limits: &'a Limits,
    pub(super) ended: bool,
}

impl Section {
    pub(super) fn new(part: PartId) -> Self {
        Section {
            part,
            fields: 0,
            lines: 0,
            searched: 0,
            misfolded: false,
        }
    }

    /// Takes one field, or ends.
    pub(super) fn step(&mut self, desk: &mut Desk<'_>) -> Step {
        let unread = desk.window.unread();
        let at = desk.window.position();
        if unread.is_empty() && desk.ended {
            // A message may end with its fields (RFC 5322, section 3.5), but not all parsers know that.
            if self.part == PartId::ROOT && self.fields > 0 {
                return self.end_without_separator(desk.outline, at);
            }
            return Step::End;
        }
        let known = self.lines.max(self.searched);
        let Some(first) = line_length(unread, known, 0, desk.ended) else {
            self.searched = unread.len();
            return if unread.len() > desk.limits.field_bytes {
                Step::Limit(Code::LimitFieldBytes, at)
            } else {
                Step::Starved
            };
        };
        if self.lines == 0
            && let Some(step) = self.at_end(first, desk)
        {
            return step;
        }
        let unread = desk.window.unread();
        let length = match self.logical_length(unread, desk.boundaries, desk.ended) {
            Ok(length) if length <= desk.limits.field_bytes => length,
            Err(()) if unread.len() <= desk.limits.field_bytes => return Step::Starved,
            _ => return Step::Limit(Code::LimitFieldBytes, at),
        };
        self.take(length, desk)
    }

    /// Ends the section if the line that stands next does. `length` is its length.
    fn at_end(&self, length: usize, desk: &mut Desk<'_>) -> Option<Step> {
        let at = desk.window.position();
        let line = desk.window.unread().get(..length).unwrap_or_default();
        if is_empty_line(line) {
            desk.outline.separator(self.part, line);
            if line.starts_with(b"\r\r") {
                desk.outline.defect(Code::BareCr, self.part, at);
            }
            if self.fields == 0 && self.part != PartId::ROOT {
                desk.outline.defect(Code::MissingPartHeader, self.part, at);
            }
            desk.window.consume(length);
            return Some(Step::End);
        }
        // The delimiter of the part itself may stand right behind its fields: only it can tell what that is.
        let delimiter = desk.boundaries.is_delimiter(line)
            || line.starts_with(b"--") && desk.outline.names_multipart(self.part);
        if delimiter {
            return Some(self.end_without_separator(desk.outline, at));
        }
        if !is_blank(line) {
            return None;
        }
        let next = desk.window.unread().get(length..).unwrap_or_default();
        match goes_on_folded(next, desk.boundaries, desk.ended) {
            None => Some(Step::Starved),
            Some(true) => None,
            Some(false) => {
                desk.outline.defect(Code::BlankSeparator, self.part, at);
                desk.window.consume(length);
                Some(Step::End)
            }
        }
    }

    /// Length of the next field with all its continuation lines. Remembers how far it looked.
    fn logical_length(
        &mut self,
        unread: &[u8],
        boundaries: &Boundaries,
        ended: bool,
    ) -> Result<usize, ()> {
        loop {
            let (taken, next) = unread.split_at_checked(self.lines).unwrap_or_default();
            match next.first() {
                Some(b' ' | b'\t') => {}
                Some(_) if self.lines == 0 => {}
                Some(_) if is_misfolded(taken, next, ended).ok_or(())? => self.misfolded = true,
                None if !ended => return Err(()),
                _ => return Ok(self.lines),
            }
            let from = self.searched.max(self.lines);
            let Some(end) = line_length(unread, from, self.lines, ended) else {
                self.searched = unread.len();
                return Err(());
            };
            let line = unread.get(self.lines..end).unwrap_or_default();
            let behind = unread.get(end..).unwrap_or_default();
            if self.lines > 0
                && is_blank(line)
                && !goes_on_folded(behind, boundaries, ended).ok_or(())?
            {
                return Ok(self.lines);
            }
            self.lines = end;
        }
    }

    /// Takes the next `length` octets as a field, or finds that the section ends in front of them.
    fn take(&mut self, length: usize, desk: &mut Desk<'_>) -> Step {
        let at = desk.window.position();
        let unread = desk.window.unread();
        let raw = unread.get(..length).unwrap_or_default();
        let shape = shape(raw, self.fields == 0);
        if let Shape::Other(code) = shape {
            let next = unread.get(length..).unwrap_or_default();
            match goes_on(next, desk.boundaries, desk.ended) {
                None => return Step::Starved,
                Some(false) => return self.end_without_separator(desk.outline, at),
                Some(true) => desk.outline.defect(code, self.part, at),
            }
        }
        if holds_delimiter(raw, desk.boundaries) {
            desk.outline.defect(Code::BoundaryInLine, self.part, at);
        }
        if self.misfolded {
            desk.outline.defect(Code::FieldMissingColon, self.part, at);
        }
        self.lines = 0;
        self.searched = 0;
        self.misfolded = false;
        self.fields = self.fields.saturating_add(1);
        if self.fields > desk.limits.fields {
            return Step::Limit(Code::LimitFields, at);
        }
        let raw = desk.window.take(length);
        if let Err(code) = desk.outline.charge_header(raw.len()) {
            return Step::Limit(code, at);
        }
        match shape {
            Shape::Field(colon) => {
                let field = Field::new(raw.into(), colon, at);
                desk.outline.field(self.part, field);
            }
            Shape::Other(_) => desk.outline.hidden_fields(self.part, raw, at),
        }
        Step::More
    }

    fn end_without_separator(&self, outline: &mut Outline, at: u64) -> Step {
        outline.defect(Code::MissingSeparator, self.part, at);
        Step::End
    }
}

/// Whether a line that continues a field is a delimiter to parsers that skip white space in front of one.
fn holds_delimiter(raw: &[u8], boundaries: &Boundaries) -> bool {
    if boundaries.is_empty() || memchr::memmem::find(raw, b"--").is_none() {
        return false;
    }
    let lines = raw.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines
        .skip(1)
        .any(|line| boundaries.is_delimiter(line.trim_ascii_start()))
}
