//! Why there is no answer of the scanner.

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
    key: "scan.reason",
    says: "Why the scanner has no answer, such as timeout, unreachable, too-large or missing: text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"scan.reason = ["too-large", "limit-exceeded"]"#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Reason(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Reason(loading.patterns(node)?)))
}

impl Test for Reason {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_said(reason, |text| self.0.holds(text))
    }
}

fn reason(result: &ScanResult) -> Option<&str> {
    match result {
        ScanResult::Unscanned { reason } => Some(reason),
        _ => None,
    }
}
