//! One question about the facts, and what it looks at.

use crate::view::View;
use crate::view::truth::Truth;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// One question about the facts.
pub(crate) trait Test: Debug + Send + Sync {
    /// The answer.
    fn ask(&self, view: &View<'_>) -> Truth;

    /// The scanners outside which it cannot hold, if it names any.
    fn engines(&self) -> Option<&BTreeSet<String>> {
        None
    }
}

/// What a condition looks at beside the envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Looks(u8);

impl Looks {
    pub(crate) const ENVELOPE: Looks = Looks(0);
    pub(crate) const RECIPIENT: Looks = Looks(1);
    pub(crate) const MESSAGE: Looks = Looks(2);
    pub(crate) const SCAN: Looks = Looks(4);
    pub(crate) const PART: Looks = Looks(8 | 2);

    pub(crate) const fn at(self, other: Looks) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn and(self, other: Looks) -> Looks {
        Looks(self.0 | other.0)
    }
}
