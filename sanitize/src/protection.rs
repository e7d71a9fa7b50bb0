//! Whether mail is signed or encrypted, and by which means. Nothing is verified: this says what is there.

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
