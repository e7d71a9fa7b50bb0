//! Bytes to events: the streaming reader.
//!
//! ```text
//!            push(bytes)                    next()
//! bytes ──────────────▶ Window ──▶ Section ──▶ PartStart, HeaderEnd      (header fields)
//!                          │
//!                          └─────▶ delimiter search ──▶ Content, PartEnd (bodies)
//! ```
//!
//! The reader is a stack of open entities. At any moment it is either inside the header section of the entity on top, or
//! inside its body: content of a leaf, preamble or epilogue of a multipart. Bodies are never read line by line: only a
//! `"\n--"` makes the reader look at the boundaries. What it holds back is at most one header field or one delimiter line.

mod around;
mod body;
mod boundaries;
mod delimiter;
mod ends;
mod entity;
mod event;
mod field;
mod guess;
mod interpret;
mod leaf;
mod outline;
mod protected;
mod section;
mod shape;
mod window;

pub use event::{Event, Needs};

use crate::defect::{Code, Defect};
use crate::limits::Limits;
use crate::map::{Extent, PartId, Reading, Structure};
use boundaries::Boundaries;
use entity::Open;
use leaf::Leaf;
use outline::Outline;
use section::{Desk, Section, Step};
use shape::lines_end_at_cr;
use std::collections::VecDeque;
use window::Window;

/// Multiparts inside each other that all parsers open.
const MULTIPARTS_MOST: usize = 10;

/// Reads one message: push octets, pull events until [`Event::NeedInput`], end, finish.
///
/// Any way of cutting the message into pushes gives the same result. Reading never fails: what is wrong is a
/// [`Defect`], and a limit that is reached ends the looking, not the accepting of octets.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    window: Window,
    state: State,
    open: Vec<Open>,
    boundaries: Boundaries,
    outline: Outline,
    leaf: Leaf,
    queue: VecDeque<Queued>,
    ended: bool,
    /// More octets came than the limit allows: the looking ends when those before are used up.
    over: bool,
    cut: Option<Defect>,
}

/// What the reader is in the middle of.
#[derive(Debug)]
enum State {
    /// Before the first octet that counts: a byte order mark or an mbox line may stand here.
    Start,
    /// In the header section of the entity on top of the stack.
    Header(Section),
    /// In the body of the entity on top of the stack.
    Body {
        /// Whether the next octet begins a line without a line end in front of it that belongs to the body.
        line_start: bool,
        /// Whether boundaries amid its lines are of interest: the first one says it all.
        in_line: bool,
    },
    /// In front of the body of a message that is said to be encoded: its first line tells whether it is.
    Doubt,
    /// At the end, or past a limit.
    Done,
}

/// Events that carry no content wait here while several things end at once.
#[derive(Clone, Copy, Debug)]
enum Queued {
    Start(PartId, Option<PartId>),
    HeaderEnd(PartId),
    End(PartId),
}

impl Reader {
    /// A reader at the start of a message.
    pub fn new(needs: Needs, limits: Limits) -> Self {
        Reader {
            window: Window::default(),
            state: State::Start,
            open: Vec::new(),
            boundaries: Boundaries::default(),
            outline: Outline::new(limits.clone()),
            leaf: Leaf::new(needs),
            queue: VecDeque::new(),
            ended: false,
            over: false,
            cut: None,
            limits,
        }
    }

