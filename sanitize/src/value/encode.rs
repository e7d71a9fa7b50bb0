//! Text of fields without structure, written anew.

use crate::plan::{FieldName, FieldValue};
use encodify::Fold;
use encodify::rfc2047::Q_TEXT;
use mail_builder::headers::Header;
use mail_builder::headers::text::Text;

/// Longest word that may stand as it is: a line with it keeps below 998 octets (RFC 5322, section 2.1.1).
const WORD_MOST: usize = 900;

/// How encoded words are folded.
const FOLD: Fold<'_> = Fold::new(76, b"\n ", 1);

/// Encodes text for a field without structure: folded before column 78, as encoded words where it is not ASCII (RFC 2047).
/// Control characters become spaces. ASCII is encoded too where it would not be read back: an encoded word, or a word that
/// is longer than a line may be.
pub fn encode_text(name: &FieldName, text: &str) -> FieldValue {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let text = text.trim();
    let column = name.as_str().len().saturating_add(2);
    let long = |word: &str| word.len() > WORD_MOST;
    let mut octets = Vec::new();
    if text.contains("=?") || text.split(' ').any(long) {
        Q_TEXT.encode_words("utf-8", text, &mut { column }, FOLD, &mut octets);
    } else {
        Text::new(text).write_header(&mut octets, column);
    }
    let mut value = Vec::with_capacity(octets.len());
    for line in octets.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        if !value.is_empty() {
            value.push(b'\n');
        }
        value.extend_from_slice(line);
    }
    FieldValue::trusted(value.trim_ascii_start().to_vec())
}
