//! Text to policy: reads every file, reports every problem, and gives a policy only if there is none.

mod declare;
mod files;
mod lists;

use crate::lint;
use crate::loading::Loading;
use crate::policy::Policy;
use crate::rule::Rule;
use crate::summary::Statement;
use crate::syntax::diagnostic::{Diagnostic, Fault};
use crate::syntax::node::Table;
use crate::syntax::source::{Place, Sources};
use crate::trial::Trial;
use declare::declare;
use files::{document, gather};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::DeTable;

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
    let names: Vec<Arc<str>> = rules.iter().map(|rule| rule.name.clone()).collect();
    let trials = documents
        .iter()
        .flat_map(|document| trials(document, &names, &mut loading))
        .collect();
    if !loading.has_errors() {
        lint::lint(&documents, &mut loading);
    }
    let statements = Statement::all(&documents, &loading);
    let (recipients, settings) = loading.finish(statements)?;
    Ok(Policy::new(rules, recipients, trials, settings))
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

fn trials(document: &Table<'_>, rules: &[Arc<str>], loading: &mut Loading<'_>) -> Vec<Trial> {
    let Some(node) = document.get("test") else {
        return Vec::new();
    };
    let tables = node.each_table(loading);
    tables
        .iter()
        .filter_map(|table| Trial::read(table, rules, loading))
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
