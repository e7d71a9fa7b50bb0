//! Lets stripped parts go.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "keep",
    says: "With false, what strip takes out is not kept in quarantine. Without it, everything is.",
    example: "keep = false",
    takes: Takes::False,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_false("keep", loading)?;
    actions.let_go = true;
    Some(())
}
