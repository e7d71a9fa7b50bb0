//! Where the next delimiter line of an open multipart stands in a body (RFC 2046, section 5.1.1).
//!
//! By the letter a delimiter stands at the start of a line and is `--`, the boundary, `--` if it closes, and white space
//! only. The line end in front of it belongs to it, not to the content. Every open boundary counts, so an inner multipart
//! that was never closed ends where an outer delimiter stands.
//!
//! QUIRK: parsers also find delimiters behind white space, behind a CR that stands alone, in another letter case, and with
//! more behind the boundary. All of these count here, and are told apart as not exact.

use super::boundaries::Boundaries;
use super::guess::{Guess, Guessed, begins_part, guess, is_content_field};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// Longest line that is looked at as a delimiter: the longest boundary that limits allow, both hyphen pairs, and padding.
const LINE_MOST: usize = 2_048;

/// Most white space in front of a delimiter.
const BLANKS_MOST: usize = 256;

/// Hyphens of one run that are looked at, and octets behind it: more than the longest boundary.
const RUN_MOST: usize = 1_024;

static HYPHENS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"--"));

/// What the reader wants to know of the body that stands next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Whether the first octet begins a line.
    pub(super) line_start: bool,
    /// Whether boundaries amid a line are of interest.
    pub(super) in_line: bool,
    /// Whether a line may be a delimiter of the multipart on top although that has no such boundary.
    pub(super) guess: Guess,
    /// Whether nothing follows.
    pub(super) ended: bool,
}

/// A delimiter line that stands next in the window, its leading line end included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// Height of the stack when its multipart is on top.
    pub(super) level: usize,
    /// The boundary of that multipart that it means.
    pub(super) boundary: Vec<u8>,
    /// Whether it closes the multipart.
    pub(super) close: bool,
    /// Whether all parsers see it.
    pub(super) exact: bool,
    /// Octets in front of its hyphens: line end and white space.
    pub(super) lead: usize,
    /// Octets of lead and line; its own line end is included unless it closes the multipart.
    pub(super) length: usize,
    /// Whether the line has a line end of its own.
    pub(super) terminated: bool,
    /// Whether the line end in front of it is a CRLF; none if there is none.
    pub(super) crlf_before: Option<bool>,
    /// Whether its own line end is a CRLF; none if it has none.
    pub(super) crlf_behind: Option<bool>,
}

/// What stands next in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// So many octets that belong to no delimiter; 0 if that cannot be told yet.
    Content(usize),
    /// So many octets of content, behind which a boundary stands amid the line.
    InLine {
        /// Octets up to the boundary.
        length: usize,
        /// The level of its multipart.
        level: usize,
    },
    /// A delimiter line.
    Delimiter(Delimiter),
    /// A line that looks like a delimiter of the multipart on top, with this boundary.
    Guess(Vec<u8>),
}

/// The start of the line that hyphens stand on: nothing but white space stands between.
#[derive(Clone, Copy)]
struct Lead {
    /// Where the line end in front of it begins.
    at: usize,
    /// Whether that is a line end and no white space.
    exact: bool,
}

impl Boundaries {
    /// What stands next in `unread`.
    pub(super) fn find(&self, unread: &[u8], look: Look) -> Found {
        if self.is_empty() && look.guess == Guess::Never {
            return Found::Content(unread.len());
        }
        let mut from = 0;
        while let Some(hit) = HYPHENS.find(unread.get(from..).unwrap_or_default()) {
            let start = from.saturating_add(hit);
            let end = end_of_run(unread, start);
            if let Some(found) = self.at_hyphens(unread, start, end, look) {
                return found;
            }
            from = end;
        }
        Found::Content(if look.ended {
            unread.len()
        } else {
            settled(unread, look.line_start)
        })
    }

    /// What the hyphens from `start` to `end` are. None: nothing.
    fn at_hyphens(&self, unread: &[u8], start: usize, end: usize, look: Look) -> Option<Found> {
        let lead = lead(unread, start, look.line_start);
        if let Some(lead) = lead
            && let Some(found) = self.at_line(unread, start, lead, look)
        {
            return Some(found);
        }
        let held = lead.map_or(start, |lead| lead.at);
        let held = held.max(end.saturating_sub(RUN_MOST));
        self.amid_line(unread, start..end, held, look)
    }

    /// What hyphens amid a line are, or such as start one and are no delimiter there. None: nothing.
    ///
    /// QUIRK: mail-parser finds delimiters anywhere in a line. Where one ends its line and a field follows, the part behind it
    /// is read; otherwise this is text that quotes a boundary.
    fn amid_line(
        &self,
        unread: &[u8],
        run: Range<usize>,
        held: usize,
        look: Look,
    ) -> Option<Found> {
        if self.is_empty() {
            return None;
        }
        let behind = unread.get(run.end..).unwrap_or_default();
        let Some(first) = behind.first() else {
            return (!look.ended).then_some(Found::Content(held));
        };
        if !self.may_start(*first) {
            return None;
        }
        let behind = behind.get(..RUN_MOST).unwrap_or(behind);
        let ended = look.ended || behind.len() == RUN_MOST;
        if !ended && memchr::memchr(b'\n', behind).is_none() {
            return Some(Found::Content(held));
        }
        let (level, own, stem) = self.follows(run.len(), behind)?;
        let tail = behind.get(stem.len()..).unwrap_or_default();
        let Some(opens) = begins_part(tail, ended) else {
            return Some(Found::Content(held));
        };
        let start = run.end.saturating_sub(own.saturating_add(2));
        match opens {
            0 if look.in_line => Some(Found::InLine {
                length: run.end,
                level,
            }),
            0 => None,
            _ if start > 0 => Some(Found::Content(start)),
            line => Some(Found::Delimiter(Delimiter {
                level,
                boundary: [unread.get(2..run.end).unwrap_or_default(), stem].concat(),
                close: false,
                exact: false,
                lead: 0,
                length: run.end.saturating_add(stem.len()).saturating_add(line),
                terminated: true,
                crlf_before: None,
                crlf_behind: None,
            })),
        }
    }

