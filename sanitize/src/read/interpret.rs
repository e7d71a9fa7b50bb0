//! What the fields of a header section say about their part, and what is wrong with them.

use crate::decode::{Encoding, Flaws};
use crate::defect::Code;
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::look;
use crate::map::{Field, Part, Structure};
use crate::octets;
use crate::value::{self, ContentType};

/// Fields that may stand once in the header of a message (RFC 5322, section 3.6; RFC 2045, section 3).
const SINGLETONS: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "date",
    "mime-version",
];

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// What is wrong with the octets of a field. `crlf` says that lines of this message end in CRLF.
pub(super) fn field_flaws(field: &Field, crlf: bool) -> Vec<Code> {
    let raw = field.raw();
    if is_plain(field) {
        return Vec::new();
    }
    let mut codes = Vec::new();
    let mut note = |found: bool, code| {
        if found {
            codes.push(code);
        }
    };
    let name = field.name();
    let before_colon = raw.get(..field.colon).unwrap_or_default();
    note(
        before_colon.trim_ascii_end().len() < before_colon.len(),
        Code::FieldNameSpace,
    );
    note(
        before_colon.trim_ascii_start().len() < before_colon.len(),
        Code::FirstLineFolded,
    );
    note(
        !name.iter().all(|byte| (33..=126).contains(byte)),
        Code::FieldNameInvalid,
    );
    note(raw.contains(&0), Code::NulByte);
    note(
        (0..raw.len()).any(|at| is_control(raw, at)),
        Code::ControlCharacter,
    );
    note(!raw.is_ascii(), Code::Raw8Bit);
    let (mut bare_cr, mut bare_lf, mut long, mut blank) = (false, false, false, false);
    for (index, line) in raw.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        bare_lf |= line.ends_with(b"\n") && !text.ends_with(b"\r");
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        bare_cr |= text.contains(&b'\r');
        long |= text.len() > LINE_MOST;
        blank |= index > 0 && text.trim_ascii().is_empty();
    }
    note(bare_cr, Code::BareCr);
    note(bare_lf && crlf, Code::BareLf);
    note(long, Code::LongLine);
    note(blank, Code::BlankContinuation);
    codes
}

/// Whether nothing can be wrong with a field: printable ASCII and tabs, a name that stands right before the colon, whole lines
/// that end in CRLF, none of them too long or blank. Nearly all fields are so, and this is told without a look at each octet.
fn is_plain(field: &Field) -> bool {
    let raw = field.raw();
    let name = raw.get(..field.colon).unwrap_or_default();
    let Some(text) = raw.strip_suffix(b"\r\n") else {
        return false;
    };
    let odd =
        |octet| !(b' '..127).contains(&octet) && octet != b'\t' && octet != b'\r' && octet != b'\n';
    let ends = |one, next| (one == b'\r') != (next == b'\n');
    let blank = |newline: usize| {
        let line = text.get(newline.saturating_add(1)..).unwrap_or_default();
        let mut shown = line
            .iter()
            .skip_while(|octet| matches!(octet, b' ' | b'\t'));
        matches!(shown.next(), None | Some(b'\r'))
    };
    raw.len() <= LINE_MOST
        && name.iter().all(u8::is_ascii_graphic)
        && !octets::any(raw, odd)
        && !octets::any_pair(raw, ends)
        && !memchr::memchr_iter(b'\n', text).any(blank)
}

/// Fills in what the header section declares. `head` says that it is the header of a message.
pub(super) fn header(part: &mut Part, head: bool, limits: &Limits) -> Vec<Code> {
    let mut codes = repeated(part, head);
    let declared = part
        .field("content-type")
        .map(|field| value::content_type(field.raw_value(), limits));
    let disposition = part
        .field("content-disposition")
        .map(|field| value::content_disposition(field.raw_value(), limits));
    if let Some(field) = part.field("content-transfer-encoding") {
        let (encoding, flaws) = value::transfer_encoding(field.raw_value());
        part.encoding = encoding;
        part.encodings = vec![encoding];
        codes.extend(flaws);
    }
    if let Some(declared) = &declared {
        codes.extend(declared.codes.iter().copied());
        if declared.valid {
            declared.media_type.clone_into(&mut part.media_type);
        } else if head || !part.media_type.starts_with("message/") {
            "text/plain".clone_into(&mut part.media_type);
        }
        part.charset = declared.parameters.get("charset").map(|charset| {
            String::from_utf8_lossy(&charset)
                .trim()
                .to_ascii_lowercase()
        });
    }
    if let Some(disposition) = &disposition {
        codes.extend(disposition.codes.iter().copied());
        part.disposition = Some(disposition.disposition);
    }
    let mut names = value::file_names(disposition.as_ref(), declared.as_ref());
    for name in repeated_names(part, limits) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    part.names = names.iter().map(|name| look::name(name)).collect();
    codes.extend(name_flaws(part));
    codes.extend(structure(part, declared.as_ref(), limits));
    let mime = part
        .fields
        .iter()
        .any(|field| field.is("content-type") || field.is("content-transfer-encoding"));
    if head && mime && part.field("mime-version").is_none() {
        codes.push(Code::MissingMimeVersion);
    }
    part.kinds = look::kinds(None, &part.names, &part.media_type);
    if !part.is_leaf() {
        part.kinds = Kinds::NONE;
    }
    codes
}

