//! What a line of text promises: a file that begins here, or with the next line.

use super::fields::Fields;
use crate::decode::uuencode::{self, Alphabet, may_be_data};
use crate::decode::{Encoding, binhex, yenc};
use std::ops::Range;

/// Digits of a line that is taken for base64.
const RUN_LEAST: usize = 20;

/// Characters of a line that is taken for `BinHex` without its banner.
const BINHEX_LEAST: usize = 32;

/// Lines that may stand between `begin` and the data.
const JUNK_MOST: u32 = 8;

const BEHIND_TAG: &[u8] = b">begin ";
const BANNER: &[u8] = b"(This file must be converted with BinHex";

/// What begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// The first line of data behind a `begin`, that line with its place.
    Uuencode {
        begin: Vec<u8>,
        from: u64,
    },
    /// The same with the other alphabet.
    Xxencode {
        begin: Vec<u8>,
        from: u64,
    },
    Yenc,
    /// The line with the first colon. `from` is where the banner starts.
    BinHex {
        from: u64,
    },
    /// `begin-base64` with a name.
    NamedBase64 {
        name: Vec<u8>,
    },
    /// A line of base64.
    Base64,
    /// The empty line before a body, as the quoted fields before say. `from` is where these start.
    Body {
        encoding: Encoding,
        from: u64,
        name: Option<Vec<u8>>,
    },
}

/// What the lines before said, if what they promised has not come yet.
#[derive(Debug, Default)]
pub(super) struct Promise {
    /// A line `begin` and where it starts.
    begin: Option<(Vec<u8>, u64)>,
    /// Lines behind that which are no data.
    junk: u32,
    /// Where a banner of `BinHex` starts.
    banner: Option<u64>,
    /// Quoted fields.
    fields: Option<Fields>,
}

/// Whether anything can begin with this line. Where nothing was promised before, no other line matters.
pub(super) fn may_begin(line: &[u8]) -> bool {
    let Some(first) = line.first() else {
        return false;
    };
    match class(*first) {
        OPENS | OPENING_DIGIT => true,
        TAG => memchr::memmem::find(line, BEHIND_TAG).is_some(),
        DIGIT => starts_with_run(line),
        BLANK => starts_with_run(line.trim_ascii_start()),
        _ => false,
    }
}

/// What an octet can be at the start of a line. A digit is one of base64.
const OTHER: u8 = 0;
const DIGIT: u8 = 1;
const BLANK: u8 = 2;
const OPENS: u8 = 4;
const TAG: u8 = 8;
const OPENING_DIGIT: u8 = OPENS | DIGIT;

#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which checks the bounds"
)]
const CLASSES: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut octet = 0u8;
    while octet < 128 {
        table[octet as usize] = match octet {
            b'B' | b'b' | b'C' | b'c' => OPENING_DIGIT,
            b'<' => TAG,
            b'=' | b'(' | b':' => OPENS,
            b' ' | b'\t' => BLANK,
            b'+' | b'/' => DIGIT,
            _ if octet.is_ascii_alphanumeric() => DIGIT,
            _ => OTHER,
        };
        octet += 1;
    }
    table
};

#[expect(
    clippy::indexing_slicing,
    reason = "the table has a place for every octet"
)]
fn class(octet: u8) -> u8 {
    CLASSES[usize::from(octet)]
}

/// Whether a line starts with enough digits. A line of words does not: its first word is shorter.
fn starts_with_run(line: &[u8]) -> bool {
    line.first_chunk::<RUN_LEAST>()
        .is_some_and(|start| start.iter().all(|octet| is_digit(*octet)))
}

impl Promise {
    /// Whether nothing is expected.
    pub(super) fn is_quiet(&self) -> bool {
        self.begin.is_none() && self.fields.is_none()
    }

    /// What begins with this line.
    pub(super) fn line(&mut self, line: &[u8], at: &Range<u64>) -> Option<Opens> {
        if line.trim_ascii().is_empty() {
            return self.fields.take().and_then(Fields::opens);
        }
        self.fields = self
            .fields
            .take()
            .and_then(|mut fields| fields.line(line).then_some(fields));
        if let Some((begin, from)) = self.begin.take() {
            if may_be_data(line, Alphabet::Uu) {
                return Some(Opens::Uuencode { begin, from });
            }
            if may_be_data(line, Alphabet::Xx) {
                return Some(Opens::Xxencode { begin, from });
            }
            self.junk = self.junk.saturating_add(1);
            self.begin = (self.junk < JUNK_MOST).then_some((begin, from));
        }
        match line.first()? {
            b'b' | b'B' => self.begins(line, at.start),
            b'<' => self.begins_in_markup(line, at.start),
            b'=' => yenc::begin(line).map(|_| Opens::Yenc),
            b'(' if line.starts_with(BANNER) => {
                self.banner = Some(at.start);
                None
            }
            b':' => self.colon(line, at),
            b'C' | b'c' => {
                self.fields = self.fields.take().or_else(|| Fields::begin(line, at.start));
                None
            }
            _ => None,
        }
        .or_else(|| is_base64(line).then_some(Opens::Base64))
    }

    fn begins(&mut self, line: &[u8], from: u64) -> Option<Opens> {
        if let Some(rest) = line.strip_prefix(b"begin-base64 ") {
            let mut words = rest.splitn(2, |byte| *byte == b' ');
            let name = words.nth(1).unwrap_or_default().trim_ascii().to_vec();
            return Some(Opens::NamedBase64 { name });
        }
        if uuencode::begin(line).is_some() {
            self.begin = Some((line.to_vec(), from));
            self.junk = 0;
        }
        None
    }

    /// A first line behind a tag.
    fn begins_in_markup(&mut self, line: &[u8], from: u64) -> Option<Opens> {
        let tag = memchr::memmem::find(line, BEHIND_TAG)?.saturating_add(1);
        self.begins(line.get(tag..)?, from.saturating_add(tag as u64))
    }

    fn colon(&mut self, line: &[u8], at: &Range<u64>) -> Option<Opens> {
        let banner = self.banner.take();
        let data = line.get(1..).unwrap_or_default().trim_ascii_end();
        let data = data.strip_suffix(b":").unwrap_or(data);
        let enough = banner.is_some() || data.len() >= BINHEX_LEAST;
        (enough && binhex::is_data(data)).then_some(Opens::BinHex {
            from: banner.unwrap_or(at.start),
        })
    }
}

/// Whether the line is base64 alone, and long enough to be so by no chance. What [`may_begin`] passes over is none, however
/// the line came to be looked at.
fn is_base64(line: &[u8]) -> bool {
    may_begin(line) && starts_with_run(line.trim_ascii()) && is_run(line.trim_ascii())
}

/// Whether there are digits of base64 alone, and padding at most behind them.
pub(super) fn is_run(line: &[u8]) -> bool {
    let digits = line
        .strip_suffix(b"==")
        .or_else(|| line.strip_suffix(b"="))
        .unwrap_or(line);
    !digits.is_empty() && digits.iter().all(|byte| is_digit(*byte))
}

fn is_digit(byte: u8) -> bool {
    class(byte) & DIGIT != 0
}
