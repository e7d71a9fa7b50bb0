//! Sets header fields.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "set_header",
    says: "Sets header fields: the message has exactly one of each name, with this value; those that it came with are removed. Of several rules that set the same field the first one counts.",
    example: r#"set_header = { X-Tamis = "{rule}" }"#,
    takes: Takes::Fields,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    super::fields::read(node, HeaderEffect::Set, actions, loading)
}