    /// What the line is whose hyphens stand at `start`. None: no delimiter.
    fn at_line(&self, unread: &[u8], start: usize, lead: Lead, look: Look) -> Option<Found> {
        let line = unread.get(start..).unwrap_or_default();
        let head = line.get(..LINE_MOST).unwrap_or(line);
        let newline = memchr::memchr(b'\n', head);
        if newline.is_none() && !look.ended && head.len() < LINE_MOST {
            return Some(Found::Content(lead.at));
        }
        let length = newline.map_or(head.len(), |newline| newline.saturating_add(1));
        let line = head.get(..length).unwrap_or_default();
        let Some(found) = self.look_up(line) else {
            let behind = unread.get(start.saturating_add(length)..);
            let behind = behind.unwrap_or_default();
            return match guess(line, behind, look.guess, look.ended) {
                Guessed::Nothing => None,
                _ if lead.at > 0 => Some(Found::Content(lead.at)),
                _ if !lead.exact => None,
                Guessed::Unknown => Some(Found::Content(0)),
                Guessed::Boundary(boundary) => Some(Found::Guess(boundary)),
            };
        };
        if lead.at > 0 {
            return Some(Found::Content(lead.at));
        }
        // The line end behind a close delimiter begins the epilogue, unless another delimiter claims it
        // (RFC 2046, section 5.1.1): an inner multipart ends in front of it.
        let behind = unread.get(start.saturating_add(length)..);
        let goes_on = found.close && is_padded(line);
        let Some(goes_on) = goes_on_with_part(goes_on, behind.unwrap_or_default(), look.ended)
        else {
            return Some(Found::Content(0));
        };
        let length = match found.close {
            true if goes_on => length,
            true => without_line_end(line),
            false => found.length,
        };
        Some(Found::Delimiter(Delimiter {
            level: found.level,
            boundary: found.boundary,
            close: found.close && !goes_on,
            exact: found.exact && lead.exact && !goes_on,
            lead: start,
            length: start.saturating_add(length),
            // A line with more padding than is looked at is a delimiter all the same; the rest of the padding follows.
            terminated: newline.is_some() || head.len() == LINE_MOST,
            crlf_before: unread.get(..start).and_then(ends_in_crlf),
            crlf_behind: ends_in_crlf(line),
        }))
    }
}

/// Where the run of hyphens ends that begins at `start`.
fn end_of_run(unread: &[u8], start: usize) -> usize {
    let run = unread.get(start..).unwrap_or_default();
    let run = run.iter().take_while(|byte| **byte == b'-').count();
    start.saturating_add(run)
}

/// The start of the line, if only white space stands between it and `start`.
fn lead(unread: &[u8], start: usize, line_start: bool) -> Option<Lead> {
    let (before, blanks) = without_blanks(unread.get(..start)?)?;
    match before {
        [] => line_start.then_some(Lead {
            at: 0,
            exact: blanks == 0,
        }),
        [.., b'\r', b'\n'] => Some(Lead {
            at: before.len().saturating_sub(2),
            exact: blanks == 0,
        }),
        [.., end @ (b'\r' | b'\n')] => Some(Lead {
            at: before.len().saturating_sub(1),
            exact: blanks == 0 && *end == b'\n',
        }),
        _ => None,
    }
}

/// Octets without the white space at their end, and how much that is; none if it is more than a delimiter has.
fn without_blanks(octets: &[u8]) -> Option<(&[u8], usize)> {
    let blanks = octets.iter().rev().take(BLANKS_MOST.saturating_add(1));
    let blanks = blanks
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let rest = octets.get(..octets.len().saturating_sub(blanks))?;
    (blanks <= BLANKS_MOST).then_some((rest, blanks))
}

/// Whether a line ends in CRLF; none if it does not end in LF.
fn ends_in_crlf(line: &[u8]) -> Option<bool> {
    line.ends_with(b"\n").then(|| line.ends_with(b"\r\n"))
}

/// Whether white space stands between a line and its line end.
fn is_padded(line: &[u8]) -> bool {
    line.trim_ascii_end().len() < without_line_end(line)
}

/// Whether a part stands behind a padded close delimiter. None: not known yet.
///
/// QUIRK: `Mail::Box` takes a close delimiter with white space behind it for a delimiter that closes nothing.
fn goes_on_with_part(padded: bool, behind: &[u8], ended: bool) -> Option<bool> {
    if padded {
        is_content_field(behind, ended)
    } else {
        Some(false)
    }
}

/// Length of a line without its line end.
fn without_line_end(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// How many octets cannot belong to a delimiter that is not complete: its leading line end, white space, the first hyphen.
fn settled(unread: &[u8], line_start: bool) -> usize {
    let before = unread.strip_suffix(b"-").unwrap_or(unread);
    lead(before, before.len(), line_start).map_or(before.len(), |lead| lead.at)
}
