//! Commands that the MTA does not know.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::{Folded, TextSet};
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "unknown_command",
    says: "A command that the client sends and the MTA does not know, such as XADR; its first word: text, a glob, `/regex/`, or a list of kind literal or glob. A rule with this condition is asked when such a command comes, and at no other time; it can only refuse, with `421 4.7.0 ...` to end the connection.",
    example: r#"unknown_command = ["XADR", "XCIR", "XGEN", "XSTA"]"#,
    since: Stage::Connect,
    looks: Looks::COMMAND,
    takes: Takes::Texts,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Command(Patterns<TextSet>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(Command(loading.patterns(node)?)))
}

impl Test for Command {
    fn ask(&self, view: &View<'_>) -> Truth {
        let word = view.command.and_then(|line| line.split_whitespace().next());
        word.is_some_and(|word| self.0.holds(&Folded::of(word)))
            .into()
    }
}
