//! Lists: named sets of patterns, written in the policy or in a file of their own.
//!
//! ```toml
//! [list.lab]
//! kind    = "address"
//! entries = ["ada@example.org", "@lab.example.org"]
//! file    = "lab.txt"          # one entry a line, # starts a comment
//! ```

use crate::diagnostic::Fault;
use crate::loading::Loading;
use crate::node::{Table, Text};
use crate::pattern::{AddressSet, ExtensionSet, HostSet, NetworkSet, PatternSet, TextSet};
use crate::source::{Place, Sources};

/// Most entries of one list.
const ENTRIES_LIMIT: usize = 200_000;

/// What the entries of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    Literal,
    Glob,
    Domain,
    Address,
    Cidr,
    Extension,
}

impl ListKind {
    pub(crate) const ALL: [ListKind; 6] = [
        ListKind::Literal,
        ListKind::Glob,
        ListKind::Domain,
        ListKind::Address,
        ListKind::Cidr,
        ListKind::Extension,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            ListKind::Literal => "literal",
            ListKind::Glob => "glob",
            ListKind::Domain => "domain",
            ListKind::Address => "address",
            ListKind::Cidr => "cidr",
            ListKind::Extension => "extension",
        }
    }
}

/// A compiled list.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) kind: ListKind,
    pub(crate) set: ListSet,
}

/// The entries of a list, compiled by its kind.
#[derive(Debug)]
pub(crate) enum ListSet {
    Text(TextSet),
    Hosts(HostSet),
    Addresses(AddressSet),
    Networks(NetworkSet),
    Extensions(ExtensionSet),
}

impl List {
    /// Reads the table of a list, and its file.
    pub(crate) fn read(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<List> {
        table.only(&["kind", "entries", "file"], "key of a list", loading);
        let kind = kind(table, loading);
        let inline = match table.get("entries") {
            Some(node) => node.texts(loading)?,
            None => Vec::new(),
        };
        let file = match table.get("file") {
            Some(node) => {
                let name = node.text(loading)?;
                Some(loading.file(name.text, name.place, Sources::LIST_LIMIT)?)
            }
            None => None,
        };
        if inline.is_empty() && file.is_none() {
            loading.report(
                Fault::MissingKey,
                table.place,
                "a list needs `entries` or `file`",
            );
        }
        let text = file.map(|file| (file, loading.text_of(file)));
        let mut entries = inline;
        entries.extend(text.iter().flat_map(|(file, text)| lines(*file, text)));
        List::compile(kind?, &entries, table.place, loading)
    }

    /// Compiles a shipped list of extensions.
    pub(crate) fn shipped(file: usize, loading: &mut Loading<'_>) -> Option<List> {
        let text = loading.text_of(file);
        let entries: Vec<_> = lines(file, &text).collect();
        List::compile(
            ListKind::Extension,
            &entries,
            Place {
                file,
                start: 0,
                end: 0,
            },
            loading,
        )
    }

    fn compile(
        kind: ListKind,
        entries: &[Text<'_>],
        place: Place,
        loading: &mut Loading<'_>,
    ) -> Option<List> {
        if entries.len() > ENTRIES_LIMIT {
            let message = format!("a list has at most {ENTRIES_LIMIT} entries");
            loading.report(Fault::TooLarge, place, message);
            return None;
        }
        let set = match kind {
            ListKind::Literal => ListSet::Text(TextSet::literals(entries)),
            ListKind::Glob => ListSet::Text(TextSet::build(entries, loading)?),
            ListKind::Domain => ListSet::Hosts(HostSet::build(entries, loading)?),
            ListKind::Address => ListSet::Addresses(AddressSet::build(entries, loading)?),
            ListKind::Cidr => ListSet::Networks(NetworkSet::build(entries, loading)?),
            ListKind::Extension => ListSet::Extensions(ExtensionSet::build(entries, loading)?),
        };
        Some(List { kind, set })
    }
}

fn kind(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<ListKind> {
    let names = ListKind::ALL.map(ListKind::name);
    let Some(node) = table.get("kind") else {
        let problem = loading.report(Fault::MissingKey, table.place, "a list needs `kind`");
        problem.help(crate::suggest::one_of(&names));
        return None;
    };
    let name = node.text(loading)?;
    let found = ListKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name.text);
    if found.is_none() {
        loading.unknown(Fault::UnknownValue, name, "kind of list", &names);
    }
    found
}

/// The entries of a list file with their places: one a line, `#` at the start of a line or behind a blank starts a comment.
fn lines(file: usize, text: &str) -> impl Iterator<Item = Text<'_>> {
    let mut next = 0_usize;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = next;
        next = next.saturating_add(line.len());
        let entry = without_comment(line);
        let start = at.saturating_add(entry.len().saturating_sub(entry.trim_start().len()));
        let entry = entry.trim();
        let place = Place {
            file,
            start,
            end: start.saturating_add(entry.len()),
        };
        (!entry.is_empty()).then_some(Text { text: entry, place })
    })
}

fn without_comment(line: &str) -> &str {
    let comment = |(at, _): &(usize, &str)| {
        let before = line.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '\t'])
    };
    let end = line
        .match_indices('#')
        .find(comment)
        .map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or_default()
}
