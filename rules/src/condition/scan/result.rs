//! What the scanner said.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.result",
    says: "What the scanner said: clean, found or unscanned. An unscanned message that no rule speaks about is deferred.",
    example: r#"scan.result = "found""#,
    looks: Looks::SCAN,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Result(Vec<&'static str>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = ["clean", "found", "unscanned"].map(|name| (name, name));
    Some(Box::new(Result(words::read(
        node,
        "result of a scan",
        &known,
        loading,
    )?)))
}

impl Test for Result {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_result(|result| self.0.contains(&result.name()))
    }
}
