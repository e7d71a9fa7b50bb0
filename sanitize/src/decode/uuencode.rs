//! uuencode (POSIX) and xxencode: lines of a length character and groups of four characters for three octets, between
//! `begin` and `end`.
//!
//! Writers differ: a zero is a grave accent or a space, spaces at the end of a line get lost, a checksum character or
//! anything else stands behind the groups, the last group is cut short, `begin` or `end` is missing. All of that is read.

use super::by_line::ByLine;

/// Octets of a line that may matter: the longest stands for 63 octets.
const LINE_MOST: usize = 1_000;

/// Octets that a line can stand for.
const OCTETS_MOST: usize = 63;

/// Characters that may stand behind the groups of a line where there is no other sign that it is one.
const BEHIND_MOST: usize = 2;

/// Which characters stand for the 64 values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Space (or grave accent) to underscore.
    Uu,
    /// `+`, `-`, digits, capitals, small letters.
    Xx,
}

#[derive(Debug)]
pub(super) struct Uuencode {
    lines: ByLine,
    text: Enclosed,
}

/// What stands between `begin` and `end`.
#[derive(Debug)]
struct Enclosed {
    alphabet: Alphabet,
    place: Place,
    name: Option<Vec<u8>>,
    begun: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Before,
    Data,
    Behind,
}

impl Uuencode {
    pub(super) fn new(alphabet: Alphabet) -> Self {
        Uuencode {
            lines: ByLine::new(LINE_MOST),
            text: Enclosed {
                alphabet,
                place: Place::Before,
                name: None,
                begun: false,
            },
        }
    }

    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        if self.text.place != Place::Behind {
            let text = &mut self.text;
            self.lines.push(raw, |line| text.line(line, out));
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let text = &mut self.text;
        self.lines.finish(|line| text.line(line, out));
    }

    /// The name behind `begin`.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.text.name.as_deref()
    }

    /// Whether anything was decoded.
    pub(super) fn has_begun(&self) -> bool {
        self.text.begun
    }
}

impl Enclosed {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        match self.place {
            Place::Before => {
                if let Some(name) = begin(line) {
                    self.name = Some(name.to_vec()).filter(|name| !name.is_empty());
                    self.place = Place::Data;
                } else if is_data(line, self.alphabet) {
                    self.place = Place::Data;
                    self.data(line, out);
                }
            }
            Place::Data if is_end(line) => self.place = Place::Behind,
            Place::Data => self.data(line, out),
            Place::Behind => {}
        }
    }

    fn data(&mut self, line: &[u8], out: &mut Vec<u8>) {
        // A line that stands for nothing should be the last before `end`; where it is not, readers go on.
        self.begun |= decode(line, self.alphabet, out).is_some_and(|octets| octets > 0);
    }
}

/// The file name of a line `begin`, mode, name, in any letter case; it may be empty.
pub(crate) fn begin(line: &[u8]) -> Option<&[u8]> {
    let (word, rest) = line.split_at_checked(5)?;
    word.eq_ignore_ascii_case(b"begin").then_some(())?;
    let mode = blanks_gone(rest)?;
    let digits = mode.iter().take_while(|byte| (b'0'..=b'7').contains(byte));
    let (mode, name) = mode.split_at_checked(digits.count())?;
    let name_follows = name.is_empty() || blanks_gone(name).is_some();
    ((1..=6).contains(&mode.len()) && name_follows).then(|| name.trim_ascii())
}

/// Without the blanks in front; none if there are none.
fn blanks_gone(text: &[u8]) -> Option<&[u8]> {
    let gone = text.trim_ascii_start();
    (gone.len() < text.len()).then_some(gone)
}

/// Whether the line ends the file.
pub(crate) fn is_end(line: &[u8]) -> bool {
    let (word, rest) = line.split_at_checked(3).unwrap_or((line, &[]));
    let ends = rest.trim_ascii_end().is_empty() || rest.starts_with(b"<");
    word.eq_ignore_ascii_case(b"end") && ends
}

/// Whether the line has just the length that it says, so that it can be known without a `begin`.
pub(crate) fn is_data(line: &[u8], alphabet: Alphabet) -> bool {
    let Some((octets, characters)) = split(line, alphabet) else {
        return false;
    };
    let wanted = octets.div_ceil(3).saturating_mul(4);
    octets > 0
        && (wanted..=wanted.saturating_add(BEHIND_MOST)).contains(&characters.len())
        && characters
            .iter()
            .all(|byte| value(*byte, alphabet).is_some())
}

