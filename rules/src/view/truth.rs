//! Three-valued logic: what holds, what does not, and what nobody can know yet.

/// Whether a condition holds. The order makes *and* the smaller and *or* the larger of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    /// What it looks at is not known yet.
    Unknown,
    Yes,
}

impl Truth {
    pub(crate) fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }

    /// All must hold. The first that does not ends the asking.
    pub(crate) fn all(answers: impl Iterator<Item = Truth>) -> Truth {
        let mut all = Truth::Yes;
        for answer in answers {
            all = all.min(answer);
            if all == Truth::No {
                break;
            }
        }
        all
    }

    /// One must hold. The first that does ends the asking.
    pub(crate) fn any(answers: impl Iterator<Item = Truth>) -> Truth {
        let mut any = Truth::No;
        for answer in answers {
            any = any.max(answer);
            if any == Truth::Yes {
                break;
            }
        }
        any
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }
}
