//! Whether a part is what it says.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::Finding;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.mismatch",
    says: "Whether name, declared type and content of the part say different things (the finding type-mismatch): true or false.",
    example: "part.mismatch = true",
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Flag,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Mismatch(bool);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Mismatch(node.boolean(loading)?)))
}

impl Test for Mismatch {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.findings().contains(Finding::TypeMismatch) == self.0)
    }
}
