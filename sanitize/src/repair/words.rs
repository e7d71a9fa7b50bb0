//! Encoded words (RFC 2047) that decode to what no field may hold: line ends and other control characters.

use super::octets;
use crate::map::Field;
use crate::plan::FieldValue;
use crate::value::{decode_words, encode_text, to_text, unfold};
use encodify::Fold;
use encodify::rfc2047::Q_PHRASE;

/// Fields whose encoded words people see.
const SHOWN: [&str; 15] = [
    "subject",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "comments",
    "keywords",
    "thread-topic",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-bcc",
];

/// How encoded words are folded.
const FOLD: Fold<'_> = Fold::new(76, b"\n ", 1);

/// Whether encoded words in a field of this name are looked at.
pub(super) fn are_shown(name: &[u8]) -> bool {
    SHOWN
        .iter()
        .any(|shown| name.eq_ignore_ascii_case(shown.as_bytes()))
}

/// A text with its encoded words decoded, trimmed.
pub(super) fn shown(text: &str) -> String {
    decode_words(text).trim().to_owned()
}

/// Whether an encoded word in the value decodes to a control character.
pub(super) fn are_wild(raw_value: &[u8]) -> bool {
    let begins = |at: usize| raw_value.get(at.saturating_add(1)) == Some(&b'?');
    memchr::memchr_iter(b'=', raw_value).any(begins)
        && words(raw_value).any(|word| is_wild(&decoded(word)))
}

/// The value with those words written anew, control characters as blanks.
pub(super) fn calmed(field: &Field, value: &FieldValue, column: usize) -> FieldValue {
    if field.means("subject")
        && let Some(name) = octets::meant_name(field)
    {
        return encode_text(&name, &calm(&decoded(value.as_bytes())));
    }
    let octets = value.as_bytes();
    let mut out = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((before, word, after)) = next_word(rest) {
        out.extend_from_slice(before);
        let text = decoded(word);
        if is_wild(&text) {
            let line = out
                .rsplit(|byte| *byte == b'\n')
                .next()
                .map_or(0, <[u8]>::len);
            let column = if out.contains(&b'\n') {
                line
            } else {
                column.saturating_add(line)
            };
            Q_PHRASE.encode_words("utf-8", &calm(&text), &mut { column }, FOLD, &mut out);
        } else {
            out.extend_from_slice(word);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    octets::cleaned(&out)
}

fn words(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        let (_, word, after) = next_word(rest)?;
        rest = after;
        Some(word)
    })
}

/// The next encoded word: what stands in front, the word, and what follows.
fn next_word(raw: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let start = memchr::memmem::find(raw, b"=?")?;
    let (before, rest) = raw.split_at_checked(start)?;
    let inside = rest.get(2..)?;
    let charset = memchr::memchr(b'?', inside)?;
    let encoding = charset.checked_add(2)?;
    // The encoding is one letter; where it is not, this is no word, but another one may begin behind it.
    let from = if inside.get(encoding) == Some(&b'?') {
        encoding.checked_add(1)?
    } else {
        charset
    };
    let end = memchr::memmem::find(inside.get(from..)?, b"?=")?;
    let length = from.checked_add(end)?.checked_add(4)?;
    let (word, after) = rest.split_at_checked(length)?;
    Some((before, word, after))
}

fn decoded(octets: &[u8]) -> String {
    decode_words(&to_text(&unfold(octets), None))
}

fn is_wild(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_control() && c != '\t')
}

/// The text with blanks for control characters, one for each run of them.
fn calm(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(blank).collect();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out.trim().to_owned()
}
