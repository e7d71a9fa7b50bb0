//! What was found in the content of a part: macros, script, hidden programs.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::{Finding, Findings};

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "part.finding",
    says: "What was found in the content of a part or of something in it, whatever kind of thing it is: one of the findings that `tamis explain findings` lists.",
    example: r#"part.finding = ["macro", "embedded-program"]"#,
    since: Stage::Message,
    looks: Looks::PART,
    takes: Takes::Words(|| Finding::ALL.iter().map(|it| it.name()).collect()),
    read: Read::Value(read),
};

#[derive(Debug)]
struct Found(Findings);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known: Vec<(&str, Finding)> = Finding::ALL
        .iter()
        .map(|finding| (finding.name(), *finding))
        .collect();
    let wanted = words::read(node, "finding", &known, loading)?;
    Some(Box::new(Found(wanted.into_iter().collect())))
}

impl Test for Found {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_part(|part| part.findings().intersects(self.0))
    }
}
