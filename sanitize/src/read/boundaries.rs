//! The boundaries of the open multiparts, and which of them a line means.
//!
//! A line means the boundary that it spells. If it spells none, it means the longest one that it begins with, whatever the
//! letter case: parsers that compare prefixes, or that fold case, see a delimiter there, and this reader sees what any sees.

use std::collections::BTreeMap;
use std::ops::Bound;

/// The boundaries of the open multiparts. A multipart may have several, all of which count.
///
/// Look-ups cost the length of the line, however many boundaries are open.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// By their octets in lower case; of one key, the innermost last.
    known: BTreeMap<Vec<u8>, Vec<Known>>,
    /// By what follows their leading hyphens: level, and how many hyphens these are.
    stems: BTreeMap<Vec<u8>, Vec<(usize, usize)>>,
    /// Of each octet, how many stems start with it.
    starts: Starts,
    order: Vec<(usize, Vec<u8>)>,
}

#[derive(Debug)]
struct Starts([u32; 256]);

impl Default for Starts {
    fn default() -> Self {
        Starts([0; 256])
    }
}

#[derive(Debug)]
struct Known {
    octets: Vec<u8>,
    level: usize,
    usual: bool,
    closed: bool,
}

/// The multipart that a line delimits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Height of the stack when that multipart is on top.
    pub(super) level: usize,
    /// The boundary as its multipart has it.
    pub(super) boundary: Vec<u8>,
    /// Whether it closes the multipart.
    pub(super) close: bool,
    /// Whether all parsers take it for a delimiter.
    pub(super) exact: bool,
    /// Octets of the line, its line end included.
    pub(super) length: usize,
}

impl Boundaries {
    /// Opens a boundary of the multipart on top of a stack of this height. `usual` says that it is the one that most parsers
    /// read from its fields.
    pub(super) fn open(&mut self, boundary: Vec<u8>, level: usize, usual: bool) {
        let known = Known {
            octets: boundary.clone(),
            level,
            usual,
            closed: false,
        };
        self.known.entry(folded(&boundary)).or_default().push(known);
        let (hyphens, stem) = stem(&boundary);
        if let Some(first) = stem.first() {
            self.starts.add(*first);
            let stems = self.stems.entry(stem.to_vec()).or_default();
            stems.push((level, hyphens));
        }
        self.order.push((level, boundary));
    }

    /// Forgets the boundaries of the multipart on top of a stack of this height.
    pub(super) fn close(&mut self, level: usize) {
        while let Some((_, boundary)) = self.order.pop_if(|(last, _)| *last == level) {
            pop(&mut self.known, &folded(&boundary));
            let (_, stem) = stem(&boundary);
            if let Some(first) = stem.first() {
                self.starts.remove(*first);
                pop(&mut self.stems, stem);
            }
        }
    }

    /// The multipart on top of a stack of this height was closed, or opened again: of several with one boundary, one that is
    /// not closed goes first.
    pub(super) fn mark(&mut self, boundary: &[u8], level: usize, closed: bool) {
        let known = self.known.get_mut(&folded(boundary));
        let known = known.into_iter().flatten();
        for known in known.filter(|known| known.level == level) {
            known.closed = closed;
        }
    }

    /// Whether parsers that compare only the beginning take this boundary for an open one, or an open one for this.
    pub(super) fn resembles_open(&self, boundary: &[u8]) -> bool {
        let folded = folded(boundary);
        let longer = (Bound::Included(folded.as_slice()), Bound::Unbounded);
        let mut longer = self.known.range::<[u8], _>(longer);
        let usual = |known: &[Known]| known.iter().any(|known| known.usual);
        longer
            .next()
            .is_some_and(|(known, all)| known.starts_with(&folded) && usual(all))
            || self
                .longest_prefix(&folded)
                .and_then(|key| self.known.get(key))
                .is_some_and(|all| usual(all))
    }

    /// Whether no boundary is open.
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The delimiter that a line is that starts with two hyphens. Its line end counts, if it has one.
    pub(super) fn look_up(&self, line: &[u8]) -> Option<Match> {
        let text = line.strip_prefix(b"--")?;
        let shown = text.trim_ascii_end();
        let key = folded(shown);
        if let Some(known) = self.whole(&key, shown) {
            return Some(known.matched(line, shown, false));
        }
        let closing = key.strip_suffix(b"--").zip(shown.strip_suffix(b"--"));
        if let Some((key, shown)) = closing
            && let Some(known) = self.whole(key, shown)
        {
            return Some(known.matched(line, shown, true));
        }
        let prefix = self.longest_prefix(&key)?;
        let known = self.whole(prefix, shown.get(..prefix.len())?)?;
        Some(Match {
            level: known.level,
            boundary: known.octets.clone(),
            close: false,
            exact: false,
            length: length_at_cr(line, prefix.len().saturating_add(2)),
        })
    }

