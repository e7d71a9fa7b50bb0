//! What is wrong with the octets of a field, and with the encoded body of a leaf.

use crate::charset::Charset;
use crate::decode::{Encoding, Flaws};
use crate::defect::Code;
use crate::kind::Kind;
use crate::map::{Field, Part};
use crate::octets;
use crate::repair::is_control;
use crate::study::TextFinds;

/// Longest line without its line end (RFC 5322, section 2.1.1).
const LINE_MOST: usize = 998;

/// What is wrong with the octets of a field. `crlf` says that lines of this message end in CRLF.
pub(in crate::read) fn field_flaws(field: &Field, crlf: bool) -> Vec<Code> {
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

/// What is wrong with the encoded body of a leaf.
pub(in crate::read) fn body_flaws(part: &Part, flaws: Flaws) -> Vec<Code> {
    let shown = part.kinds.contains(Kind::Text) || part.kinds.contains(Kind::Html);
    let textual = shown || part.media_type.starts_with("text/");
    flaws
        .codes()
        .filter(|code| match code {
            Code::Undeclared8Bit => part.encoding == Encoding::SevenBit,
            Code::BareCr => textual || part.encoding == Encoding::QuotedPrintable,
            Code::NulByte | Code::LongLine => textual,
            Code::QuotedPrintableLoose => !textual,
            _ => true,
        })
        .collect()
}

/// What is ambiguous about the text of a leaf, whatever its encoding.
pub(in crate::read) fn text_flaws(part: &Part, finds: &TextFinds) -> Vec<Code> {
    let is_text = part.media_type.starts_with("text/");
    let charset = part.charset().and_then(Charset::of_name);
    let hides = charset.is_some_and(Charset::hides_ascii);
    // In a file that is encoded, nobody sees lines.
    let has_lines = is_text || part.encoding.is_identity();
    let holds = has_lines && (finds.more || !finds.blocks.is_empty());
    [
        (holds, Code::EmbeddedFile),
        (hides && is_text, Code::HidingCharset),
    ]
    .into_iter()
    .filter(|(told, _)| *told)
    .map(|(_, code)| code)
    .collect()
}
