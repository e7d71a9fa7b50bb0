//! Text to policy: reads every file, reports every problem, and gives a policy only if there is none.

mod declare;

use crate::loading::Loading;
use crate::policy::Policy;
use crate::preset;
use crate::rule::Rule;
use crate::syntax::diagnostic::{Diagnostic, Fault};
use crate::syntax::node::Table;
use crate::syntax::source::{Place, Sources, Text};
use crate::syntax::suggest;
use declare::declare;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::DeTable;

/// Most policy files, included ones among them.
const FILES_LIMIT: usize = 64;

/// Loads a policy, or says everything that is wrong with it.
///
/// Rules run in the order of the files; those of included files come after the rules of the file that includes them.
pub fn load(sources: &Sources<'_>) -> Result<Policy, Vec<Diagnostic>> {
    let mut loading = Loading::new(sources);
    let order = gather(sources, &mut loading);
    let texts: Vec<(usize, Arc<str>)> = order
        .iter()
        .map(|file| (*file, loading.text_of(*file)))
        .collect();
    let parsed: Vec<_> = texts
        .iter()
        .map(|(file, text)| (*file, parse(*file, text, &mut loading)))
        .collect();
    let documents: Vec<Table<'_>> = parsed
        .iter()
        .map(|(file, table)| document(*file, table.get_ref()))
        .collect();
    for document in &documents {
        declare(document, &mut loading);
    }
    let rules: Vec<Rule> = documents
        .iter()
        .flat_map(|document| rules(document, &mut loading))
        .collect();
    one_name_each(&rules, &mut loading);
    let (recipients, settings) = loading.finish()?;
    Ok(Policy::new(rules, recipients, settings))
}

/// Reads the files and those that they include, in the order in which their rules run.
fn gather(sources: &Sources<'_>, loading: &mut Loading<'_>) -> Vec<usize> {
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
    let Some(node) = document(file, table.get_ref()).get("include") else {
        return;
    };
    for name in node.texts(loading).unwrap_or_default() {
        if order.len() >= FILES_LIMIT {
            let message = format!("a policy has at most {FILES_LIMIT} files");
            loading.report(Fault::TooLarge, name.place, message);
            return;
        }
        if let Some(next) = included(name, order, loading) {
            include(next, order, loading);
        }
    }
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
        None => name.text.to_owned(),
    };
    if order.iter().any(|known| loading.name_of(*known) == file) {
        let message = format!("`{}` is included already", name.text);
        loading.report(Fault::IncludeCycle, name.place, message);
        return None;
    }
    match shipped.flatten() {
        Some(preset) => Some(loading.add_file(&file, preset.text)),
        None => loading.read_file(name, Sources::POLICY_LIMIT),
    }
}

fn parse<'t>(file: usize, text: &'t str, loading: &mut Loading<'_>) -> toml::Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or_default();
        let place = Place {
            file,
            start: span.start,
            end: span.end,
        };
        loading.report(Fault::Syntax, place, error.message());
    }
    table
}

fn document<'a>(file: usize, table: &'a DeTable<'a>) -> Table<'a> {
    Table::new(
        table,
        Place {
            file,
            start: 0,
            end: 0,
        },
    )
}

fn rules(document: &Table<'_>, loading: &mut Loading<'_>) -> Vec<Rule> {
    let Some(node) = document.get("rule") else {
        return Vec::new();
    };
    let tables = node.each_table(loading);
    tables
        .iter()
        .filter_map(|table| Rule::read(table, loading))
        .collect()
}

fn one_name_each(rules: &[Rule], loading: &mut Loading<'_>) {
    let mut seen = BTreeMap::new();
    for rule in rules {
        if let Some(first) = seen.insert(rule.name.clone(), rule.line) {
            let message = format!("there are two rules `{}`", rule.name);
            let problem = loading.report(Fault::DuplicateName, rule.name_place, message);
            problem.help(format!("the first one stands on line {first}"));
        }
    }
}
