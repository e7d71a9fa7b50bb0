//! The type that a part declares.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Folded, TextSet};
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.type",
    says: "Declared type of the part in Content-Type: text, a glob, `/regex/`, or a list of kind literal or glob. Multiparts are no parts in this sense.",
    example: r#"part.type = ["image/*", "application/pdf"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Declared(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    for text in node.texts(loading)? {
        if text.text.to_ascii_lowercase().starts_with("multipart/") {
            let message = "part.* conditions speak about parts with content: a multipart is none";
            loading.report(Fault::UnknownValue, text.place, message);
            return None;
        }
    }
    Some(Box::new(Declared(loading.patterns(node)?)))
}

impl Test for Declared {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| self.0.holds(&Folded::of(part.media_type())))
    }
}
