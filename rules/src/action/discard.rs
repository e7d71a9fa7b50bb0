//! Makes the message vanish.

use super::actions::{Actions, Finish};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "discard",
    says: "Ends the rules: the sender is told that all is well, and nothing is delivered. Of several recipients all must be of this outcome.",
    example: "discard = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("discard", loading)?;
    actions.finish = Some(Finish::Discard);
    Some(())
}
