//! Delimiter lines of open multiparts (RFC 2046, section 5.1.1): where the next one stands in a body.
//!
//! A delimiter stands at the start of a line and is `--`, the boundary, `--` if it closes, and white space only. The line
//! end in front of it belongs to it, not to the content. Every open boundary counts, so an inner multipart that was never
//! closed ends where an outer delimiter stands.

use memchr::memmem::Finder;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

/// Longest line that is looked at as a delimiter: the longest boundary that limits allow, both hyphen pairs, and padding.
const LINE_MOST: usize = 2_048;

/// The line end in front of a delimiter line, and how that begins.
static DELIMITER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\n--"));

/// The boundaries of the open multiparts, each with the height of the stack when its multipart is on top.
///
/// Look-ups cost the length of the line, however many boundaries are open.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    levels: BTreeMap<Vec<u8>, Vec<usize>>,
    order: Vec<(usize, Vec<u8>)>,
}

/// A delimiter line that stands next in the window, its leading line end included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// Height of the stack when its multipart is on top.
    pub(super) level: usize,
    /// Whether it closes the multipart.
    pub(super) close: bool,
    /// Octets of the line end in front of the line: 0, 1 or 2.
    pub(super) line_end: usize,
    /// Octets of leading line end and line; its own line end is included unless it closes the multipart.
    pub(super) length: usize,
    /// Whether the line has a line end of its own.
    pub(super) terminated: bool,
}

/// What stands next in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// So many octets that belong to no delimiter; 0 if that cannot be told yet.
    Content(usize),
    /// So many octets of content, up to or into a line that begins like a delimiter but is none.
    NearMiss {
        /// Octets of content that are settled.
        length: usize,
        /// Where the line starts, counted like them.
        line: usize,
    },
    /// A delimiter line.
    Delimiter(Delimiter),
}

/// What one line is to the open boundaries.
enum Line {
    Delimiter { level: usize, close: bool },
    NearMiss,
    Other,
}

impl Boundaries {
    /// Opens a boundary for the multipart on top of a stack of this height. It hides an open one of the same value until it
    /// closes.
    pub(super) fn open(&mut self, boundary: Vec<u8>, level: usize) {
        self.levels.entry(boundary.clone()).or_default().push(level);
        self.order.push((level, boundary));
    }

    /// Forgets the boundary of the multipart on top of a stack of this height, if it has one.
    pub(super) fn close(&mut self, level: usize) {
        if self.order.last().is_none_or(|(last, _)| *last != level) {
            return;
        }
        let Some((_, boundary)) = self.order.pop() else {
            return;
        };
        if let Some(levels) = self.levels.get_mut(&boundary) {
            levels.pop();
            if levels.is_empty() {
                self.levels.remove(&boundary);
            }
        }
    }

    /// Whether this boundary is open.
    pub(super) fn contains(&self, boundary: &[u8]) -> bool {
        self.levels.contains_key(boundary)
    }

    /// What stands next in `unread`. `line_start` says that its first octet begins a line; `ended` that nothing follows.
    pub(super) fn find(&self, unread: &[u8], line_start: bool, ended: bool) -> Found {
        if self.order.is_empty() {
            return Found::Content(unread.len());
        }
        if line_start {
            match self.at_line(unread, 0, ended) {
                Some(Found::Content(0))
                    if unread.starts_with(b"--") || (!ended && b"--".starts_with(unread)) =>
                {
                    return Found::Content(0);
                }
                Some(found @ (Found::Delimiter(_) | Found::NearMiss { .. })) => return found,
                _ => {}
            }
        }
        self.search(unread, ended)
    }

    /// Looks for the next line end that a delimiter line may follow.
    fn search(&self, unread: &[u8], ended: bool) -> Found {
        for newline in DELIMITER.find_iter(unread) {
            let line_end = if unread
                .get(..newline)
                .is_some_and(|before| before.ends_with(b"\r"))
            {
                2
            } else {
                1
            };
            let start = newline.saturating_add(1);
            let before = start.saturating_sub(line_end);
            match self.at_line(unread.get(before..).unwrap_or_default(), line_end, ended) {
                None => {}
                Some(found) if before == 0 => return found,
                Some(Found::NearMiss { .. }) => {
                    return Found::NearMiss {
                        length: start,
                        line: start,
                    };
                }
                Some(_) => return Found::Content(before),
            }
        }
        Found::Content(if ended { unread.len() } else { settled(unread) })
    }

