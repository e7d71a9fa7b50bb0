//! Rules as the lints see them: what they ask, except and do, as it is written.

use super::clause::{Clause, words};
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use std::collections::BTreeSet;

/// A rule.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub(super) name: Text<'a>,
    pub(super) asked: Asked<'a>,
    pub(super) then: Table<'a>,
    pub(super) observed: bool,
    pub(super) allow: Vec<Text<'a>>,
    /// Every key in `when` and `unless`, at any depth.
    mentioned: BTreeSet<&'a str>,
}

/// What tables of conditions ask: all of these clauses, and none of those tables.
#[derive(Debug, Default)]
pub(super) struct Asked<'a> {
    pub(super) clauses: Vec<Clause<'a>>,
    pub(super) excepted: Vec<Asked<'a>>,
}

/// Actions that end the rules.
const ENDS: [&str; 6] = [
    "accept",
    "stop",
    "reject",
    "tempfail",
    "discard",
    "quarantine",
];

impl<'a> Outline<'a> {
    /// The rules of a document.
    pub(super) fn all(document: &Table<'a>) -> Vec<Self> {
        let rules = document.get("rule").map(Node::items).unwrap_or_default();
        let tables = rules.into_iter().filter_map(Node::as_table);
        tables.filter_map(|table| Self::of(&table)).collect()
    }

    fn of(table: &Table<'a>) -> Option<Self> {
        let name = table.get("name").and_then(Node::as_place_and_text)?;
        let mut asked = Asked::default();
        let mut mentioned = BTreeSet::new();
        if let Some(when) = table.get("when") {
            asked.add(when);
            keys(when, &mut mentioned);
        }
        if let Some(unless) = table.get("unless") {
            asked.except(unless);
            keys(unless, &mut mentioned);
        }
        Some(Outline {
            name,
            asked,
            then: table.get("then").and_then(Node::as_table)?,
            observed: table.get("mode").and_then(Node::as_text) == Some("observe"),
            allow: table.get("allow").map(words).unwrap_or_default(),
            mentioned,
        })
    }

    /// Whether the rules end where it holds.
    pub(super) fn ends(&self) -> bool {
        !self.observed && ENDS.iter().any(|key| self.does(key))
    }

    /// Whether it does this.
    pub(super) fn does(&self, action: &str) -> bool {
        self.then.get(action).is_some()
    }

    /// Whether it asks for this wherever it holds.
    pub(super) fn asks(&self, key: &str) -> bool {
        self.asked.clauses.iter().any(|clause| clause.key == key)
    }

    /// Whether this stands anywhere in its conditions.
    pub(super) fn mentions(&self, key: &str) -> bool {
        self.mentioned.contains(key)
    }

    /// Whether it holds for everything.
    pub(super) fn is_for_all(&self) -> bool {
        self.asked.clauses.is_empty() && self.asked.excepted.is_empty()
    }
}

impl<'a> Asked<'a> {
    /// Whether this is known to hold wherever the other does: each thing that it asks the other one asks too, and of no more
    /// values; what it excepts the other one excepts too.
    pub(super) fn covers(&self, other: &Asked<'_>) -> bool {
        let asked = |wide: &Clause<'_>| other.clauses.iter().any(|it| wide.covers(it));
        let excepted = |narrow: &Asked<'_>| other.excepted.iter().any(|it| it.covers(narrow));
        self.clauses.iter().all(asked) && self.excepted.iter().all(excepted)
    }

    /// Takes in a table, or a list of tables that must all hold.
    fn add(&mut self, node: Node<'a>) {
        for table in tables(node) {
            self.add_keys("", &table);
        }
    }

    /// Takes in a table, or a list of tables, none of which may hold.
    fn except(&mut self, node: Node<'a>) {
        for table in tables(node) {
            let mut excepted = Asked::default();
            excepted.add_keys("", &table);
            self.excepted.push(excepted);
        }
    }

    /// The keys of a table; `part.kind` and `header.Subject` are tables in TOML.
    fn add_keys(&mut self, head: &str, table: &Table<'a>) {
        for (key, node) in &table.entries {
            match (head, key.text) {
                ("", "all") => self.add(*node),
                ("", "not") => self.except(*node),
                ("", "any") => self.clauses.push(Clause::of("any".to_owned(), *node)),
                ("", word) => self.add_one(word.to_owned(), *node),
                (head, word) => self.add_one(format!("{head}.{word}"), *node),
            }
        }
    }

    fn add_one(&mut self, path: String, node: Node<'a>) {
        match node.as_table() {
            Some(inner) => self.add_keys(&path, &inner),
            None => self.clauses.push(Clause::of(path, node)),
        }
    }
}

/// A table, or the tables of a list.
fn tables(node: Node<'_>) -> Vec<Table<'_>> {
    match node.as_table() {
        Some(table) => vec![table],
        None => node
            .items()
            .into_iter()
            .filter_map(Node::as_table)
            .collect(),
    }
}

/// Every key in a value, at any depth.
fn keys<'a>(node: Node<'a>, found: &mut BTreeSet<&'a str>) {
    for item in node.items() {
        keys(item, found);
    }
    for (key, inner) in node.as_table().into_iter().flat_map(|table| table.entries) {
        found.insert(key.text);
        keys(inner, found);
    }
}
