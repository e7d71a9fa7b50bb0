//! What the scanner would do with the message.

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
    key: "scan.action",
    says: "What the scanner would do with the message, in its own words (rspamd: no action, greylist, add header, rewrite subject, soft reject, reject): text, a glob, `/regex/`, or a list of kind literal or glob.",
    example: r#"scan.action = ["reject", "soft reject"]"#,
    since: Stage::Message,
    looks: Looks::SCAN,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Action(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Action(loading.patterns(node)?)))
}

impl Test for Action {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.about_action(|action| self.0.holds(action))
    }
}
