//! Delivers the message.

use super::actions::{Actions, Finish};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "accept",
    says: "Ends the rules: the message is delivered with the changes that the rules before have asked for, whatever comes after, unscanned or not.",
    example: "accept = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("accept", loading)?;
    actions.finish = Some(Finish::Accept);
    Some(())
}
