//! The tables of lists, and their files.

use crate::list::{self, List, ListKind};
use crate::loading::Loading;
use crate::summary::ListSummary;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::source::{Sources, Text};
use crate::syntax::suggest;

/// Keys of a list.
const KEYS: [&str; 6] = [
    "kind",
    "entries",
    "file",
    "source",
    "retrieved",
    "max_entries",
];

/// Reads the table of a list, and its file.
pub(super) fn read(name: &str, table: &Table<'_>, loading: &mut Loading<'_>) -> Option<List> {
    table.only(&KEYS, "key of a list", loading);
    let kind = kind(table, loading);
    let inline = match table.get("entries") {
        Some(node) => node.texts(loading)?,
        None => Vec::new(),
    };
    let file = match table.get("file") {
        Some(node) => {
            let name = node.text(loading)?;
            Some(loading.read_file(name, Sources::LIST_LIMIT)?)
        }
        None => None,
    };
    if inline.is_empty() && file.is_none() {
        let message = "a list needs `entries` or `file`";
        loading.report(Fault::MissingKey, table.place, message);
    }
    let text = file.map(|file| (file, loading.text_of(file)));
    let lines = text
        .iter()
        .flat_map(|(file, text)| list::lines(*file, text));
    let entries: Vec<Text<'_>> = inline.into_iter().chain(lines).collect();
    let told = told(name, table, entries.len(), loading);
    let list = List::compile(kind?, &entries, table.place, loading);
    let (told, list) = (told?, list?);
    loading.told.push(ListSummary {
        kind: list.kind.name(),
        file: file.map(|file| loading.name_of(file).to_owned()),
        ..told
    });
    Some(list)
}

/// Where a list comes from, as its table says, and whether it is as large as it may be.
fn told(
    name: &str,
    table: &Table<'_>,
    entries: usize,
    loading: &mut Loading<'_>,
) -> Option<ListSummary> {
    let source = match table.get("source") {
        Some(node) => Some(node.text(loading)?.text.to_owned()),
        None => None,
    };
    let retrieved = match table.get("retrieved") {
        Some(node) => Some(node.date(loading)?),
        None => None,
    };
    if let Some(node) = table.get("max_entries")
        && node.number(loading)? < entries as u64
    {
        let message = format!("the list `{name}` has {entries} entries");
        let problem = loading.report(Fault::TooLarge, node.place, message);
        problem
            .help("a list that has grown so is not what it was: look at it, then raise the number");
        return None;
    }
    Some(ListSummary {
        name: name.to_owned(),
        kind: "",
        entries,
        file: None,
        source,
        retrieved,
    })
}

fn kind(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<ListKind> {
    let names = ListKind::ALL.map(ListKind::name);
    let Some(node) = table.get("kind") else {
        let problem = loading.report(Fault::MissingKey, table.place, "a list needs `kind`");
        problem.help(suggest::one_of(&names));
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
