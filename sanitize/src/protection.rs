//! Whether mail is signed or encrypted, and by which means. Nothing is verified: this says what is there.

use crate::kind::Kind;
use crate::limits::Limits;
use crate::map::{MessageMap, Part, Structure};
use crate::value;
use std::fmt;

/// A means by which mail is signed or encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// S/MIME, signed: multipart/signed, or application/pkcs7-mime with signed data (RFC 8551, section 3.5).
    SmimeSigned,
    /// S/MIME, encrypted: application/pkcs7-mime with enveloped data (RFC 8551, section 3.3).
    SmimeEncrypted,
    /// PGP/MIME, signed (RFC 3156, section 5).
    PgpSigned,
    /// PGP/MIME, encrypted (RFC 3156, section 4).
    PgpEncrypted,
    /// A text signed in the cleartext framework of `OpenPGP` (RFC 9580, section 7).
    InlinePgpSigned,
    /// A text that is an armoured `OpenPGP` message.
    InlinePgpEncrypted,
    /// A DKIM-Signature field (RFC 6376).
    Dkim,
    /// An ARC-Seal field (RFC 8617).
    Arc,
}

impl Protection {
    /// Every means.
    pub const ALL: [Protection; 8] = [
        Protection::SmimeSigned,
        Protection::SmimeEncrypted,
        Protection::PgpSigned,
        Protection::PgpEncrypted,
        Protection::InlinePgpSigned,
        Protection::InlinePgpEncrypted,
        Protection::Dkim,
        Protection::Arc,
    ];

    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Protection::SmimeSigned => "smime-signed",
            Protection::SmimeEncrypted => "smime-encrypted",
            Protection::PgpSigned => "pgp-signed",
            Protection::PgpEncrypted => "pgp-encrypted",
            Protection::InlinePgpSigned => "inline-pgp-signed",
            Protection::InlinePgpEncrypted => "inline-pgp-encrypted",
            Protection::Dkim => "dkim",
            Protection::Arc => "arc",
        }
    }

    /// The means of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Protection> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of means.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Protections(u8);

impl Protections {
    /// The empty set.
    pub const NONE: Protections = Protections(0);

    /// Adds one.
    pub const fn insert(&mut self, protection: Protection) {
        self.0 |= protection.bit();
    }

    /// Whether it is in the set.
    pub const fn contains(self, protection: Protection) -> bool {
        self.0 & protection.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in the set.
    pub fn iter(self) -> impl Iterator<Item = Protection> {
        Protection::ALL
            .into_iter()
            .filter(move |protection| self.contains(*protection))
    }

    /// Whether the author has signed, by S/MIME or PGP. DKIM and ARC are signatures of servers.
    pub const fn is_signed(self) -> bool {
        self.contains(Protection::SmimeSigned)
            || self.contains(Protection::PgpSigned)
            || self.contains(Protection::InlinePgpSigned)
    }

    /// Whether something can be read only with a key of S/MIME or PGP.
    pub const fn is_encrypted(self) -> bool {
        self.contains(Protection::SmimeEncrypted)
            || self.contains(Protection::PgpEncrypted)
            || self.contains(Protection::InlinePgpEncrypted)
    }
}

impl FromIterator<Protection> for Protections {
    fn from_iter<I: IntoIterator<Item = Protection>>(protections: I) -> Self {
        let mut set = Protections::NONE;
        protections
            .into_iter()
            .for_each(|protection| set.insert(protection));
        set
    }
}

impl fmt::Debug for Protections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// By which means a message is signed or encrypted: itself, or a part of it. Attached messages do not count: what they
/// promise is not promised by the one who attached them.
pub fn protection(map: &MessageMap) -> Protections {
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
pub fn of_part(map: &MessageMap, part: &Part) -> Option<Protection> {
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
