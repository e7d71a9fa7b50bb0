//! What the scanner found.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::ScanResult;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.signature",
    says: "Name of the signature that the scanner found: text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"scan.signature = ["Heuristics.Phishing.*", "PUA.*"]"#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Signature(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Signature(loading.patterns(node)?)))
}

impl Test for Signature {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_said(signature, |text| self.0.holds(text))
    }
}

fn signature(result: &ScanResult) -> Option<&str> {
    match result {
        ScanResult::Found { signature } => Some(signature),
        _ => None,
    }
}
