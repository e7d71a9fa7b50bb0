//! How a part is built: a leaf, a multipart, or a message.

use super::fields::Fields;
use crate::defect::Code;
use crate::limits::Limits;
use crate::map::{Extent, Part, Structure};
use crate::value;

/// Types of messages that parsers read alike, or that have defects of their own. Python's email and rspamd also look into
/// notifications and feedback: to write these as something else would cost what they are for.
const AGREED: &[&str] = &[
    "message/rfc822",
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/partial",
    "message/external-body",
];

/// Decides how the part is built; gives what is wrong with that.
pub(super) fn fill(part: &mut Part, fields: &Fields, limits: &Limits) -> Vec<Code> {
    let mut codes = Vec::new();
    let candidates = value::boundaries(&fields.types, &fields.dispositions, limits);
    if let Some(subtype) = part.media_type.strip_prefix("multipart/") {
        let subtype = subtype.to_owned();
        let declared = fields
            .types
            .iter()
            .find_map(|value| value.parameters.get("boundary"));
        codes.extend(boundary_flaws(declared.as_deref()));
        let usual = candidates.first().cloned().unwrap_or_default();
        let empty = Extent::new(part.header.end, part.header.end);
        part.structure = Structure::Multipart {
            subtype,
            boundary: usual,
            boundaries: candidates.clone(),
            preamble: empty,
            epilogue: empty,
            close: empty,
        };
    } else {
        if !candidates.is_empty() {
            codes.push(Code::BoundaryStray);
        }
        if is_message(&part.media_type) && part.encoding.is_identity() {
            part.structure = Structure::Message;
        }
    }
    part.boundaries = candidates;
    codes.extend(container_flaws(part));
    codes
}

/// Whether a part of this type holds a message.
pub(in crate::read) fn is_message(media_type: &str) -> bool {
    matches!(
        media_type,
        "message/rfc822" | "message/global" | "message/news"
    )
}

fn container_flaws(part: &Part) -> Vec<Code> {
    let mut codes = Vec::new();
    let says = |media_type: &str| part.types.iter().any(|known| known == media_type);
    if says("message/partial") {
        codes.push(Code::PartialMessage);
    }
    if says("message/external-body") {
        codes.push(Code::ExternalBody);
    }
    let odd = |media_type: &&String| {
        media_type.starts_with("message/") && !AGREED.contains(&media_type.as_str())
    };
    if part.types.iter().any(|media_type| odd(&media_type)) {
        codes.push(Code::MessageSubtype);
    }
    // Some parsers take what a report is encoded in for granted: no message type may be encoded.
    let container =
        part.media_type.starts_with("multipart/") || part.media_type.starts_with("message/");
    let encoded = part
        .encodings
        .iter()
        .any(|encoding| !encoding.is_identity());
    if container && encoded {
        codes.push(Code::EncodedContainer);
    }
    codes
}

/// What is wrong with a boundary (RFC 2046, section 5.1.1).
fn boundary_flaws(boundary: Option<&[u8]>) -> Option<Code> {
    match boundary {
        None => Some(Code::BoundaryMissing),
        Some(boundary) if value::is_sound_boundary(boundary) => None,
        Some(_) => Some(Code::BoundaryInvalid),
    }
}
