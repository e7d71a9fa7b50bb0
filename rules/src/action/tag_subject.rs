//! Marks the subject.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::text::template::Template;

pub(super) const ENTRY: Entry = Entry {
    key: "tag_subject",
    says: "Puts a text in front of the subject, unless the subject starts with it.",
    example: r#"tag_subject = "[EXTERNAL]""#,
    takes: Takes::Text,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let template = Template::read(node.text(loading)?, false, loading)?;
    actions.header.push(HeaderEffect::TagSubject(template));
    Some(())
}