    /// What the line is that follows `line_end` octets of line end. None: not a delimiter. `Content(0)`: cannot be told yet.
    fn at_line(&self, unread: &[u8], line_end: usize, ended: bool) -> Option<Found> {
        let line = unread.get(line_end..).unwrap_or_default();
        if !line.starts_with(b"--") {
            return (!ended && b"--".starts_with(line)).then_some(Found::Content(0));
        }
        let head = line.get(..LINE_MOST).unwrap_or(line);
        let newline = memchr::memchr(b'\n', head);
        if newline.is_none() && !ended && head.len() < LINE_MOST {
            return Some(Found::Content(0));
        }
        let length = newline.map_or(head.len(), |newline| newline.saturating_add(1));
        match self.classify(head.get(..length).unwrap_or_default()) {
            Line::Delimiter { level, close } => {
                // A line with more padding than is looked at is a delimiter all the same; the rest of the padding follows.
                let terminated = newline.is_some() || head.len() == LINE_MOST;
                // The line end behind a close delimiter begins the epilogue, unless another delimiter claims it
                // (RFC 2046, section 5.1.1): an inner multipart ends in front of it.
                let length = if close {
                    without_line_end(line, length)
                } else {
                    length
                };
                Some(Found::Delimiter(Delimiter {
                    level,
                    close,
                    line_end,
                    length: length.saturating_add(line_end),
                    terminated,
                }))
            }
            Line::NearMiss => Some(Found::NearMiss {
                length: line_end.max(1),
                line: line_end,
            }),
            Line::Other => None,
        }
    }

    /// Whether a header line is a delimiter: then it ends the header section.
    pub(super) fn is_delimiter(&self, line: &[u8]) -> bool {
        line.starts_with(b"--") && matches!(self.classify(line), Line::Delimiter { .. })
    }

    fn classify(&self, line: &[u8]) -> Line {
        let text = line.get(2..).unwrap_or_default().trim_ascii_end();
        let innermost = |boundary: &[u8]| {
            self.levels
                .get(boundary)
                .and_then(|levels| levels.last())
                .copied()
        };
        if let Some(level) = innermost(text) {
            return Line::Delimiter {
                level,
                close: false,
            };
        }
        if let Some(level) = text.strip_suffix(b"--").and_then(innermost) {
            return Line::Delimiter { level, close: true };
        }
        if self.begins_like_one(text) {
            Line::NearMiss
        } else {
            Line::Other
        }
    }

    /// Whether some open boundary is a prefix of the text. Of the boundaries up to the text in order, the greatest is looked
    /// at first; if it is none, no boundary that is longer than what it shares with the text can be one.
    fn begins_like_one(&self, text: &[u8]) -> bool {
        let mut text = text;
        loop {
            let up_to = (Bound::Unbounded, Bound::Included(text));
            let Some((boundary, _)) = self.levels.range::<[u8], _>(up_to).next_back() else {
                return false;
            };
            let shared = boundary
                .iter()
                .zip(text)
                .take_while(|(one, other)| one == other)
                .count();
            if shared == boundary.len() {
                return true;
            }
            text = text.get(..shared).unwrap_or_default();
        }
    }
}

/// Length of the first `length` octets of a line without the line end that they may end in.
fn without_line_end(line: &[u8], length: usize) -> usize {
    let line = line.get(..length).unwrap_or(line);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// How many octets cannot be the start of a delimiter's leading line end.
fn settled(unread: &[u8]) -> usize {
    let held = [&b"\r\n-"[..], b"\n-", b"\r\n", b"\n", b"\r"]
        .into_iter()
        .find(|tail| unread.ends_with(tail));
    unread.len().saturating_sub(held.map_or(0, <[u8]>::len))
}
