//! Keeps the whole message.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "quarantine",
    says: "Keeps the whole message as it came. Alone it ends the rules and the message is not delivered; beside accept, reject or discard a copy is kept.",
    example: "quarantine = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("quarantine", loading)?;
    actions.quarantine = true;
    Some(())
}
