//! Keeps a copy of the message with its envelope.

use super::actions::{Actions, Capture};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::takes::Takes;

pub(super) const ENTRY: Entry = Entry {
    key: "capture",
    says: "Keeps a copy of the message with its envelope in the capture store of the configuration, whatever becomes of it: before (as it came), after (as it is delivered, if it is) or both.",
    example: r#"capture = "before""#,
    takes: Takes::Words(|| Capture::ALL.map(|(word, _)| word).to_vec()),
    read,
};

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let text = node.text(loading)?;
    let known = Capture::ALL.iter().find(|(word, _)| *word == text.text);
    if known.is_none() {
        let words = Capture::ALL.map(|(word, _)| word);
        loading.unknown(Fault::UnknownValue, text, "kind of copy", &words);
    }
    actions.capture = known?.1;
    Some(())
}