/// Whether this can be a line of data to a lenient reader: all that counts has a value, and enough is there.
pub(crate) fn may_be_data(line: &[u8], alphabet: Alphabet) -> bool {
    let Some((octets, characters)) = split(line, alphabet) else {
        return false;
    };
    let wanted = octets.saturating_mul(4).div_ceil(3);
    let present = characters.get(..wanted).unwrap_or(characters);
    // Blanks stand for zeros: at the end they may be lost.
    let lost = wanted.saturating_sub(present.len());
    (lost <= 8 || lost < wanted / 2) && present.iter().all(|byte| value(*byte, alphabet).is_some())
}

/// Octets that a line says it stands for, and the characters behind that.
fn split(line: &[u8], alphabet: Alphabet) -> Option<(usize, &[u8])> {
    let (length, characters) = line.split_first()?;
    Some((usize::from(value(*length, alphabet)?), characters))
}

/// Decodes a line. Gives its octets, or none if it is no line of data.
fn decode(line: &[u8], alphabet: Alphabet, out: &mut Vec<u8>) -> Option<usize> {
    let (octets, characters) = split(line, alphabet)?;
    let octets = octets.min(OCTETS_MOST);
    if !may_be_data(line, alphabet) {
        return None;
    }
    let zeros = std::iter::repeat(&b' ');
    let mut values = characters
        .iter()
        .chain(zeros)
        .map(|byte| value(*byte, alphabet).unwrap_or(0));
    let mut left = octets;
    while left > 0 {
        let bits = (0..4).fold(0u32, |bits, _| {
            (bits << 6) | u32::from(values.next().unwrap_or(0))
        });
        let [_, group @ ..] = bits.to_be_bytes();
        let some = left.min(3);
        out.extend_from_slice(group.get(..some).unwrap_or(&group));
        left = left.saturating_sub(some);
    }
    Some(octets)
}

/// The value of a character, 0 to 63.
fn value(byte: u8, alphabet: Alphabet) -> Option<u8> {
    match (alphabet, byte) {
        (Alphabet::Uu, b' '..=b'`') => Some(byte.wrapping_sub(b' ') & 0x3f),
        (Alphabet::Xx, b'+') => Some(0),
        (Alphabet::Xx, b'-') => Some(1),
        (Alphabet::Xx, b'0'..=b'9') => Some(byte - b'0' + 2),
        (Alphabet::Xx, b'A'..=b'Z') => Some(byte - b'A' + 12),
        (Alphabet::Xx, b'a'..=b'z') => Some(byte - b'a' + 38),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(alphabet: Alphabet, raw: &str, expected: &[u8]) {
        for chunk in [1, 3, 7, raw.len().max(1)] {
            let mut decoder = Uuencode::new(alphabet);
            let mut out = Vec::new();
            for piece in raw.as_bytes().chunks(chunk) {
                decoder.push(piece, &mut out);
            }
            decoder.finish(&mut out);
            let shown = String::from_utf8_lossy(&out);
            assert_eq!(out, expected, "{raw:?} in pieces of {chunk}: {shown:?}");
        }
    }

    #[test]
    fn files_are_decoded_however_they_were_written() {
        let check = |raw, expected: &str| check(Alphabet::Uu, raw, expected.as_bytes());
        check("begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat");
        check("begin 0644 a b.txt\n#0V%T\n \nend", "Cat");
        check("Hello\n\nbegin 644 x\n#0V%T\n`\nend\nBye\n", "Cat");
        check("begin 644 x\n#0V%T*\n`*\nend\n", "Cat");
        check("begin 644 x\n#0V%T trailing words\nend\n", "Cat");
        check("begin 644 x\n#0V%T\n\n>>> junk <<<\n#0V%T\nend\n", "CatCat");
        check("begin 644 x\n$0V%T<P\nend\n", "Cats");
        check("#0V%T\n`\nend\n", "Cat");
        check("begin 644 x\n#0V%T", "Cat");
        check("begin 644 x\n#0V%T\nend\nbegin 644 y\n#0V%T\nend\n", "Cat");
        check("begin by saying\nno more\n", "");
        check("", "");
    }

    #[test]
    fn blanks_that_got_lost_stand_for_zeros() {
        check(Alphabet::Uu, "begin 644 x\n#``\nend\n", b"\0\0\0");
        check(Alphabet::Uu, "begin 644 x\n$ 0``\nend\n", b"\x01\0\0\0");
    }

    #[test]
    fn xxencode_has_another_alphabet() {
        check(Alphabet::Xx, "begin 644 cat.txt\n1Eq3o\n+\nend\n", b"Cat");
    }
}
