//! File name extensions, without the dot.

use super::folded::Folded;
use super::set::PatternSet;
use super::words::Words;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;

/// Extensions in lower case.
#[derive(Debug, Default)]
pub(crate) struct ExtensionSet(Words);

impl PatternSet for ExtensionSet {
    type Subject<'t> = Folded<'t>;

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let mut good = true;
        for entry in entries {
            good &= check(entry, problems).is_some();
        }
        let lower = entries.iter().map(|entry| entry.text.to_lowercase());
        good.then(|| ExtensionSet(lower.collect()))
    }

    fn holds(&self, subject: &Folded<'_>) -> bool {
        self.0.contains(&subject.lower)
    }
}

fn check(entry: &Text<'_>, problems: &mut Problems) -> Option<()> {
    let good = |c: char| {
        !(c.is_whitespace() || c.is_control() || matches!(c, '.' | '/' | '\\' | '*' | '?'))
    };
    let text = entry.text;
    if text.len() <= 64 && text.chars().all(good) {
        return Some(());
    }
    let problem = problems.report(
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
