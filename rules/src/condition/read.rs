//! TOML tables to conditions.

use super::entry::{Entry, Read};
use super::table::{self, CONDITIONS};
use super::tree::{Condition, Question};
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;

/// Deepest nesting of `any`, `all` and `not`.
const DEPTH_LIMIT: u8 = 16;

/// A table in which every key must hold.
pub(crate) fn read_all(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Condition> {
    keys(table, DEPTH_LIMIT, loading)
}

fn keys(table: &Table<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Condition> {
    let Some(deeper) = depth.checked_sub(1) else {
        let message = format!("conditions are nested more than {DEPTH_LIMIT} levels deep");
        loading.report(Fault::TooDeep, table.place, message);
        return None;
    };
    let entries = table.entries.iter();
    let read: Vec<_> = entries
        .map(|(key, node)| one(*key, *node, deeper, loading))
        .collect();
    Some(Condition::all(read.into_iter().collect::<Option<_>>()?))
}

fn one(key: Text<'_>, node: Node<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Condition> {
    match key.text {
        "any" => Some(Condition::Any(branches(node, depth, loading)?)),
        "all" => Some(Condition::all(branches(node, depth, loading)?)),
        "not" => match node.tables(loading)?.as_slice() {
            [table] => Some(Condition::Not(Box::new(keys(table, depth, loading)?))),
            tables => {
                let inner: Vec<_> = tables
                    .iter()
                    .map(|table| keys(table, depth, loading))
                    .collect();
                let inner = inner.into_iter().collect::<Option<_>>()?;
                Some(Condition::Not(Box::new(Condition::Any(inner))))
            }
        },
        "part" | "scan" => group(key, node, loading),
        word if let Some(entry) = table::of_names(word) => named(entry, node, loading),
        word if word.contains('.') => {
            unknown(key, word, loading);
            None
        }
        word => test(key, word, node, loading),
    }
}

fn branches(node: Node<'_>, depth: u8, loading: &mut Loading<'_>) -> Option<Vec<Condition>> {
    let tables = node.tables(loading)?;
    let read: Vec<_> = tables
        .iter()
        .map(|table| keys(table, depth, loading))
        .collect();
    read.into_iter().collect()
}

/// The keys behind `part.` or `scan.`.
fn group(key: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Condition> {
    if node.is_text() {
        let keys = table::keys_of(key.text);
        let problem = loading.report(
            Fault::WrongType,
            node.place,
            format!("`{}` is not compared itself", key.text),
        );
        problem.help(format!("write {}", keys.join(", ")));
        return None;
    }
    let inner = node.table(loading)?;
    let named = |(name, value): &(Text<'_>, Node<'_>)| {
        test(
            *name,
            &format!("{}.{}", key.text, name.text),
            *value,
            loading,
        )
    };
    let read: Vec<_> = inner.entries.iter().map(named).collect();
    Some(Condition::all(read.into_iter().collect::<Option<_>>()?))
}

/// The names behind `header.`, `meter.` and the like, which the author chooses.
fn named(entry: &'static Entry, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Condition> {
    let Read::Named(read) = entry.read else {
        return None;
    };
    let inner = node.table(loading)?;
    let one = |(name, value): &(Text<'_>, Node<'_>)| {
        let test = read(*name, *value, loading)?;
        Some(Condition::Test(Question::of(entry, Some(name.text), test)))
    };
    let read: Vec<_> = inner.entries.iter().map(one).collect();
    Some(Condition::all(read.into_iter().collect::<Option<_>>()?))
}

fn test(word: Text<'_>, key: &str, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Condition> {
    let found = CONDITIONS.iter().find(|entry| entry.key == key);
    let Some(
        entry @ Entry {
            read: Read::Value(read),
            ..
        },
    ) = found
    else {
        unknown(word, key, loading);
        return None;
    };
    let test = read(node, loading)?;
    Some(Condition::Test(Question::of(entry, None, test)))
}

fn unknown(word: Text<'_>, key: &str, loading: &mut Loading<'_>) {
    let message = format!("there is no condition `{key}`");
    let quoted = CONDITIONS.iter().any(|entry| entry.key == word.text);
    let known = table::all_keys();
    let problem = loading.report(Fault::UnknownKey, word.place, message);
    problem.help(if quoted {
        format!("write {} without quotes", word.text)
    } else {
        crate::syntax::suggest::help(key, &known)
    });
}
