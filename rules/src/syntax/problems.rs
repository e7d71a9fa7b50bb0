//! Every problem found while a policy is loaded, and the files that their places point into.

use crate::hex::hex;
use crate::syntax::diagnostic::{Diagnostic, Fault, Level};
use crate::syntax::source::{File, Place, Text};
use crate::syntax::suggest;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Memory that all regular expressions of a policy may take when compiled, in octets.
const REGEX_MOST: usize = 32 << 20;
/// Most problems that are reported at once.
const PROBLEMS_LIMIT: usize = 1_000;

/// What is wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    files: Vec<File>,
    found: Vec<Diagnostic>,
    /// Memory that all regular expressions so far take, in octets.
    regex_octets: usize,
}

impl Problems {
    /// Records a problem; help can be added to what is returned.
    #[expect(
        clippy::indexing_slicing,
        reason = "the element was pushed the line before"
    )]
    pub(crate) fn report(
        &mut self,
        code: Fault,
        place: Place,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let file = self
            .file(place)
            .cloned()
            .unwrap_or_else(|| File::new("", ""));
        self.found.truncate(PROBLEMS_LIMIT);
        self.found
            .push(file.diagnostic(code, place, message.into()));
        let last = self.found.len().saturating_sub(1);
        &mut self.found[last]
    }

    /// Records something that deserves a second look.
    pub(crate) fn warn(&mut self, code: Fault, place: Place, message: String) -> &mut Diagnostic {
        let warning = self.report(code, place, message);
        warning.level = Level::Warning;
        warning
    }

    /// Takes note of the memory that a compiled regular expression takes, and reports it once when all of them take too much.
    pub(crate) fn charge_regex(&mut self, octets: usize, place: Place) -> Option<()> {
        let before = self.regex_octets;
        self.regex_octets = before.saturating_add(octets);
        if self.regex_octets <= REGEX_MOST {
            return Some(());
        }
        if before <= REGEX_MOST {
            let message = format!(
                "the regular expressions of the policy take more than {} MiB when compiled",
                REGEX_MOST >> 20
            );
            let problem = self.report(Fault::TooLarge, place, message);
            problem.help("literals, globs and lists take much less: use them where they do");
        }
        None
    }

    /// Whether something is wrong.
    pub(crate) fn has_errors(&self) -> bool {
        self.found
            .iter()
            .any(|problem| problem.level == Level::Error)
    }

    /// Records a word that is not among the known ones.
    pub(crate) fn unknown(&mut self, code: Fault, word: Text<'_>, what: &str, known: &[&str]) {
        let message = format!("`{}` is no {what}", word.text);
        self.report(code, word.place, message)
            .help(suggest::help(word.text, known));
    }

    /// Adds help to the problem that was reported last.
    pub(crate) fn advise(&mut self, help: &str) {
        if let Some(problem) = self.found.last_mut() {
            problem.help(help);
        }
    }

    /// Checks the name of a rule, list or notice: names appear in reports, replies and metric labels.
    pub(crate) fn check_name(&mut self, name: Text<'_>, what: &str) {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.text.is_empty() && name.text.len() <= 64 && name.text.chars().all(good) {
            return;
        }
        let message = format!("`{}` cannot be the name of a {what}", name.text);
        let problem = self.report(Fault::BadName, name.place, message);
        problem.help("a name is 1 to 64 letters, digits, hyphens, dots and underscores");
    }

    /// Adds a file, and says by which number places call it.
    pub(crate) fn add_file(&mut self, name: &str, text: &str) -> usize {
        self.files.push(File::new(name, text));
        self.files.len().saturating_sub(1)
    }

    /// The file that a place is in.
    pub(crate) fn file(&self, place: Place) -> Option<&File> {
        self.files.get(place.file)
    }

    pub(crate) fn name_of(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    pub(crate) fn text_of(&self, file: usize) -> Arc<str> {
        self.files
            .get(file)
            .map(|file| file.text.clone())
            .unwrap_or_default()
    }

    /// The start of the digest of all files, names included: 12 hexadecimal digits.
    pub(crate) fn version(&self) -> Arc<str> {
        let mut digest = Sha256::new();
        for file in &self.files {
            for part in [&file.name, &file.text] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part.as_bytes());
            }
        }
        let octets = digest.finalize();
        hex(octets.get(..6).unwrap_or_default()).into()
    }

    /// Every problem, in the order of the files.
    pub(crate) fn all(self) -> Vec<Diagnostic> {
        let order: Vec<_> = self
            .files
            .iter()
            .map(|file| file.name.to_string())
            .collect();
        let position = |name: &str| order.iter().position(|known| known == name);
        let mut problems = without_echoes(self.found);
        problems
            .sort_by_cached_key(|it| (position(&it.file), it.span, it.code, it.message.clone()));
        problems.dedup();
        problems
    }
}

/// Leaves out what only follows from a syntax error: other problems of the same line, and keys that seem to be missing.
fn without_echoes(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let broken: Vec<(String, u32)> = problems
        .iter()
        .filter(|problem| problem.code == Fault::Syntax)
        .map(|problem| (problem.file.clone(), problem.line))
        .collect();
    let echo = |problem: &Diagnostic| match problem.code {
        Fault::Syntax => false,
        Fault::MissingKey => broken.iter().any(|(file, _)| *file == problem.file),
        _ => broken
            .iter()
            .any(|(file, line)| *file == problem.file && *line == problem.line),
    };
    problems
        .into_iter()
        .filter(|problem| !echo(problem))
        .collect()
}
