//! What can be wrong with an encoded body.

use crate::defect::Code;
use crate::octets::any_pair;

/// A set of defects of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flaws(u8);

/// The defects that a decoder can find, in the order of their bits.
const CODES: [Code; 8] = [
    Code::BareCr,
    Code::NulByte,
    Code::LongLine,
    Code::Base64Junk,
    Code::Base64Padding,
    Code::QuotedPrintableInvalid,
    Code::QuotedPrintableLoose,
    Code::Undeclared8Bit,
];

impl Flaws {
    /// Adds a defect; one that no body can have is not added.
    pub(super) fn add(&mut self, code: Code) {
        if let Some(bit) = CODES.iter().position(|known| *known == code) {
            self.0 |= 1 << bit;
        }
    }

    /// Both sets together.
    pub(super) fn with(self, other: Flaws) -> Flaws {
        Flaws(self.0 | other.0)
    }

    /// The defects in the set.
    pub fn codes(self) -> impl Iterator<Item = Code> {
        CODES
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, code)| code)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// Looks at the octets and lines of a body as they stand in the message.
#[derive(Debug, Default)]
pub(super) struct Lines {
    flaws: Flaws,
    /// Octets of the line that is not complete, without a CR at its end.
    length: usize,
    /// Whether that line ends in a CR so far.
    cr: bool,
}

impl Lines {
    pub(super) fn look(&mut self, raw: &[u8]) {
        if !raw.is_ascii() {
            self.flaws.add(Code::Undeclared8Bit);
        }
        if memchr::memchr(0, raw).is_some() {
            self.flaws.add(Code::NulByte);
        }
        let Some(first) = memchr::memchr(b'\n', raw) else {
            return self.line(raw);
        };
        let (first, rest) = raw.split_at(first.saturating_add(1));
        let end = memchr::memrchr(b'\n', rest).map_or(0, |last| last.saturating_add(1));
        let (whole, last) = rest.split_at(end);
        self.line(first);
        self.whole_lines(whole);
        self.line(last);
    }

    /// Looks at whole lines, as few of them as tell all: of what is longer than no line may be, only the last line end.
    fn whole_lines(&mut self, lines: &[u8]) {
        if any_pair(lines, |octet, next| octet == b'\r' && next != b'\n') {
            self.flaws.add(Code::BareCr);
        }
        let mut rest = lines;
        while !rest.is_empty() {
            let most = rest.get(..=LINE_MOST).unwrap_or(rest);
            let newline = memchr::memrchr(b'\n', most).or_else(|| {
                let newline = memchr::memchr(b'\n', rest)?;
                self.line(rest.get(..=newline)?);
                Some(newline)
            });
            let next = newline.map_or(rest.len(), |newline| newline.saturating_add(1));
            rest = rest.get(next..).unwrap_or_default();
        }
    }

    fn line(&mut self, line: &[u8]) {
        let (text, ends) = line
            .strip_suffix(b"\n")
            .map_or((line, false), |text| (text, true));
        if self.cr && !text.is_empty() {
            self.flaws.add(Code::BareCr);
            self.length = self.length.saturating_add(1);
            self.cr = false;
        }
        let body = text.strip_suffix(b"\r").unwrap_or(text);
        self.cr |= body.len() < text.len();
        if memchr::memchr(b'\r', body).is_some() {
            self.flaws.add(Code::BareCr);
        }
        self.length = self.length.saturating_add(body.len());
        if self.length > LINE_MOST {
            self.flaws.add(Code::LongLine);
        }
        if ends {
            self.length = 0;
            self.cr = false;
        }
    }

    /// What was found, if no more is to come.
    pub(super) fn flaws(&self) -> Flaws {
        let mut flaws = self.flaws;
        if self.cr {
            flaws.add(Code::BareCr);
        }
        flaws
    }
}
