//! Where a part stands.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Folded, TextSet};
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.path",
    says: "Section number of the part as IMAP counts (1, 2, 2.1 ...), 0 for a message of one part; for what lies inside a container, that of the part that holds it: text, or a glob.",
    example: r#"part.path = ["1", "2.*"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Path(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Path(loading.patterns(node)?)))
}

impl Test for Path {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| match part.part().number() {
            "" => self.0.holds(&Folded::lowered("0")),
            number => self.0.holds(&Folded::lowered(number)),
        })
    }
}
