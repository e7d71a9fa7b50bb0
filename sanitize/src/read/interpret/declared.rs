//! What the fields declare: type, charset, transfer encoding, disposition.

use super::fields::{Fields, values};
use crate::decode::Encoding;
use crate::defect::Code;
use crate::map::Part;
use crate::value::{self, ContentType};

/// Fills in what is declared; gives what is wrong with it.
pub(super) fn fill(part: &mut Part, head: bool, fields: &Fields) -> Vec<Code> {
    let mut codes = Vec::new();
    for declared in &fields.types {
        codes.extend(declared.codes.iter().copied());
    }
    for disposition in &fields.dispositions {
        codes.extend(disposition.codes.iter().copied());
    }
    fill_type(part, head, fields);
    codes.extend(fill_encoding(part));
    part.disposition = fields.dispositions.first().map(|value| value.disposition);
    if head && is_mime(part) && part.field("mime-version").is_none() {
        codes.push(Code::MissingMimeVersion);
    }
    codes
}

/// The type of the reading that shows most: a multipart before a message before the first that is valid.
fn fill_type(part: &mut Part, head: bool, fields: &Fields) {
    let Some(first) = fields.types.first() else {
        part.types = vec![part.media_type.clone()];
        return;
    };
    let mut types: Vec<String> = Vec::new();
    for media_type in fields.types.iter().flat_map(|value| &value.readings) {
        if !types.contains(media_type) {
            types.push(media_type.clone());
        }
    }
    types.sort_by_key(|media_type| rank(media_type));
    let parted = |value: &ContentType| !value.valid && value.parameters.has("boundary");
    if types.is_empty() && fields.types.iter().any(parted) {
        // What has a boundary and no type at all is a multipart to those that look for a boundary.
        types.push("multipart/mixed".to_owned());
    }
    if let Some(chosen) = types.first() {
        part.media_type.clone_from(chosen);
    } else if head || !part.media_type.starts_with("message/") {
        "text/plain".clone_into(&mut part.media_type);
    }
    if types.is_empty() {
        types.push(part.media_type.clone());
    }
    part.types = types;
    let charset = first.parameters.get("charset").or_else(|| {
        let mut others = fields.types.iter().skip(1);
        others.find_map(|value| value.parameters.get("charset"))
    });
    part.charset = charset.map(|charset| {
        String::from_utf8_lossy(&charset)
            .trim()
            .to_ascii_lowercase()
    });
}

/// Smaller shows more. The sort by it is stable.
fn rank(media_type: &str) -> usize {
    match media_type {
        _ if media_type.starts_with("multipart/") => 0,
        "message/rfc822" | "message/global" | "message/news" => 1,
        _ => 2,
    }
}

/// Every encoding that some reading names. The one that the body is read with comes first: the first that changes anything,
/// but none for what holds parts if some reading says so.
fn fill_encoding(part: &mut Part) -> Vec<Code> {
    let mut codes = Vec::new();
    let mut encodings: Vec<Encoding> = Vec::new();
    for raw in values(part, "content-transfer-encoding") {
        let (found, flaws) = value::transfer_encodings(raw);
        codes.extend(flaws);
        encodings.extend(found);
    }
    for raw in values(part, "content-encoding") {
        let (found, _) = value::transfer_encodings(raw);
        let named = found.iter().filter(|encoding| !encoding.is_identity());
        for encoding in named {
            codes.push(Code::ContentEncoding);
            if encodings.is_empty() {
                encodings.push(Encoding::SevenBit);
            }
            encodings.push(*encoding);
        }
    }
    if encodings.is_empty() {
        encodings.push(Encoding::SevenBit);
    }
    let holder = rank(&part.media_type) < 2;
    encodings.sort_by_key(|encoding| encoding.is_identity() != holder);
    let mut seen: Vec<Encoding> = Vec::new();
    encodings.retain(|encoding| {
        let new = !seen.contains(encoding);
        seen.push(*encoding);
        new
    });
    part.encoding = encodings.first().copied().unwrap_or(Encoding::SevenBit);
    part.encodings = encodings;
    codes
}

/// Whether there is any field that only MIME has.
fn is_mime(part: &Part) -> bool {
    let fields = ["content-type", "content-transfer-encoding"];
    fields.iter().any(|name| part.field(name).is_some())
}
