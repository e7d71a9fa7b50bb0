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
//! inside its body: content of a leaf, preamble or epilogue of a multipart. Bodies are never read line by line: only two
//! hyphens make the reader look at the boundaries. What it holds back is at most one header field or one delimiter line.

mod around;
mod body;
mod boundaries;
mod delimiter;
mod ends;
mod entity;
mod event;
mod field;
mod guess;
mod head;
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
use crate::map::{PartId, Reading};
use boundaries::Boundaries;
use entity::Open;
use leaf::Leaf;
use outline::Outline;
use section::Section;
use std::collections::VecDeque;
use window::Window;

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
    /// Where the last line begins of what was seen.
    line_start: u64,
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
            line_start: 0,
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
        if let Some(newline) = memchr::memrchr(b'\n', seen) {
            let length = (newline as u64).saturating_add(1);
            self.line_start = self.window.received().saturating_add(length);
        }
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
        if self.cut.is_none() && self.line_start < self.window.received() {
            self.outline.ends_amid_line(self.line_start);
        }
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
