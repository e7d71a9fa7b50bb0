//! What the content of a part shows, in the words of a postmaster.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::{Kind, Kinds};

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.content",
    says: "What the part is by content alone, whatever it is called and declares: the words of part.kind; unknown where the content is not recognised.",
    example: r#"part.content = ["executable", "script"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Words(|| Kind::ALL.iter().map(|kind| kind.name()).collect()),
    read: Read::Value(read),
};

#[derive(Debug)]
struct Shows(Kinds);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = Kind::ALL.map(|kind| (kind.name(), kind));
    let kinds = words::read(node, "kind of part", &known, loading)?;
    Some(Box::new(Shows(kinds.into_iter().collect())))
}

impl Test for Shows {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.content().intersects(self.0))
    }
}
