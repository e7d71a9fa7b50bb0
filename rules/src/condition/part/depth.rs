//! How deep a part lies.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Quantity, Unit};
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.depth",
    says: "Levels of multiparts, attached messages and containers above the part, the message being 0: a number, or a comparison.",
    example: r#"part.depth = ">5""#,
    since: Stage::Message,
    looks: Looks::PART,
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
        view.about_part(|part| self.0.holds(part.depth()))
    }
}
