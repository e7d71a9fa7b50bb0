//! The files of a policy: those that are named, those that they include, and those of drop-in directories.

use crate::loading::Loading;
use crate::preset;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::source::{Place, Sources, Text, beside};
use crate::syntax::suggest;
use std::path::Path;
use toml::de::DeTable;

/// Most policy files, included ones among them.
const FILES_LIMIT: usize = 64;

/// Reads the files and those that they include, in the order in which their rules run.
pub(super) fn gather(sources: &Sources<'_>, loading: &mut Loading<'_>) -> Vec<usize> {
    let mut order = Vec::new();
    for (name, text) in sources.files() {
        let file = loading.add_file(name, text);
        if text.len() > Sources::POLICY_LIMIT {
            let message = format!("`{name}` is larger than {} octets", Sources::POLICY_LIMIT);
            loading.report(
                Fault::TooLarge,
                Place {
                    file,
                    start: 0,
                    end: 0,
                },
                message,
            );
            continue;
        }
        include(file, &mut order, loading);
    }
    order
}

/// Puts a file and, behind it, those that it includes into the order.
fn include(file: usize, order: &mut Vec<usize>, loading: &mut Loading<'_>) {
    order.push(file);
    let text = loading.text_of(file);
    let (table, _) = DeTable::parse_recoverable(&text);
    let document = document(file, table.get_ref());
    if let Some(node) = document.get("include") {
        for name in node.texts(loading).unwrap_or_default() {
            if let Some(next) = included(name, order, loading) {
                one_more(next, name, order, loading);
            }
        }
    }
    if let Some(node) = document.get("drop_in")
        && let Some(name) = node.text(loading)
    {
        drop_in(name, order, loading);
    }
}

fn one_more(file: usize, asked: Text<'_>, order: &mut Vec<usize>, loading: &mut Loading<'_>) {
    if order.len() >= FILES_LIMIT {
        let message = format!("a policy has at most {FILES_LIMIT} files");
        loading.report(Fault::TooLarge, asked.place, message);
        return;
    }
    include(file, order, loading);
}

/// Puts the files of a directory into the order. What is no policy file is a mistake of somebody: nothing is left out in
/// silence.
fn drop_in(name: Text<'_>, order: &mut Vec<usize>, loading: &mut Loading<'_>) {
    let Some((directory, entries)) = loading.read_directory(name) else {
        return;
    };
    for entry in entries {
        let path = format!("{}/{entry}", directory.trim_end_matches('/'));
        let is_policy = Path::new(&entry).extension().is_some_and(|it| it == "toml");
        if !is_policy || entry.starts_with('.') {
            let message = format!("`{path}` is no policy file");
            let problem = loading.report(Fault::UnknownFile, name.place, message);
            problem.help("a drop-in directory holds files called *.toml and nothing else");
            continue;
        }
        if is_known(&path, order, loading) {
            let message = format!("`{path}` is included already");
            loading.report(Fault::IncludeCycle, name.place, message);
            continue;
        }
        if let Some(file) = loading.read_as(&path, name, Sources::POLICY_LIMIT) {
            one_more(file, name, order, loading);
        }
    }
}

fn is_known(file: &str, order: &[usize], loading: &Loading<'_>) -> bool {
    let mut known = order.iter().map(|known| loading.name_of(*known));
    known.any(|known| known == file)
}

fn included(name: Text<'_>, order: &[usize], loading: &mut Loading<'_>) -> Option<usize> {
    let shipped = name.text.strip_prefix("preset:").map(preset::find);
    let file = match shipped {
        Some(Some(preset)) => preset.file(),
        Some(None) => {
            let known: Vec<_> = preset::PRESETS.iter().map(|preset| preset.name).collect();
            let word = name.text.trim_start_matches("preset:");
            let problem = loading.report(
                Fault::UnknownPreset,
                name.place,
                format!("there is no preset `{word}`"),
            );
            problem.help(suggest::help(word, &known));
            return None;
        }
        None => beside(loading.name_of(name.place.file), name.text),
    };
    if is_known(&file, order, loading) {
        let message = format!("`{}` is included already", name.text);
        loading.report(Fault::IncludeCycle, name.place, message);
        return None;
    }
    match shipped.flatten() {
        Some(preset) => Some(loading.add_file(&file, preset.text)),
        None => loading.read_file(name, Sources::POLICY_LIMIT),
    }
}

/// A file as a table.
pub(super) fn document<'a>(file: usize, table: &'a DeTable<'a>) -> Table<'a> {
    Table::new(
        table,
        Place {
            file,
            start: 0,
            end: 0,
        },
    )
}