/// The names in the last Content-Disposition and Content-Type, where there are several: some clients take that one for the
/// field that counts.
fn repeated_names(part: &Part, limits: &Limits) -> Vec<String> {
    let last = |name| {
        part.fields
            .iter()
            .filter(|field| field.is(name))
            .skip(1)
            .last()
    };
    let disposition = last("content-disposition")
        .map(|field| value::content_disposition(field.raw_value(), limits));
    let declared = last("content-type").map(|field| value::content_type(field.raw_value(), limits));
    value::file_names(disposition.as_ref(), declared.as_ref())
}

/// Whether the octet at `at` is a control character that no field holds: any but tab, NUL and the line ends.
///
/// QUIRK: old Japanese and Korean programs write ISO-2022 text into fields as it is. The ESC that switches the charset is
/// part of that text (corpus: international/iso-2022-jp-raw-subject).
pub(crate) fn is_control(raw: &[u8], at: usize) -> bool {
    match raw.get(at) {
        Some(0x1b) => !matches!(raw.get(at.saturating_add(1)), Some(b'(' | b'$')),
        Some(byte) => matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127),
        None => false,
    }
}

/// Whether a field of this name may stand once only in a header section.
pub(crate) fn is_single(name: &[u8]) -> bool {
    SINGLETONS
        .iter()
        .any(|single| name.eq_ignore_ascii_case(single.as_bytes()))
        || crate::write::is_mime_field(name)
}

/// Fields that stand more often than they may.
fn repeated(part: &Part, head: bool) -> Vec<Code> {
    // There are few such names, so this ends soon whatever the header section holds.
    let mut seen: Vec<&[u8]> = Vec::new();
    for field in &part.fields {
        let name = field.name();
        let once = crate::write::is_mime_field(name) || head && is_single(name);
        if !once {
            continue;
        }
        if seen.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return vec![Code::DuplicateField];
        }
        seen.push(name);
    }
    Vec::new()
}

/// Whether the names of a part deceive or disagree. An encoded word as it stands is no name that anybody means: it counts for
/// judging, not here.
fn name_flaws(part: &Part) -> Vec<Code> {
    let meant: Vec<_> = part
        .names
        .iter()
        .filter(|name| !name.text.contains("=?"))
        .collect();
    let mut codes = Vec::new();
    if meant.iter().any(|name| name.deceptive) {
        codes.push(Code::DeceptiveName);
    }
    if meant
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.judged != other.judged))
    {
        codes.push(Code::NamesDisagree);
    }
    codes
}

/// Decides how the part is built.
fn structure(part: &mut Part, declared: Option<&ContentType>, limits: &Limits) -> Vec<Code> {
    let mut codes = Vec::new();
    if let Some(subtype) = part.media_type.strip_prefix("multipart/") {
        let subtype = subtype.to_owned();
        let declared = declared.and_then(|declared| declared.parameters.get("boundary"));
        codes.extend(boundary_flaws(declared.as_deref(), limits));
        let boundary = declared
            .map(|value| value.trim_ascii_end().to_vec())
            .unwrap_or_default();
        if boundary.is_empty() || boundary.len() > limits.boundary_bytes {
            return codes;
        }
        let empty = crate::map::Extent::new(part.header.end, part.header.end);
        part.structure = Structure::Multipart {
            subtype,
            boundaries: vec![boundary.clone()],
            boundary,
            preamble: empty,
            epilogue: empty,
            close: empty,
        };
    } else if matches!(
        part.media_type.as_str(),
        "message/rfc822" | "message/global" | "message/news"
    ) && part.encoding.is_identity()
    {
        part.structure = Structure::Message;
    }
    match part.media_type.as_str() {
        "message/partial" => codes.push(Code::PartialMessage),
        "message/external-body" => codes.push(Code::ExternalBody),
        _ => {}
    }
    let container =
        part.media_type.starts_with("multipart/") || part.media_type == "message/rfc822";
    if container && !part.encoding.is_identity() {
        codes.push(Code::EncodedContainer);
    }
    codes
}

/// What is wrong with a boundary (RFC 2046, section 5.1.1).
fn boundary_flaws(boundary: Option<&[u8]>, limits: &Limits) -> Option<Code> {
    let Some(boundary) = boundary else {
        return Some(Code::BoundaryMissing);
    };
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(byte);
    let fits = (1..=limits.boundary_bytes.min(70)).contains(&boundary.len());
    (!fits || boundary.ends_with(b" ") || !boundary.iter().all(good))
        .then_some(Code::BoundaryInvalid)
}

/// What is wrong with the encoded body of a leaf.
pub(super) fn body_flaws(part: &Part, flaws: Flaws) -> Vec<Code> {
    let shown = part.kinds.contains(Kind::Text) || part.kinds.contains(Kind::Html);
    let textual = shown || part.media_type.starts_with("text/");
    flaws
        .codes()
        .filter(|code| match code {
            Code::Undeclared8Bit => part.encoding == Encoding::SevenBit,
            Code::NulByte | Code::LongLine | Code::BareCr => textual,
            _ => true,
        })
        .collect()
}
