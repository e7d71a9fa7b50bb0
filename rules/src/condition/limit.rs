//! Whether the reading was cut.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "limit",
    says: "Whether a limit was reached, so that the rest of the message was not inspected: true or false. A message that no rule with this condition speaks about is deferred.",
    example: "limit = true",
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Flag,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Limit(bool);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Limit(node.boolean(loading)?)))
}

impl Test for Limit {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_limit(|reading| reading.limit().is_some() == self.0)
    }
}
