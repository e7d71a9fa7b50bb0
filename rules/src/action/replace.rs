//! Puts content of our own in the place of parts.

use super::actions::{Actions, PartEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::node::Table;
use crate::syntax::source::Sources;
use crate::takes::Takes;
use crate::text::replacement::Replacement;
use std::sync::Arc;
use tamis_sanitize::plan::MediaType;

pub(super) const ENTRY: Entry = Entry {
    key: "replace",
    says: "Puts content of your own in the place of the parts that the rule is about, and keeps them as strip does: a text, or a table with type, name, and text or file. For a notice with variables there is strip.",
    example: r#"replace = { type = "text/html", name = "blocked.html", file = "blocked.html" }"#,
    takes: Takes::TextOrTable(&[
        ("type", Takes::Text),
        ("name", Takes::Text),
        ("text", Takes::Text),
        ("file", Takes::Text),
    ]),
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let replacement = if node.is_text() {
        Replacement {
            media_type: MediaType::new("text/plain").ok()?,
            name: None,
            text: node.text(loading)?.text.into(),
        }
    } else {
        table(&node.table(loading)?, loading)?
    };
    actions.part = Some(PartEffect::Replace(Arc::new(replacement)));
    Some(())
}

fn table(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Replacement> {
    table.only(&["type", "name", "text", "file"], "key of replace", loading);
    let media_type = match table.get("type") {
        None => MediaType::new("text/plain").ok(),
        Some(node) => {
            let text = node.text(loading)?;
            let checked = MediaType::new(text.text);
            if let Err(error) = &checked {
                loading.report(Fault::UnknownValue, text.place, error.to_string());
            }
            checked.ok()
        }
    };
    let name = match table.get("name") {
        None => None,
        Some(node) => Some(node.text(loading)?.text.to_owned()),
    };
    let text: Arc<str> = match (table.get("text"), table.get("file")) {
        (Some(text), None) => text.text(loading)?.text.into(),
        (None, Some(file)) => {
            let name = file.text(loading)?;
            let file = loading.read_file(name, Sources::POLICY_LIMIT)?;
            loading.text_of(file)
        }
        _ => {
            let message = "`replace` needs either `text` or `file`";
            loading.report(Fault::MissingKey, table.place, message);
            return None;
        }
    };
    Some(Replacement {
        media_type: media_type?,
        name,
        text,
    })
}
