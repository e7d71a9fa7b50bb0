//! The address of the client.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::NetworkSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "client",
    says: "Address of the client: an IP address, a network, or a list of kind cidr. A client without an address (a local one) matches nothing.",
    example: r#"client = ["192.0.2.7", "2001:db8::/32", "list:partners"]"#,
    since: Stage::Connect,
    looks: Looks::ENVELOPE,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Client(Patterns<NetworkSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Client(loading.patterns(node)?)))
}

impl Test for Client {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known(Stage::Connect, |envelope| {
            envelope
                .client
                .is_some_and(|address| self.0.holds(&address))
        })
    }
}
