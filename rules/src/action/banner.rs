//! Puts a text into the message.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "banner",
    says: "Puts a banner into the text of the message, plain and HTML: the name of a table [banner.NAME] with text, html and place. Mail that is signed or encrypted is left alone, and so are attachments.",
    example: r#"banner = "external""#,
    takes: Takes::Text,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let name = node.text(loading)?;
    actions.banner = Some(loading.banner(name)?);
    Some(())
}
