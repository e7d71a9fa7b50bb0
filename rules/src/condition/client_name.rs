//! The host name of the client.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::HostSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::memo::Slot;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "client_name",
    says: "Host name of the client as the MTA has verified it: a name, `.example.org` for every host below a domain, a glob, or a list of kind domain, literal or glob.",
    example: r#"client_name = [".example.org", "*.dynamic.*"]"#,
    since: Stage::Connect,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct ClientName(Patterns<HostSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(ClientName(loading.patterns(node)?)))
}

impl Test for ClientName {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known_text(
            Stage::Connect,
            Slot::ClientName,
            |envelope| envelope.client_name.as_deref(),
            |text| self.0.holds(text),
        )
    }
}
