//! The digest of a part.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::DigestSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.digest",
    says: "SHA-256 of the decoded content of the part, or of a file in it: 64 hexadecimal digits, or a list of kind digest.",
    example: r#"part.digest = "list:known-bad""#,
    since: Stage::Message,
    looks: Looks::DIGEST,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Digest(Patterns<DigestSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Digest(loading.patterns(node)?)))
}

impl Test for Digest {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.digest().is_some_and(|digest| self.0.holds(digest)))
    }
}
