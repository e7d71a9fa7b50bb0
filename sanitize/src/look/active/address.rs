//! Addresses that are code, with the blanks and character references that browsers pass over (HTML, "Attribute value state";
//! URL Standard, section 4.4).

use super::AROUND;
use crate::look::bytes::slice;

/// `javascript:`, `vbscript:` and `data:text/html`.
pub(super) fn is_code(before: &[u8], here: &[u8]) -> bool {
    // Most colons end no such word.
    if !matches!(
        before.last(),
        Some(b't' | b'T' | b'a' | b'A' | b';' | b' ' | b'\t' | b'\r' | b'\n')
    ) {
        return false;
    }
    let scheme = plain(before);
    let ends = |word: &[u8]| {
        let start = scheme.len().saturating_sub(word.len());
        slice(&scheme, start, word.len()).eq_ignore_ascii_case(word)
    };
    let page = || {
        let behind = plain(slice(here, 1, AROUND)).to_ascii_lowercase();
        let types: [&[u8]; 4] = [
            b"text/html",
            b"application/xhtml",
            b"text/xml",
            b"text/javascript",
        ];
        types.iter().any(|start| behind.starts_with(start))
    };
    ends(b"javascript") || ends(b"vbscript") || ends(b"livescript") || ends(b"data") && page()
}

/// Whether a colon is written as a reference here.
pub(super) fn is_colon(reference: &[u8]) -> bool {
    let forms: [&[u8]; 3] = [b"&colon;", b"&#58", b"&#x3a"];
    forms
        .iter()
        .any(|form| slice(reference, 0, form.len()).eq_ignore_ascii_case(form))
        || reference.starts_with(b"&#0")
            && referred(reference).is_some_and(|(octet, _)| octet == b':')
}

/// The letters of an address: without blanks and control characters, references resolved as far as they are ASCII.
fn plain(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let octet = match referred_or(*first, &mut rest) {
            octet if octet <= b' ' => continue,
            octet => octet,
        };
        plain.push(octet);
    }
    plain
}

fn referred_or(first: u8, rest: &mut &[u8]) -> u8 {
    if first != b'&' {
        return first;
    }
    let named: [(&[u8], u8); 3] = [(b"tab;", b' '), (b"newline;", b' '), (b"colon;", b':')];
    for (name, octet) in named {
        if slice(rest, 0, name.len()).eq_ignore_ascii_case(name) {
            *rest = slice(rest, name.len(), rest.len());
            return octet;
        }
    }
    let mut reference = vec![b'&'];
    reference.extend_from_slice(slice(rest, 0, 16));
    match referred(&reference) {
        Some((octet, length)) => {
            *rest = slice(rest, length.saturating_sub(1), rest.len());
            octet
        }
        None => b'&',
    }
}

/// The ASCII character that a numeric reference stands for, and the length of the reference.
fn referred(reference: &[u8]) -> Option<(u8, usize)> {
    let digits = reference.strip_prefix(b"&#")?;
    let (radix, skipped) = match digits.first()? {
        b'x' | b'X' => (16, 1),
        _ => (10, 0),
    };
    let digits = slice(digits, skipped, 12);
    let count = digits
        .iter()
        .take_while(|digit| char::from(**digit).is_digit(radix))
        .count();
    let number = std::str::from_utf8(slice(digits, 0, count)).ok()?;
    let octet = u8::try_from(u32::from_str_radix(number, radix).ok()?).ok()?;
    let ends = digits.get(count) == Some(&b';');
    let length = 2_usize
        .saturating_add(skipped)
        .saturating_add(count)
        .saturating_add(usize::from(ends));
    octet.is_ascii().then_some((octet, length))
}
