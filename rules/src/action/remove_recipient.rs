//! Takes recipients out of the envelope.

use super::actions::{Actions, EnvelopeEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "remove_recipient",
    says: "Takes the recipients for whom the rule holds out of the envelope: nobody is told. A message that loses its last recipient is discarded.",
    example: "remove_recipient = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("remove_recipient", loading)?;
    actions.envelope.push(EnvelopeEffect::Remove);
    Some(())
}
