//! Messages that are not inspected because that has failed again and again.

use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "poison",
    says: "The message is poison: three inspections of it did not come to their end, because the process died or a part of it failed, so it is not read any more. A rule with this condition is asked for such a message, and at no other time; it can ask about connection and envelope, and accept, reject, tempfail, discard or quarantine. Without such a rule `[limits] poison` of the configuration decides.",
    example: "poison = true",
    since: Stage::Message,
    looks: Looks::POISON,
    takes: Takes::True,
    read: Read::Value(read),
};

#[derive(Debug)]
struct Poison;

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    node.only_true("poison", loading)?;
    Some(Box::new(Poison))
}

impl Test for Poison {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.poison.into()
    }
}
