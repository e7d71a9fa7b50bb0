//! Unstructured text: unfolding, encoded words, charsets.

use crate::decode::{Decoder, Encoding};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Longest text of an encoded word that is decoded; the standard allows 75 characters for the whole.
const WORD_MOST: usize = 2_000;

/// Longest name of a charset.
const CHARSET_MOST: usize = 64;

/// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed. Never fails: what cannot be decoded
/// stands as it is. Octets that are not UTF-8 are taken as windows-1252.
pub fn unstructured(raw: &[u8]) -> String {
    let mut text = to_text(&unfold(raw), None);
    if text.contains("=?") {
        text = decode_words(&text);
    }
    text.trim().to_owned()
}

/// Decodes the encoded words of a line of text (RFC 2047). White space between two of them goes; octets of neighbours in
/// one charset are put together first, because clients split characters although the standard forbids it.
pub(super) fn decode_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Option<(&str, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        let Some((word, after)) = encoded_word(from) else {
            flush(&mut run, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        if run.is_none() || !before.trim().is_empty() {
            flush(&mut run, &mut out);
            out.push_str(before);
        }
        match &mut run {
            Some((charset, octets)) if charset.eq_ignore_ascii_case(word.charset) => {
                octets.extend(word.octets);
            }
            _ => {
                flush(&mut run, &mut out);
                run = Some((word.charset, word.octets));
            }
        }
        rest = after;
    }
    flush(&mut run, &mut out);
    out.push_str(rest);
    out
}

fn flush(run: &mut Option<(&str, Vec<u8>)>, out: &mut String) {
    if let Some((charset, octets)) = run.take() {
        out.push_str(&to_text(&octets, Some(charset.as_bytes())));
    }
}

struct Word<'a> {
    charset: &'a str,
    octets: Vec<u8>,
}

/// The encoded word that stands at the start of `text`, and what follows it.
fn encoded_word(text: &str) -> Option<(Word<'_>, &str)> {
    let inside = text.strip_prefix("=?")?;
    let (charset, inside) = inside.split_once('?')?;
    let (encoding, inside) = inside.split_once('?')?;
    let end = memchr::memmem::find(
        inside
            .as_bytes()
            .get(..WORD_MOST)
            .unwrap_or(inside.as_bytes()),
        b"?=",
    )?;
    let (encoded, after) = (inside.get(..end)?, inside.get(end.checked_add(2)?..)?);
    if charset.len() > CHARSET_MOST
        || charset.contains(char::is_whitespace)
        || encoded.contains('?')
    {
        return None;
    }
    let charset = charset.split('*').next().unwrap_or(charset);
    let (encoding, encoded) = match encoding {
        "b" | "B" => (Encoding::Base64, encoded.to_owned()),
        "q" | "Q" => (Encoding::QuotedPrintable, encoded.replace('_', "=20")),
        _ => return None,
    };
    let mut octets = Vec::with_capacity(encoded.len());
    let mut decoder = Decoder::new(encoding);
    decoder.push(encoded.as_bytes(), &mut octets);
    decoder.finish(&mut octets);
    Some((Word { charset, octets }, after))
}

/// Takes line ends out; the white space behind them stays (RFC 5322, section 2.2.3).
pub(super) fn unfold(raw: &[u8]) -> Vec<u8> {
    raw.iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect()
}

/// Octets as text: UTF-8, or the charset given, or windows-1252.
pub(super) fn to_text(octets: &[u8], charset: Option<&[u8]>) -> String {
    if let Some(decode) = charset.and_then(|charset| charset_decoder(charset.trim_ascii())) {
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
    let known = |name: &str| charset.eq_ignore_ascii_case(name.as_bytes());
    known("us-ascii")
        || known("ascii")
        || known("utf-8")
        || known("utf8")
        || charset_decoder(charset).is_some()
}

#[cfg(test)]
mod tests {
    use super::unstructured;
    use proptest::prelude::*;

    #[test]
    fn text_is_what_a_person_reads() {
        for (raw, expected) in [
            (" plain \r\n", "plain"),
            (" two\r\n lines\r\n", "two lines"),
            (" =?utf-8?q?caf=C3=A9?=\r\n", "caf\u{e9}"),
            (" =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\u{65e5}\u{672c}"),
            (" =?utf-8?b?4pw=?= =?utf-8?b?kw==?=", "\u{2713}"),
            (" =?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
            (" =?nonsense", "=?nonsense"),
            ("", ""),
        ] {
            assert_eq!(unstructured(raw.as_bytes()), expected, "{raw:?}");
        }
        assert_eq!(unstructured(b" K\xf6ln"), "K\u{f6}ln");
        assert_eq!(unstructured("K\u{f6}ln".as_bytes()), "K\u{f6}ln");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_octets_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unstructured(&raw);
        }
    }
}
