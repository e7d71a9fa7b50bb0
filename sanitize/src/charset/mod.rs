//! Charsets in which text cannot stay: those that hide ASCII from whoever reads octets, and names that nobody knows.
//!
//! All others are ASCII with something added, and stay as they are.

mod utf7;
mod wide;

use utf7::Utf7;
use wide::Wide;

/// A charset that is converted to UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Charset {
    /// RFC 2152: any character may be written in letters.
    Utf7,
    /// Two octets a character (RFC 2781), in the order that the byte order mark or the text itself shows.
    Utf16,
    /// The same, the low octet first.
    Utf16Le,
    /// The same, the high octet first.
    Utf16Be,
    /// Four octets a character, in the order that the byte order mark or the text itself shows.
    Utf32,
    /// A name that nobody knows on text that is UTF-8 or ASCII all the same.
    Utf8,
    /// A name that nobody knows on any other text: read as windows-1252, which has a character for every octet.
    Latin,
}

/// Names of the charsets that hide ASCII.
const HIDING: &[(&str, Charset)] = &[
    ("utf-7", Charset::Utf7),
    ("utf7", Charset::Utf7),
    ("unicode-1-1-utf-7", Charset::Utf7),
    ("unicode-2-0-utf-7", Charset::Utf7),
    ("csunicode11utf7", Charset::Utf7),
    ("x-unicode-2-0-utf-7", Charset::Utf7),
    ("cp65000", Charset::Utf7),
    ("utf-16", Charset::Utf16),
    ("utf16", Charset::Utf16),
    ("utf_16", Charset::Utf16),
    ("unicode", Charset::Utf16),
    ("iso-10646-ucs-2", Charset::Utf16),
    ("csunicode", Charset::Utf16),
    ("ucs-2", Charset::Utf16),
    ("ucs2", Charset::Utf16),
    ("utf-16le", Charset::Utf16Le),
    ("utf16le", Charset::Utf16Le),
    ("ucs-2le", Charset::Utf16Le),
    ("unicodelittle", Charset::Utf16Le),
    ("unicodefeff", Charset::Utf16Le),
    ("cp1200", Charset::Utf16Le),
    ("utf-16be", Charset::Utf16Be),
    ("utf16be", Charset::Utf16Be),
    ("ucs-2be", Charset::Utf16Be),
    ("unicodebig", Charset::Utf16Be),
    ("unicodefffe", Charset::Utf16Be),
    ("cp1201", Charset::Utf16Be),
    ("utf-32", Charset::Utf32),
    ("utf32", Charset::Utf32),
    ("utf-32le", Charset::Utf32),
    ("utf-32be", Charset::Utf32),
    ("ucs-4", Charset::Utf32),
    ("iso-10646-ucs-4", Charset::Utf32),
];

/// Starts of names of charsets that keep ASCII and that the tables of web browsers do not have.
const KEEPING: &[&str] = &[
    "us-ascii",
    "ascii",
    "646",
    "cp4",
    "cp7",
    "cp8",
    "cp9",
    "cp12",
    "ibm4",
    "ibm7",
    "ibm8",
    "ibm9",
    "dos-",
    "windows-",
    "x-windows-",
    "iso-8859-",
    "iso8859",
    "iso_8859",
    "iso-2022-",
    "hz",
    "koi8-",
    "mac",
    "x-mac",
    "viscii",
    "tcvn",
    "tis",
    "johab",
    "x-johab",
    "armscii",
    "geostd8",
    "gb",
    "euc",
    "x-euc",
    "big5",
    "cn-",
    "ks_c",
    "ksc",
    "uhc",
    "ms949",
    "shift",
    "sjis",
    "x-sjis",
    "ms_kanji",
    "cesu",
    "utf-8",
    "utf8",
    "unknown-8bit",
    "unknown",
    "x-unknown",
    "default",
    "x-user-defined",
    "8bit",
    "7bit",
    "none",
    "ansi",
    "x-ansi",
    "latin",
    "x-gbk",
    "ptcp154",
    "roman8",
    "hp-roman8",
    "nextstep",
];

