//! Rules as the lints see them: keys and values as they are written.

use crate::syntax::node::{Node, Table};
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use std::collections::BTreeSet;

/// A rule.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub(super) name: Text<'a>,
    pub(super) when: Vec<Clause<'a>>,
    /// `unless` as it is written.
    pub(super) unless: Option<String>,
    pub(super) then: Table<'a>,
    pub(super) observed: bool,
    pub(super) allow: Vec<Text<'a>>,
}

/// One key of a condition and what it is compared with.
#[derive(Debug)]
pub(super) struct Clause<'a> {
    pub(super) key: String,
    /// Any of these may hold; none for what is no text or list of texts.
    values: BTreeSet<&'a str>,
    /// As it is written.
    written: String,
}

/// Actions that end the rules.
const ENDS: [&str; 5] = ["accept", "stop", "reject", "tempfail", "discard"];

/// Keys of which one value is a comparison: of several values not any, but each says something else.
const COMPARED: [&str; 8] = [
    "size",
    "part_count",
    "depth",
    "recipient_count",
    "part.size",
    "part.depth",
    "scan.score",
    "time",
];

impl<'a> Outline<'a> {
    /// The rules of a document.
    pub(super) fn all(document: &Table<'a>, problems: &Problems) -> Vec<Self> {
        let rules = document.get("rule").map(Node::items).unwrap_or_default();
        let tables = rules.into_iter().filter_map(Node::as_table);
        tables
            .filter_map(|table| Self::of(&table, problems))
            .collect()
    }

    fn of(table: &Table<'a>, problems: &Problems) -> Option<Self> {
        let name = table.get("name").and_then(Node::as_place_and_text)?;
        let when = table.get("when").and_then(Node::as_table);
        let mut clauses = Vec::new();
        if let Some(when) = when {
            flatten("", &when, problems, &mut clauses);
        }
        Some(Outline {
            name,
            when: clauses,
            unless: table.get("unless").map(|node| written(node, problems)),
            then: table.get("then").and_then(Node::as_table)?,
            observed: table.get("mode").and_then(Node::as_text) == Some("observe"),
            allow: table.get("allow").map(words).unwrap_or_default(),
        })
    }

    /// Whether the rules end where it holds.
    pub(super) fn ends(&self) -> bool {
        let quarantine_alone = self.does("quarantine");
        !self.observed && (ENDS.iter().any(|key| self.does(key)) || quarantine_alone)
    }

    /// Whether it does this.
    pub(super) fn does(&self, action: &str) -> bool {
        self.then.get(action).is_some()
    }

    /// Whether it asks for this, at the top of `when`.
    pub(super) fn asks(&self, key: &str) -> bool {
        self.when.iter().any(|clause| clause.key == key)
    }

    /// Whether it holds for everything.
    pub(super) fn is_for_all(&self) -> bool {
        self.when.is_empty() && self.unless.is_none()
    }

    /// Whether this rule is known to hold wherever the other one does: each thing that it asks, the other one asks too, and
    /// of no more values.
    pub(super) fn covers(&self, other: &Outline<'_>) -> bool {
        let excepts_no_more = self.unless.is_none() || self.unless == other.unless;
        let asked = |clause: &Clause<'_>| other.when.iter().any(|narrower| clause.covers(narrower));
        excepts_no_more && self.when.iter().all(asked)
    }
}

impl Clause<'_> {
    /// `key=value`, without blanks.
    pub(super) fn written_with_key(&self) -> String {
        format!("{}={}", self.key, self.written)
    }

    /// Whether a word stands in it.
    pub(super) fn mentions(&self, word: &str) -> bool {
        self.written.contains(word)
    }

    fn covers(&self, narrower: &Clause<'_>) -> bool {
        if self.key != narrower.key {
            return false;
        }
        let any = !self.values.is_empty()
            && !narrower.values.is_empty()
            && !COMPARED.contains(&self.key.as_str());
        self.written == narrower.written || (any && narrower.values.is_subset(&self.values))
    }
}

/// The clauses of a table; `part.kind` and `header.Subject` are tables in TOML.
fn flatten<'a>(head: &str, table: &Table<'a>, problems: &Problems, clauses: &mut Vec<Clause<'a>>) {
    for (key, node) in &table.entries {
        let path = if head.is_empty() {
            key.text.to_owned()
        } else {
            format!("{head}.{}", key.text)
        };
        let combines = ["any", "all", "not"].contains(&path.as_str());
        match node.as_table() {
            Some(inner) if !combines => flatten(&path, &inner, problems, clauses),
            _ => clauses.push(Clause {
                values: if combines {
                    BTreeSet::new()
                } else {
                    words(*node).iter().map(|word| word.text).collect()
                },
                written: written(*node, problems),
                key: path,
            }),
        }
    }
}

/// A text, or the texts of a list.
pub(super) fn words(node: Node<'_>) -> Vec<Text<'_>> {
    match node.as_place_and_text() {
        Some(text) => vec![text],
        None => node
            .items()
            .into_iter()
            .filter_map(Node::as_place_and_text)
            .collect(),
    }
}

/// A value as it is written, blanks squeezed.
fn written(node: Node<'_>, problems: &Problems) -> String {
    let text = problems.text_of(node.place.file);
    let text = text
        .get(node.place.start..node.place.end)
        .unwrap_or_default();
    text.split_whitespace().collect()
}
