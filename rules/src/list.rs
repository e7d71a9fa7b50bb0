//! Lists: named sets of patterns, written in the policy or in a file of their own.
//!
//! ```toml
//! [list.lab]
//! kind    = "address"
//! entries = ["ada@example.org", "@lab.example.org"]
//! file    = "lab.txt"          # one entry a line, # starts a comment
//! ```

use crate::pattern::{
    AddressSet, DigestSet, ExtensionSet, HostSet, NetworkSet, PatternSet, TextSet,
};
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::{Place, Text};

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
    Digest,
}

impl ListKind {
    pub(crate) const ALL: [ListKind; 7] = [
        ListKind::Literal,
        ListKind::Glob,
        ListKind::Domain,
        ListKind::Address,
        ListKind::Cidr,
        ListKind::Extension,
        ListKind::Digest,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            ListKind::Literal => "literal",
            ListKind::Glob => "glob",
            ListKind::Domain => "domain",
            ListKind::Address => "address",
            ListKind::Cidr => "cidr",
            ListKind::Extension => "extension",
            ListKind::Digest => "digest",
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
    Addresses(Box<AddressSet>),
    Networks(NetworkSet),
    Extensions(ExtensionSet),
    Digests(DigestSet),
}

impl List {
    /// Compiles entries of that kind, and reports each one that is wrong.
    pub(crate) fn compile(
        kind: ListKind,
        entries: &[Text<'_>],
        place: Place,
        problems: &mut Problems,
    ) -> Option<List> {
        if entries.len() > ENTRIES_LIMIT {
            let message = format!("a list has at most {ENTRIES_LIMIT} entries");
            problems.report(Fault::TooLarge, place, message);
            return None;
        }
        let set = match kind {
            ListKind::Literal => ListSet::Text(TextSet::literals(entries)),
            ListKind::Glob => ListSet::Text(TextSet::build(entries, problems)?),
            ListKind::Domain => ListSet::Hosts(HostSet::build(entries, problems)?),
            ListKind::Address => {
                ListSet::Addresses(Box::new(AddressSet::build(entries, problems)?))
            }
            ListKind::Cidr => ListSet::Networks(NetworkSet::build(entries, problems)?),
            ListKind::Extension => ListSet::Extensions(ExtensionSet::build(entries, problems)?),
            ListKind::Digest => ListSet::Digests(DigestSet::build(entries, problems)?),
        };
        Some(List { kind, set })
    }
}

/// The entries of a list file with their places: one a line, `#` at the start of a line or behind a blank starts a comment.
pub(crate) fn lines(file: usize, text: &str) -> impl Iterator<Item = Text<'_>> {
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
