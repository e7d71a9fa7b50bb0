//! A message around the message: a notice, and the message as it was as a file.

use super::fields::FieldEdits;
use super::written::Written;
use super::{Piece, Rewrite, fresh_boundary, header, notice, one_each};
use crate::decode::Encoding;
use crate::defect::{Class, Code};
use crate::map::{Disposition, Extent, Field, MessageMap, Part, PartId, Structure};
use crate::plan::{FieldValue, HeaderEdit, Plan, Wrap};
use crate::value;

/// Octets of a line end: so much behind a close delimiter is no text.
const LINE_END_MOST: u64 = 2;

/// What tells of octets above 127, or of octets that no encoding has.
const RAW: &[Code] = &[
    Code::Undeclared8Bit,
    Code::Raw8Bit,
    Code::Base64Junk,
    Code::QuotedPrintableInvalid,
    Code::QuotedPrintableLoose,
];

/// Puts a message around one that was rewritten already, its header section as well. The edits of the header section that
/// result are those of the new message.
pub(super) fn around(map: &MessageMap, plan: &Plan, wrap: &Wrap, inner: Rewrite) -> Rewrite {
    let line_end = map.line_end();
    let boundary = fresh_boundary(plan.seed, PartId::ROOT) + "w";
    let encoding = encoding(map);
    let mut front = format!("--{boundary}{line_end}").into_bytes();
    front.extend(notice::write(&wrap.notice, line_end).entity(None));
    front.extend(format!("{line_end}--{boundary}{line_end}").into_bytes());
    front.extend(envelope(&wrap.name, encoding, line_end).entity(None));
    let mut body = vec![Piece::Bytes(front)];
    body.extend(message(map, &inner));
    let back = format!("{line_end}--{boundary}--{line_end}");
    body.push(Piece::Bytes(back.into_bytes()));
    Rewrite {
        header: header_edits(map, plan, &boundary, encoding),
        body: Some(body),
        loosened: inner.loosened,
    }
}

/// The header section of the part that the message becomes.
fn envelope(name: &str, encoding: &str, line_end: &'static str) -> Written {
    let name = Some(name);
    let values = [
        ("Content-Type", value::label("message/rfc822", None, name)),
        (
            "Content-Disposition",
            value::disposition(Disposition::Attachment, name),
        ),
        ("Content-Transfer-Encoding", word(encoding)),
    ];
    let fields = values.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    Written {
        fields: fields.to_vec(),
        kept: &[],
        body: Vec::new(),
        line_end,
    }
}

/// The message itself, with what the end of a message can do without, and a part cannot: an empty line behind the header
/// section, and a field in it.
fn message(map: &MessageMap, inner: &Rewrite) -> Vec<Piece> {
    let root = map.root();
    let mut edits = inner.header.clone();
    if root.fields().is_empty() && edits.is_empty() {
        let mut fields = FieldEdits::default();
        fields.be_mime(root);
        edits = fields.header_edits(root);
    }
    let mut splices = header::splices(map, &edits, true);
    if let Some(body) = &inner.body {
        splices.replace_with_pieces(root.body(), body);
    }
    splices.pieces(Extent::new(root.header().start, map.size()))
}

/// The edits that the plan asks for, and those that make the fields about the body fit.
fn header_edits(map: &MessageMap, plan: &Plan, boundary: &str, encoding: &str) -> Vec<HeaderEdit> {
    let root = map.root();
    let mut fields = FieldEdits::default();
    for field in root
        .fields()
        .iter()
        .filter(|field| is_of_body(field.name()))
    {
        fields.delete(&String::from_utf8_lossy(field.name()));
    }
    let version = root.field("mime-version").map(Field::text);
    let one = |name: &str| root.fields().iter().filter(|field| field.is(name)).count() == 1;
    if version.as_deref() != Some("1.0") || !one("mime-version") {
        fields.set("MIME-Version", word("1.0"));
    }
    fields.set("Content-Type", FieldEdits::mixed(boundary));
    if encoding != "7bit" {
        fields.set("Content-Transfer-Encoding", word(encoding));
    }
    let asked = plan.header.iter();
    let mut header: Vec<HeaderEdit> = asked
        .filter(|edit| {
            let name = edit.name().as_str();
            !is_of_body(name.as_bytes()) && !name.eq_ignore_ascii_case("mime-version")
        })
        .cloned()
        .collect();
    header.extend(fields.header_edits(root));
    header.extend(super::fields::stale_after_edit(root));
    one_each(header)
}

/// Whether a field says something of the body.
fn is_of_body(name: &[u8]) -> bool {
    let start = name.get(..8).unwrap_or_default();
    start.eq_ignore_ascii_case(b"content-")
}

fn word(word: &str) -> FieldValue {
    FieldValue::trusted(word.as_bytes().to_vec())
}

/// The transfer encoding of a part that is this message: `7bit` if no octet of it can be above 127, as far as was seen. No
/// other is allowed (RFC 2046, section 5.2.1).
fn encoding(map: &MessageMap) -> &'static str {
    let seven = map.parts().iter().all(is_seven_bit);
    if seven { "7bit" } else { "8bit" }
}

/// Whether nothing of a part but its parts can have octets above 127. What stands around those was not looked at.
fn is_seven_bit(part: &Part) -> bool {
    let encoded = |encoding: &Encoding| {
        matches!(
            encoding,
            Encoding::SevenBit | Encoding::QuotedPrintable | Encoding::Base64
        )
    };
    let around_is_empty = match part.structure() {
        Structure::Multipart {
            preamble, epilogue, ..
        } => preamble.len() <= LINE_END_MOST && epilogue.len() <= LINE_END_MOST,
        Structure::Leaf | Structure::Message => true,
    };
    let tells = |code: Code| code.class() == Class::Ambiguous || RAW.contains(&code);
    around_is_empty && part.encodings().iter().all(encoded) && !part.codes().iter().any(tells)
}
