//! Adds header fields at the top.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "insert_header",
    says: "As add_header, at the top of the header section: below the Received field of the MTA.",
    example: r#"insert_header = { X-Received-By = "{client}" }"#,
    takes: Takes::Fields,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    super::fields::read(node, HeaderEffect::Insert, actions, loading)
}
