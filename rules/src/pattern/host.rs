//! Host name and domain patterns: `mail.example.org`, `.example.org` for everything below it, and globs.

use super::folded::Folded;
use super::set::PatternSet;
use super::text::TextSet;
use super::words::Words;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;

/// Names and globs of hosts or domains.
#[derive(Debug, Default)]
pub(crate) struct HostSet {
    exact: Words,
    below: Words,
    globs: TextSet,
}

impl HostSet {
    /// Whether the name, already in lower case, is in the set or below one of its domains.
    pub(crate) fn holds_lower(&self, name: &str) -> bool {
        self.exact.contains(name) || self.is_below(name) || self.globs.holds(&Folded::lowered(name))
    }

    fn is_below(&self, name: &str) -> bool {
        if self.below.is_empty() {
            return false;
        }
        let dots = name.match_indices('.').map(|(at, _)| at.saturating_add(1));
        dots.filter_map(|at| name.get(at..))
            .any(|parent| self.below.contains(parent))
    }
}

impl PatternSet for HostSet {
    type Subject<'t> = Folded<'t>;

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let (globs, plain): (Vec<Text<'_>>, Vec<Text<'_>>) = entries
            .iter()
            .partition(|entry| TextSet::is_glob(entry.text));
        let mut set = HostSet::default();
        let mut good = true;
        for entry in plain {
            let name = entry.text.to_lowercase();
            let below = name.strip_prefix('.');
            good &= check(below.unwrap_or(&name), &entry, problems).is_some();
            match below {
                Some(parent) => set.below.insert(parent.to_owned()),
                None => set.exact.insert(name),
            }
        }
        set.globs = TextSet::build(&globs, problems)?;
        good.then_some(set)
    }

    fn holds(&self, subject: &Folded<'_>) -> bool {
        self.holds_lower(subject.lower.trim_end_matches('.'))
    }
}

/// Whether a domain could be one: labels of letters, digits, hyphens and underscores, in any script.
pub(crate) fn is_domain(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    name.len() <= 253
        && name
            .split('.')
            .all(|label| !label.is_empty() && label.len() <= 63 && label.chars().all(good))
}

fn check(name: &str, entry: &Text<'_>, problems: &mut Problems) -> Option<()> {
    if is_domain(name) {
        return Some(());
    }
    let message = format!("`{}` is no host name or domain", entry.text);
    let problem = problems.report(Fault::BadAddress, entry.place, message);
    problem.help(
        "write mail.example.org, .example.org for all below it, or a glob such as *.dynamic.*",
    );
    None
}
