//! The address in MAIL FROM.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::AddressSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::memo::Slot;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "sender",
    says: "Address in MAIL FROM: an address, `@example.org`, `.example.org` for the domains below it, `<>` for the null sender, a glob, or a list of kind address, domain, literal or glob.",
    example: r#"sender = ["@example.org", "<>", "list:partners"]"#,
    since: Stage::Mail,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Sender(Patterns<AddressSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Sender(loading.patterns(node)?)))
}

impl Test for Sender {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known_text(
            Stage::Mail,
            Slot::Sender,
            |envelope| envelope.sender.as_deref(),
            |text| self.0.holds(text),
        )
    }
}
