//! Lets the MTA hold the message.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::template::Template;

pub(super) const ENTRY: Entry = Entry {
    key: "hold",
    says: "Delivers the message into the hold queue of the MTA (Postfix) or its quarantine (Sendmail), from where a postmaster releases it: true, or the reason that the MTA logs, a text with variables. Rules go on; what they change is held as changed.",
    example: r#"hold = "large and from outside""#,
    takes: Takes::TrueOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    actions.hold = Some(if node.as_bool() == Some(true) {
        Template::plain("held by policy")
    } else {
        Template::read(node.text(loading)?, false, loading)?
    });
    Some(())
}
