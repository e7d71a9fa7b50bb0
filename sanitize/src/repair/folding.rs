//! Long lines, folded anew (RFC 5322, section 2.2.3).

use crate::plan::FieldValue;

/// Column up to which a line is filled (RFC 5322, section 2.1.1).
const COLUMN_MOST: usize = 78;

/// Folds lines at white space, so that none is longer than 78 octets where it can be. A word that is longer stays whole:
/// breaking it would change what the field says.
pub(super) fn folded(name: &[u8], value: &FieldValue) -> FieldValue {
    let mut out: Vec<u8> = Vec::with_capacity(value.as_bytes().len());
    let mut column = name.len().saturating_add(1);
    for (index, line) in value.as_bytes().split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.push(b'\n');
            column = 0;
        }
        for word in words(line) {
            let fits = column.saturating_add(word.len()) <= COLUMN_MOST;
            let blank = word.trim_ascii().is_empty();
            let starts = word.first().is_some_and(u8::is_ascii_whitespace);
            let filled = out.last().is_some_and(|last| *last != b'\n');
            if !fits && !blank && starts && filled {
                out.push(b'\n');
                column = 0;
            }
            out.extend_from_slice(word);
            column = column.saturating_add(word.len());
        }
    }
    FieldValue::new(&out).unwrap_or_else(|_| value.clone())
}

/// The words of a line, each with the white space in front of it.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let blank = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let word = rest
            .iter()
            .skip(blank)
            .take_while(|byte| !byte.is_ascii_whitespace())
            .count();
        let (word, after) = rest.split_at_checked(blank.saturating_add(word))?;
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}
