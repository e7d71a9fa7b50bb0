//! How many parts the message has.

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
    key: "part_count",
    says: "Number of parts of the message that are no multiparts, without what lies in containers: a number, or a comparison.",
    example: r#"part_count = ">50""#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Count,
    read: Read::Value(read),
};

#[derive(Debug)]
struct PartCount(Quantity);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(PartCount(Quantity::read(
        node,
        Unit::Count,
        loading,
    )?)))
}

impl Test for PartCount {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_message(|reading| {
            let parts = reading.map().parts().iter();
            let count = parts.filter(|part| part.is_leaf()).count();
            self.0.holds(u64::try_from(count).unwrap_or(u64::MAX))
        })
    }
}
