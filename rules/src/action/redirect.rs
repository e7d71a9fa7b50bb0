//! Sends the message elsewhere.

use super::actions::{Actions, EnvelopeEffect};
use super::addresses;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "redirect",
    says: "Puts these addresses in the place of the recipients for whom the rule holds.",
    example: r#"redirect = "spam@example.org""#,
    takes: Takes::Texts,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let addresses = addresses::read(node, loading)?;
    actions.envelope.push(EnvelopeEffect::Remove);
    actions.envelope.push(EnvelopeEffect::Add(addresses));
    Some(())
}
