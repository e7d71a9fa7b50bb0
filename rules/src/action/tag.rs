//! Says something that later rules can ask about.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "tag",
    says: "Sets a tag, or several: later rules ask for it with the condition tag, the log and `{tags}` name it.",
    example: r#"tag = "suspicious""#,
    takes: Takes::Texts,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    for text in node.texts(loading)? {
        loading.check_name(text, "tag");
        actions.tags.push(text.text.into());
        loading.tags.insert(text.text.to_owned());
    }
    Some(())
}
