//! The values of the MIME fields (RFC 2045, sections 5 and 6; RFC 2183).

use super::parameters::Parameters;
use super::syntax::{self, Pieces};
use super::text::is_known_charset;
use crate::decode::Encoding;
use crate::defect::Code;
use crate::limits::Limits;
use crate::map::Disposition;

/// A Content-Type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    /// `type/subtype` in lower case; empty if it is not valid.
    pub media_type: String,
    /// Whether there is a type and a subtype.
    pub valid: bool,
    /// Its parameters.
    pub parameters: Parameters,
    /// What is wrong with it.
    pub codes: Vec<Code>,
}

/// A Content-Disposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentDisposition {
    /// What it says.
    pub disposition: Disposition,
    /// Its parameters.
    pub parameters: Parameters,
    /// What is wrong with it.
    pub codes: Vec<Code>,
}

/// Reads a Content-Type. Never fails.
pub fn content_type(raw: &[u8], limits: &Limits) -> ContentType {
    let Pieces {
        head,
        parameters,
        mut codes,
    } = syntax::cut(raw, limits.parameters);
    let parameters = Parameters::new(&parameters, &mut codes);
    let media_type = media_type(&head, &mut codes);
    let charset = parameters.get("charset");
    if charset.is_some_and(|charset| !is_known_charset(&charset)) {
        codes.push(Code::UnknownCharset);
    }
    word_limit(raw, limits, &mut codes);
    ContentType {
        valid: media_type.is_some(),
        media_type: media_type.unwrap_or_default(),
        parameters,
        codes,
    }
}

/// Reads a Content-Disposition. Never fails.
pub fn content_disposition(raw: &[u8], limits: &Limits) -> ContentDisposition {
    let Pieces {
        head,
        parameters,
        mut codes,
    } = syntax::cut(raw, limits.parameters);
    let parameters = Parameters::new(&parameters, &mut codes);
    let disposition = if head.eq_ignore_ascii_case(b"inline") {
        Disposition::Inline
    } else {
        Disposition::Attachment
    };
    word_limit(raw, limits, &mut codes);
    ContentDisposition {
        disposition,
        parameters,
        codes,
    }
}

/// Reads a Content-Transfer-Encoding: its first word counts, without comments and quotes.
pub fn transfer_encoding(raw: &[u8]) -> (Encoding, Vec<Code>) {
    let Pieces {
        head,
        parameters,
        mut codes,
    } = syntax::cut(raw, 1);
    let word = head
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let plain = word
        .strip_prefix(b"\"")
        .map_or(word, |word| word.strip_suffix(b"\"").unwrap_or(word));
    codes.retain(|code| *code != Code::LimitParameters);
    if (plain.len() < head.len() || !parameters.is_empty() || raw.contains(&b';'))
        && !codes.contains(&Code::ParameterSyntax)
    {
        codes.push(Code::ParameterSyntax);
    }
    let encoding = Encoding::from_name(plain);
    if encoding == Encoding::Unknown {
        codes.push(Code::UnknownEncoding);
    }
    (encoding, codes)
}

/// `type/subtype` in lower case, of whatever stands before the first semicolon.
fn media_type(head: &[u8], codes: &mut Vec<Code>) -> Option<String> {
    let slash = head.iter().position(|byte| *byte == b'/');
    let parts = slash.and_then(|slash| head.split_at_checked(slash));
    let Some((kind, subtype)) = parts.map(|(kind, rest)| {
        (
            kind.trim_ascii(),
            rest.get(1..).unwrap_or_default().trim_ascii(),
        )
    }) else {
        codes.push(Code::TypeInvalid);
        return None;
    };
    let kind = kind.strip_prefix(b"\"").unwrap_or(kind);
    let subtype = subtype.strip_suffix(b"\"").unwrap_or(subtype);
    let word = subtype
        .split(|byte| byte.is_ascii_whitespace() || *byte == b',')
        .next()
        .unwrap_or_default();
    if kind.is_empty() || word.is_empty() {
        codes.push(Code::TypeInvalid);
        return None;
    }
    let token = |word: &[u8]| {
        word.iter()
            .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(byte))
    };
    if !token(kind) || !token(word) || kind.len() + word.len() + 1 != head.len() {
        codes.push(Code::TypeInvalid);
    }
    Some(
        format!(
            "{}/{}",
            String::from_utf8_lossy(kind),
            String::from_utf8_lossy(word)
        )
        .to_ascii_lowercase(),
    )
}

/// Encoded words do not belong here, and no more of them than the limit are looked at.
fn word_limit(raw: &[u8], limits: &Limits, codes: &mut Vec<Code>) {
    let words = memchr::memmem::find_iter(raw, b"=?").count();
    if words > 0 {
        codes.push(Code::EncodedWordInParameter);
    }
    if words > limits.encoded_words.saturating_mul(2) {
        codes.push(Code::LimitEncodedWords);
    }
}
