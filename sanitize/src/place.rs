//! Places in a message: parts and ranges of octets.

use std::fmt;

/// A part of a message, as an index that only the reader hands out. The message itself is [`PartId::ROOT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub(crate) u32);

impl PartId {
    /// The message itself.
    pub const ROOT: PartId = PartId(0);

    /// Position in [`MessageMap::parts`](crate::MessageMap::parts).
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// A half-open range of octets, counted from the start of the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// First octet.
    pub start: u64,
    /// First octet behind the range.
    pub end: u64,
}

impl Extent {
    /// The range from `start` up to `end`; empty if `end` comes first.
    pub fn new(start: u64, end: u64) -> Self {
        Extent {
            start,
            end: end.max(start),
        }
    }

    /// Number of octets.
    pub fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether nothing lies in it.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
