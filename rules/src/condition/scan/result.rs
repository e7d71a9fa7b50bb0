//! What the scanner said.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.result",
    says: "What the scanner said: clean, found, scored (it only counts, see scan.score) or unscanned. An unscanned message that no rule speaks about is deferred.",
    example: r#"scan.result = "found""#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Words(|| RESULTS.to_vec()),
    read: Read::Value(read),
};

const RESULTS: [&str; 4] = ["clean", "found", "scored", "unscanned"];

#[derive(Debug)]
struct Result(Vec<&'static str>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = RESULTS.map(|name| (name, name));
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
