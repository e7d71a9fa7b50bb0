//! Files that stand in text.
//!
//! Readers of mail since before MIME look for them there, whatever the message says it is: uuencode and its kin between
//! their first and last lines, base64 wherever enough of it stands, and the source of whole messages.

use super::line::{self, Opens, Promise};
use super::open::{Next, Open, notable};
use crate::decode::Encoding;
use crate::kind::Kinds;
use crate::look;
use crate::octets;
use std::ops::Range;

/// Octets of a line that are looked at. A longer line counts as its start.
const LINE_MOST: usize = 8 << 10;

/// Files that are told apart.
const BLOCKS_MOST: usize = 1_000;

/// A file that stands in text, from its first line to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The octets of the text that it takes up, the line end of its last line included.
    pub range: Range<u64>,
    /// The octets among them that [`Block::encoding`] decodes.
    pub data: Range<u64>,
    /// How it is written.
    pub encoding: Encoding,
    /// The file name that it gives, as it stands there.
    pub name: Option<Vec<u8>>,
    /// What the file is by content.
    pub kinds: Kinds,
}

/// What was found in text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFinds {
    /// Files, in order.
    pub blocks: Vec<Block>,
    /// What else was recognised in the text: what files are that are not whole. Programs, scripts, archives and documents
    /// only: what else is quoted is text.
    pub quoted: Kinds,
    /// Whether there are more files than are told apart.
    pub more: bool,
}

impl TextFinds {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.quoted.is_empty()
    }

    /// What the files are by content and by name, as far as that matters, and what is quoted.
    pub fn kinds(&self) -> Kinds {
        let text = |block: &Block| {
            block
                .name
                .as_deref()
                .map(String::from_utf8_lossy)
                .map(|name| look::name(&name))
        };
        let named =
            |block: &Block| text(block).map_or(Kinds::NONE, |name| look::kinds_of_name(&name));
        let files = self.blocks.iter();
        let kinds = files.map(|block| block.kinds.union(named(block)));
        kinds.fold(self.quoted, |all, kinds| all.union(notable(kinds)))
    }

    /// Records what an open file turned out to be. Files inside it are part of it, and what begins inside another one is
    /// part of that.
    fn add(&mut self, open: Open) {
        match open.close() {
            Ok(block) => {
                let inside = |last: &Block| {
                    last.range.start <= block.range.start && block.range.start < last.range.end
                };
                if self.blocks.last().is_some_and(inside) {
                    return;
                }
                let before = |other: &Block| other.range.end <= block.range.start;
                self.blocks.retain(before);
                if self.blocks.len() < BLOCKS_MOST {
                    self.blocks.push(block);
                } else {
                    self.more = true;
                }
            }
            Err(quoted) => self.quoted = self.quoted.union(quoted),
        }
    }
}

/// Looks for files in text as it streams by. Costs next to nothing where there are none: of a line of plain text, a few
/// octets are looked at. Any cut of the text into pieces gives the same result.
#[derive(Debug, Default)]
pub struct TextScan {
    /// Octets so far.
    at: u64,
    /// Where the line starts that is not complete, and what was kept of it.
    start: u64,
    held: Vec<u8>,
    /// What the lines before promise.
    promise: Promise,
    /// A file each line of which shows that it belongs there.
    open: Option<Box<Open>>,
    /// A file that goes on until its end is seen, whatever stands in between: it may be no file.
    yenc: Option<Box<Open>>,
    /// The body of a quoted message, of which the same holds.
    body: Option<Box<Open>>,
    finds: TextFinds,
}

impl TextScan {
    /// At the start of the text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets of decoded text.
    pub fn push(&mut self, text: &[u8]) {
        let mut rest = text;
        loop {
            rest = self.pass(rest);
            let Some(newline) = memchr::memchr(b'\n', rest) else {
                break;
            };
            let (line, after) = rest.split_at_checked(newline).unwrap_or((rest, &[]));
            rest = after.get(1..).unwrap_or_default();
            self.at = self.at.saturating_add(newline as u64).saturating_add(1);
            if self.held.is_empty() {
                self.line(line.get(..LINE_MOST).unwrap_or(line));
            } else {
                self.hold(line);
                let mut held = std::mem::take(&mut self.held);
                self.line(&held);
                held.clear();
                self.held = held;
            }
            self.start = self.at;
        }
        self.at = self.at.saturating_add(rest.len() as u64);
        self.hold(rest);
    }

