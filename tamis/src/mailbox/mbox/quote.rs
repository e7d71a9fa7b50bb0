//! Puts the `>` in front of lines of a body that start with `From `, and takes it away again.
//!
//! Works octet by octet over a stream and holds back six octets at most. All `>` of a run are alike: to take one away it
//! is enough to hold back the first one until it is known whether `From ` follows.

use super::Variant;
use crate::spool::CHUNK;
use std::io::{self, Read};

const FROM: &[u8] = b"From ";

/// Reads a message of an mbox as it was before it came into the mbox.
pub fn unquote<R: Read>(reader: R, variant: Variant) -> Requote<R> {
    Requote::new(reader, Work::Unquote, variant)
}

/// Reads a message as it is written into an mbox.
pub fn quote<R: Read>(reader: R, variant: Variant) -> Requote<R> {
    Requote::new(reader, Work::Quote, variant)
}

/// How many `>` stand before `From ` at the start of a line; none if that is not what it starts with.
pub(super) fn depth(line: &[u8]) -> Option<usize> {
    let depth = line.iter().take_while(|byte| **byte == b'>').count();
    let rest = line.get(depth..).unwrap_or_default();
    rest.starts_with(FROM).then_some(depth)
}

/// Reads another reader with the quotes of its body changed. The header section stays as it is.
#[derive(Debug)]
pub struct Requote<R> {
    inner: R,
    work: Work,
    deep: bool,
    state: State,
    input: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Quote,
    Unquote,
}

/// Where in a line the next octet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the header section; whether its current line has been blank so far.
    Header { blank: bool },
    /// At the start of a line, behind `quotes` (0, 1 or more) of `>`, then `matched` octets of `From `.
    Start { quotes: u8, matched: usize },
    /// In a line that is not `From `.
    Line,
    /// Everything was read.
    End,
}

const LINE_START: State = State::Start {
    quotes: 0,
    matched: 0,
};

impl<R: Read> Requote<R> {
    fn new(inner: R, work: Work, variant: Variant) -> Self {
        Requote {
            inner,
            work,
            deep: variant.is_deep(),
            state: State::Header { blank: true },
            input: vec![0; CHUNK],
            ready: Vec::new(),
            at: 0,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        let mut input = std::mem::take(&mut self.input);
        let read = loop {
            match self.inner.read(&mut input) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        if let Ok(count) = read {
            self.take(input.get(..count).unwrap_or_default());
        }
        self.input = input;
        if read? == 0 {
            self.give_back();
            self.state = State::End;
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((&byte, behind)) = rest.split_first() {
            match self.state {
                State::Line => {
                    let end =
                        memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
                    let (line, behind) = rest.split_at(end);
                    self.ready.extend_from_slice(line);
                    if line.ends_with(b"\n") {
                        self.state = LINE_START;
                    }
                    rest = behind;
                    continue;
                }
                State::Header { blank } => {
                    self.ready.push(byte);
                    self.state = header_state(byte, blank);
                }
                State::Start { quotes, matched } => {
                    if !self.start(byte, quotes, matched) {
                        continue;
                    }
                }
                State::End => return,
            }
            rest = behind;
        }
    }

    /// One octet at the start of a line. Says whether it was used up.
    fn start(&mut self, byte: u8, quotes: u8, matched: usize) -> bool {
        let may_quote = matched == 0 && (quotes == 0 || self.deep);
        if byte == b'>' && may_quote && (self.deep || self.work == Work::Unquote) {
            if self.work == Work::Quote || quotes > 0 {
                self.ready.push(byte);
            }
            self.state = State::Start { quotes: 1, matched };
            return true;
        }
        if FROM.get(matched) != Some(&byte) {
            self.give_back();
            self.state = State::Line;
            return false;
        }
        let matched = matched.saturating_add(1);
        if matched < FROM.len() {
            self.state = State::Start { quotes, matched };
            return true;
        }
        if self.work == Work::Quote {
            self.ready.push(b'>');
        }
        self.ready.extend_from_slice(FROM);
        self.state = State::Line;
        true
    }

    /// Gives what was held back because a line might have started with `From `.
    fn give_back(&mut self) {
        if let State::Start { quotes, matched } = self.state {
            if quotes > 0 && self.work == Work::Unquote {
                self.ready.push(b'>');
            }
            self.ready
                .extend_from_slice(FROM.get(..matched).unwrap_or_default());
        }
    }
}

fn header_state(byte: u8, blank: bool) -> State {
    match byte {
        b'\n' if blank => LINE_START,
        b'\n' => State::Header { blank: true },
        b'\r' => State::Header { blank },
        _ => State::Header { blank: false },
    }
}

impl<R: Read> Read for Requote<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.ready.len() && self.state != State::End {
            self.fill()?;
        }
        let mut rest = self.ready.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at = self.at.saturating_add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::{quote, unquote};
    use crate::mailbox::mbox::Variant;
    use proptest::prelude::*;
    use std::io::Read;

    /// Hands out a few octets at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let room = buffer.len().min(self.1);
            self.0.read(&mut buffer[..room])
        }
    }

    fn all(mut reader: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[track_caller]
    fn check(variant: Variant, plain: &str, quoted: &str) {
        let (plain, quoted) = (format!("S: x\n\n{plain}"), format!("S: x\n\n{quoted}"));
        for step in [1, 2, 7, 1000] {
            let found = all(quote(Slow(plain.as_bytes(), step), variant));
            assert_eq!(String::from_utf8_lossy(&found), quoted);
            let found = all(unquote(Slow(quoted.as_bytes(), step), variant));
            assert_eq!(String::from_utf8_lossy(&found), plain);
        }
    }

    #[test]
    fn quotes_and_unquotes() {
        check(
            Variant::Mboxo,
            "From me\nFro\nFrom\n",
            ">From me\nFro\nFrom\n",
        );
        check(Variant::Mboxo, "a\r\nFrom me\r\n", "a\r\n>From me\r\n");
        check(
            Variant::Mboxo,
            ">>From me\n> From\n>",
            ">>From me\n> From\n>",
        );
        check(
            Variant::Mboxrd,
            "From a\n>From b\n>>From c\n",
            ">From a\n>>From b\n>>>From c\n",
        );
        check(Variant::Mboxrd, ">>> From\n>Fro", ">>> From\n>Fro");
        check(Variant::Mboxcl, "From a\nx From b", ">From a\nx From b");
    }

    #[test]
    fn leaves_the_header_alone() {
        let message = b">From uucp\nFrom x\nSubject: y\n\n";
        assert_eq!(all(quote(&message[..], Variant::Mboxrd)), message);
        assert_eq!(all(unquote(&message[..], Variant::Mboxrd)), message);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn unquote_undoes_quote(lines in prop::collection::vec(prop::sample::select(vec![
            "From a\n", ">From a\n", ">>From\n", ">", "From ", "F", "\n", "\r\n", "x\n", ">Fr\n", "text",
        ]), 0..20), step in 1usize..9) {
            let message = lines.concat().into_bytes();
            let quoted = all(quote(Slow(&message, step), Variant::Mboxrd));
            prop_assert_eq!(all(unquote(Slow(&quoted, step), Variant::Mboxrd)), message);
        }
    }
}
