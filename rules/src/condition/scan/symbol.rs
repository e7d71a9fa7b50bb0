//! Which of the scanner's tests hit.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.symbol",
    says: "The name of a test of the scanner that hit, such as a symbol of rspamd or a rule of SpamAssassin: text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"scan.symbol = ["GTUBE", "PHISHED_*"]"#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Symbol(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Symbol(loading.patterns(node)?)))
}

impl Test for Symbol {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_symbols(|symbol| self.0.holds(symbol))
    }
}
