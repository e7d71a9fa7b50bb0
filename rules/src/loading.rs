//! What is at hand while a policy is loaded: its files, lists and notices, and every problem found so far.

use crate::compare::{Listed, Patterns};
use crate::facts::Stage;
use crate::groups::Recipients;
use crate::list::{self, List, ListKind};
use crate::meter::Meter;
use crate::pattern::AddressSet;
use crate::preset;
use crate::repairs::Repairs;
use crate::settings::Settings;
use crate::summary::{ListSummary, Statement};
use crate::syntax::diagnostic::{Diagnostic, Fault, Level};
use crate::syntax::node::Node;
use crate::syntax::problems::Problems;
use crate::syntax::source::{Place, Sources, Text, beside};
use crate::syntax::suggest;
use crate::text::banner::Banner;
use crate::text::notice::NoticeText;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// The state of loading one policy.
#[derive(Debug)]
pub(crate) struct Loading<'s> {
    sources: &'s Sources<'s>,
    problems: Problems,
    /// A list or notice that is defined but wrong is there without a value: it is not reported as missing too.
    pub(crate) lists: BTreeMap<String, Option<Arc<List>>>,
    pub(crate) notices: BTreeMap<String, Option<Arc<NoticeText>>>,
    /// The banners, by name; one that is wrong has no value.
    pub(crate) banners: BTreeMap<String, Option<Arc<Banner>>>,
    /// Whether the policy is only observed, as the first file that speaks of it says.
    pub(crate) observe: Option<bool>,
    /// Whether recipients who differ are deferred, as the first file that speaks of it says.
    pub(crate) defer_differing: Option<bool>,
    /// What is told of the lists.
    pub(crate) told: Vec<ListSummary>,
    /// What is repaired.
    pub(crate) repairs: Repairs,
    /// The tags that the rules so far set.
    pub(crate) tags: BTreeSet<String>,
    /// The meters, by name; one that is wrong has no value.
    pub(crate) meters: BTreeMap<String, Option<Meter>>,
    /// Everything that recipients are compared with, in the order of the rules.
    pub(crate) recipients: Vec<Patterns<AddressSet>>,
}

/// Whatever reads a piece of a policy reports to the loading of the whole.
impl Deref for Loading<'_> {
    type Target = Problems;

    fn deref(&self) -> &Problems {
        &self.problems
    }
}

impl DerefMut for Loading<'_> {
    fn deref_mut(&mut self) -> &mut Problems {
        &mut self.problems
    }
}

impl<'s> Loading<'s> {
    pub(crate) fn new(sources: &'s Sources<'s>) -> Self {
        Loading {
            sources,
            problems: Problems::default(),
            lists: BTreeMap::new(),
            notices: BTreeMap::new(),
            repairs: Repairs::default(),
            told: Vec::new(),
            observe: None,
            defer_differing: None,
            banners: BTreeMap::new(),
            tags: BTreeSet::new(),
            meters: BTreeMap::new(),
            recipients: Vec::new(),
        }
    }

    /// Ends the loading: what recipients are compared with, and what holds for all rules; or every problem.
    pub(crate) fn finish(
        self,
        statements: Vec<Statement>,
    ) -> Result<(Recipients, Settings), Vec<Diagnostic>> {
        let version = self.problems.version();
        let problems = self.problems.all();
        if problems.iter().any(|problem| problem.level == Level::Error) {
            return Err(problems);
        }
        let recipients = Recipients {
            patterns: self.recipients,
            ..Recipients::default()
        };
        let settings = Settings {
            treatment: self.repairs.treatment(),
            observe: self.observe.unwrap_or(false),
            defer_differing: self.defer_differing.unwrap_or(false),
            meters: self.meters.into_values().flatten().collect(),
            version,
            lists: self.told,
            statements,
            warnings: problems,
        };
        Ok((recipients, settings))
    }

    /// Reads a pattern or a list of them; `list:NAME` stands for the entries of a list.
    pub(crate) fn patterns<S: Listed>(&mut self, node: Node<'_>) -> Option<Patterns<S>> {
        let texts = node.texts(self)?;
        let is_name = |entry: &Text<'_>| entry.text.starts_with("list:");
        let (names, own): (Vec<_>, Vec<_>) = texts.into_iter().partition(is_name);
        let own = S::build(&own, self);
        let lists: Vec<_> = names
            .iter()
            .map(|entry| self.list_for::<S>(*entry))
            .collect();
        Some(Patterns::new(
            own?,
            lists.into_iter().collect::<Option<_>>()?,
        ))
    }

