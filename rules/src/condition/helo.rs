//! What the client calls itself.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::memo::Slot;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "helo",
    says: "The name in HELO or EHLO: text, a glob, `/regex/`, or a list of kind literal or glob. It is the client's own claim.",
    example: r#"helo = ["localhost", "*.local"]"#,
    since: Stage::Helo,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Helo(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Helo(loading.patterns(node)?)))
}

impl Test for Helo {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known_text(
            Stage::Helo,
            Slot::Helo,
            |envelope| envelope.helo.as_deref(),
            |text| self.0.holds(text),
        )
    }
}
