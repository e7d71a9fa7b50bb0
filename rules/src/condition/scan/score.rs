//! How suspicious a scanner finds the message.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::Range;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(in crate::condition) const ENTRY: Entry = Entry {
    key: "scan.score",
    says: "How suspicious the scanner finds the message, if it counts that: a comparison with a number that may have a fraction.",
    example: r#"scan.score = ">=6.5""#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Score,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Scored(Range);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Scored(Range::read(node, loading)?)))
}

impl Test for Scored {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_score(|score| score.is_some_and(|score| self.0.holds(score)))
    }
}