    /// The list that an entry names, if it is of a fitting kind.
    fn list_for<S: Listed>(&mut self, entry: Text<'_>) -> Option<Arc<List>> {
        let list = self.list(entry.text.trim_start_matches("list:"), entry.place)?;
        if S::KINDS.contains(&list.kind) {
            return Some(list);
        }
        let message = format!("a list of kind `{}` cannot stand here", list.kind.name());
        let kinds: Vec<_> = S::KINDS.iter().map(|kind| kind.name()).collect();
        let problem = self.report(Fault::WrongListKind, entry.place, message);
        problem.help(format!(
            "lists for this key are of kind {}",
            kinds.join(" or ")
        ));
        None
    }

    /// The list of that name.
    fn list(&mut self, name: &str, place: Place) -> Option<Arc<List>> {
        if let Some(known) = self.lists.get(name) {
            return known.clone();
        }
        if let Some(text) = preset::list(name) {
            let list = self.shipped_list(name, text).map(Arc::new);
            self.lists.insert(name.to_owned(), list.clone());
            return list;
        }
        let known: Vec<String> = self.lists.keys().cloned().chain(preset::lists()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("there is no list `{name}`");
        let problem = self.report(Fault::UnknownList, place, message);
        problem.help(match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `list:{near}`?"),
            None => format!("define it: [list.{name}] with `kind`, and `entries` or `file`"),
        });
        None
    }

    fn shipped_list(&mut self, name: &str, text: &str) -> Option<List> {
        let file = self.add_file(&format!("{name}.txt"), text);
        let entries: Vec<_> = list::lines(file, text).collect();
        let place = Place {
            file,
            start: 0,
            end: 0,
        };
        List::compile(ListKind::Extension, &entries, place, self)
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

    /// A notice by name or, if it has a blank, itself.
    pub(crate) fn notice_or_text(&mut self, node: Node<'_>) -> Option<Arc<NoticeText>> {
        let text = node.text(self)?;
        if text.text.contains(char::is_whitespace) {
            return NoticeText::inline(text, self).map(Arc::new);
        }
        self.notice(text)
    }

    /// The banner of that name.
    pub(crate) fn banner(&mut self, name: Text<'_>) -> Option<Arc<Banner>> {
        if let Some(known) = self.banners.get(name.text) {
            return known.clone();
        }
        let known: Vec<String> = self.banners.keys().cloned().collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("there is no banner `{}`", name.text);
        let problem = self.report(Fault::UnknownBanner, name.place, message);
        problem.help(match suggest::nearest(name.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define it: [banner.{}] with `text`", name.text),
        });
        None
    }

    /// The stage from which on the meter of that name says something.
    pub(crate) fn meter(&mut self, name: Text<'_>) -> Option<Stage> {
        if let Some(known) = self.meters.get(name.text) {
            return known.as_ref().map(Meter::stage);
        }
        let known: Vec<String> = self.meters.keys().cloned().collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("there is no meter `{}`", name.text);
        let problem = self.report(Fault::UnknownMeter, name.place, message);
        problem.help(match suggest::nearest(name.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "define it: [meter.{}] with `key`, `counts` and `limits`",
                name.text
            ),
        });
        None
    }

    /// Reads a file that the policy asks for.
    pub(crate) fn read_file(&mut self, name: Text<'_>, limit: usize) -> Option<usize> {
        let file = beside(self.name_of(name.place.file), name.text);
        self.read_as(&file, name, limit)
    }

    /// Reads the file of that name; `asked` is what asks for it.
    pub(crate) fn read_as(&mut self, file: &str, asked: Text<'_>, limit: usize) -> Option<usize> {
        let (code, message) = match self.sources.load(file) {
            Ok(text) if text.len() <= limit => return Some(self.add_file(file, &text)),
            Ok(_) => (
                Fault::TooLarge,
                format!("`{file}` is larger than {limit} octets"),
            ),
            Err(why) => (
                Fault::MissingFile,
                format!("`{file}` cannot be read: {why}"),
            ),
        };
        self.report(code, asked.place, message);
        None
    }

    /// What lies in a directory that the policy asks for: its name, and the names in it, in lexical order.
    pub(crate) fn read_directory(&mut self, name: Text<'_>) -> Option<(String, Vec<String>)> {
        let directory = beside(self.name_of(name.place.file), name.text);
        match self.sources.list(&directory) {
            Ok(mut names) => {
                names.sort_unstable();
                Some((directory, names))
            }
            Err(why) => {
                let message = format!("the directory `{directory}` cannot be read: {why}");
                self.report(Fault::MissingFile, name.place, message);
                None
            }
        }
    }
}
