//! Header fields, byte for byte as they came.

use crate::place::Extent;

/// One header field, byte for byte as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub(crate) raw: Box<[u8]>,
    pub(crate) colon: usize,
    at: u64,
    /// The field that it is meant to be, if its name has octets that no name can have.
    known: Option<&'static str>,
}

/// Fields whose names are known although they have octets that no name can have.
const KNOWN: &[&str] = &[
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
    "content-location",
    "content-encoding",
    "mime-version",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
];

/// The known name, in lower case, that a name is without the octets that no name can have.
pub(crate) fn known_name(name: &[u8]) -> Option<&'static str> {
    let sound = || {
        name.iter()
            .copied()
            .filter(|byte| (33..=126).contains(byte))
    };
    let like = |known: &&&str| {
        sound()
            .map(|byte| byte.to_ascii_lowercase())
            .eq(known.bytes())
    };
    KNOWN.iter().find(like).copied()
}

impl Field {
    /// A field that stands at `at`; its colon at `colon` of the octets.
    pub(crate) fn new(raw: Box<[u8]>, colon: usize, at: u64) -> Self {
        let name = raw.get(..colon).unwrap_or_default().trim_ascii();
        let known = if name.iter().all(u8::is_ascii_graphic) {
            None
        } else {
            known_name(name)
        };
        Field {
            raw,
            colon,
            at,
            known,
        }
    }

    /// The field as it came: name, colon, value and line end, continuation lines included.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Where it stands in the message.
    pub fn extent(&self) -> Extent {
        Extent::new(self.at, self.at.saturating_add(self.raw.len() as u64))
    }

    /// The name as it came, without white space around it. Not always ASCII.
    pub fn name(&self) -> &[u8] {
        self.raw.get(..self.colon).unwrap_or_default().trim_ascii()
    }

    /// Whether the field has this name; ASCII case does not matter.
    pub fn is(&self, name: &str) -> bool {
        self.colon >= name.len() && self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// Where it stands in the message: its first octet.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The field that it is meant to be, in lower case, if its name has octets that no name can have.
    pub(crate) fn known(&self) -> Option<&'static str> {
        self.known
    }

    /// Whether some parser takes it for the field of this name, in lower case: it has the name, or has it but for octets that
    /// no name can have.
    pub fn means(&self, name: &str) -> bool {
        self.is(name) || self.known.is_some_and(|known| known == name)
    }

    /// Everything behind the colon, folding and the last line end included.
    pub fn raw_value(&self) -> &[u8] {
        self.raw
            .get(self.colon.saturating_add(1)..)
            .unwrap_or_default()
    }
}
