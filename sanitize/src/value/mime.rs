//! The values of the MIME fields (RFC 2045, sections 5 and 6; RFC 2183).

use super::cursor::is_token;
use super::parameters::{Parameters, Value};
use super::syntax::{self, Pieces, Raw, without_comments};
use super::text::{count_words, decode_words, is_known_charset, to_text, unfold};
use crate::defect::{Class, Code};
use crate::limits::Limits;
use crate::map::Disposition;

/// Types that are kept of one value.
const TYPES_MOST: usize = 8;

/// A Content-Type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    /// `type/subtype` in lower case; empty if it is not valid.
    pub media_type: String,
    /// Every `type/subtype` that some reading shows, the usual one first.
    pub readings: Vec<String>,
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
    let (heads, parameters, mut codes) = read(raw, limits);
    let sound = heads.first().is_some_and(|head| is_sound_type(head));
    if !sound {
        note(&mut codes, Code::TypeInvalid);
    }
    // Some parsers go by the boundary where the type is none.
    let heads_are_ascii = heads.iter().all(|head| head.is_ascii());
    // A value that is an encoded word says what it is only once it is decoded.
    let mut readings: Vec<String> = Vec::new();
    let heads = heads.iter().rev().filter_map(|head| media_type(head));
    let loose = if codes.is_empty() {
        Vec::new()
    } else {
        loose_types(raw)
    };
    for media_type in heads.chain(loose) {
        if !readings.contains(&media_type) && readings.len() < TYPES_MOST {
            readings.push(media_type);
        }
    }
    if readings
        .iter()
        .any(|media_type| is_odd_multipart(media_type))
        || !heads_are_ascii && parameters.get("boundary").is_some()
    {
        note(&mut codes, Code::TypeInvalid);
        readings.insert(0, "multipart/mixed".to_owned());
    }
    let media_type = readings.first().cloned();
    if codes.iter().all(|code| code.class() == Class::Cosmetic) && is_doubtful(&parameters) {
        note(&mut codes, Code::ParameterForms);
    }
    let charset = parameters.get("charset");
    if charset.is_some_and(|charset| !is_known_charset(&charset)) {
        note(&mut codes, Code::UnknownCharset);
    }
    ContentType {
        readings,
        valid: media_type.is_some(),
        media_type: media_type.unwrap_or_default(),
        parameters,
        codes,
    }
}

/// Reads a Content-Disposition. Never fails.
pub fn content_disposition(raw: &[u8], limits: &Limits) -> ContentDisposition {
    let (heads, parameters, mut codes) = read(raw, limits);
    let head = heads.last().map_or(&[][..], Vec::as_slice);
    let token = heads.len() == 1 && !head.is_empty() && head.iter().copied().all(is_token);
    if !token {
        note(&mut codes, Code::ParameterSyntax);
    }
    let disposition = if head.eq_ignore_ascii_case(b"inline") {
        Disposition::Inline
    } else {
        Disposition::Attachment
    };
    ContentDisposition {
        disposition,
        parameters,
        codes,
    }
}

/// What parsers take for the type that know no comments, or that look at each piece between semicolons.
fn loose_types(raw: &[u8]) -> Vec<String> {
    let pieces = raw.split(|byte| *byte == b';');
    let head_like = |piece: &&[u8]| piece.contains(&b'/') && !piece.contains(&b'=');
    let mut types = Vec::new();
    for piece in pieces.filter(head_like).take(TYPES_MOST) {
        let plain = unfold(piece);
        for (at, _) in plain
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'/')
            .take(TYPES_MOST)
        {
            types.extend(type_at(&plain, at));
        }
    }
    types
}

/// The type whose slash stands there.
fn type_at(octets: &[u8], slash: usize) -> Option<String> {
    let (before, after) = octets.split_at_checked(slash)?;
    let after = after.strip_prefix(b"/")?.trim_ascii_start();
    let apart = |byte: &u8| !is_token(*byte);
    let escaped = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let end = before.iter().rposition(|byte| !escaped(byte))?;
    let main = before.get(..=end)?.rsplit(apart).next()?;
    let sub = after.split(apart).next()?;
    media_type(&[main, b"/", sub].concat())
}

/// Whether this is no multipart by the letter, but one for parsers that compare only some of it.
fn is_odd_multipart(media_type: &str) -> bool {
    let main = media_type.split('/').next().unwrap_or_default();
    main != "multipart" && (main.starts_with("multipart") || main.ends_with("multipart"))
}

