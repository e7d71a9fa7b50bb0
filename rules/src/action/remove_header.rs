//! Removes header fields.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "remove_header",
    says: "Removes every header field of this name, or of these names. Those that make a message what it is (From, Date, Subject, Message-ID, MIME-Version, Content-...) stay.",
    example: r#"remove_header = ["X-Originating-IP", "Received"]"#,
    takes: Takes::Texts,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let names = super::fields::removable(node, loading)?;
    let effects = names.into_iter().map(HeaderEffect::Remove);
    actions.header.extend(effects);
    Some(())
}
