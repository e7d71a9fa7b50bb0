//! An entity that is open: what the reader must remember of it until it ends.

use super::around::Around;
use crate::map::PartId;

/// An entity whose end was not seen.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) part: PartId,
    /// Parts found directly inside it.
    pub(super) children: u32,
    /// Whether its close delimiter was seen.
    pub(super) closed: bool,
    /// The part that ended at the last delimiter: its outer extent ends where the delimiter line starts.
    pub(super) last_child: Option<PartId>,
    /// What stands around its parts.
    pub(super) around: Around,
}

impl Open {
    pub(super) fn new(part: PartId) -> Self {
        Open {
            part,
            children: 0,
            closed: false,
            last_child: None,
            around: Around::default(),
        }
    }

    /// Takes note of octets of a multipart that belong to no part.
    pub(super) fn between(&mut self, raw: &[u8]) {
        if self.closed {
            self.around.epilogue(raw);
        } else {
            self.around.preamble(raw);
        }
    }
}
