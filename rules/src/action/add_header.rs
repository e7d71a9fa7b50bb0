//! Adds header fields at the end.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "add_header",
    says: "Adds header fields at the end of the header section, beside those of the same name that it came with; not where one with this value is there already.",
    example: r#"add_header = { X-Policy = "{rule}" }"#,
    takes: Takes::Fields,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    super::fields::read(node, HeaderEffect::Add, actions, loading)
}
