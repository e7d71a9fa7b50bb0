//! Quoted-printable (RFC 2045, section 6.7), read leniently.
//!
//! Text runs are found with `memchr` and copied whole; only what is cut by the end of a piece goes octet by octet.

use super::Flaws;
use crate::defect::Code;
use crate::octets::{any, any_pair};

/// White space in a row that may end a line or stand in a soft line break. A longer run is content wherever it stands:
/// what is held back is bounded.
const HELD_MOST: usize = 1_000;

/// What is no digit. No two digits together look like it.
const NONE: u8 = 0xff;

/// The value of each hexadecimal digit.
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which checks the bounds"
)]
const DIGITS: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut value = 0u8;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        table[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

#[derive(Debug, Default)]
pub(super) struct QuotedPrintable {
    /// Octets that are not settled: white space that may end a line, or an escape that is not complete.
    held: Vec<u8>,
    /// Whether the octets before are white space that was too long to be held back.
    long_blank: bool,
    /// Whether some escape has a small letter for a digit, or the body ended in a soft line break or white space.
    loose: bool,
    ends: Ends,
    flaws: Flaws,
}

/// How lines end.
#[derive(Debug, Default)]
struct Ends {
    /// Whether some ended in CRLF.
    crlf: bool,
    /// Whether some ended in LF alone.
    bare_lf: bool,
    /// The last octet of the piece before.
    last: u8,
}

impl QuotedPrintable {
    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.reserve(raw.len());
        // Of most text one pass tells both: no line ends in white space, and all of them in CRLF.
        let blank = |octet, next| is_blank(octet) & is_line_end(next);
        let neat = !any_pair(raw, |octet, next| blank(octet, next) | bare_lf(octet, next));
        let tidy = neat || !any_pair(raw, blank);
        if any(raw, is_unquoted) {
            self.flaws.add(Code::QuotedPrintableInvalid);
        }
        self.ends.look(raw, neat);
        let mut rest = raw;
        while let Some((byte, after)) = rest.split_first() {
            let taken = if self.held.is_empty() && !self.long_blank {
                settled(rest, tidy, &mut self.loose, out)
            } else {
                0
            };
            if taken > 0 {
                rest = rest.get(taken..).unwrap_or_default();
            } else {
                self.octet(*byte, out);
                rest = after;
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match self.held.as_slice() {
            [b'='] => self.loose = true,
            [b'=', white @ ..] if white.trim_ascii().is_empty() => {
                self.flaws.add(Code::QuotedPrintableInvalid);
            }
            [b'=', ..] => self.give_up(out),
            [] => {}
            [..] => self.loose = true,
        }
        self.held.clear();
    }

    pub(super) fn flaws(&self) -> Flaws {
        let mut flaws = self.flaws;
        if self.loose || (self.ends.crlf && self.ends.bare_lf) {
            flaws.add(Code::QuotedPrintableLoose);
        }
        flaws
    }

    /// Takes one octet while something is held back, or one that may have to be.
    fn octet(&mut self, byte: u8, out: &mut Vec<u8>) {
        let blank = matches!(byte, b' ' | b'\t');
        self.long_blank &= blank;
        match (self.held.as_slice(), byte) {
            ([b'=', white @ ..], b'\n') if is_blank_line_end(white) => {
                if !matches!(white, [] | [b'\r']) {
                    self.flaws.add(Code::QuotedPrintableInvalid);
                }
                self.held.clear();
            }
            ([b' ' | b'\t', ..], b'\n') => {
                let crlf = self.held.ends_with(b"\r");
                self.held.clear();
                out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
            }
            ([b'='], b) if b.is_ascii_hexdigit() => self.held.push(b),
            ([b'=', high], low) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                self.loose |= is_lower(*high, low);
                out.push((hex(*high) << 4) | hex(low));
                self.held.clear();
            }
            ([b'=', .., b'\r'], b'\r') => self.flaws.add(Code::QuotedPrintableInvalid),
            ([b'=', white @ .., b'\r'], _) if white.iter().copied().all(is_blank) => {
                // Some readers end a line at CR alone: then this was a soft line break.
                self.flaws.add(Code::QuotedPrintableInvalid);
                self.held.clear();
                self.octet(byte, out);
            }
            ([b'=', white @ ..] | white @ [b' ' | b'\t', ..], b'\r')
                if white.iter().copied().all(is_blank) =>
            {
                self.held.push(byte);
            }
            ([b'=', white @ ..] | white @ [b' ' | b'\t', ..], _)
                if blank && white.iter().copied().all(is_blank) && white.len() < HELD_MOST =>
            {
                self.held.push(byte);
            }
            ([b' ' | b'\t', ..], _) if blank => {
                // Too long a run: all of it is content. A CR at its end is no part of it.
                self.long_blank = !self.held.ends_with(b"\r");
                self.give_up(out);
                self.octet(byte, out);
            }
            ([], _) if byte == b'=' || (blank && !self.long_blank) => self.held.push(byte),
            ([], _) => out.push(byte),
            _ => {
                self.give_up(out);
                self.octet(byte, out);
            }
        }
    }

    /// What is held stands for itself.
    fn give_up(&mut self, out: &mut Vec<u8>) {
        if self.held.first() == Some(&b'=') {
            self.flaws.add(Code::QuotedPrintableInvalid);
        }
        out.append(&mut self.held);
    }
}

impl Ends {
    /// Looks at the next octets; `neat` if no LF among them stands behind anything but a CR.
    fn look(&mut self, raw: &[u8], neat: bool) {
        let (Some(first), Some(last)) = (raw.first(), raw.last()) else {
            return;
        };
        let crlf = |one, next| one == b'\r' && next == b'\n';
        self.crlf = self.crlf || crlf(self.last, *first) || any_pair(raw, crlf);
        self.bare_lf =
            self.bare_lf || bare_lf(self.last, *first) || !neat && any_pair(raw, bare_lf);
        self.last = *last;
    }
}

/// Decodes from the start of `raw` what needs no look at what comes later: text, whole lines, escapes and soft line breaks
/// as the standard has them. `tidy` says that no line has white space at its end: then only escapes need a look. `lower` is
/// set where a digit is a small letter. Gives the octets used up.
fn settled(raw: &[u8], tidy: bool, lower: &mut bool, out: &mut Vec<u8>) -> usize {
    let mut used = 0usize;
    while let Some(rest) = raw.get(used..) {
        // Escapes often stand in a row: then there is nothing to search.
        let stop = if rest.starts_with(b"=") {
            Some(0)
        } else if tidy {
            memchr::memchr(b'=', rest)
        } else {
            memchr::memchr2(b'=', b'\n', rest)
        };
        let Some(stop) = stop else {
            let (text, _) = rest.split_at(without_white(rest).len());
            out.extend_from_slice(text);
            return used.saturating_add(text.len());
        };
        let (text, from) = rest.split_at(stop);
        let length = match from {
            [b'\n', ..] => {
                push_line(text, out);
                1
            }
            [_, high, low, ..] if hex(*high) | hex(*low) != NONE => {
                *lower |= is_lower(*high, *low);
                out.extend_from_slice(text);
                out.push((hex(*high) << 4) | hex(*low));
                3
            }
            [_, b'\r', b'\n', ..] => {
                out.extend_from_slice(text);
                3
            }
            _ => {
                out.extend_from_slice(text);
                return used.saturating_add(stop);
            }
        };
        used = used.saturating_add(stop).saturating_add(length);
    }
    used
}

/// Puts a line out, with its line end, without white space in front of that.
fn push_line(text: &[u8], out: &mut Vec<u8>) {
    let (line, end): (&[u8], &[u8]) = text
        .strip_suffix(b"\r")
        .map_or((text, b"\n"), |line| (line, b"\r\n"));
    let kept = line.trim_ascii_end();
    let white = line.len().saturating_sub(kept.len());
    let kept = if white == 0 {
        line
    } else {
        without_blanks(line)
    };
    out.extend_from_slice(kept);
    out.extend_from_slice(end);
}

/// Without the white space at the end, unless it is a run too long to count as such.
fn without_blanks(line: &[u8]) -> &[u8] {
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte))
        .count();
    if blanks > HELD_MOST {
        return line;
    }
    line.get(..line.len().saturating_sub(blanks))
        .unwrap_or(line)
}