    /// Takes the next octets of the message. Pull events until [`Event::NeedInput`] before the next push: what is not
    /// used up is held in memory.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.ended {
            return;
        }
        let room = if self.cut.is_some() {
            0
        } else {
            self.limits
                .message_bytes
                .saturating_sub(self.window.received())
        };
        let room = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        self.over |= self.cut.is_none() && room < bytes.len();
        let (seen, unseen) = bytes.split_at(room);
        self.window.push(seen);
        self.window.skip(unseen.len());
    }

    /// Says that the message is complete. Pull the remaining events, up to [`Event::End`], after it.
    pub fn end(&mut self) {
        self.ended = true;
        self.window.end();
    }

    /// The next event.
    #[expect(
        clippy::should_implement_trait,
        reason = "the event borrows the reader, which an iterator cannot"
    )]
    pub fn next(&mut self) -> Event<'_> {
        loop {
            if let Some(queued) = self.queue.pop_front() {
                return match queued {
                    Queued::Start(part, parent) => Event::PartStart { part, parent },
                    Queued::HeaderEnd(part) => Event::HeaderEnd { part },
                    Queued::End(part) => Event::PartEnd { part },
                };
            }
            match self.step() {
                Progress::Made => {}
                Progress::Content(raw) => return self.content(raw),
                Progress::LastContent(part) => {
                    return Event::Content {
                        part,
                        raw: &[],
                        decoded: self.leaf.decoded(),
                    };
                }
                Progress::Starved if self.over && self.cut.is_none() => {
                    self.cut(Code::LimitMessage, self.limits.message_bytes);
                }
                Progress::Starved if !self.ended => return Event::NeedInput,
                Progress::Starved => return Event::End,
            }
        }
    }

    /// What was read. A message whose end was not announced is taken to end here.
    pub fn finish(mut self) -> Reading {
        self.end();
        while !matches!(self.next(), Event::End) {}
        let map = self.outline.finish(self.window.received());
        match self.cut {
            None => Reading::Whole(map),
            Some(limit) => Reading::Cut { seen: map, limit },
        }
    }

    fn step(&mut self) -> Progress {
        match &mut self.state {
            State::Start => self.start(),
            State::Header(_) => self.header(),
            State::Body { .. } => self.body(),
            State::Doubt => self.doubt(),
            State::Done => Progress::Starved,
        }
    }

    /// Skips what may stand in front of the first field and opens the message.
    fn start(&mut self) -> Progress {
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
    fn header(&mut self) -> Progress {
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
                if self.multiparts() > MULTIPARTS_MOST {
                    self.outline.defect(Code::DeepNesting, part, at);
                }
                for (nth, boundary) in boundaries.into_iter().enumerate() {
                    self.boundaries.open(boundary, self.open.len(), nth == 0);
                }
            }
            Structure::Message => {
                self.open_part(at, "text/plain");
            }
        }
    }

    /// How many multiparts are open.
    fn multiparts(&self) -> usize {
        let structures = self
            .open
            .iter()
            .map(|open| self.outline.structure(open.part));
        structures
            .filter(|structure| matches!(structure, Structure::Multipart { .. }))
            .count()
    }

    /// Opens a part below the entity on top. It begins with its delimiter line at `at`, its header section stands next.
    fn open_part(&mut self, at: u64, default_type: &'static str) -> Progress {
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

    /// Hands out `length` octets of the body of the entity on top.
    fn content(&mut self, length: usize) -> Event<'_> {
        let part = self.open.last().map_or(PartId::ROOT, |top| top.part);
        let raw = self.window.take(length);
        if !self.outline.part(part).is_leaf() {
            if let Some(top) = self.open.last_mut() {
                top.between(raw);
            }
            return Event::Between { part, raw };
        }
        Event::Content {
            part,
            raw,
            decoded: self.leaf.content(raw),
        }
    }

    fn defect(&mut self, code: Code, at: u64) {
        let part = self.open.last().map_or(PartId::ROOT, |top| top.part);
        self.outline.defect(code, part, at);
    }

    /// Stops looking: a limit was reached.
    fn cut(&mut self, code: Code, at: u64) {
        let part = self.open.last().map_or(PartId::ROOT, |top| top.part);
        self.defect(code, at);
        self.cut.get_or_insert(Defect { code, part, at });
        self.window.skip_unread();
        self.queue.clear();
        self.state = State::Done;
    }
}

/// Whether a line that starts like the one of an mbox is the field, with white space or a comment in front of its colon.
fn is_from_field(line: &[u8]) -> bool {
    let rest = line.get(b"From".len()..).unwrap_or_default();
    matches!(rest.trim_ascii_start().first(), Some(b':' | b'('))
}

/// What one step of the reader came to.
enum Progress {
    /// Something changed; ask again.
    Made,
    /// So many octets of content stand next.
    Content(usize),
    /// The decoder gave the last octets of a part.
    LastContent(PartId),
    /// More input is needed.
    Starved,
}
