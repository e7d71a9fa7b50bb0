//! What `signed` and `encrypted` have in common: whether, or by which means.

use crate::condition::test::Test;
use crate::condition::words;
use crate::loading::Loading;
use crate::syntax::node::Node;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::{Protection, Protections};

/// The means that a word of policies stands for.
pub(super) type Means = (&'static str, &'static [Protection]);

/// Which means are asked for.
#[derive(Debug)]
enum Protected {
    /// Whether the question of the key is to be answered so.
    Whether(fn(Protections) -> bool, bool),
    /// Any of these.
    By(Protections),
}

/// The words for means.
pub(super) fn words(known: &[Means]) -> Vec<&'static str> {
    known.iter().map(|(word, _)| *word).collect()
}

/// Reads true or false, or words for means.
pub(super) fn read(
    node: Node<'_>,
    known: &[Means],
    whether: fn(Protections) -> bool,
    loading: &mut Loading<'_>,
) -> Option<Box<dyn Test>> {
    if let Some(wanted) = node.as_bool() {
        return Some(Box::new(Protected::Whether(whether, wanted)));
    }
    let means = words::read(node, "means", known, loading)?;
    Some(Box::new(Protected::By(
        means.into_iter().flatten().copied().collect(),
    )))
}

impl Test for Protected {
    fn ask(&self, view: &View<'_>) -> Truth {
        view.of_message(|reading| {
            let found = reading.map().protections();
            match self {
                Protected::Whether(whether, wanted) => whether(found) == *wanted,
                Protected::By(means) => means.iter().any(|one| found.contains(one)),
            }
        })
    }
}
