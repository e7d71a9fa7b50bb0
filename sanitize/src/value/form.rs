//! One form of a parameter, as written: its name taken apart (RFC 2231), and the readings of its value.

use super::names::WIDE;
use super::readings::{Lane, readings};
use super::syntax::Raw;
use super::text::{decode_words, has_broken_word, to_text};

/// One parameter, or one piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// The name in lower case, without what RFC 2231 adds to it.
    pub(super) name: String,
    /// The number of the piece (`name*1`).
    pub(super) piece: Option<u32>,
    /// Whether the value is percent-encoded (`name*`, `name*1*`).
    pub(super) encoded: bool,
    /// Whether only a search finds it.
    pub(super) hidden: bool,
    /// The readings of the octets of the value, the usual one first; never empty.
    pub(super) readings: Vec<Vec<u8>>,
}

impl Parameter {
    pub(super) fn new(raw: &Raw<'_>) -> Self {
        let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'*';
        let mut name = String::from_utf8_lossy(raw.name).to_ascii_lowercase();
        if raw.name.iter().all(plain) {
            return Parameter {
                name,
                piece: None,
                encoded: false,
                hidden: raw.hidden,
                readings: readings(raw),
            };
        }
        name.retain(|c| !c.is_ascii_control());
        let encoded = name.ends_with('*');
        if encoded {
            name.pop();
        }
        let digits =
            |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let piece = name.rsplit_once('*').filter(|(_, number)| digits(number));
        // A number that is out of all bounds still has its place: the last.
        let piece = piece.map(|(name, number)| (name.len(), number.parse().unwrap_or(u32::MAX)));
        if let Some((length, _)) = piece {
            name.truncate(length);
        }
        // What else stands behind an asterisk is nothing that RFC 2231 knows; some look at what stands before it only.
        let odd = name.find('*');
        name.truncate(odd.unwrap_or(name.len()));
        Parameter {
            name,
            piece: piece.map(|(_, number)| number),
            encoded,
            hidden: raw.hidden || odd.is_some(),
            readings: readings(raw),
        }
    }

    /// Whether the value stands by itself, as it is: no piece, and not percent-encoded.
    pub(super) fn is_plain(&self) -> bool {
        self.piece.is_none() && !self.encoded
    }

    /// Whether this is a file name in encoded words that are decoded in several ways: one glued to the next, broken ones, or
    /// words that give words, or that are none after all.
    pub(super) fn has_odd_words(&self) -> bool {
        let named = matches!(self.name.as_str(), "filename" | "name") && !self.encoded;
        let octets = self.octets(Lane::Usual);
        let holds = |octets: &[u8], part: &[u8]| memchr::memmem::find(octets, part).is_some();
        named
            && holds(octets, b"=?")
            && (holds(octets, b"?==?")
                || WIDE
                    .iter()
                    .any(|wide| holds(&octets.to_ascii_lowercase(), wide.as_bytes()))
                || has_broken_word(&to_text(octets, None))
                || holds(decode_words(&to_text(octets, None)).as_bytes(), b"=?"))
    }

    /// Whether this is a plain file name in octets that are not UTF-8: which characters they are, each parser guesses.
    pub(super) fn has_odd_octets(&self) -> bool {
        let named = matches!(self.name.as_str(), "filename" | "name") && !self.encoded;
        named && std::str::from_utf8(self.octets(Lane::Usual)).is_err()
    }

    pub(super) fn octets(&self, lane: Lane) -> &[u8] {
        let reading = match lane {
            Lane::Usual => self.readings.first(),
            Lane::Literal => self.readings.get(1).or(self.readings.first()),
        };
        reading.map_or(&[], Vec::as_slice)
    }
}

/// Whether a name has, behind an asterisk, what parsers read differently: no number, or one with zeros in front.
pub(super) fn is_odd_name(name: &[u8]) -> bool {
    let mut pieces = name.splitn(2, |byte| *byte == b'*').skip(1);
    let Some(rest) = pieces.next() else {
        return false;
    };
    let number = rest.strip_suffix(b"*").unwrap_or(rest);
    let digits = number.iter().all(u8::is_ascii_digit);
    !digits
        || (number.is_empty() && !rest.is_empty())
        || (number.len() > 1 && number.starts_with(b"0"))
}
