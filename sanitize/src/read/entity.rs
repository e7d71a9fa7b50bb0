//! An entity that is open: what the reader must remember of it until it ends.

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
}

impl Open {
    pub(super) fn new(part: PartId) -> Self {
        Open {
            part,
            children: 0,
            closed: false,
            last_child: None,
        }
    }
}
