//! Unstructured text: unfolding, encoded words, charsets.

use crate::decode::{Decoder, Encoding, Flaws};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Longest name of a charset.
const CHARSET_MOST: usize = 64;

/// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed. Never fails: what cannot be decoded
/// stands as it is. Octets that are not UTF-8 are taken as windows-1252.
pub fn unstructured(raw: &[u8]) -> String {
    let text = to_text(&unfold(raw), None);
    decode_words(&text).trim().to_owned()
}

/// Decodes the encoded words of a line of text (RFC 2047), wherever they stand. White space between two of them goes; octets
/// of neighbours in one charset are put together first, because clients split characters although the standard forbids it.
pub(crate) fn decode_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Option<(&str, Vec<u8>)> = None;
    let mut rest = text;
    while let Some((before, word, after)) = next_word(rest) {
        let octets = word.octets();
        match &mut run {
            Some((charset, run))
                if before.trim().is_empty() && charset.eq_ignore_ascii_case(word.charset) =>
            {
                run.extend(octets);
            }
            _ => {
                let neighbour = flush(&mut run, &mut out) && before.trim().is_empty();
                out.push_str(if neighbour { "" } else { before });
                run = Some((word.charset, octets));
            }
        }
        rest = after;
    }
    flush(&mut run, &mut out);
    out.push_str(rest);
    out
}

/// Whether some encoded word is not quoted-printable or base64 as it should be, or in a charset that is not known: what it
/// says, each decoder guesses.
pub(super) fn has_broken_word(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, word, after)) = next_word(rest) {
        if !word.decoded().1.is_empty() || !is_known_charset(word.charset.as_bytes()) {
            return true;
        }
        rest = after;
    }
    false
}

/// How many encoded words stand in a value.
pub(super) fn count_words(raw: &[u8]) -> usize {
    let begins = |at: usize| raw.get(at..).is_some_and(|rest| rest.starts_with(b"=?"));
    if !memchr::memchr_iter(b'=', raw).any(begins) {
        return 0;
    }
    let text = to_text(&unfold(raw), None);
    let mut rest = text.as_str();
    let mut count = 0usize;
    while let Some((_, _, after)) = next_word(rest) {
        count = count.saturating_add(1);
        rest = after;
    }
    count
}

/// Decodes the run of words, if there is one.
fn flush(run: &mut Option<(&str, Vec<u8>)>, out: &mut String) -> bool {
    let Some((charset, octets)) = run.take() else {
        return false;
    };
    out.push_str(&to_text(&octets, Some(charset.as_bytes())));
    true
}

struct Word<'a> {
    charset: &'a str,
    encoding: Encoding,
    encoded: &'a str,
}

impl Word<'_> {
    fn octets(&self) -> Vec<u8> {
        self.decoded().0
    }

    /// The octets, and what is wrong with how they are encoded.
    fn decoded(&self) -> (Vec<u8>, Flaws) {
        let mut octets = Vec::with_capacity(self.encoded.len());
        let mut decoder = Decoder::new(self.encoding);
        if self.encoding == Encoding::QuotedPrintable {
            decoder.push(self.encoded.replace('_', "=20").as_bytes(), &mut octets);
        } else {
            decoder.push(self.encoded.as_bytes(), &mut octets);
        }
        decoder.finish(&mut octets);
        (octets, decoder.flaws())
    }
}

/// The next encoded word: what stands before it, the word, and what follows.
fn next_word(text: &str) -> Option<(&str, Word<'_>, &str)> {
    let mut from = 0usize;
    loop {
        let start = from.checked_add(text.get(from..)?.find("=?")?)?;
        let (before, candidate) = text.split_at_checked(start)?;
        if let Some((word, after)) = encoded_word(candidate) {
            return Some((before, word, after));
        }
        from = start.checked_add(2)?;
    }
}

/// The encoded word that stands at the start of `text`, and what follows it. It may be of any length and hold blanks, but
/// not the start of another: so each octet is looked at a bounded number of times.
fn encoded_word(text: &str) -> Option<(Word<'_>, &str)> {
    let inside = text.strip_prefix("=?")?;
    let (charset, inside) = inside.split_once('?')?;
    let (encoding, inside) = inside.split_once('?')?;
    if charset.len() > CHARSET_MOST || charset.contains(char::is_whitespace) {
        return None;
    }
    let encoding = match encoding {
        "b" | "B" => Encoding::Base64,
        "q" | "Q" => Encoding::QuotedPrintable,
        _ => return None,
    };
    let (encoded, after) = inside.split_at_checked(end_of_word(inside)?)?;
    let after = after.get(2..)?;
    let charset = charset.split('*').next().unwrap_or(charset);
    let word = Word {
        charset,
        encoding,
        encoded,
    };
    Some((word, after))
}

/// Where the `?=` stands that ends a word; none if another word begins first.
fn end_of_word(inside: &str) -> Option<usize> {
    for (at, _) in inside.match_indices('?') {
        let (before, from) = inside.split_at_checked(at)?;
        if from.starts_with("?=") {
            return Some(at);
        }
        if before.ends_with('=') {
            return None;
        }
    }
    None
}

/// Takes line ends out; the white space behind them stays (RFC 5322, section 2.2.3).
pub(crate) fn unfold(raw: &[u8]) -> Vec<u8> {
    raw.iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect()
}

/// Octets as text: in the charset given, or UTF-8, or windows-1252.
pub(crate) fn to_text(octets: &[u8], charset: Option<&[u8]>) -> String {
    if let Some(decode) = charset.and_then(|charset| decoder(octets, charset)) {
        return decode(octets);
    }
    match std::str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => charset_decoder(b"windows-1252").map_or_else(
            || String::from_utf8_lossy(octets).into_owned(),
            |decode| decode(octets),
        ),
    }
}

/// Whether a charset of this name is known. The names of ASCII and UTF-8 are.
pub(super) fn is_known_charset(charset: &[u8]) -> bool {
    let charset = charset.trim_ascii();
    let is = |known: &str| charset.eq_ignore_ascii_case(known.as_bytes());
    is("utf-8")
        || is("us-ascii")
        || is("utf8")
        || charset_decoder(charset_name(charset).as_bytes()).is_some()
}

/// Charsets of wide characters. Plain ASCII under their name is a lie that clients see through.
const WIDE: [&str; 6] = ["utf_16", "utf_32", "ucs_2", "iso_10646", "unicode", "csu"];

/// Charsets that web browsers refuse (Encoding Standard, section 14.1), and with them the decoders at hand. They are ASCII
/// but for what stands between escapes: clients that know them, and those that do not, show the ASCII.
const REFUSED: [&str; 5] = [
    "iso_2022_kr",
    "iso_2022_cn",
    "csiso2022kr",
    "hz_gb_2312",
    "replacement",
];

/// What decodes octets said to be in a charset; none if they are better taken as they are.
fn decoder(octets: &[u8], charset: &[u8]) -> Option<fn(&[u8]) -> String> {
    let name = charset_name(charset);
    let among = |names: &[&str]| names.iter().any(|known| name.starts_with(known));
    let plain = || octets.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if among(&REFUSED) || (among(&WIDE) && plain()) {
        return None;
    }
    charset_decoder(name.as_bytes())
}

/// The name of a charset as the decoders know it.
fn charset_name(charset: &[u8]) -> String {
    let name = String::from_utf8_lossy(charset.trim_ascii());
    let name = name.to_ascii_lowercase().replace('-', "_");
    match name.as_str() {
        "cp932" => "ms932".to_owned(),
        "cp949" => "ks_c_5601_1987".to_owned(),
        _ => name,
    }
}
