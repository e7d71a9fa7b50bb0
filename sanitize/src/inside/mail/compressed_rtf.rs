//! Compressed RTF (\[MS-OXRTFCP\]), as Outlook keeps the text of a message.

use std::io::{self, Read};

/// Octets of compressed text that are read.
const MOST: u64 = 32 << 20;
/// Octets of the dictionary (section 2.1.2).
const DICTIONARY: usize = 4_096;
/// What it holds at the beginning (section 2.1.2.1).
const AT_FIRST: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const COMPRESSED: &[u8] = b"LZFu";
const PLAIN: &[u8] = b"MELA";

/// The text. What makes no sense ends it: programs show what comes before.
pub(super) fn text(from: impl Read) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    from.take(MOST).read_to_end(&mut octets)?;
    if octets.is_empty() {
        return Ok(octets);
    }
    let content = octets.get(16..).unwrap_or_default();
    match octets.get(8..12) {
        Some(PLAIN) => Ok(content.to_vec()),
        Some(COMPRESSED) => Ok(decompressed(content)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Flags for eight tokens each: an octet, or a place in the dictionary and how much to take from there (section 2.1.3.1).
fn decompressed(content: &[u8]) -> Vec<u8> {
    let mut dictionary = Dictionary::new();
    let mut octets = content.iter().copied();
    while let Some(flags) = octets.next() {
        for bit in 0..8_u8 {
            let Some(first) = octets.next() else {
                return dictionary.text;
            };
            if flags >> bit & 1 == 0 {
                dictionary.push(first);
                continue;
            }
            let Some(second) = octets.next() else {
                return dictionary.text;
            };
            let token = u16::from_be_bytes([first, second]);
            let (place, length) = (usize::from(token >> 4), usize::from(token & 15));
            if place == dictionary.next {
                return dictionary.text;
            }
            dictionary.copy(place, length.saturating_add(2));
        }
    }
    dictionary.text
}

struct Dictionary {
    octets: Vec<u8>,
    /// Where the next octet goes.
    next: usize,
    text: Vec<u8>,
}

impl Dictionary {
    fn new() -> Self {
        let mut octets = AT_FIRST.to_vec();
        octets.resize(DICTIONARY, 0);
        Dictionary {
            octets,
            next: AT_FIRST.len(),
            text: Vec::new(),
        }
    }

    fn push(&mut self, octet: u8) {
        self.text.push(octet);
        if let Some(place) = self.octets.get_mut(self.next) {
            *place = octet;
        }
        self.next = self.next.saturating_add(1) % DICTIONARY;
    }

    fn copy(&mut self, place: usize, length: usize) {
        for at in 0..length {
            let at = place.saturating_add(at) % DICTIONARY;
            let octet = self.octets.get(at).copied().unwrap_or_default();
            self.push(octet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &[u8], expected: &str) {
        let whole = [&[0; 8][..], content].concat();
        let text = text(whole.as_slice()).expect("text");
        assert_eq!(String::from_utf8_lossy(&text), expected);
    }

    /// The examples of section 3.
    #[test]
    fn examples_of_the_specification() {
        check(
            b"LZFu\xF1\xC5\xC7\xA7\x03\x00\x0A\x00rcpg125\x42\x32\x0A\xF3 hel\x09\x00\x20bw\x05\xB0ld}\x0A\x80\x0F\xA0",
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        );
        check(
            b"LZFu\xE2\xD4\x4B\x51\x41\x00\x04\x20WXYZ\x0D\x6E\x7D\x01\x0E\xB0",
            "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
        );
        check(b"MELA\0\0\0\0{\\rtf1}", "{\\rtf1}");
    }

    #[test]
    fn what_is_cut_off_ends() {
        check(b"LZFu\0\0\0\0\x00abc", "abc");
        check(b"LZFu\0\0\0\0\xFF\x00", "");
        assert!(text(&b"LZF"[..]).is_err());
    }
}
