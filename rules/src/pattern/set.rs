//! What all kinds of pattern have in common.

use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use std::fmt::Debug;

/// A compiled set of patterns.
pub(crate) trait PatternSet: Sized + Debug {
    /// What it is asked about.
    type Subject<'t>;

    /// Compiles patterns as they stand in a policy, and reports each one that is wrong.
    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self>;

    /// Whether any pattern matches.
    fn holds(&self, subject: &Self::Subject<'_>) -> bool;
}