impl Charset {
    /// What text declared so has to be converted from; none if it can stay. Of a name that nobody knows it is
    /// [`Charset::Utf8`]: see [`Charset::Latin`] for text that is not.
    pub fn of_name(name: &str) -> Option<Charset> {
        if matches!(name, "utf-8" | "us-ascii" | "iso-8859-1" | "windows-1252") {
            return None;
        }
        let name = name
            .trim_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'')
            .to_ascii_lowercase();
        if let Some((_, charset)) = HIDING.iter().find(|(known, _)| *known == name) {
            return Some(*charset);
        }
        let keeps = name.is_empty()
            || KEEPING.iter().any(|start| name.starts_with(start))
            || encoding_rs::Encoding::for_label(name.as_bytes())
                .is_some_and(|known| known != encoding_rs::REPLACEMENT);
        (!keeps).then_some(Charset::Utf8)
    }

    /// Whether ASCII does not stand in it as it is.
    pub fn hides_ascii(self) -> bool {
        !matches!(self, Charset::Utf8 | Charset::Latin)
    }

    /// The charset that a byte order mark at the start of text shows, if that is one that hides ASCII.
    pub fn of_mark(start: &[u8]) -> Option<Charset> {
        match start {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some(Charset::Utf32),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Charset::Utf16),
            _ => None,
        }
    }
}

/// Converts text to UTF-8, piece by piece. What stands for no character becomes U+FFFD; a byte order mark goes.
#[derive(Debug)]
pub struct ToUtf8(Kind);

enum Kind {
    Utf7(Utf7),
    Wide(Wide),
    Table(encoding_rs::Decoder),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Utf7(_) => "Utf7",
            Kind::Wide(_) => "Wide",
            Kind::Table(_) => "Table",
        })
    }
}

impl ToUtf8 {
    /// A conversion at the start of text.
    pub fn new(from: Charset) -> Self {
        ToUtf8(match from {
            Charset::Utf7 => Kind::Utf7(Utf7::default()),
            Charset::Utf16 => Kind::Wide(Wide::new(2, None)),
            Charset::Utf16Le => Kind::Wide(Wide::new(2, Some(false))),
            Charset::Utf16Be => Kind::Wide(Wide::new(2, Some(true))),
            Charset::Utf32 => Kind::Wide(Wide::new(4, None)),
            Charset::Utf8 => Kind::Table(encoding_rs::UTF_8.new_decoder_with_bom_removal()),
            Charset::Latin => {
                Kind::Table(encoding_rs::WINDOWS_1252.new_decoder_without_bom_handling())
            }
        })
    }

    /// Takes the next octets and puts what they stand for behind `out`.
    pub fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Utf7(decoder) => decoder.push(octets, out),
            Kind::Wide(decoder) => decoder.push(octets, out),
            Kind::Table(decoder) => table(decoder, octets, false, out),
        }
    }

    /// Ends the text.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Utf7(decoder) => decoder.finish(out),
            Kind::Wide(decoder) => decoder.finish(out),
            Kind::Table(decoder) => table(decoder, &[], true, out),
        }
    }
}

/// Runs a decoder of the tables; a room of this size is enough for any piece to make progress.
fn table(decoder: &mut encoding_rs::Decoder, octets: &[u8], last: bool, out: &mut Vec<u8>) {
    let mut rest = octets;
    let mut room = [0u8; 1_024];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut room, last);
        out.extend_from_slice(room.get(..written).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
        if result == encoding_rs::CoderResult::InputEmpty {
            return;
        }
    }
}

/// Puts a character behind `out`; U+FFFD for a number that is none.
fn put(out: &mut Vec<u8>, number: u32) {
    let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}
