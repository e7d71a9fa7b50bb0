//! The file names of a part.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::subject::Subject;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.name",
    says: "File name of the part, in every form that some mail client could show: true or false for having one; or text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"part.name = ["*.pdf.*", "/^invoice[0-9]+/i"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::FlagOrTexts,
    read: Read::Value(read),
};

#[derive(Debug)]
enum Name {
    Present(bool),
    Matches(Patterns<TextSet>),
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(match node.as_bool() {
        Some(present) => Name::Present(present),
        None => Name::Matches(loading.patterns(node)?),
    }))
}

impl Name {
    fn holds(&self, part: Subject<'_>) -> bool {
        match self {
            Name::Present(present) => *present != part.names().is_empty(),
            Name::Matches(patterns) => part.any_name(|name| patterns.holds(name)),
        }
    }
}

impl Test for Name {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| self.holds(part))
    }
}
