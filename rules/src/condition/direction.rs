//! Which way the message goes.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::condition::words;
use crate::facts::Direction;
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "direction",
    says: "Which way the message goes: inbound, outbound or internal. Where the program does not know, none of them holds.",
    example: r#"direction = ["inbound", "internal"]"#,
    since: Stage::Rcpt,
    looks: Looks::ENVELOPE,
    takes: Takes::Words(|| Direction::ALL.map(Direction::name).to_vec()),
    read: Read::Value(read),
};

#[derive(Debug)]
struct Goes(Vec<Direction>);

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let known = Direction::ALL.map(|it| (it.name(), it));
    Some(Box::new(Goes(words::read(
        node,
        "direction",
        &known,
        loading,
    )?)))
}

impl Test for Goes {
    fn ask(&self, view: &View<'_>) -> Truth {
        let known = view.envelope.direction.is_some();
        view.known(if known { Stage::Mail } else { Stage::Rcpt }, |envelope| {
            envelope.direction.is_some_and(|it| self.0.contains(&it))
        })
    }

    fn earliest(&self) -> Option<Stage> {
        Some(Stage::Mail)
    }
}
