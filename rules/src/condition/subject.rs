//! The subject of the message.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "subject",
    says: "The decoded subject: text, a glob, `/regex/`, or a list of kind literal or glob. The same as header.Subject.",
    example: r#"subject = "*lottery*""#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Subject(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Subject(loading.patterns(node)?)))
}

impl Test for Subject {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.any_value("Subject", |value| self.0.holds(value))
    }
}
