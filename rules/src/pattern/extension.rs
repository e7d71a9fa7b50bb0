//! File name extensions, without the dot.

use super::PatternSet;
use crate::diagnostic::Fault;
use crate::list::{List, ListKind, ListSet};
use crate::loading::Loading;
use crate::node::Text;
use std::collections::HashSet;

/// Extensions in lower case.
#[derive(Debug, Default)]
pub(crate) struct ExtensionSet(HashSet<String>);

impl PatternSet for ExtensionSet {
    type Subject = str;
    const KINDS: &'static [ListKind] = &[ListKind::Extension];

    fn build(entries: &[Text<'_>], loading: &mut Loading<'_>) -> Option<Self> {
        let mut good = true;
        for entry in entries {
            good &= check(entry, loading).is_some();
        }
        let lower = entries.iter().map(|entry| entry.text.to_lowercase());
        good.then(|| ExtensionSet(lower.collect()))
    }

    fn holds(&self, subject: &str) -> bool {
        self.0.contains(super::lower(subject).as_ref())
    }

    fn list_holds(list: &List, subject: &str) -> bool {
        matches!(&list.set, ListSet::Extensions(set) if set.holds(subject))
    }
}

fn check(entry: &Text<'_>, loading: &mut Loading<'_>) -> Option<()> {
    let good = |c: char| {
        !(c.is_whitespace() || c.is_control() || matches!(c, '.' | '/' | '\\' | '*' | '?'))
    };
    let text = entry.text;
    if text.len() <= 64 && text.chars().all(good) {
        return Some(());
    }
    let problem = loading.report(
        Fault::BadExtension,
        entry.place,
        format!("`{text}` is no extension"),
    );
    let last = text.rsplit('.').next().unwrap_or_default();
    if !last.is_empty() && last.chars().all(good) {
        problem.help(format!("an extension has no dot: write `{last}`"));
    } else {
        problem.help(
            "write the letters behind the last dot, such as `exe`; for patterns there is part.name",
        );
    }
    None
}