/// Whether parsers are known to take different boundaries from a value that is sound otherwise: one that is encoded or in
/// pieces, or that has escapes.
fn is_doubtful(parameters: &Parameters) -> bool {
    match parameters.all("boundary").as_slice() {
        [] => false,
        [Value::Octets(boundary)] => count_words(boundary) > 0,
        _ => true,
    }
}

/// What stands in front of the parameters, in each reading, and the parameters.
fn read(raw: &[u8], limits: &Limits) -> (Vec<Vec<u8>>, Parameters, Vec<Code>) {
    let Pieces {
        head,
        parameters,
        mut codes,
    } = syntax::cut(raw, limits.parameters);
    let mut parameters = Parameters::new(&parameters, &mut codes);
    let mut heads = vec![head];
    let words = count_words(raw);
    if words > 0 {
        note(&mut codes, Code::EncodedWordInParameter);
    }
    if words > limits.encoded_words {
        note(&mut codes, Code::LimitEncodedWords);
    }
    let in_head = |head: &Vec<u8>| memchr::memmem::find(head, b"=?").is_some();
    if words > 0 && heads.first().is_some_and(in_head) {
        let decoded = decoded(raw);
        let pieces = syntax::cut(decoded.as_bytes(), limits.parameters);
        parameters.add_hidden(&pieces.parameters);
        heads.push(pieces.head);
    }
    for loose in loose_names(raw, &codes) {
        let named = |raw: &Raw<'_>| {
            [&b"name"[..], b"filename"]
                .iter()
                .any(|name| raw.name.eq_ignore_ascii_case(name))
        };
        let pieces = syntax::cut(&loose, limits.parameters);
        let names: Vec<Raw<'_>> = pieces.parameters.into_iter().filter(named).collect();
        parameters.add_hidden(&names);
    }
    (heads, parameters, codes)
}

/// The value as those read it who take out comments first, and who know backslashes outside quotes. Only file names are
/// taken from it.
fn loose_names(raw: &[u8], codes: &[Code]) -> Vec<Vec<u8>> {
    let mut readings = Vec::new();
    if codes.contains(&Code::ValueComment) {
        readings.push(without_comments(&unfold(raw)));
    }
    if codes.contains(&Code::ParameterSyntax) && raw.contains(&b'\\') && !raw.contains(&b'"') {
        let mut escaped = false;
        let plain = |byte: u8| if is_token(byte) { byte } else { b'_' };
        let kept = unfold(raw).into_iter().filter_map(|byte| {
            let begins = byte == b'\\' && !escaped;
            let kept = if escaped { plain(byte) } else { byte };
            escaped = begins;
            (!begins).then_some(kept)
        });
        readings.push(kept.collect());
    }
    readings
}

/// The whole value with its encoded words decoded.
pub(super) fn decoded(raw: &[u8]) -> String {
    decode_words(&to_text(&unfold(raw), None))
}

fn note(codes: &mut Vec<Code>, code: Code) {
    if !codes.contains(&code) {
        codes.push(code);
    }
}

/// Whether this is two tokens and a slash (RFC 2045, section 5.1).
pub(super) fn is_sound_type(head: &[u8]) -> bool {
    let mut parts = head.split(|byte| *byte == b'/');
    let token = |part: Option<&[u8]>| {
        part.is_some_and(|part| !part.is_empty() && part.iter().copied().all(is_token))
    };
    token(parts.next()) && token(parts.next()) && parts.next().is_none()
}

/// `type/subtype` in lower case, of whatever stands in front of the parameters: the words at the first slash. A multipart
/// without a subtype is mixed (RFC 2046, section 5.1.3).
pub(super) fn media_type(head: &[u8]) -> Option<String> {
    if is_sound_type(head) {
        return Some(String::from_utf8_lossy(head).to_ascii_lowercase());
    }
    let head: Vec<u8> = head
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_control() && *byte != b'"')
        .collect();
    let slash = head
        .iter()
        .position(|byte| *byte == b'/')
        .unwrap_or(head.len());
    let (before, after) = head.split_at_checked(slash).unwrap_or((&head, &[]));
    let apart = |byte: &u8| !is_token(*byte);
    let main = before
        .trim_ascii_end()
        .rsplit(apart)
        .next()
        .unwrap_or_default();
    let after = after.strip_prefix(b"/").unwrap_or(after).trim_ascii_start();
    let sub = after.split(apart).next().unwrap_or_default();
    let word = |word: &[u8]| String::from_utf8_lossy(word).to_ascii_lowercase();
    match (word(main), word(sub)) {
        (main, sub) if main == "multipart" && sub.is_empty() => Some("multipart/mixed".to_owned()),
        (main, sub) if main.is_empty() || sub.is_empty() => None,
        (main, sub) => Some(format!("{main}/{sub}")),
    }
}
