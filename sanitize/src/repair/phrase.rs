//! Mailboxes and groups, written in the one way that everybody reads alike.

use crate::plan::FieldValue;
use encodify::Fold;
use encodify::rfc2047::{B, Q_PHRASE};

/// How encoded words are folded.
const FOLD: Fold<'_> = Fold::new(76, b"\n ", 1);

/// Column behind which a line is folded (RFC 5322, section 2.1.1).
const COLUMN_MOST: usize = 78;

/// Octets of a quoted string that is not folded.
const QUOTED_MOST: usize = 900;

/// A mailbox. `column` is where the value begins.
pub(super) fn mailbox(display: &str, address: &str, column: usize) -> FieldValue {
    if display.is_empty() {
        return FieldValue::trusted(address.as_bytes().to_vec());
    }
    let mut value = phrase(display, column);
    let line = value
        .rsplit(|byte| *byte == b'\n')
        .next()
        .map_or(0, <[u8]>::len);
    let folded = value.contains(&b'\n');
    let start = if folded { 0 } else { column };
    let long = start
        .saturating_add(line)
        .saturating_add(address.len())
        .saturating_add(3)
        > COLUMN_MOST;
    value.extend_from_slice(if long { b"\n <" } else { b" <" });
    value.extend_from_slice(address.as_bytes());
    value.push(b'>');
    FieldValue::trusted(value)
}

/// A group without members (RFC 6854).
pub(super) fn empty_group(display: &str, column: usize) -> FieldValue {
    let mut value = phrase(display, column);
    value.extend_from_slice(b":;");
    FieldValue::trusted(value)
}

/// A display name: as it is, in quotes, or as encoded words (RFC 2047, section 5).
pub(super) fn phrase(text: &str, column: usize) -> Vec<u8> {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte);
    let printable = |byte: u8| (b' '..=b'~').contains(&byte);
    let ascii = text.bytes().all(printable) && text.len() <= QUOTED_MOST && !text.contains("=?");
    if ascii && text.bytes().all(atom) {
        return text.as_bytes().to_vec();
    }
    if ascii && !text.bytes().any(|byte| matches!(byte, b'"' | b'\\')) {
        return [b"\"", text.as_bytes(), b"\""].concat();
    }
    let mut value = Vec::new();
    let mostly_ascii = text
        .chars()
        .filter(char::is_ascii)
        .count()
        .saturating_mul(2)
        > text.chars().count();
    let words = if mostly_ascii { Q_PHRASE } else { B };
    words.encode_words("utf-8", text, &mut { column }, FOLD, &mut value);
    value
}
