//! Takes an mbox apart: where each message lies.

use super::from_line::{LONGEST, is_from_line};
use crate::spool::CHUNK;
use std::io::{self, Read};
use tamis_sanitize::Extent;

/// Where one message of an mbox lies. The three ranges touch; those of all entries together are the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The `From ` line with its line end.
    pub from: Extent,
    /// The message, quoted as the mbox has it.
    pub message: Extent,
    /// The blank line behind it, which belongs to the mbox; empty if there is none.
    pub gap: Extent,
}

/// Reads an mbox from its start and gives its messages in order. Holds one line of bounded length, whatever the file.
#[derive(Debug)]
pub struct Split<R> {
    input: R,
    buffer: Vec<u8>,
    filled: usize,
    used: usize,
    /// Offset of the next octet that is looked at.
    at: u64,
    line: Line,
    open: Option<Open>,
    done: bool,
}

/// The line that is being read.
#[derive(Debug)]
struct Line {
    start: u64,
    /// Its first octets, kept only where a `From ` line may stand.
    head: Vec<u8>,
    /// Whether it may be a `From ` line: the first of the file, or one behind a blank line.
    may_be_from: bool,
    /// Whether it has had nothing but CR so far.
    blank: bool,
}

/// The message that is being read.
#[derive(Debug)]
struct Open {
    from: Extent,
    /// Blank lines in it.
    blanks: u64,
    /// The line before the current one, if it is blank.
    last_blank: Option<u64>,
}

impl<R: Read> Split<R> {
    /// Starts at the first octet of an mbox.
    pub fn new(input: R) -> Self {
        Split {
            input,
            buffer: vec![0; CHUNK],
            filled: 0,
            used: 0,
            at: 0,
            line: Line::new(0, true),
            open: None,
            done: false,
        }
    }

    /// The next message; none at the end. What stands before the first `From ` line is in no entry.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        while !self.done {
            if self.used >= self.filled && !self.fill()? {
                self.done = true;
                let last = self.end_line(false);
                let tail = self.close(self.at);
                return Ok(last.or(tail));
            }
            let rest = self.buffer.get(self.used..self.filled).unwrap_or_default();
            let newline = memchr::memchr(b'\n', rest);
            let taken = newline.map_or(rest.len(), |at| at.saturating_add(1));
            self.line.take(rest.get(..taken).unwrap_or_default());
            self.used = self.used.saturating_add(taken);
            self.at = self.at.saturating_add(taken as u64);
            if newline.is_some()
                && let Some(entry) = self.end_line(true)
            {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.used = 0;
        self.filled = loop {
            match self.input.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        Ok(self.filled > 0)
    }

    /// The line is complete: closes the message before it if it is a `From ` line.
    fn end_line(&mut self, whole: bool) -> Option<Entry> {
        let blank = self.line.blank && whole;
        let next = Line::new(self.at, blank);
        let line = std::mem::replace(&mut self.line, next);
        if whole && line.may_be_from && is_from_line(&line.head) {
            let entry = self.close(line.start);
            self.open = Some(Open {
                from: Extent::new(line.start, self.at),
                blanks: 0,
                last_blank: None,
            });
            return entry;
        }
        if let Some(open) = &mut self.open
            && self.at > line.start
        {
            open.blanks = open.blanks.saturating_add(u64::from(blank));
            open.last_blank = blank.then_some(line.start);
        }
        None
    }

    /// Ends the open message at `end`. A blank line before it belongs to the mbox, unless it is the only one: then it
    /// is the one that ends the header section.
    fn close(&mut self, end: u64) -> Option<Entry> {
        let open = self.open.take()?;
        let gap = open.last_blank.filter(|_| open.blanks > 1).unwrap_or(end);
        Some(Entry {
            from: open.from,
            message: Extent::new(open.from.end, gap),
            gap: Extent::new(gap, end),
        })
    }
}

impl Line {
    fn new(start: u64, may_be_from: bool) -> Self {
        Line {
            start,
            head: Vec::new(),
            may_be_from,
            blank: true,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.blank = self.blank && bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        if self.may_be_from {
            let room = LONGEST.saturating_add(1).saturating_sub(self.head.len());
            self.head.extend(bytes.iter().take(room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Split};
    use proptest::prelude::*;
    use std::io::Read;

    const FROM: &str = "From a@b Thu Jan  1 00:00:00 1970\n";

    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let room = buffer.len().min(self.1);
            self.0.read(&mut buffer[..room])
        }
    }

    fn split(bytes: &[u8], step: usize) -> Vec<Entry> {
        let mut split = Split::new(Slow(bytes, step));
        std::iter::from_fn(|| split.next_entry().unwrap()).collect()
    }

    #[track_caller]
    fn check(mbox: &str, expected: &[&str]) {
        for step in [1, 3, 10_000] {
            let messages: Vec<_> = split(mbox.as_bytes(), step)
                .iter()
                .map(|entry| {
                    let at = |at: u64| usize::try_from(at).unwrap();
                    &mbox[at(entry.message.start)..at(entry.message.end)]
                })
                .collect();
            assert_eq!(messages, expected);
        }
    }

    #[test]
    fn finds_the_messages() {
        check(
            &format!("{FROM}A: 1\n\nx\n\n{FROM}B: 2\n\ny\n\n"),
            &["A: 1\n\nx\n", "B: 2\n\ny\n"],
        );
        check(
            &format!("{FROM}A: 1\n\nx\n{FROM}"),
            &["A: 1\n\nx\nFrom a@b Thu Jan  1 00:00:00 1970\n"],
        );
        check(
            &format!("{FROM}A: 1\n\nFrom here on\n\nFrom now\n"),
            &["A: 1\n\nFrom here on\n\nFrom now\n"],
        );
        check(
            &format!("{FROM}A: 1\r\n\r\nx\r\n\r\n{FROM}B: 2\n\n"),
            &["A: 1\r\n\r\nx\r\n", "B: 2\n\n"],
        );
        check(&format!("{FROM}A: 1\n\nx"), &["A: 1\n\nx"]);
        check(FROM, &[""]);
        check("", &[]);
    }

    #[test]
    fn a_message_without_body_keeps_the_line_that_ends_its_header() {
        check(
            &format!("{FROM}A: 1\n\n{FROM}B: 2\n\n\n"),
            &["A: 1\n\n", "B: 2\n\n"],
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn the_entries_are_the_whole_file(lines in prop::collection::vec(prop::sample::select(vec![
            FROM, ">From x\n", "A: b\n", "\n", "\r\n", "\r", "text", "From \n", "\u{0}\n",
        ]), 0..30), step in 1usize..50) {
            let mbox = format!("{FROM}{}", lines.concat());
            let entries = split(mbox.as_bytes(), step);
            let mut at = 0;
            for entry in &entries {
                for range in [entry.from, entry.message, entry.gap] {
                    prop_assert_eq!(range.start, at);
                    at = range.end;
                }
            }
            prop_assert_eq!(at, mbox.len() as u64);
            prop_assert_eq!(entries, split(mbox.as_bytes(), 100_000));
        }

        #[test]
        fn any_octets_are_taken_apart(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mbox = [FROM.as_bytes(), &bytes].concat();
            let end = split(&mbox, 7).last().map(|entry| entry.gap.end);
            prop_assert_eq!(end, Some(mbox.len() as u64));
        }
    }
}
