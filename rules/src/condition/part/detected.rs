//! The type that the content of a part shows.

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
    key: "part.detected",
    says: "Type that the content of the part shows, whatever it declares: text, a glob, `/regex/`, or a list of kind literal or glob. Content that is not recognised matches nothing.",
    example: r#"part.detected = "application/vnd.microsoft.portable-executable""#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Detected(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Detected(loading.patterns(node)?)))
}

impl Test for Detected {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| {
            part.detected_type()
                .is_some_and(|found| self.0.holds(&Folded::of(found)))
        })
    }
}
