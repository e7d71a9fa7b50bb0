//! New content in the transfer encoding that it needs (RFC 2045, section 6).

use super::digits::Base64Lines;
use super::quote::{QuotedText, looks_like_structure};
use crate::octets::count;

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// Content as it is written.
pub(super) struct Encoded {
    /// The value of the Content-Transfer-Encoding field that says so.
    pub(super) encoding: &'static str,
    /// Lines end in CRLF.
    pub(super) body: Vec<u8>,
}

/// Text in a charset that is ASCII with something added: as it is, if all of it is lines of ASCII that mean nothing to
/// readers that scan; in quoted-printable if most of it can be read so; else in base64.
pub(super) fn text(octets: &[u8]) -> Encoded {
    if is_plain(octets) {
        return Encoded {
            encoding: "7bit",
            body: octets.to_vec(),
        };
    }
    let escaped = count(octets, |octet| {
        !octet.is_ascii_graphic() && !octet.is_ascii_whitespace()
    });
    // An octet that is escaped takes three, one in base64 four thirds.
    if escaped.saturating_mul(6) > octets.len() as u64 {
        return file(octets);
    }
    let mut encoder = QuotedText::default();
    let mut body = Vec::new();
    encoder.push(octets, &mut body);
    encoder.finish(&mut body);
    Encoded {
        encoding: "quoted-printable",
        body,
    }
}

/// Any content, in base64.
pub(super) fn file(octets: &[u8]) -> Encoded {
    let mut encoder = Base64Lines::default();
    let mut body = Vec::new();
    encoder.push(octets, &mut body);
    encoder.finish(&mut body);
    Encoded {
        encoding: "base64",
        body,
    }
}

/// Whether text can stand as it is. Some readers drop empty lines in front of text.
fn is_plain(octets: &[u8]) -> bool {
    let line_is_plain = |line: &[u8]| {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        let odd = text
            .split_first()
            .is_some_and(|(first, after)| looks_like_structure(*first, after));
        let ascii = |octet: &u8| matches!(octet, b'\t' | b' '..=b'~');
        text.len() <= LINE_MOST && !odd && text.iter().all(ascii)
    };
    !octets.starts_with(b"\n")
        && !octets.starts_with(b"\r\n")
        && octets.split(|octet| *octet == b'\n').all(line_is_plain)
}
