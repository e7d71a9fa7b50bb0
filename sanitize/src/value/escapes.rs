//! The text of an encoded parameter (RFC 2231, section 4): its charset, and percent escapes.

use super::text::to_text;

/// `charset'language'text`; a value without both quotes is text only.
pub(super) fn split_charset(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => (Some(charset), text),
        _ => (None, value),
    }
}

/// Whether a charset is one in which ASCII does not stand for itself.
pub(super) fn is_shifting(charset: &[u8]) -> bool {
    let starts = |name: &[u8]| {
        let start = charset.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    starts(b"utf-7")
        || starts(b"utf7")
        || starts(b"utf-16")
        || starts(b"utf16")
        || starts(b"utf-32")
        || starts(b"ucs")
}

/// Whether there is a percent escape.
pub(super) fn has_escape(text: &[u8]) -> bool {
    percent_decode(text).len() < text.len()
}

/// Whether a percent sign begins no escape.
pub(super) fn has_broken_escape(text: &[u8]) -> bool {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    memchr::memchr_iter(b'%', text)
        .any(|at| !digit(at.saturating_add(1)) || !digit(at.saturating_add(2)))
}

/// Percent escapes decoded; what is no escape stands for itself.
pub(super) fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                octets.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => octets.push(*byte),
        }
    }
    octets
}

/// Whether octets are text of their charset; of UTF-8 if none is named.
pub(super) fn fits(octets: &[u8], charset: Option<&[u8]>) -> bool {
    let is_utf8 = |name: &[u8]| {
        let names: [&[u8]; 4] = [b"", b"utf-8", b"utf8", b"us-ascii"];
        names.iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    if charset.is_none_or(is_utf8) {
        std::str::from_utf8(octets).is_ok()
    } else {
        !to_text(octets, charset).contains(char::REPLACEMENT_CHARACTER)
    }
}

/// Octets as the text of their charset, and as it is without, if that ends in another extension.
pub(super) fn texts(octets: &[u8], charset: Option<&[u8]>) -> Vec<String> {
    let text = to_text(octets, charset);
    let plain = to_text(octets, None);
    let ending = |text: &str| text.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    if ending(&plain) == ending(&text) {
        vec![text]
    } else {
        vec![text, plain]
    }
}
