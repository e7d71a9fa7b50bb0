//! How deep the message is nested.

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
    key: "depth",
    says: "Levels of multiparts and attached messages in the message, 0 if it has a single part: a number, or a comparison. What lies in containers is a matter for part.depth.",
    example: r#"depth = ">10""#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::Count,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Depth(Quantity);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Depth(Quantity::read(node, Unit::Count, loading)?)))
}

impl Test for Depth {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_message(|reading| {
            let depths = reading
                .map()
                .parts()
                .iter()
                .map(tamis_sanitize::Part::depth);
            self.0.holds(u64::from(depths.max().unwrap_or(0)))
        })
    }
}
