//! Takes over what a scanner would do to the header section.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "adopt_header",
    says: "Makes the changes of the header section that the scanner proposes of which the rule is about: the fields that rspamd or spamd adds, at the top, those that it removes, and the subject that it would give the message. Fields that say who, when and what (From, Date, Content-... and the like) stay as they are.",
    example: "adopt_header = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("adopt_header", loading)?;
    actions.header.push(HeaderEffect::Adopt);
    Some(())
}