    /// What was found, now that all of it went by.
    pub fn finish(mut self) -> TextFinds {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.line(&held);
        }
        for open in [self.open, self.yenc, self.body].into_iter().flatten() {
            self.finds.add(*open);
        }
        self.finds
    }

    /// Passes over whole lines in which nothing begins, as long as nothing is open. Gives what is left.
    fn pass<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let open = [&self.open, &self.yenc, &self.body];
        let busy = open.iter().any(|open| open.is_some()) || !self.promise.is_quiet();
        if busy || !self.held.is_empty() {
            return text;
        }
        let mut rest = text;
        loop {
            let (passed, empty) = pass_lines(rest);
            rest = rest.get(passed..).unwrap_or_default();
            if !empty {
                break;
            }
            let empty = octets::leading(rest, |octet| octet == b'\n');
            rest = rest.get(empty..).unwrap_or_default();
        }
        let passed = text.len().saturating_sub(rest.len());
        self.at = self.at.saturating_add(passed as u64);
        self.start = self.at;
        rest
    }

    fn hold(&mut self, text: &[u8]) {
        let room = LINE_MOST.saturating_sub(self.held.len());
        self.held
            .extend_from_slice(text.get(..room).unwrap_or(text));
    }

    /// Takes a whole line, without its LF.
    fn line(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let at = self.start..self.at;
        for slot in [&mut self.yenc, &mut self.body] {
            let Some(open) = slot else { continue };
            match open.line(line, &at) {
                Next::Goes | Next::Doubtful => {}
                Next::Ends => {
                    // What is open inside it is part of it.
                    self.open = None;
                    return slot
                        .take()
                        .into_iter()
                        .for_each(|open| self.finds.add(*open));
                }
                Next::Ended => slot
                    .take()
                    .into_iter()
                    .for_each(|open| self.finds.add(*open)),
            }
        }
        match self.open.as_mut().map(|open| open.line(line, &at)) {
            Some(Next::Goes) => return,
            Some(Next::Ends) => return self.add_open(),
            Some(Next::Ended) => self.add_open(),
            Some(Next::Doubtful) | None => {}
        }
        if let Some(opens) = self.promise.line(line, &at) {
            self.opens(opens, line, &at);
        }
    }

    fn opens(&mut self, opens: Opens, line: &[u8], at: &Range<u64>) {
        let slot = match opens {
            Opens::Yenc => &mut self.yenc,
            Opens::Body { .. } => &mut self.body,
            _ => &mut self.open,
        };
        let open = Open::new(opens, line, at);
        if let Some(before) = slot.replace(Box::new(open)) {
            self.finds.add(*before);
        }
    }

    fn add_open(&mut self) {
        if let Some(open) = self.open.take() {
            self.finds.add(*open);
        }
    }
}

/// How many octets are whole lines in which nothing begins, up to an empty one; and whether that stands next.
fn pass_lines(text: &[u8]) -> (usize, bool) {
    let mut passed = 0usize;
    for newline in memchr::memchr_iter(b'\n', text) {
        if newline == passed {
            return (passed, true);
        }
        if line::may_begin(text.get(passed..newline).unwrap_or_default()) {
            break;
        }
        passed = newline.saturating_add(1);
    }
    (passed, false)
}

impl Opens {
    /// How that is written.
    pub(super) fn encoding(&self) -> Encoding {
        match self {
            Opens::Uuencode { .. } => Encoding::Uuencode,
            Opens::Xxencode { .. } => Encoding::Xxencode,
            Opens::Yenc => Encoding::Yenc,
            Opens::BinHex { .. } => Encoding::BinHex,
            Opens::NamedBase64 { .. } | Opens::Base64 => Encoding::Base64,
            Opens::Body { encoding, .. } => *encoding,
        }
    }
}
