//! Delivers the message as an attachment of another one.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::notice::NoticeText;
use std::sync::Arc;

pub(super) const ENTRY: Entry = Entry {
    key: "wrap",
    says: "Delivers the original message as an attachment, with a notice in front of it and the header of the original around it: true stands for a standard notice, text for the name of a notice or, if it has a blank, a notice itself. Parts that rules take out are not in the attachment either.",
    example: r#"wrap = "this message is suspicious: the original is attached""#,
    takes: Takes::TrueOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    actions.wrap = Some(if node.as_bool() == Some(true) {
        Arc::new(NoticeText::standard_wrap())
    } else {
        loading.notice_or_text(node)?
    });
    Some(())
}
