//! What all kinds of pattern have in common.

use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use std::borrow::Cow;
use std::fmt::Debug;

/// A compiled set of patterns.
pub(crate) trait PatternSet: Sized + Debug {
    /// What it is asked about.
    type Subject: ?Sized;

    /// Compiles patterns as they stand in a policy, and reports each one that is wrong.
    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self>;

    /// Whether any pattern matches.
    fn holds(&self, subject: &Self::Subject) -> bool;
}

/// The text in lower case; most text that comes is already.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}
