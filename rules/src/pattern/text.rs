//! Text patterns: literals and globs, where case does not matter, and regular expressions between slashes.

use super::folded::{Folded, lower};
use super::set::PatternSet;
use super::words::Words;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use globset::{Glob, GlobBuilder, GlobSet};
use regex::{Regex, RegexBuilder};

/// Longest pattern in octets.
const PATTERN_LIMIT: usize = 1_024;
/// Most globs in one set: all of them become one automaton.
const GLOBS_LIMIT: usize = 5_000;
/// Memory that one compiled regular expression may take, in octets: the steps in which it is measured, and the most.
const REGEX_STEPS: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];
/// Memory that one may take for what it remembers while it matches, in octets.
const REGEX_MEMORY: usize = 256 << 10;

/// Literals, globs and regular expressions.
#[derive(Debug, Default)]
pub(crate) struct TextSet {
    literals: Words,
    globs: GlobSet,
    expressions: Vec<Regex>,
}

impl TextSet {
    /// A set in which every entry is taken as it stands.
    pub(crate) fn literals(entries: &[Text<'_>]) -> Self {
        let literals = entries
            .iter()
            .map(|entry| lower(entry.text).into_owned())
            .collect();
        TextSet {
            literals,
            ..TextSet::default()
        }
    }

    /// Whether a pattern is a glob and no plain text.
    pub(crate) fn is_glob(pattern: &str) -> bool {
        pattern.contains(['*', '?', '[', '{', '\\'])
    }
}

impl PatternSet for TextSet {
    type Subject<'t> = Folded<'t>;

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let mut set = TextSet::default();
        let mut globs = Vec::new();
        let mut good = true;
        for entry in entries {
            if entry.text.starts_with('/') {
                let expression = expression(entry, problems);
                good &= expression.is_some();
                set.expressions.extend(expression);
            } else if TextSet::is_glob(entry.text) {
                let glob = glob(entry, problems);
                good &= glob.is_some();
                globs.extend(glob);
            } else {
                set.literals.insert(lower(entry.text).into_owned());
            }
        }
        set.globs = glob_set(&globs, entries.first(), problems)?;
        good.then_some(set)
    }

    fn holds(&self, subject: &Folded<'_>) -> bool {
        let lower = subject.lower.as_ref();
        self.literals.contains(lower)
            || (!self.globs.is_empty() && self.globs.is_match(lower))
            || self
                .expressions
                .iter()
                .any(|expression| expression.is_match(subject.text))
    }
}

fn glob(entry: &Text<'_>, problems: &mut Problems) -> Option<Glob> {
    short(entry, problems)?;
    let pattern = entry.text.to_lowercase();
    let built = GlobBuilder::new(&pattern)
        .literal_separator(false)
        .backslash_escape(true)
        .build();
    match built {
        Ok(glob) => Some(glob),
        Err(error) => {
            let message = format!("the pattern cannot be used: {}", error.kind());
            let problem = problems.report(Fault::BadGlob, entry.place, message);
            problem.help("a backslash makes the next character a plain one");
            None
        }
    }
}

fn glob_set(globs: &[Glob], first: Option<&Text<'_>>, problems: &mut Problems) -> Option<GlobSet> {
    let mut builder = GlobSet::builder();
    globs.iter().take(GLOBS_LIMIT).for_each(|glob| {
        builder.add(glob.clone());
    });
    if let (true, Ok(set)) = (globs.len() <= GLOBS_LIMIT, builder.build()) {
        return Some(set);
    }
    let message = format!(
        "these {} patterns are too many or too large together",
        globs.len()
    );
    problems.report(Fault::TooLarge, first?.place, message);
    None
}

/// `/regex/`, or `/regex/i` where case does not matter. Matching takes time linear in the text.
fn expression(entry: &Text<'_>, problems: &mut Problems) -> Option<Regex> {
    short(entry, problems)?;
    let inner = entry.text.get(1..).unwrap_or_default();
    let (inner, fold) = match inner.strip_suffix("/i") {
        Some(inner) => (Some(inner), true),
        None => (inner.strip_suffix('/'), false),
    };
    let Some(inner) = inner.filter(|inner| !inner.is_empty()) else {
        let message =
            "a text that starts with a slash is a regular expression, and this one is not closed";
        let problem = problems.report(Fault::BadRegex, entry.place, message);
        problem.help("write /regex/ or /regex/i, or put a plain slash as [/]");
        return None;
    };
    let mut last = None;
    for limit in REGEX_STEPS {
        let built = RegexBuilder::new(inner)
            .case_insensitive(fold)
            .size_limit(limit)
            .dfa_size_limit(REGEX_MEMORY)
            .nest_limit(50)
            .build();
        match built {
            Ok(expression) => {
                problems.charge_regex(limit, entry.place)?;
                return Some(expression);
            }
            Err(error) => {
                let is_too_big = matches!(error, regex::Error::CompiledTooBig(_));
                last = Some(error);
                if !is_too_big {
                    break;
                }
            }
        }
    }
    refuse(&last?, entry, problems);
    None
}

fn refuse(error: &regex::Error, entry: &Text<'_>, problems: &mut Problems) {
    if let regex::Error::CompiledTooBig(limit) = error {
        let message =
            format!("the regular expression takes more than {limit} octets when compiled");
        problems.report(Fault::TooLarge, entry.place, message);
        return;
    }
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    let why = last.strip_prefix("error: ").unwrap_or(last);
    problems.report(
        Fault::BadRegex,
        entry.place,
        format!("the regular expression cannot be used: {why}"),
    );
}

fn short(entry: &Text<'_>, problems: &mut Problems) -> Option<()> {
    if entry.text.len() <= PATTERN_LIMIT {
        return Some(());
    }
    let message = format!("a pattern has at most {PATTERN_LIMIT} octets");
    problems.report(Fault::TooLarge, entry.place, message);
    None
}
