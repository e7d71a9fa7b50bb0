//! Whether and as whom the client has authenticated.

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
    key: "authenticated",
    says: "Whether the client has logged in: true or false; or as whom: text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: "authenticated = true",
    since: Stage::Mail,
    looks: Looks::ENVELOPE,
    takes: Takes::FlagOrTexts,
    read: Read::Value(read),
};

#[derive(Debug)]
enum Authenticated {
    Whether(bool),
    As(Patterns<TextSet>),
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(match node.as_bool() {
        Some(whether) => Authenticated::Whether(whether),
        None => Authenticated::As(loading.patterns(node)?),
    }))
}

impl Test for Authenticated {
    fn ask(&self, view: &View<'_>) -> Truth {
        match self {
            Authenticated::Whether(whether) => view.known(Stage::Mail, |envelope| {
                *whether == envelope.authenticated.is_some()
            }),
            Authenticated::As(names) => view.known_text(
                Stage::Mail,
                Slot::Login,
                |envelope| envelope.authenticated.as_deref(),
                |login| names.holds(login),
            ),
        }
    }
}