    /// Whether this is a delimiter line, exact or not.
    pub(super) fn is_delimiter(&self, line: &[u8]) -> bool {
        line.starts_with(b"--") && self.look_up(line).is_some()
    }

    /// Whether an octet behind hyphens is the first one of some boundary's, behind the hyphens that it may start with.
    pub(super) fn may_start(&self, first: u8) -> bool {
        self.starts.has(first)
    }

    /// The boundary that text begins with which follows so many hyphens: its level, the hyphens that it starts with itself, and
    /// the rest of it.
    pub(super) fn follows(&self, hyphens: usize, text: &[u8]) -> Option<(usize, usize, &[u8])> {
        let stem = longest_prefix(&self.stems, text)?;
        let mut stems = self.stems.get(stem)?.iter().rev();
        let (level, own) = stems.find(|(_, own)| hyphens >= own.saturating_add(2))?;
        Some((*level, *own, stem))
    }

    /// Of the boundaries with this key the one as written, if there is one; of these the innermost that is not closed.
    fn whole(&self, key: &[u8], written: &[u8]) -> Option<&Known> {
        let all = self.known.get(key)?;
        let exact = |known: &&Known| known.octets == written;
        let mut open = all.iter().rev().filter(|known| !known.closed);
        open.clone()
            .find(exact)
            .or_else(|| all.iter().rev().find(exact))
            .or_else(|| open.next())
            .or_else(|| all.last())
    }

    fn longest_prefix(&self, text: &[u8]) -> Option<&[u8]> {
        longest_prefix(&self.known, text)
    }
}

impl Known {
    /// The delimiter that spells it; `shown` is how.
    fn matched(&self, line: &[u8], shown: &[u8], close: bool) -> Match {
        let hyphens = if close { 4 } else { 2 };
        let tail = line.get(shown.len().saturating_add(hyphens)..);
        Match {
            level: self.level,
            boundary: self.octets.clone(),
            close,
            exact: self.usual && self.octets == shown && tail.is_some_and(is_clean),
            length: line.len(),
        }
    }
}

impl Starts {
    fn add(&mut self, octet: u8) {
        if let Some(count) = self.0.get_mut(usize::from(octet)) {
            *count = count.saturating_add(1);
        }
    }

    fn remove(&mut self, octet: u8) {
        if let Some(count) = self.0.get_mut(usize::from(octet)) {
            *count = count.saturating_sub(1);
        }
    }

    fn has(&self, octet: u8) -> bool {
        self.0
            .get(usize::from(octet))
            .is_some_and(|count| *count > 0)
    }
}

/// The longest key that the text begins with, the empty one aside. Of the keys up to the text in order, the greatest is looked
/// at first; if it is none, no key that is longer than what it shares with the text can be one.
fn longest_prefix<'a, V>(keys: &'a BTreeMap<Vec<u8>, V>, text: &[u8]) -> Option<&'a [u8]> {
    let mut text = text;
    loop {
        let up_to = (Bound::Excluded(&[][..]), Bound::Included(text));
        if text.is_empty() {
            return None;
        }
        let (key, _) = keys.range::<[u8], _>(up_to).next_back()?;
        let shared = key
            .iter()
            .zip(text)
            .take_while(|(one, other)| one == other)
            .count();
        if shared == key.len() {
            return Some(key);
        }
        text = text.get(..shared).unwrap_or_default();
    }
}

/// Takes the last value of a key.
fn pop<V>(values: &mut BTreeMap<Vec<u8>, Vec<V>>, key: &[u8]) {
    if let Some(of_key) = values.get_mut(key) {
        of_key.pop();
        if of_key.is_empty() {
            values.remove(key);
        }
    }
}

fn folded(boundary: &[u8]) -> Vec<u8> {
    boundary.to_ascii_lowercase()
}

/// How many hyphens a boundary starts with, and the rest of it.
fn stem(boundary: &[u8]) -> (usize, &[u8]) {
    let hyphens = boundary.iter().take_while(|byte| **byte == b'-').count();
    (hyphens, boundary.get(hyphens..).unwrap_or_default())
}

/// Whether this is what all parsers take behind a boundary: a line end.
///
/// QUIRK: RFC 2046 allows white space there, but some parsers do not know a delimiter with any.
fn is_clean(tail: &[u8]) -> bool {
    matches!(tail, b"" | b"\n" | b"\r\n")
}

/// Length of the line: some parsers end it at a CR that stands alone.
fn length_at_cr(line: &[u8], from: usize) -> usize {
    let tail = line.get(from..).unwrap_or_default();
    let alone = memchr::memchr_iter(b'\r', tail).find(|at| {
        let behind = tail.get(at.saturating_add(1)..).unwrap_or_default();
        !matches!(behind.first(), None | Some(b'\r' | b'\n'))
    });
    alone.map_or(line.len(), |at| from.saturating_add(at).saturating_add(1))
}