/// Without what may turn out to be white space at the end of a line: blanks and one CR behind them.
fn without_white(text: &[u8]) -> &[u8] {
    let line = text.strip_suffix(b"\r").unwrap_or(text);
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte))
        .count();
    line.get(..line.len().saturating_sub(blanks))
        .unwrap_or(line)
}

/// Whether a digit is a small letter.
fn is_lower(high: u8, low: u8) -> bool {
    // Digits, capitals and small letters differ in these two bits.
    high & 0x60 == 0x60 || low & 0x60 == 0x60
}

/// Whether the octet should be escaped.
fn is_unquoted(octet: u8) -> bool {
    // Not as `matches!`, of which no vector instructions are made.
    (octet.wrapping_sub(b' ') > b'~' - b' ') && octet != b'\t' && octet != b'\n' && octet != b'\r'
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Whether an LF stands behind anything but a CR.
fn bare_lf(before: u8, octet: u8) -> bool {
    let (other, newline) = (before != b'\r', octet == b'\n');
    other & newline
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}

/// Whether this is white space with no CR but at its end: what may stand between `=` and LF.
fn is_blank_line_end(white: &[u8]) -> bool {
    white
        .strip_suffix(b"\r")
        .unwrap_or(white)
        .iter()
        .copied()
        .all(is_blank)
}

/// The value of a hexadecimal digit; [`NONE`] if it is none.
#[expect(
    clippy::indexing_slicing,
    reason = "the table has a place for every octet"
)]
fn hex(digit: u8) -> u8 {
    DIGITS[usize::from(digit)]
}
