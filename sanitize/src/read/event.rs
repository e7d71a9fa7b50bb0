//! What the reader tells while it reads.

use crate::map::PartId;

/// What the caller wants to know; work that nobody asks for is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// Decode the content of every leaf to its end. Without it only the head is decoded, enough to tell its type:
    /// sizes are then those of the encoded body, and flaws of the encoding beyond the head stay unseen.
    pub content: bool,
    /// SHA-256 of the decoded content of every leaf.
    pub digests: bool,
}

impl Needs {
    /// The same, with digests or without.
    #[must_use]
    pub fn with_digests(self, digests: bool) -> Self {
        Needs { digests, ..self }
    }
}

impl Default for Needs {
    fn default() -> Self {
        Needs {
            content: true,
            digests: false,
        }
    }
}

/// Something that the reader saw. Octets are borrowed from the reader until the next call.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A part begins: the message itself first, then whatever lies inside.
    PartStart {
        /// The part.
        part: PartId,
        /// The part that holds it.
        parent: Option<PartId>,
    },
    /// The header section of a part is complete.
    HeaderEnd {
        /// The part.
        part: PartId,
    },
    /// Content of a leaf.
    Content {
        /// The part.
        part: PartId,
        /// As it stands in the message; empty when the decoder gives what it held back.
        raw: &'a [u8],
        /// What it stands for.
        decoded: &'a [u8],
    },
    /// Octets of a multipart that belong to no part: preamble or epilogue.
    Between {
        /// The multipart.
        part: PartId,
        /// As they stand in the message.
        raw: &'a [u8],
    },
    /// A part is complete, with everything inside it.
    PartEnd {
        /// The part.
        part: PartId,
    },
    /// Everything that was pushed is used up.
    NeedInput,
    /// The message is complete.
    End,
}
