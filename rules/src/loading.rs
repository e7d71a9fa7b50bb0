//! What is at hand while a policy is loaded: its files, lists and notices, and every problem found so far.

use crate::diagnostic::{Diagnostic, Fault};
use crate::list::List;
use crate::node::Text;
use crate::notice::NoticeText;
use crate::pattern::{AddressSet, Patterns};
use crate::preset;
use crate::source::{File, Place, Sources};
use crate::suggest;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most problems that are reported at once.
const PROBLEMS_LIMIT: usize = 1_000;

/// The state of loading one policy.
#[derive(Debug)]
pub(crate) struct Loading<'s> {
    sources: &'s Sources<'s>,
    pub(crate) files: Vec<File>,
    problems: Vec<Diagnostic>,
    /// A list or notice that is defined but wrong is there without a value: it is not reported as missing too.
    pub(crate) lists: BTreeMap<String, Option<Arc<List>>>,
    pub(crate) notices: BTreeMap<String, Option<Arc<NoticeText>>>,
    /// Everything that recipients are compared with, in the order of the rules.
    pub(crate) recipients: Vec<Patterns<AddressSet>>,
}

impl<'s> Loading<'s> {
    pub(crate) fn new(sources: &'s Sources<'s>) -> Self {
        Loading {
            sources,
            files: Vec::new(),
            problems: Vec::new(),
            lists: BTreeMap::new(),
            notices: BTreeMap::new(),
            recipients: Vec::new(),
        }
    }

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
            .files
            .get(place.file)
            .cloned()
            .unwrap_or_else(|| File::new("", ""));
        self.problems.truncate(PROBLEMS_LIMIT);
        self.problems
            .push(file.diagnostic(code, place, message.into()));
        let last = self.problems.len().saturating_sub(1);
        &mut self.problems[last]
    }

    /// Records a word that is not among the known ones.
    pub(crate) fn unknown(&mut self, code: Fault, word: Text<'_>, what: &str, known: &[&str]) {
        let message = format!("`{}` is no {what}", word.text);
        self.report(code, word.place, message)
            .help(suggest::help(word.text, known));
    }

    /// Adds help to the problem that was reported last.
    pub(crate) fn advise(&mut self, help: &str) {
        if let Some(problem) = self.problems.last_mut() {
            problem.help(help);
        }
    }

    /// Ends the loading: every problem in the order of the files, or none.
    pub(crate) fn finish(self) -> Result<Vec<Patterns<AddressSet>>, Vec<Diagnostic>> {
        if self.problems.is_empty() {
            return Ok(self.recipients);
        }
        let order: Vec<_> = self
            .files
            .iter()
            .map(|file| file.name.to_string())
            .collect();
        let position = |name: &str| order.iter().position(|known| known == name);
        let mut problems = without_echoes(self.problems);
        problems
            .sort_by_cached_key(|it| (position(&it.file), it.span, it.code, it.message.clone()));
        problems.dedup();
        Err(problems)
    }

    /// The list of that name.
    pub(crate) fn list(&mut self, name: &str, place: Place) -> Option<Arc<List>> {
        if let Some(known) = self.lists.get(name) {
            return known.clone();
        }
        if let Some(text) = preset::list(name) {
            let file = self.add(&format!("{name}.txt"), text);
            let list = List::shipped(file, self).map(Arc::new);
            self.lists.insert(name.to_owned(), list.clone());
            return list;
        }
        let known: Vec<String> = self.lists.keys().cloned().chain(preset::lists()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let problem = self.report(
            Fault::UnknownList,
            place,
            format!("there is no list `{name}`"),
        );
        problem.help(match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `list:{near}`?"),
            None => format!("define it: [list.{name}] with `kind`, and `entries` or `file`"),
        });
        None
    }

    /// The notice of that name.
    pub(crate) fn notice(&mut self, name: Text<'_>) -> Option<Arc<NoticeText>> {
        if let Some(known) = self.notices.get(name.text) {
            return known.clone();
        }
        let known: Vec<String> = self.notices.keys().cloned().collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("there is no notice `{}`", name.text);
        let problem = self.report(Fault::UnknownNotice, name.place, message);
        problem.help(match suggest::nearest(name.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "define it: [notice.{}] with `text`; or write the text itself here",
                name.text
            ),
        });
        None
    }

    /// Reads a file that the policy asks for.
    pub(crate) fn file(&mut self, name: &str, place: Place, limit: usize) -> Option<usize> {
        let asked_by = self.files.get(place.file).map(|file| file.name.clone())?;
        match self.sources.load(&asked_by, name) {
            Ok(text) if text.len() <= limit => Some(self.add(name, &text)),
            Ok(_) => {
                self.report(
                    Fault::TooLarge,
                    place,
                    format!("`{name}` is larger than {limit} octets"),
                );
                None
            }
            Err(why) => {
                self.report(
                    Fault::MissingFile,
                    place,
                    format!("`{name}` cannot be read: {why}"),
                );
                None
            }
        }
    }

    /// Adds a text, and says by which number places call it.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> usize {
        self.files.push(File::new(name, text));
        self.files.len().saturating_sub(1)
    }

    pub(crate) fn text_of(&self, file: usize) -> Arc<str> {
        self.files
            .get(file)
            .map(|file| file.text.clone())
            .unwrap_or_default()
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
