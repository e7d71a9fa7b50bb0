//! Ends the rules and nothing more.

use super::actions::{Actions, Finish};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "stop",
    says: "Ends the rules: none that comes later is asked. The message is delivered with the changes that the rules so far have asked for, unless it is unscanned or was not read to its end and no rule has spoken of that.",
    example: "stop = true",
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("stop", loading)?;
    actions.finish = Some(Finish::Stop);
    Some(())
}
