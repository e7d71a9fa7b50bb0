//! One question about the facts, and what it looks at.

use crate::facts::Stage;
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

    /// The stage from which on its answer is known, where that is not the same for every use of the key.
    fn since(&self) -> Option<Stage> {
        None
    }

    /// The first stage at which its answer may be known, where that is earlier than the one from which on it is.
    fn earliest(&self) -> Option<Stage> {
        None
    }

    /// What it looks at, where that is not the same for every use of the key.
    fn looks(&self) -> Option<Looks> {
        None
    }

    /// The macro that it asks about.
    fn macro_name(&self) -> Option<&str> {
        None
    }

    /// The names of tags that it asks about.
    fn tags(&self) -> &[String] {
        &[]
    }
}

/// What a condition looks at beside the envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Looks(u16);

impl Looks {
    pub(crate) const ENVELOPE: Looks = Looks(0);
    pub(crate) const RECIPIENT: Looks = Looks(1);
    pub(crate) const MESSAGE: Looks = Looks(2);
    pub(crate) const SCAN: Looks = Looks(4);
    pub(crate) const PART: Looks = Looks(8 | 2);
    /// A command that the MTA does not know: a rule about these is asked when one comes, and at no other time.
    pub(crate) const COMMAND: Looks = Looks(16);
    /// Digests of parts.
    pub(crate) const DIGEST: Looks = Looks(32 | 8 | 2);
    /// What earlier rules have said.
    pub(crate) const TAGS: Looks = Looks(64);
    /// Messages that are not read: a rule about these is asked when one comes, and at no other time.
    pub(crate) const POISON: Looks = Looks(128);

    pub(crate) const fn at(self, other: Looks) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn and(self, other: Looks) -> Looks {
        Looks(self.0 | other.0)
    }
}
