//! Texts for which case does not matter.

use std::borrow::Cow;

/// A text as it is, and in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Folded<'t> {
    /// As it is: regular expressions see this.
    pub(crate) text: &'t str,
    /// What literals and globs are compared with.
    pub(crate) lower: Cow<'t, str>,
}

impl<'t> Folded<'t> {
    /// A text; what comes is in lower case most of the time.
    pub(crate) fn of(text: &'t str) -> Self {
        Folded {
            text,
            lower: lower(text),
        }
    }

    /// A text that is in lower case.
    pub(crate) fn lowered(text: &'t str) -> Self {
        Folded {
            text,
            lower: Cow::Borrowed(text),
        }
    }

    /// A text, and itself in lower case.
    pub(crate) fn with(text: &'t str, lower: &'t str) -> Self {
        Folded {
            text,
            lower: Cow::Borrowed(lower),
        }
    }
}

/// Whether a text is its own lower case, as far as can be told at a glance.
pub(crate) fn is_lower(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// The text in lower case.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if is_lower(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}
