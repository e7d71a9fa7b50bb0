//! What the files of a policy state beside their rules and tests, each with its place.

use crate::defects;
use crate::syntax::node::{Node, Table};
use crate::syntax::problems::Problems;
use std::collections::BTreeSet;
use std::sync::Arc;
use tamis_sanitize::{Code, CodeSet, Treatment};

/// Characters of a value that are told.
const VALUE_MOST: usize = 120;

/// Settings with the value that holds where no file states one.
const SETTINGS: [(&str, &str); 2] = [("mode", "enforce"), ("differing_recipients", "strictest")];

/// Tables of which each entry is one statement.
const TABLES: [&str; 4] = ["list", "notice", "banner", "meter"];

/// Something that a file of the policy states beside its rules: a setting, a treatment of a defect, a list, a notice, a
/// banner or a meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The path of the key: `mode`, `repair.bare-lf`, `list.lab`.
    pub key: String,
    /// The value as it is written, on one line, shortened if it is long.
    pub value: String,
    /// The file and the line, from 1; none for what holds because no file says otherwise.
    pub place: Option<(Arc<str>, u32)>,
    /// Whether it holds; otherwise a file before this one says something else.
    pub holds: bool,
    /// Whether the same would hold without it.
    pub usual: bool,
}

impl Statement {
    /// Everything that the documents state, in their order, and what holds where they say nothing.
    pub(crate) fn all(documents: &[Table<'_>], problems: &Problems) -> Vec<Self> {
        let mut statements = Statements {
            problems,
            said: BTreeSet::new(),
            repairs: Vec::new(),
            all: Vec::new(),
        };
        for document in documents {
            statements.document(document);
        }
        statements.weigh_repairs();
        for (key, usual) in SETTINGS {
            if !statements.said.contains(key) {
                statements.all.push(Statement {
                    key: key.to_owned(),
                    value: format!("{usual:?}"),
                    place: None,
                    holds: true,
                    usual: true,
                });
            }
        }
        statements.all
    }
}

/// What was stated so far.
struct Statements<'a> {
    problems: &'a Problems,
    said: BTreeSet<&'static str>,
    /// What is said of defects, in the order in which it counts.
    repairs: Vec<Repair>,
    all: Vec<Statement>,
}

/// What one statement says of defects.
struct Repair {
    /// Its place among all statements.
    statement: usize,
    meant: CodeSet,
    repaired: bool,
}

impl Statements<'_> {
    fn document(&mut self, document: &Table<'_>) {
        for (key, usual) in SETTINGS {
            if let Some(node) = document.get(key) {
                let holds = self.said.insert(key);
                let usual = node.as_text() == Some(usual);
                self.add(key.to_owned(), node, holds, usual);
            }
        }
        if let Some(table) = document.get("repair").and_then(Node::as_table) {
            self.repairs(&table);
        }
        for key in TABLES {
            let table = document.get(key).and_then(Node::as_table);
            for (name, node) in table.into_iter().flat_map(|table| table.entries) {
                self.add(format!("{key}.{}", name.text), node, true, false);
            }
        }
    }

    /// The table `[repair]` of a file: what it says of single defects counts before what it says of classes.
    fn repairs(&mut self, table: &Table<'_>) {
        let is_class = |key: &str| defects::class(key).is_some();
        let (classes, single): (Vec<_>, Vec<_>) = table
            .entries
            .iter()
            .partition(|(key, _)| is_class(key.text));
        for (key, node) in single.into_iter().chain(classes) {
            let meant = match key.text {
                "raw-8bit" => CodeSet::from_iter([Code::Raw8Bit]),
                word => defects::meant(word).unwrap_or(CodeSet::EMPTY),
            };
            let repaired =
                node.as_bool() == Some(true) || matches!(node.as_text(), Some("repair" | "encode"));
            self.repairs.push(Repair {
                statement: self.all.len(),
                meant,
                repaired,
            });
            self.add(format!("repair.{}", key.text), node, true, false);
        }
    }

    /// Whether each statement about defects holds for one of them, and makes a difference there.
    fn weigh_repairs(&mut self) {
        let usual = Treatment::default();
        for (nth, repair) in self.repairs.iter().enumerate() {
            let (before, after) = self.repairs.split_at(nth);
            let after = after.get(1..).unwrap_or_default();
            let own = |code: &Code| !before.iter().any(|other| other.meant.contains(*code));
            let without = |code: Code| {
                let next = after.iter().find(|other| other.meant.contains(code));
                next.map_or(usual.repairs(code), |other| other.repaired)
            };
            let decides: Vec<Code> = repair.meant.iter().filter(own).collect();
            if let Some(statement) = self.all.get_mut(repair.statement) {
                statement.holds = !decides.is_empty();
                statement.usual = decides.iter().all(|code| without(*code) == repair.repaired);
            }
        }
    }

    fn add(&mut self, key: String, node: Node<'_>, holds: bool, usual: bool) {
        let Some(file) = self.problems.file(node.place) else {
            return;
        };
        self.all.push(Statement {
            key,
            value: self.written(node),
            place: Some((file.name.clone(), file.line(node.place.start))),
            holds,
            usual,
        });
    }

    /// A value as the file writes it; a table by its entries.
    fn written(&self, node: Node<'_>) -> String {
        let text = match node.as_table() {
            Some(table) => {
                let entries = table.entries.iter();
                let entries: Vec<String> = entries
                    .map(|(key, node)| format!("{} = {}", key.text, self.source(*node)))
                    .collect();
                entries.join(", ")
            }
            None => self.source(node),
        };
        let mut words = String::new();
        for word in text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        match words.char_indices().nth(VALUE_MOST) {
            Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
            None => words,
        }
    }

    fn source(&self, node: Node<'_>) -> String {
        let text = self.problems.text_of(node.place.file);
        let text = text.get(node.place.start..node.place.end);
        text.unwrap_or_default().to_owned()
    }
}
