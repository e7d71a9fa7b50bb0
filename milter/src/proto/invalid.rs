//! Why a change cannot be written.

use std::fmt;

/// Why a change cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEdit {
    /// The name of a field is empty, too long or has characters that a name cannot have.
    Name,
    /// The value of a field is too long.
    ValueLength,
    /// The value of a field has NUL or a lone CR.
    Control,
    /// A continuation line of a field does not start with a blank, or is blank.
    Folding,
    /// Not one envelope address.
    Address,
    /// A parameter that MTAs do not take from a filter.
    Parameter,
    /// The reason of a quarantine is empty, too long or has control characters.
    Reason,
}

impl fmt::Display for InvalidEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a field name is 1 to 400 printable ascii characters without space or colon",
            Self::ValueLength => "a field value has at most 65000 octets",
            Self::Control => "a field value cannot hold NUL or a lone CR",
            Self::Folding => "a continuation line of a field starts with a blank and is not blank",
            Self::Address => "not a single envelope address",
            Self::Parameter => "a sender has RET= and ENVID=, a recipient NOTIFY= and ORCPT=, and no other parameter",
            Self::Reason => "a reason to hold a message is 1 to 1000 printable characters",
        })
    }
}

impl std::error::Error for InvalidEdit {}
