//! How many recipients the message has.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Quantity, Unit};
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "recipient_count",
    says: "Number of recipients that the message has in the end: a number, or a comparison.",
    example: r#"recipient_count = ">100""#,
    since: Stage::Message,
    looks: Looks::ENVELOPE,
    takes: Takes::Count,
    read: Read::Value(read),
};

#[derive(Debug)]
struct RecipientCount(Quantity);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(RecipientCount(Quantity::read(
        node,
        Unit::Count,
        loading,
    )?)))
}

impl Test for RecipientCount {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.known(Stage::Message, |envelope| {
            let count = u64::try_from(envelope.recipients.len()).unwrap_or(u64::MAX);
            self.0.holds(count)
        })
    }
}
