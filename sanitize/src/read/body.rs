//! The body of the entity on top: its content, up to the delimiter that ends it.

use super::delimiter::{Delimiter, Found, Look};
use super::guess::Guess;
use super::{Progress, Queued, Reader, State};
use crate::defect::Code;
use crate::map::{Extent, Structure};

impl Reader {
    pub(super) fn body(&mut self) -> Progress {
        let State::Body {
            line_start,
            in_line,
        } = self.state
        else {
            return Progress::Starved;
        };
        let look = Look {
            line_start,
            in_line,
            guess: self.guess(),
            ended: self.ended,
        };
        match self.boundaries.find(self.window.unread(), look) {
            Found::Content(0) if self.ended => self.end_of_message(),
            Found::Content(0) => Progress::Starved,
            Found::Content(length) => {
                self.state = State::Body {
                    line_start: false,
                    in_line,
                };
                Progress::Content(length)
            }
            Found::InLine { length, level } => {
                let at = self.window.position().saturating_add(length as u64);
                self.defect(Code::BoundaryInLine, at);
                self.defect_at_level(Code::BoundaryInLine, level, at);
                self.state = State::Body {
                    line_start: false,
                    in_line: false,
                };
                Progress::Content(length)
            }
            Found::Guess(boundary) => {
                let at = self.window.position();
                self.defect(Code::BoundaryGuessed, at);
                self.boundaries.open(boundary, self.open.len(), true);
                Progress::Made
            }
            Found::Delimiter(found) => self.delimiter(&found),
        }
    }

    /// Which lines are taken for delimiters of the multipart on top that it does not announce: the first that looks like one
    /// if it announces none, or else where a part would be hidden that parsers find which guess.
    fn guess(&self) -> Guess {
        let Some(top) = self.open.last() else {
            return Guess::Never;
        };
        match self.outline.structure(top.part) {
            Structure::Multipart { .. } if top.closed => Guess::Field,
            Structure::Multipart { boundaries, .. } if top.children == 0 => {
                if boundaries.iter().any(|boundary| !boundary.is_empty()) {
                    Guess::Field
                } else {
                    Guess::Any
                }
            }
            _ => Guess::Never,
        }
    }

    /// Handles the delimiter line that stands next, its leading line end first.
    fn delimiter(&mut self, found: &Delimiter) -> Progress {
        let at = self.window.position();
        while self.open.len() > found.level {
            if let Some(progress) = self.close_top(at) {
                return progress;
            }
        }
        let line = Extent::new(
            at.saturating_add(found.lead as u64),
            at.saturating_add(found.length as u64),
        );
        let Some(top) = self.open.last_mut() else {
            return Progress::Starved;
        };
        let part = top.part;
        self.window.consume(found.length);
        self.outline
            .delimiter(top, line, found, self.window.position());
        self.boundaries
            .mark(&found.boundary, found.level, found.close);
        if found.close || !found.terminated {
            self.state = State::Body {
                line_start: false,
                in_line: true,
            };
            return Progress::Made;
        }
        let default_type = self.outline.default_type_inside(part);
        self.open_part(line.start, default_type)
    }

    /// Ends the entity on top, at the line end that belongs to the delimiter, or at the end of the message. Gives the
    /// last decoded octets first, if the decoder held some back.
    fn close_top(&mut self, at: u64) -> Option<Progress> {
        let top = self.open.last_mut()?;
        let part = top.part;
        if self.outline.part(part).is_leaf() && self.leaf.flush() {
            return Some(Progress::LastContent(part));
        }
        if self.outline.part(part).is_leaf() {
            self.leaf.end(&mut self.outline, part);
        }
        self.outline.close(top, at);
        self.boundaries.close(self.open.len());
        self.open.pop();
        self.queue.push_back(Queued::End(part));
        None
    }

    fn end_of_message(&mut self) -> Progress {
        let at = self.window.position();
        while !self.open.is_empty() {
            if let Some(progress) = self.close_top(at) {
                return progress;
            }
        }
        self.state = State::Done;
        Progress::Made
    }

    fn defect_at_level(&mut self, code: Code, level: usize, at: u64) {
        if let Some(open) = self.open.get(level.saturating_sub(1)) {
            self.outline.defect(code, open.part, at);
        }
    }
}
