//! How well the octets of a body fit an encoding.

use super::reading::last_two;
use crate::octets::{count, leading};

/// Octets of a body, counted. Any cut of the body into pieces gives the same counts.
#[derive(Debug, Default)]
pub(super) struct Fit {
    /// Letters, digits, plus, slash: what base64 is made of.
    digits: u64,
    /// Plus and slash among them.
    signs: u64,
    /// `-` and `_` between digits: the same two in the other alphabet.
    url_signs: u64,
    blanks: u64,
    others: u64,
    /// `=` with two hexadecimal digits or a line end behind it, and any other.
    escapes: u64,
    broken: u64,
    /// A line end that is LF alone.
    bare_lf: bool,
    /// The two octets before.
    before: [u8; 2],
}

impl Fit {
    pub(super) fn push(&mut self, raw: &[u8]) {
        let mut rest = raw;
        while let Some((octet, behind)) = rest.split_first() {
            let waits = matches!(self.before, [b'=', _] | [_, b'=' | b'-' | b'_']);
            if waits || !is_lone(*octet) {
                self.octet(*octet);
                rest = behind;
                continue;
            }
            let (run, behind) = rest.split_at(leading(rest, is_lone));
            self.run(run);
            rest = behind;
        }
    }

    /// Counts octets that tell nothing of those beside them.
    fn run(&mut self, run: &[u8]) {
        let digits = count(run, is_alphanumeric);
        let signs = count(run, |octet| octet == b'+' || octet == b'/');
        let blanks = count(run, |octet| octet == b' ' || octet == b'\t');
        let known = digits.saturating_add(signs).saturating_add(blanks);
        let others = (run.len() as u64).saturating_sub(known);
        self.digits = self.digits.saturating_add(digits);
        self.signs = self.signs.saturating_add(signs);
        self.blanks = self.blanks.saturating_add(blanks);
        self.others = self.others.saturating_add(others);
        self.before = last_two(self.before, run);
    }

    fn octet(&mut self, octet: u8) {
        match octet {
            b'+' | b'/' => self.signs = self.signs.saturating_add(1),
            b' ' | b'\t' => self.blanks = self.blanks.saturating_add(1),
            b'\n' => self.bare_lf |= self.before[1] != b'\r',
            b'\r' | b'=' => {}
            _ if octet.is_ascii_alphanumeric() => self.digits = self.digits.saturating_add(1),
            _ => self.others = self.others.saturating_add(1),
        }
        let is_hex = |octet: u8| octet.is_ascii_hexdigit();
        match (self.before, octet) {
            ([b'=', b'\r'] | [_, b'='], b'\n') => self.escapes = self.escapes.saturating_add(1),
            ([b'=', high], low) if is_hex(high) && is_hex(low) => {
                self.escapes = self.escapes.saturating_add(1);
            }
            ([b'=', high], _) if high != b'\n' => self.broken = self.broken.saturating_add(1),
            ([left, b'-' | b'_'], right)
                if left.is_ascii_alphanumeric() && right.is_ascii_alphanumeric() =>
            {
                self.url_signs = self.url_signs.saturating_add(1);
            }
            _ => {}
        }
        self.before = [self.before[1], octet];
    }

    /// Whether the body can be base64: little else, and white space nowhere or behind every digit.
    pub(super) fn is_base64(&self) -> bool {
        let digits = self.digits.saturating_add(self.signs);
        let share = |part: u64| part.saturating_mul(100) / digits.max(1);
        digits >= 4
            && share(self.others) <= 16
            && (share(self.blanks) <= 8 || share(self.blanks) >= 80)
    }

    /// Whether it is more than by chance that it can.
    pub(super) fn is_long(&self) -> bool {
        self.digits >= 64
    }

    /// Whether base64 is written in the alphabet for addresses.
    pub(super) fn is_url_safe(&self) -> bool {
        self.signs == 0 && self.url_signs >= 2 && self.url_signs >= self.digits / 200
    }

    /// Whether the body can be quoted-printable that is not plain text all the same.
    pub(super) fn is_quoted_printable(&self) -> bool {
        self.escapes > 0 && self.broken <= self.escapes / 4
    }

    /// Whether some line ends in LF alone.
    pub(super) fn has_bare_lf(&self) -> bool {
        self.bare_lf
    }
}

/// Whether an octet is counted whatever stands beside it, unless that waits for it: neither part of a line end nor what
/// begins an escape, nor a sign of the other alphabet. Asked so that vector instructions are made of it.
fn is_lone(octet: u8) -> bool {
    octet != b'=' && octet != b'-' && octet != b'_' && octet != b'\r' && octet != b'\n'
}

/// A letter or digit, asked in the same way.
fn is_alphanumeric(octet: u8) -> bool {
    ((octet | 0x20).wrapping_sub(b'a') < 26) || (octet.wrapping_sub(b'0') < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_as_their_octets_are() {
        let pieces: [&[u8]; 12] = [
            b"=",
            b"-",
            b"_",
            b"\r",
            b"\n",
            b"\r\n",
            b"a",
            b"4D",
            b" \t",
            b"+/",
            b"\0\xff.",
            b"a run of letters and others, 1+1, and more of them.",
        ];
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    let octets = [one, two, three, b"-", two].concat();
                    let mut whole = Fit::default();
                    whole.push(&octets);
                    let mut single = Fit::default();
                    for octet in &octets {
                        single.octet(*octet);
                    }
                    assert_eq!(format!("{whole:?}"), format!("{single:?}"), "{octets:?}");
                }
            }
        }
    }
}
