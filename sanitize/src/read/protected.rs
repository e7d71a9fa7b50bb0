//! By which means a message is signed or encrypted: what its types, fields and contents say.

use crate::kind::Kind;
use crate::limits::Limits;
use crate::map::{MessageMap, Part, Structure};
use crate::protection::{Protection, Protections};
use crate::value;

/// By which means a message is signed or encrypted: itself, or a part of it. Attached messages do not count: what they
/// promise is not promised by the one who attached them.
pub(super) fn protections(map: &MessageMap) -> Protections {
    let fields = [
        ("dkim-signature", Protection::Dkim),
        ("arc-seal", Protection::Arc),
    ];
    let root = map.root();
    let by_field = fields
        .into_iter()
        .filter_map(|(name, means)| root.field(name).map(|_| means));
    let attached = |part: &&Part| {
        map.ancestors(part.id())
            .any(|holder| *holder.structure() == Structure::Message)
    };
    let parts = map.parts().iter().filter(|part| !attached(part));
    by_field
        .chain(parts.filter_map(|part| of_part(map, part)))
        .collect()
}

/// By which means one part is signed or encrypted.
fn of_part(map: &MessageMap, part: &Part) -> Option<Protection> {
    match part.media_type() {
        "multipart/signed" => signed(map, part),
        "multipart/encrypted" => Some(Protection::PgpEncrypted),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => pkcs7(part),
        media_type => {
            let inline = media_type.starts_with("text/");
            match part.detected_type() {
                Some("text/x-pgp-signed") if inline => Some(Protection::InlinePgpSigned),
                Some("application/pgp-encrypted") if inline => Some(Protection::InlinePgpEncrypted),
                _ => None,
            }
        }
    }
}

/// What a multipart/signed is signed with: as its type says, or the part that holds the signature.
fn signed(map: &MessageMap, part: &Part) -> Option<Protection> {
    let by_name = |name: &str| match name.trim() {
        "application/pgp-signature" => Some(Protection::PgpSigned),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => {
            Some(Protection::SmimeSigned)
        }
        _ => None,
    };
    let said = parameter(part, "protocol").and_then(|protocol| by_name(&protocol));
    said.or_else(|| {
        map.children(part.id())
            .find_map(|child| by_name(child.media_type()))
    })
}

/// What a CMS message is: as its type says, or its content. Certificates and compressed data are neither.
fn pkcs7(part: &Part) -> Option<Protection> {
    match parameter(part, "smime-type").as_deref() {
        Some("signed-data" | "signed-receipt") => Some(Protection::SmimeSigned),
        Some("enveloped-data" | "authenveloped-data") => Some(Protection::SmimeEncrypted),
        Some("certs-only" | "compressed-data") => None,
        _ if part.content().contains(Kind::Encrypted) => Some(Protection::SmimeEncrypted),
        _ if part.content().contains(Kind::Message) => Some(Protection::SmimeSigned),
        _ => None,
    }
}

/// A parameter of the type, in lower case.
fn parameter(part: &Part, name: &str) -> Option<String> {
    let field = part.field("content-type")?;
    let declared = value::content_type(field.raw_value(), &Limits::default());
    let value = declared.parameters.get(name)?;
    Some(String::from_utf8_lossy(&value).to_ascii_lowercase())
}
