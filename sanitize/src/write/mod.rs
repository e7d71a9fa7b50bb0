//! Map and plan to bytes: the pieces of the message that results.

use crate::map::{Extent, MessageMap};
use crate::plan::{HeaderEdit, Plan};

/// A run of octets of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it stands in the message that was read.
    Copy(Extent),
    /// New.
    Bytes(Vec<u8>),
}

/// What a plan makes of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// Changes of the header section of the message.
    pub header: Vec<HeaderEdit>,
    /// The new body; none if the body stays as it is.
    pub body: Option<Vec<Piece>>,
}

/// Works out what a plan makes of a message.
pub fn rewrite(_map: &MessageMap, _plan: &Plan) -> Rewrite {
    Rewrite::default()
}
