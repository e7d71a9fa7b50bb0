//! What is wrong with a part.

use crate::condition::defect::codes;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::CodeSet;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.defect",
    says: "A defect of the part as it came, its own and not one of what it holds or lies in: code, name or class, as for defect.",
    example: r#"part.defect = ["message-partial", "base64-junk"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Defective(CodeSet);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Defective(codes(node, loading)?)))
}

impl Test for Defective {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.codes().intersects(self.0))
    }
}
