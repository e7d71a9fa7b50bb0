//! Changes header fields that are there.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "change_header",
    says: "Gives every header field of these names this value; where there is none, none is added.",
    example: r#"change_header = { X-Mailer = "removed" }"#,
    takes: Takes::Fields,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    super::fields::read(node, HeaderEffect::Change, actions, loading)
}
