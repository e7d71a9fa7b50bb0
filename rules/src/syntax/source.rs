//! Where the text of a policy comes from, and how octets of it become lines and columns.

use crate::preset;
use crate::syntax::diagnostic::{Diagnostic, Fault, Level};
use std::fmt;
use std::sync::Arc;

/// The text of a policy. The program reads the files; this crate only asks for them by name.
pub struct Sources<'a> {
    files: Vec<(String, String)>,
    loader: Box<Loader<'a>>,
    lister: Box<Lister<'a>>,
}

/// Gives the text of a file, or says in a few words why it cannot.
type Loader<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// Gives the names of everything in a directory, or says in a few words why it cannot.
type Lister<'a> = dyn Fn(&str) -> Result<Vec<String>, String> + 'a;

impl<'a> Sources<'a> {
    /// Largest policy file in octets.
    pub const POLICY_LIMIT: usize = 1 << 20;

    /// Largest list file in octets.
    pub const LIST_LIMIT: usize = 8 << 20;

    /// A policy of one file. `name` is what diagnostics and reasons call it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let loader = |_: &str| Err("no files can be read here".to_owned());
        let lister = |_: &str| Err("no directories can be read here".to_owned());
        Sources {
            files: vec![(name.into(), text.into())],
            loader: Box::new(loader),
            lister: Box::new(lister),
        }
    }

    /// The text of a shipped preset, if there is one of that name.
    pub fn preset(name: &str) -> Option<Self> {
        let preset = preset::find(name)?;
        Some(Self::new(preset.file(), preset.text))
    }

    /// Adds a file: its rules run after those of the files before it.
    #[must_use]
    pub fn and(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((name.into(), text.into()));
        self
    }

    /// Lets the policy ask for list files and included files. `loader` gets the name of a file, which is relative to the
    /// same place as the names of the first files; it need not read more than [`Sources::LIST_LIMIT`] octets and one more.
    #[must_use]
    pub fn with_loader(mut self, loader: impl Fn(&str) -> Result<String, String> + 'a) -> Self {
        self.loader = Box::new(loader);
        self
    }

    /// Lets the policy ask for the files of a directory. `lister` gets its name, and gives those of everything in it,
    /// without the directory.
    #[must_use]
    pub fn with_lister(
        mut self,
        lister: impl Fn(&str) -> Result<Vec<String>, String> + 'a,
    ) -> Self {
        self.lister = Box::new(lister);
        self
    }

    pub(crate) fn files(&self) -> &[(String, String)] {
        &self.files
    }

    pub(crate) fn load(&self, name: &str) -> Result<String, String> {
        (self.loader)(name)
    }

    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, String> {
        (self.lister)(name)
    }
}

/// The name of a file that another one asks for: relative to that one's directory.
pub(crate) fn beside(asked_by: &str, name: &str) -> String {
    match asked_by.rsplit_once('/') {
        Some((directory, _)) if !name.starts_with('/') => format!("{directory}/{name}"),
        _ => name.to_owned(),
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.files.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// A file that is being loaded.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

/// A place in a file: octets from `start` up to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A piece of text and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) place: Place,
}

impl File {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        File {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Line of an octet, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let before = self.text.get(..self.boundary(at)).unwrap_or_default();
        let breaks = before.matches('\n').count();
        u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
    }

    pub(crate) fn diagnostic(&self, code: Fault, place: Place, message: String) -> Diagnostic {
        let at = self.boundary(place.start);
        let head = self.text.get(..at).unwrap_or_default();
        let start = head.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = head.get(start..).unwrap_or_default().chars().count();
        let line = self.text.get(start..).unwrap_or_default().lines().next();
        Diagnostic {
            code,
            level: Level::Error,
            file: self.name.to_string(),
            line: self.line(at),
            column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
            span: (at, place.end.max(at)),
            message,
            help: None,
            excerpt: excerpt(line.unwrap_or_default()),
        }
    }

    /// The last boundary between characters that is not behind `at`.
    fn boundary(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        (0..=at)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0)
    }
}

fn excerpt(line: &str) -> String {
    let line = line.trim_end();
    let shown = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => '?',
        c => c,
    };
    line.chars()
        .take(Diagnostic::EXCERPT_LIMIT)
        .map(shown)
        .collect()
}
