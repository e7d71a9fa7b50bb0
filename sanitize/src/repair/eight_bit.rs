//! Raw octets above 127 in fields, written as encoded words (RFC 2047), for those who cannot read RFC 6532.
//!
//! Only what people read is encoded: text, and in address fields names and comments. Addresses and everything that programs
//! read stay. Octets that are not UTF-8 keep their values, in a charset that says that it is not known (RFC 1428).

use crate::plan::FieldValue;
use encodify::Fold;
use encodify::rfc2047::{Q_PHRASE, Q_TEXT, WordEncoder};
use std::fmt::Write as _;

/// How encoded words are folded.
const FOLD: Fold<'_> = Fold::new(76, b"\n ", 1);

/// Octets of a charset that is not known that stand in one word.
const UNKNOWN_MOST: usize = 18;

/// Fields that hold addresses.
const ADDRESSES: [&str; 12] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "disposition-notification-to",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-bcc",
];

/// Fields, or starts of their names, that programs read.
const STRUCTURED: [&str; 14] = [
    "arc-",
    "authentication-results",
    "content-",
    "date",
    "dkim-",
    "domainkey-",
    "in-reply-to",
    "list-",
    "message-id",
    "mime-version",
    "received",
    "references",
    "return-path",
    "resent-",
];

/// The value with what people read of it in ASCII.
pub(super) fn encoded(name: &[u8], value: &FieldValue) -> FieldValue {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let phrases = ADDRESSES.contains(&name.as_str());
    if !phrases && STRUCTURED.iter().any(|start| name.starts_with(start)) {
        return value.clone();
    }
    let pieces = cut(value.as_bytes(), phrases);
    let words = if phrases { Q_PHRASE } else { Q_TEXT };
    let mut out = Out {
        octets: Vec::with_capacity(value.as_bytes().len()),
        start: name.len().saturating_add(2),
    };
    let mut rest = pieces.as_slice();
    while let Some((piece, behind)) = rest.split_first() {
        let (run, after) = rest.split_at_checked(run(rest)).unwrap_or((rest, &[]));
        let domain = out.octets.last() == Some(&b'@');
        let local = after.first().is_some_and(|next| next.octets() == b"@");
        if run.is_empty() || phrases && (domain || local) {
            out.octets.extend_from_slice(piece.octets());
            rest = behind;
        } else {
            out.encode(run, words);
            rest = after;
        }
    }
    FieldValue::new(&out.octets).unwrap_or_else(|_| value.clone())
}

/// A piece of a value.
#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    /// Characters without white space and, in an address field, without special ones.
    Word(&'a [u8]),
    /// A quoted string with its quotes.
    Quoted(&'a [u8]),
    /// White space.
    Blank(&'a [u8]),
    /// A special character.
    Special(&'a [u8]),
}

impl<'a> Piece<'a> {
    fn octets(self) -> &'a [u8] {
        match self {
            Piece::Word(octets)
            | Piece::Quoted(octets)
            | Piece::Blank(octets)
            | Piece::Special(octets) => octets,
        }
    }

    /// Whether it is text that has to be encoded.
    fn is_foreign(self) -> bool {
        matches!(self, Piece::Word(octets) | Piece::Quoted(octets) if !octets.is_ascii())
    }
}

/// How many pieces belong to the run of foreign words that begins here: those with white space in between.
fn run(pieces: &[Piece<'_>]) -> usize {
    let mut length = 0;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            piece if piece.is_foreign() => length = at.saturating_add(1),
            Piece::Blank(_) if at > 0 => {}
            _ => break,
        }
    }
    length
}

/// Cuts a value into pieces; `phrases` says that quotes and special characters count.
fn cut(octets: &[u8], phrases: bool) -> Vec<Piece<'_>> {
    let special = |byte: u8| phrases && b"\"()<>[],;:@\\".contains(&byte);
    let mut pieces = Vec::new();
    let mut rest = octets;
    while let Some(first) = rest.first() {
        let length = |end: &dyn Fn(u8) -> bool| rest.iter().take_while(|byte| !end(**byte)).count();
        let blank = length(&|byte| !byte.is_ascii_whitespace());
        let quoted = if phrases && *first == b'"' {
            closed(rest)
        } else {
            None
        };
        let (taken, kind): (usize, fn(&[u8]) -> Piece<'_>) = match quoted {
            Some(quoted) => (quoted, |octets| Piece::Quoted(octets)),
            None if blank > 0 => (blank, |octets| Piece::Blank(octets)),
            None if special(*first) => (1, |octets| Piece::Special(octets)),
            None => {
                let end = |byte: u8| byte.is_ascii_whitespace() || special(byte);
                (length(&end), |octets| Piece::Word(octets))
            }
        };
        let (piece, after) = rest.split_at_checked(taken).unwrap_or((rest, b""));
        pieces.push(kind(piece));
        rest = after;
    }
    pieces
}

/// Length of the quoted string at the start.
fn closed(octets: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in octets.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at.checked_add(1),
            _ => {}
        }
    }
    None
}

/// The value as far as it is written.
struct Out {
    octets: Vec<u8>,
    /// Column where it begins.
    start: usize,
}

impl Out {
    fn column(&self) -> usize {
        match self.octets.iter().rev().position(|byte| *byte == b'\n') {
            Some(column) => column,
            None => self.start.saturating_add(self.octets.len()),
        }
    }

    /// Writes a run of words as encoded words.
    fn encode(&mut self, run: &[Piece<'_>], words: WordEncoder) {
        let mut text = Vec::new();
        for piece in run {
            match piece {
                Piece::Quoted(octets) => text.extend(unquoted(octets)),
                Piece::Blank(_) => text.push(b' '),
                piece => text.extend_from_slice(piece.octets()),
            }
        }
        match std::str::from_utf8(&text) {
            Ok(text) => {
                let mut column = self.column();
                words.encode_words("utf-8", text, &mut column, FOLD, &mut self.octets);
            }
            Err(_) => self.unknown(&text),
        }
    }

    /// Writes octets of which nobody knows what they mean.
    fn unknown(&mut self, text: &[u8]) {
        for (index, chunk) in text.chunks(UNKNOWN_MOST).enumerate() {
            let mut word = String::from("=?unknown-8bit?Q?");
            for byte in chunk {
                if byte.is_ascii_alphanumeric() {
                    word.push(char::from(*byte));
                } else {
                    // Writing to a string does not fail.
                    let _ = write!(word, "={byte:02X}");
                }
            }
            word.push_str("?=");
            if index > 0 {
                self.octets.extend_from_slice(b"\n ");
            }
            self.octets.extend_from_slice(word.as_bytes());
        }
    }
}

/// What a quoted string says.
fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let inside = quoted
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let mut text = Vec::new();
    let mut escaped = false;
    for byte in inside.unwrap_or(quoted) {
        if *byte == b'\\' && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        text.push(*byte);
    }
    text
}
