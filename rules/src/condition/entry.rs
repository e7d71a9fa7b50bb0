//! What the table of conditions says of each.

use super::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::takes::Takes;

/// A key of the language with its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Described {
    /// The key, such as `part.kind`.
    pub key: &'static str,
    /// What it means.
    pub says: &'static str,
    /// How it is written.
    pub example: &'static str,
}

/// One condition.
pub(super) struct Entry {
    pub(super) key: &'static str,
    pub(super) says: &'static str,
    pub(super) example: &'static str,
    /// The stage from which on its answer is known, if nothing else decides that.
    pub(super) since: Stage,
    pub(super) looks: Looks,
    pub(super) takes: Takes,
    pub(super) read: Read,
}

/// How the value of a condition is read.
pub(super) enum Read {
    Value(fn(Node<'_>, &mut Loading<'_>) -> Option<Box<dyn Test>>),
    /// The last word of the key is a name that the author chooses.
    Named(fn(Text<'_>, Node<'_>, &mut Loading<'_>) -> Option<Box<dyn Test>>),
}
