//! What the scanner was handed.

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
    key: "scan.of",
    says: "What the scanner was handed: the whole message, or the part by itself (see feeds of a scanner). With \"part\" the rule is about the parts of which the scanner said so, and may strip them; the other conditions on parts in the rule are about the same part.",
    example: r#"scan.of = "part""#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Words(|| WORDS.to_vec()),
    read: Read::Value(read),
};

const WORDS: [&str; 2] = ["message", "part"];

#[derive(Debug)]
struct Of(Vec<&'static str>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = WORDS.map(|name| (name, name));
    let words = words::read(node, "thing that scanners are handed", &known, loading)?;
    Some(Box::new(Of(words)))
}

impl Test for Of {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_scan(|scan| {
            let of = if scan.part.is_some() {
                "part"
            } else {
                "message"
            };
            self.0.contains(&of)
        })
    }

    /// Only what is about parts alone may do something to them.
    fn looks(&self) -> Option<Looks> {
        (self.0 == ["part"]).then(|| Looks::SCAN.and(Looks::PART))
    }
}
