//! Whether something lies inside a part.

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
    key: "part.inside",
    says: "Whether the rule is about what lies in a container (archive, document, attached message as a file, winmail.dat): true, only about that; false, only about the parts themselves. Or in what it lies, at any level: archive, message (attached in either way), office, pdf or html. Without it a rule about parts is about all of them, and what it does is done to the part that holds all of it.",
    example: r#"part.inside = ["archive", "message"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::FlagOrWords(|| HOLDERS.map(Kind::name).to_vec()),
    read: Read::Value(read),
};

/// What things can lie in.
const HOLDERS: [Kind; 5] = [
    Kind::Archive,
    Kind::Message,
    Kind::Office,
    Kind::Pdf,
    Kind::Html,
];

#[derive(Debug)]
enum Inside {
    Whether(bool),
    Of(Kinds),
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    if let Some(whether) = node.as_bool() {
        return Some(Box::new(Inside::Whether(whether)));
    }
    let known = HOLDERS.map(|kind| (kind.name(), kind));
    let kinds = words::read(node, "kind of container", &known, loading)?;
    Some(Box::new(Inside::Of(kinds.into_iter().collect())))
}

impl Test for Inside {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| match self {
            Inside::Whether(whether) => part.is_inside() == *whether,
            Inside::Of(kinds) => part.within().intersects(*kinds),
        })
    }
}
