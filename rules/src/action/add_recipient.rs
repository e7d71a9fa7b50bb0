//! Sends the message to more addresses.

use super::actions::{Actions, EnvelopeEffect};
use super::addresses;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "add_recipient",
    says: "Adds recipients to the envelope; nothing in the message shows them.",
    example: r#"add_recipient = "archive@example.org""#,
    takes: Takes::Texts,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let addresses = addresses::read(node, loading)?;
    actions.envelope.push(EnvelopeEffect::Add(addresses));
    Some(())
}
