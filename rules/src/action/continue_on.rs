//! Leaves parts open to later rules.

use super::actions::Actions;
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "continue",
    says: "With true, later rules may change the parts that the rule renames or relabels as well; of each kind of change the first rule counts, and strip and replace count more than changes. Without it the first rule that matches a part decides it.",
    example: r#"rename = "{part.name}.txt", continue = true"#,
    takes: Takes::True,
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    node.only_true("continue", loading)?;
    actions.goes_on = true;
    Some(())
}
