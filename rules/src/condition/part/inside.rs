//! Whether something lies inside a part.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.inside",
    says: "Whether the rule is about what lies in a container (archive, document, attached message as a file, winmail.dat): true, only about that; false, only about the parts themselves. Without it a rule about parts is about both, and what it does is done to the part that holds all of it.",
    example: "part.inside = false",
    looks: Looks::PART,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Inside(bool);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Inside(node.boolean(loading)?)))
}

impl Test for Inside {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.is_inside() == self.0)
    }
}
