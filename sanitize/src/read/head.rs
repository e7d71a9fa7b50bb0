//! From the start of an entity to its body: what the reader does with the header section on top.

use super::entity::Open;
use super::section::{Desk, Section, Step};
use super::shape::{is_field_like, lines_end_at_cr};
use super::{Progress, Queued, Reader, State};
use crate::defect::Code;
use crate::map::{Extent, Structure};

/// Octets of a line that are enough to tell whether it is a field.
const LINE_MOST: usize = 1_000;

/// Multiparts and attached messages inside each other that all parsers open.
const CONTAINERS_MOST: usize = 10;

/// Attached messages inside each other that all parsers open.
const MESSAGES_MOST: usize = 5;

impl Reader {
    /// Skips what may stand in front of the first field and opens the message.
    pub(super) fn start(&mut self) -> Progress {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        const FROM: &[u8] = b"From ";
        match lines_end_at_cr(self.window.unread(), self.ended) {
            None => return Progress::Starved,
            Some(true) => {
                self.window.end_lines_at_cr(self.ended);
                self.outline.lines_end_at_cr();
            }
            Some(false) => {}
        }
        let unread = self.window.unread();
        if !self.ended
            && unread.len() < FROM.len()
            && (MARK.starts_with(unread) || FROM.starts_with(unread))
        {
            return Progress::Starved;
        }
        if unread.starts_with(MARK) {
            self.defect(Code::ByteOrderMark, 0);
            self.window.consume(MARK.len());
        } else if unread.starts_with(FROM) {
            let Some(line) = self.window.line(self.limits.field_bytes, self.ended) else {
                return Progress::Starved;
            };
            if !is_from_field(self.window.unread()) {
                self.defect(Code::MboxFrom, 0);
                self.window.consume(line);
            }
        }
        let at = self.window.position();
        self.open_part(at, "text/plain")
    }

    /// Takes fields until the header section ends.
    pub(super) fn header(&mut self) -> Progress {
        let State::Header(section) = &mut self.state else {
            return Progress::Starved;
        };
        let mut desk = Desk {
            window: &mut self.window,
            boundaries: &self.boundaries,
            outline: &mut self.outline,
            limits: &self.limits,
            ended: self.ended,
        };
        match section.step(&mut desk) {
            Step::More => Progress::Made,
            Step::Starved => Progress::Starved,
            Step::Limit(code, at) => {
                self.cut(code, at);
                Progress::Made
            }
            Step::End => {
                self.header_end();
                Progress::Made
            }
        }
    }

    fn header_end(&mut self) {
        let at = self.window.position();
        let Some(top) = self.open.last() else { return };
        let part = top.part;
        if let Some((code, at)) = self.outline.header_end(part, at) {
            return self.cut(code, at);
        }
        self.queue.push_back(Queued::HeaderEnd(part));
        self.state = State::Body {
            line_start: true,
            in_line: true,
        };
        match self.outline.structure(part) {
            Structure::Leaf if self.outline.is_encoded_message(part) => self.state = State::Doubt,
            Structure::Leaf => self.leaf.begin(self.outline.part(part)),
            Structure::Multipart { boundaries, .. } => {
                let boundaries = boundaries.clone();
                let usual = boundaries.first();
                if usual.is_some_and(|usual| self.boundaries.resembles_open(usual)) {
                    self.outline.defect(Code::BoundaryRepeated, part, at);
                }
                if self.count_open(|structure| *structure != Structure::Leaf) > CONTAINERS_MOST {
                    self.outline.defect(Code::DeepNesting, part, at);
                }
                for (nth, boundary) in boundaries.into_iter().enumerate() {
                    self.boundaries.open(boundary, self.open.len(), nth == 0);
                }
            }
            Structure::Message => {
                let messages = self.count_open(|structure| *structure == Structure::Message);
                let containers = self.count_open(|structure| *structure != Structure::Leaf);
                // What lies in it must have room as well.
                if messages > MESSAGES_MOST || containers >= CONTAINERS_MOST {
                    self.outline.defect(Code::DeepMessage, part, at);
                }
                self.open_part(at, "text/plain");
            }
        }
    }

    /// How many parts built like that are open.
    fn count_open(&self, wanted: impl Fn(&Structure) -> bool) -> usize {
        let open = self.open.iter();
        open.filter(|open| wanted(self.outline.structure(open.part)))
            .count()
    }

    /// Opens a part below the entity on top. It begins with its delimiter line at `at`, its header section stands next.
    pub(super) fn open_part(&mut self, at: u64, default_type: &'static str) -> Progress {
        let parent = self.open.last_mut();
        match self.outline.open(
            parent,
            Extent::new(at, self.window.position()),
            default_type,
        ) {
            Ok((part, parent)) => {
                self.open.push(Open::new(part));
                self.queue.push_back(Queued::Start(part, parent));
                self.state = State::Header(Section::new(part));
            }
            Err(code) => self.cut(code, at),
        }
        Progress::Made
    }

    /// Decides what an encoded message is: one that begins with a field is not encoded.
    pub(super) fn doubt(&mut self) -> Progress {
        let Some(length) = self.window.line(LINE_MOST, self.ended) else {
            return Progress::Starved;
        };
        let Some(top) = self.open.last() else {
            return Progress::Starved;
        };
        let line = self.window.unread().get(..length).unwrap_or_default();
        if is_field_like(line) {
            self.outline.holds_message(top.part);
            let at = self.window.position();
            return self.open_part(at, "text/plain");
        }
        self.leaf.begin(self.outline.part(top.part));
        self.state = State::Body {
            line_start: true,
            in_line: true,
        };
        Progress::Made
    }
}

/// Whether a line that starts like the one of an mbox is the field, with white space or a comment in front of its colon.
fn is_from_field(line: &[u8]) -> bool {
    let rest = line.get(b"From".len()..).unwrap_or_default();
    matches!(rest.trim_ascii_start().first(), Some(b':' | b'('))
}
