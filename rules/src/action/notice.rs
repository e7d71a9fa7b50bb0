//! Leaves nothing in the place of stripped parts.

use super::actions::{Actions, PartEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "notice",
    says: "With false, nothing takes the place of what strip takes out.",
    example: "notice = false",
    takes: Takes::False,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_false("notice", loading)?;
    if actions.part.is_none() || matches!(actions.part, Some(PartEffect::Strip(_))) {
        actions.part = Some(PartEffect::Strip(None));
    }
    Some(())
}
