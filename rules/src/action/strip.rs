//! Takes parts out.

use super::actions::{Actions, PartEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::notice::NoticeText;
use std::sync::Arc;

pub(super) const ENTRY: Entry = Entry {
    key: "strip",
    says: "Takes the parts that the rule is about out of the message and keeps them: true leaves a standard notice in their place, text is the name of a notice or, if it has a blank, a notice itself. With false the parts stay, whatever later rules say.",
    example: r#"strip = "program-removed""#,
    takes: Takes::FlagOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let notice = match node.as_bool() {
        Some(false) => {
            actions.part = Some(PartEffect::Leave);
            return Some(());
        }
        Some(true) => Arc::new(NoticeText::standard()),
        None if !node.is_text() => return node.wrong("true, false, or a notice", loading),
        None => loading.notice_or_text(node)?,
    };
    let silent = matches!(actions.part, Some(PartEffect::Strip(None)));
    actions.part = Some(PartEffect::Strip((!silent).then_some(notice)));
    Some(())
}
