//! Quoted-printable (RFC 2045, section 6.7), read leniently.
//!
//! Other readings that parsers make of the same octets: white space after the `=` of a soft line break is content; an
//! escape that is none is dropped, or ends the body.

use super::Flaws;
use crate::defect::Code;

/// White space that is held back to see whether it ends a line; more is content wherever it stands.
const HELD_MOST: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct QuotedPrintable {
    /// Octets that are not settled: white space that may end a line, or an escape that is not complete.
    held: Vec<u8>,
    flaws: Flaws,
}

impl QuotedPrintable {
    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let mut rest = raw;
        while let Some((byte, after)) = rest.split_first() {
            if self.held.is_empty() {
                let plain = memchr::memchr3(b'=', b' ', b'\t', rest).unwrap_or(rest.len());
                if let Some((text, after)) = rest
                    .split_at_checked(plain)
                    .filter(|(text, _)| !text.is_empty())
                {
                    out.extend_from_slice(text);
                    rest = after;
                    continue;
                }
            }
            self.octet(*byte, out);
            rest = after;
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match self.held.first() {
            Some(b'=')
                if self
                    .held
                    .get(1..)
                    .is_some_and(|rest| rest.trim_ascii().is_empty()) =>
            {
                self.held.clear()
            }
            Some(b'=') => self.give_up(out),
            _ => self.held.clear(),
        }
    }

    pub(super) fn flaws(&self) -> Flaws {
        self.flaws
    }

    /// Takes one octet while something is held back, or one that may have to be.
    fn octet(&mut self, byte: u8, out: &mut Vec<u8>) {
        match (self.held.as_slice(), byte) {
            // A line ends: white space before it does not count, and a soft line break goes.
            ([b'=', ..], b'\n') if self.is_soft_break() => self.held.clear(),
            ([b' ' | b'\t', ..], b'\n') => {
                let crlf = self.held.ends_with(b"\r");
                self.held.clear();
                out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
            }
            ([b'='], b) if b.is_ascii_hexdigit() => self.held.push(b),
            ([b'=', high], low) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push((hex(*high) << 4) | hex(low));
                self.held.clear();
            }
            ([b'=', ..], b' ' | b'\t' | b'\r')
                if self.is_soft_break() && self.held.len() < HELD_MOST =>
            {
                self.held.push(byte)
            }
            ([b' ' | b'\t', ..], b' ' | b'\t' | b'\r')
                if !self.held.ends_with(b"\r") && self.held.len() < HELD_MOST =>
            {
                self.held.push(byte);
            }
            ([], b' ' | b'\t' | b'=') => self.held.push(byte),
            ([], _) => out.push(byte),
            _ => {
                self.give_up(out);
                self.octet(byte, out);
            }
        }
    }

    /// Whether what is held is an `=` and white space: a soft line break if a line end follows.
    fn is_soft_break(&self) -> bool {
        let white = self.held.get(1..).unwrap_or_default();
        !white
            .split_last()
            .is_some_and(|(_, before)| before.contains(&b'\r'))
            && white.trim_ascii().is_empty()
    }

    /// What is held stands for itself.
    fn give_up(&mut self, out: &mut Vec<u8>) {
        if self.held.first() == Some(&b'=') {
            self.flaws.add(Code::QuotedPrintableInvalid);
        }
        out.append(&mut self.held);
    }
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}
