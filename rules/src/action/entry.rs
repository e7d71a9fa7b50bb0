//! What the table of actions says of each.

use super::actions::Actions;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

/// One action.
pub(super) struct Entry {
    pub(super) key: &'static str,
    pub(super) says: &'static str,
    pub(super) example: &'static str,
    pub(super) takes: Takes,
    pub(super) read: fn(Node<'_>, &mut Actions, &mut Loading<'_>) -> Option<()>,
}
