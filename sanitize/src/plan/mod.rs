//! What should change in a message: edits of its parts and of its header fields, in types that cannot hold a harmful value.

mod media_type;
mod part;

pub use media_type::{InvalidMediaType, MediaType};
pub use part::{Changes, Content, NewText, Notice, PartEdit, Wrap};

use crate::place::PartId;
use std::fmt;
use std::num::NonZeroU32;

/// The name of a header field: one or more octets 33 to 126 without the colon (RFC 5322, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldName(String);

impl FieldName {
    /// Checks a name.
    pub fn new(name: &str) -> Result<Self, InvalidField> {
        let good = |byte: u8| (33..=126).contains(&byte) && byte != b':';
        if name.is_empty() || name.len() > 76 || !name.bytes().all(good) {
            return Err(InvalidField::Name);
        }
        Ok(FieldName(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value of a header field, folded, without the space behind the colon and without the last line end.
///
/// Lines are separated by LF; each continuation starts with white space and holds something else. No CR, no NUL, no
/// other control character but tab.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldValue(Vec<u8>);

impl FieldValue {
    /// Checks a value that is already folded and encoded.
    pub fn new(value: &[u8]) -> Result<Self, InvalidField> {
        let control = |byte: u8| (byte < 32 && byte != b'\t' && byte != b'\n') || byte == 127;
        if value.iter().copied().any(control) {
            return Err(InvalidField::Control);
        }
        let mut lines = value.split(|byte| *byte == b'\n');
        lines.next();
        let folded = |line: &[u8]| {
            line.first()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
                && !line.trim_ascii().is_empty()
        };
        if lines.all(folded) {
            Ok(FieldValue(value.to_owned()))
        } else {
            Err(InvalidField::Folding)
        }
    }

    /// The octets, lines separated by LF.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn trusted(value: Vec<u8>) -> Self {
        FieldValue(value)
    }
}

/// Why a field name or value cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidField {
    /// The name is empty, too long or has characters that a name cannot have.
    Name,
    /// The value has a control character.
    Control,
    /// A continuation line is empty or does not start with white space.
    Folding,
}

impl fmt::Display for InvalidField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidField::Name => {
                "a field name is 1 to 76 printable ASCII characters without colon or space"
            }
            InvalidField::Control => "a field value cannot hold control characters",
            InvalidField::Folding => "a continuation line starts with white space and is not blank",
        })
    }
}

impl std::error::Error for InvalidField {}

/// One change of the header section of the message.
///
/// `nth` counts the fields of that name from 1, in the message as it came: edits do not shift each other. One field
/// gets one edit; of several, a deletion counts, otherwise the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderEdit {
    /// Gives a field a new value.
    Change {
        /// Name of the field, in the spelling that is written.
        name: FieldName,
        /// Which one of that name, from 1.
        nth: NonZeroU32,
        /// The new value.
        value: FieldValue,
    },
    /// Takes a field out.
    Delete {
        /// Name of the field; ASCII case does not matter.
        name: FieldName,
        /// Which one of that name, from 1.
        nth: NonZeroU32,
    },
    /// Puts a field at the top of the header section.
    Prepend {
        /// Name of the field.
        name: FieldName,
        /// Its value.
        value: FieldValue,
    },
    /// Puts a field at the end of the header section.
    Append {
        /// Name of the field.
        name: FieldName,
        /// Its value.
        value: FieldValue,
    },
}

impl HeaderEdit {
    /// The name of the field that it is about.
    pub fn name(&self) -> &FieldName {
        match self {
            HeaderEdit::Change { name, .. }
            | HeaderEdit::Delete { name, .. }
            | HeaderEdit::Prepend { name, .. }
            | HeaderEdit::Append { name, .. } => name,
        }
    }
}

/// What should change in a message. The empty plan changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Edits of parts; of several for one part the last one counts, and one of a part counts more than those inside it.
    pub parts: Vec<(PartId, PartEdit)>,
    /// Edits of the header section of the message.
    pub header: Vec<HeaderEdit>,
    /// The whole message becomes a file in another one, after the edits of its parts. The edits of the header section are
    /// then those of the new message; what they say of fields about the body (`Content-...`, MIME-Version) counts for nothing.
    pub wrap: Option<Wrap>,
    /// What new boundaries are made from: octets that the sender of the message cannot have known, such as a digest of
    /// the message.
    pub seed: [u8; 16],
}

impl Plan {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.header.is_empty() && self.wrap.is_none()
    }
}
