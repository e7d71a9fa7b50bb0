//! Conditions whose values are words of a fixed set.

use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;

/// Reads one word or a list of them; `what` says what they are, for the problem if one is not known.
pub(super) fn read<T: Clone>(
    node: Node<'_>,
    what: &str,
    known: &[(&str, T)],
    loading: &mut Loading<'_>,
) -> Option<Vec<T>> {
    let texts = node.texts(loading)?;
    let mut meant = Vec::new();
    for text in &texts {
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == text.text) {
            meant.push(value.clone());
        } else {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            loading.unknown(Fault::UnknownValue, *text, what, &names);
        }
    }
    (meant.len() == texts.len()).then_some(meant)
}
