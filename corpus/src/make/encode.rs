//! Encoders of mail, written apart from the engine so that its decoders meet a second opinion.

use std::fmt::Write as _;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 without line ends (RFC 4648, section 4).
pub fn base64(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = (at(0) << 16) | (at(1) << 8) | at(2);
        for place in 0..4 {
            let sextet = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
            text.push(if place <= group.len() {
                char::from(ALPHABET[sextet])
            } else {
                '='
            });
        }
    }
    text
}

/// Base64 in lines of 76, separated by CRLF, without one at the end (RFC 2045, section 6.8).
pub fn base64_lines(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() / 54 * 76 + 80);
    for line in octets.chunks(57) {
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        text.push_str(&base64(line));
    }
    text
}

/// Quoted-printable (RFC 2045, section 6.7). In `text` a CRLF stays a line end; otherwise it is escaped.
pub fn quoted_printable(octets: &[u8], text: bool) -> String {
    let mut out = String::with_capacity(octets.len() + octets.len() / 4);
    let mut column = 0;
    let mut rest = octets;
    while let Some((&octet, after)) = rest.split_first() {
        if text && rest.starts_with(b"\r\n") {
            out.push_str("\r\n");
            column = 0;
            rest = &rest[2..];
            continue;
        }
        let at_line_end = after.is_empty() || (text && after.starts_with(b"\r\n"));
        let blank = matches!(octet, b' ' | b'\t');
        let literal = (matches!(octet, 33..=126) && octet != b'=') || (blank && !at_line_end);
        let width = if literal { 1 } else { 3 };
        if column + width > 75 {
            out.push_str("=\r\n");
            column = 0;
        }
        if literal {
            out.push(char::from(octet));
        } else {
            let _ = write!(out, "={octet:02X}");
        }
        column += width;
        rest = after;
    }
    out
}

/// Text as encoded words in UTF-8 base64, each of whole characters and at most 75 long (RFC 2047, section 2), separated
/// by `between`.
pub fn encoded_words(text: &str, between: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for character in text.chars() {
        let full = words
            .last()
            .is_some_and(|word| word.len() + character.len_utf8() > 45);
        if full {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    let encoded = |word: &String| format!("=?utf-8?B?{}?=", base64(word.as_bytes()));
    words.iter().map(encoded).collect::<Vec<_>>().join(between)
}

/// The value of an extended parameter in UTF-8: `utf-8''na%C3%AFve` (RFC 2231, section 4).
pub fn extended(text: &str) -> String {
    format!("utf-8''{}", percent(text))
}

/// A parameter in numbered segments of about `length` characters each (RFC 2231, section 3), one to a line. A segment may
/// end inside a character.
pub fn segments(name: &str, text: &str, length: usize) -> String {
    let escaped = percent(text);
    let mut pieces: Vec<String> = vec!["utf-8''".to_owned()];
    let mut rest = escaped.as_str();
    while !rest.is_empty() {
        let width = if rest.starts_with('%') { 3 } else { 1 };
        if pieces
            .last()
            .is_some_and(|piece| piece.len() + width > length.max(10))
        {
            pieces.push(String::new());
        }
        let (unit, after) = rest.split_at(width);
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(unit);
        }
        rest = after;
    }
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let _ = write!(out, ";\r\n {name}*{index}*={piece}");
    }
    out
}

/// A quoted string (RFC 5322, section 3.2.4).
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A uuencoded file: begin line, data and end line, separated by CRLF.
pub fn uuencode(octets: &[u8], name: &str) -> String {
    let digit = |sextet: u8| {
        if sextet == 0 {
            '`'
        } else {
            char::from(sextet + 32)
        }
    };
    let mut text = format!("begin 644 {name}\r\n");
    for line in octets.chunks(45) {
        text.push(digit(u8::try_from(line.len()).unwrap_or(0)));
        for group in line.chunks(3) {
            let at = |index: usize| group.get(index).copied().unwrap_or(0);
            let (one, two, three) = (at(0), at(1), at(2));
            text.push(digit(one >> 2));
            text.push(digit(((one & 3) << 4) | (two >> 4)));
            text.push(digit(((two & 15) << 2) | (three >> 6)));
            text.push(digit(three & 63));
        }
        text.push_str("\r\n");
    }
    text + "`\r\nend"
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-' | b'_') {
            out.push(char::from(octet));
        } else {
            let _ = write!(out, "%{octet:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_rfc_4648() {
        let known = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (plain, encoded) in known {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        let lines = base64_lines(&[0; 200]);
        assert!(lines.split("\r\n").all(|line| line.len() <= 76));
    }

    #[test]
    fn quoted_printable_escapes_what_it_must() {
        assert_eq!(
            quoted_printable("a=b \r\nc\u{e9}".as_bytes(), true),
            "a=3Db=20\r\nc=C3=A9"
        );
        assert_eq!(quoted_printable(b"\r\n\0", false), "=0D=0A=00");
        let long = quoted_printable(&[b'x'; 200], true);
        assert!(long.split("\r\n").all(|line| line.len() <= 76));
        assert_eq!(long.replace("=\r\n", ""), "x".repeat(200));
    }

    #[test]
    fn words_keep_characters_whole_and_segments_need_not() {
        let words = encoded_words(&"\u{65e5}".repeat(40), " ");
        assert!(words.split(' ').all(|word| word.len() <= 75));
        assert_eq!(
            segments("filename", "a\u{e9}.txt", 12),
            ";\r\n filename*0*=utf-8''a%C3;\r\n filename*1*=%A9.txt"
        );
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }

    #[test]
    fn uuencode_writes_the_known_answer() {
        assert_eq!(
            uuencode(b"Cat", "cat.txt"),
            "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend"
        );
    }
}
