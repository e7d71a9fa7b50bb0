//! What is right and deserves a second look: rules that can never speak, that lose to others, that nobody has tested.
//!
//! A lint looks at the text of a policy that has no error, and never changes what the policy does. It speaks only where it is
//! sure: what it cannot compare it passes over. `allow = ["signed"]` at the top of a file, or in a rule, says that it is meant.
//!
//! | file | what it looks for |
//! |---|---|
//! | `outline`, `clause` | rules as the lints see them |
//! | `never` | rules that contradict themselves |
//! | `order` | rules that are never reached, and rules that others overrule |
//! | `names` | what no test names, and what no rule uses |
//! | `values` | lists with gaps, flags in quotes |
//! | `typo` | domains and extensions that are misspelt |
//! | `everything` | expressions that match everything |
//! | `care` | signatures that break, mail that is lost |

mod care;
mod clause;
mod everything;
mod names;
mod never;
mod order;
mod outline;
mod typo;
mod values;

use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::problems::Problems;
use crate::syntax::source::{Place, Text};
use outline::Outline;

/// Every lint, by name.
const LINTS: [Fault; 10] = [
    Fault::Unreachable,
    Fault::Shadowed,
    Fault::Conflicting,
    Fault::Untested,
    Fault::Unused,
    Fault::ListGap,
    Fault::Typo,
    Fault::MatchesAll,
    Fault::Signed,
    Fault::DiscardLoses,
];

/// Every lint: its name, by which `allow` calls it, and what it tells of.
pub fn lints() -> impl Iterator<Item = (&'static str, &'static str)> {
    LINTS.into_iter().map(|lint| (lint.name(), lint.what()))
}

/// Reports whatever deserves a second look in documents that have no error.
pub(crate) fn lint(documents: &[Table<'_>], loading: &mut Loading<'_>) {
    let rules: Vec<Outline<'_>> = documents.iter().flat_map(Outline::all).collect();
    let mut found = Found {
        allowed: documents.iter().flat_map(allowed).collect(),
        problems: loading,
    };
    never::lint(&rules, &mut found);
    order::lint(&rules, &mut found);
    names::lint(documents, &rules, &mut found);
    values::lint(documents, &mut found);
    everything::lint(documents, &mut found);
    care::lint(&rules, &mut found);
}

/// The name of every lint.
pub(crate) fn names() -> Vec<&'static str> {
    lints().map(|(name, _)| name).collect()
}

/// Reads `allow`, and reports names that no lint has.
pub(crate) fn check_allow(table: &Table<'_>, problems: &mut Problems) {
    let Some(node) = table.get("allow") else {
        return;
    };
    let known = names();
    for word in node.texts(problems).unwrap_or_default() {
        if !known.contains(&word.text) {
            problems.unknown(Fault::UnknownValue, word, "lint", &known);
        }
    }
}

/// What files say is meant: the number of the file, and the lint.
fn allowed(document: &Table<'_>) -> Vec<(usize, String)> {
    let words = document.get("allow").map(clause::words);
    let words = words.unwrap_or_default().into_iter();
    words
        .map(|word| (document.place.file, word.text.to_owned()))
        .collect()
}

/// What the lints find.
pub(super) struct Found<'f> {
    allowed: Vec<(usize, String)>,
    problems: &'f mut Problems,
}

impl Found<'_> {
    /// Reports something, unless the file says that it is meant.
    fn warn(&mut self, lint: Fault, place: Place, message: String, help: &str) {
        let allows = |(file, name): &(usize, String)| *file == place.file && name == lint.name();
        if !self.allowed.iter().any(allows) {
            self.problems.warn(lint, place, message).help(help);
        }
    }

    /// As [`Found::warn`], about a rule, which may say itself that it is meant.
    fn warn_of(&mut self, lint: Fault, rule: &Outline<'_>, message: String, help: &str) {
        if !rule.allow.iter().any(|word| word.text == lint.name()) {
            self.warn(lint, rule.name.place, message, help);
        }
    }

    fn name_of(&self, text: Text<'_>) -> String {
        self.problems.name_of(text.place.file).to_owned()
    }
}
