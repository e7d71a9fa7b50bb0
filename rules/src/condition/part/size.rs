//! The size of a part.

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
    key: "part.size",
    says: "Size of the part's decoded content: a comparison with a number of octets, B, KiB, MiB, GiB, KB, MB or GB.",
    example: r#"part.size = ">1MiB""#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Size,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Size(Quantity);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Size(Quantity::read(node, Unit::Octets, loading)?)))
}

impl Test for Size {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| self.0.holds(part.size()))
    }
}
