//! Corrects the declared type of parts.

use super::actions::{Actions, PartEffect, Relabel};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;
use tamis_sanitize::plan::MediaType;

pub(super) const ENTRY: Entry = Entry {
    key: "relabel",
    says: "Corrects the declared type of the parts that the rule is about: true stands for the type that the content shows (where it is recognised), text for that type. Content and names stay.",
    example: "relabel = true",
    takes: Takes::TrueOrText,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let to = if node.as_bool() == Some(true) {
        Relabel::Detected
    } else {
        let text = node.text(loading)?;
        match MediaType::new(text.text) {
            Ok(media_type) => Relabel::To(media_type),
            Err(error) => {
                let message = format!("`{}` cannot be the type of a part: {error}", text.text);
                let problem = loading.report(Fault::UnknownValue, text.place, message);
                problem.help("write application/pdf, or true for what the content shows");
                return None;
            }
        }
    };
    match &mut actions.part {
        Some(PartEffect::Change { relabel, .. }) => *relabel = Some(to),
        Some(_) => {}
        none => {
            *none = Some(PartEffect::Change {
                rename: None,
                relabel: Some(to),
            });
        }
    }
    Some(())
}
