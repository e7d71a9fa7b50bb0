//! The values of Content-Transfer-Encoding (RFC 2045, section 6), in every reading.

use super::mime::decoded;
use super::syntax;
use super::text::{count_words, unfold};
use crate::decode::Encoding;
use crate::defect::Code;

/// Words of one value that are looked at.
const WORDS_MOST: usize = 16;

/// Octets of a value that are looked at word by word; more than any real one has.
const LOOKED_AT: usize = 4_096;

/// Every encoding that a value names, the usual one first, without repeats; and what is wrong with the value. A sound value
/// names one; an empty one names 7bit.
pub fn transfer_encodings(raw: &[u8]) -> (Vec<Encoding>, Vec<Code>) {
    let (token, mut codes) = syntax::first_token(raw);
    let mut found: Vec<Encoding> = vec![Encoding::from_name(token)];
    let standard = found.iter().all(|encoding| encoding.is_standard());
    if codes.is_empty() && standard {
        let changes = found.iter().any(|encoding| !encoding.is_identity());
        if changes && has_space(raw) {
            codes.push(Code::EncodingSpace);
        }
        return (found, codes);
    }
    if count_words(raw) > 0 {
        codes.push(Code::EncodedWordInParameter);
        found.extend(words(decoded(raw).as_bytes()));
    }
    found.extend(words(raw));
    if found.first() == Some(&Encoding::Unknown) {
        found.rotate_left(1);
    }
    if !standard {
        codes.push(Code::UnknownEncoding);
    }
    let mut kept: Vec<Encoding> = Vec::new();
    for encoding in found {
        if !kept.contains(&encoding) {
            kept.push(encoding);
        }
    }
    (kept, codes)
}

/// Whether white space stands behind a value, or a line end in front of it.
fn has_space(raw: &[u8]) -> bool {
    let value = raw.trim_ascii_start();
    let before = raw.len().saturating_sub(value.len());
    let before = raw.get(..before).unwrap_or_default();
    let line = value.strip_suffix(b"\n").unwrap_or(value);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    before.contains(&b'\n') || line.trim_ascii_end().len() < line.len()
}

/// What each word of a value names, wherever it stands: in quotes, comments and parameters too. What only control characters
/// keep from being a name is one, and so is what stands before the first of them.
fn words(raw: &[u8]) -> Vec<Encoding> {
    let raw = raw.get(..LOOKED_AT).unwrap_or(raw);
    let apart = |byte: &u8| byte.is_ascii_whitespace() || b",;()\"'<>=?:".contains(byte);
    let plain = unfold(raw);
    let words = plain.split(apart).filter(|word| !word.is_empty());
    let mut found = Vec::new();
    for word in words.take(WORDS_MOST) {
        let control = |byte: &u8| byte.is_ascii_control() || *byte > 127;
        let joined: Vec<u8> = word.iter().copied().filter(|byte| !control(byte)).collect();
        let cut = word.split(control).find(|piece| !piece.is_empty());
        found.extend(named(&joined));
        found.extend(cut.and_then(named));
    }
    found
}

/// The encoding that a word means for some parser.
fn named(word: &[u8]) -> Option<Encoding> {
    match Encoding::from_name(word) {
        Encoding::Unknown => {}
        known => return Some(known),
    }
    let mut name = String::from_utf8_lossy(word).to_ascii_lowercase();
    name.retain(|c| c.is_ascii_alphanumeric());
    let bare = name.strip_prefix('x').unwrap_or(&name);
    ALIASES
        .iter()
        .find(|(alias, _)| bare == *alias || name == *alias)
        .map(|(_, encoding)| *encoding)
}

/// Further names, as they are written carelessly: without the marks between their letters and the `x` in front.
const ALIASES: &[(&str, Encoding)] = &[
    ("base64", Encoding::Base64),
    ("b64", Encoding::Base64),
    ("b", Encoding::Base64),
    ("mimebase64", Encoding::Base64),
    ("quotedprintable", Encoding::QuotedPrintable),
    ("qp", Encoding::QuotedPrintable),
    ("q", Encoding::QuotedPrintable),
    ("7bit", Encoding::SevenBit),
    ("7bits", Encoding::SevenBit),
    ("8bit", Encoding::EightBit),
    ("8bits", Encoding::EightBit),
    ("binary", Encoding::Binary),
    ("uuencode", Encoding::Uuencode),
    ("uuencoded", Encoding::Uuencode),
    ("uue", Encoding::Uuencode),
    ("uu", Encoding::Uuencode),
    ("xxencode", Encoding::Xxencode),
    ("yenc", Encoding::Yenc),
    ("yencode", Encoding::Yenc),
    ("binhex", Encoding::BinHex),
    ("binhex40", Encoding::BinHex),
    ("macbinhex", Encoding::BinHex),
    ("macbinhex40", Encoding::BinHex),
];
