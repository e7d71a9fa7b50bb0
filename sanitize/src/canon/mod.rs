//! The canonical form: an ambiguous message written anew, so that all parsers see the one reading that was judged.
//!
//! A part without an ambiguous defect keeps its bytes; one that has some is written anew from what was read. The result
//! may show new things (an encoded container is opened), so it is read again, and written again if need be.
//!
//! | file | what it decides |
//! |---|---|
//! | `treatment` | which defects are repaired |
//! | `origin` | which part of the result was made from which part of the message |

mod origin;
mod treatment;

use crate::defect::Code;
use crate::map::{Extent, MessageMap, PartId};
use crate::plan::HeaderEdit;
use crate::write::Piece;

pub use origin::Origins;
pub use treatment::Treatment;

/// A message on its way to its canonical form: say what was read, study what is doubtful, finish.
#[derive(Debug)]
pub struct Canon<'a> {
    map: &'a MessageMap,
    #[expect(dead_code, reason = "what new boundaries are made from")]
    seed: [u8; 16],
    treatment: &'a Treatment,
}

/// The canonical form of a message, as changes of the message that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    /// Changes of the header section of the message.
    pub header: Vec<HeaderEdit>,
    /// The new body, in order; none if the body stays as it is.
    pub body: Option<Vec<Piece>>,
    /// Where each part of the result comes from.
    pub origins: Origins,
    /// What is repaired.
    pub repairs: Vec<(Code, PartId)>,
    /// What the result leaves out. If there is anything, the message should be kept as it came.
    pub dropped: Vec<Dropped>,
    /// Multiparts that are `multipart/mixed` now because what was signed had to change.
    pub loosened: Vec<PartId>,
}

/// Something of the message that its canonical form leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The part that it stood in.
    pub part: PartId,
    /// What it was.
    pub what: What,
    /// Where it stood.
    pub place: Extent,
}

/// What the canonical form leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Text in front of the first part of a multipart.
    Preamble,
    /// Text behind the last part of a multipart.
    Epilogue,
    /// A field, or a line among the fields, that has no place in a canonical header section.
    Field,
    /// The body of a reference to content elsewhere.
    ExternalBody,
    /// Content as a reading showed it that was not chosen.
    Reading,
}

impl What {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            What::Preamble => "preamble",
            What::Epilogue => "epilogue",
            What::Field => "field",
            What::ExternalBody => "external-body",
            What::Reading => "reading",
        }
    }
}

impl<'a> Canon<'a> {
    /// Begins with a message that was read to its end. The seed is what new boundaries are made from: octets that the
    /// sender of the message cannot have known; another one for each pass.
    pub fn new(map: &'a MessageMap, seed: [u8; 16], treatment: &'a Treatment) -> Self {
        Canon {
            map,
            seed,
            treatment,
        }
    }

    /// Whether there is anything to repair. If not, the message stays as it is.
    pub fn is_needed(&self) -> bool {
        let mut counts = self.map.defects().counts();
        counts.any(|(code, _)| self.treatment.repairs(code))
    }

    /// The leaves whose encoded bodies must be studied before the end, in order.
    pub fn to_study(&self) -> Vec<PartId> {
        Vec::new()
    }

    /// The canonical form.
    pub fn finish(self) -> Canonical {
        Canonical::default()
    }
}

impl Canonical {
    /// Whether nothing changes.
    pub fn is_identity(&self) -> bool {
        self.header.is_empty() && self.body.is_none()
    }

    /// The whole resulting message, in order.
    pub fn message(&self, map: &MessageMap) -> Vec<Piece> {
        vec![Piece::Copy(Extent::new(0, map.size()))]
    }
}
