//! Tells somebody about the message.

use super::actions::{Actions, Notify};
use super::addresses;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::notice::NoticeText;
use std::sync::Arc;

pub(super) const ENTRY: Entry = Entry {
    key: "notify",
    says: "Sends a short message about this one: an address or a list of them, or a table with to and text (a notice, by name or itself). How many go out in an hour is limited by the configuration; nothing is sent about what was sent by Tamis itself.",
    example: r#"notify = { to = "postmaster@example.org", text = "rule {rule} has fired for {sender}" }"#,
    takes: Takes::TextOrTable(&[("to", Takes::Texts), ("text", Takes::Text)]),
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let (to, text) = if node.is_table() {
        let table = node.table(loading)?;
        table.only(&["to", "text"], "key of notify", loading);
        let Some(to) = table.get("to") else {
            let message = "`notify` needs `to`";
            loading.report(Fault::MissingKey, table.place, message);
            return None;
        };
        (to, table.get("text"))
    } else {
        (node, None)
    };
    let to = addresses::read(to, loading)?;
    let text = match text {
        Some(text) => loading.notice_or_text(text)?,
        None => Arc::new(NoticeText::standard_report()),
    };
    actions.notify = Some(Notify { to, text });
    Some(())
}
