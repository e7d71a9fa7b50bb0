//! Values that look as if something were missing or misspelt in them.

use super::Found;
use super::clause::words;
use super::names::collect;
use super::typo::{self, Slip};
use crate::list;
use crate::preset;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use std::collections::BTreeSet;

/// So many endings of programs make a list of programs.
const PROGRAMS_LEAST: usize = 10;
/// Actions that keep parts from people.
const TAKE_OUT: [&str; 5] = ["strip", "replace", "reject", "discard", "quarantine"];
/// So many missing ones are named.
const NAMED_MOST: usize = 10;

/// Keys behind which addresses and domains stand.
const ADDRESSES: [&str; 7] = [
    "sender",
    "recipient",
    "header_address",
    "add_recipient",
    "redirect",
    "notify",
    "to",
];

/// Keys that take true and false, or texts among which these hardly are.
const FLAGS: [&str; 2] = ["authenticated", "tls"];

pub(super) fn lint(documents: &[Table<'_>], found: &mut Found<'_>) {
    let (programs, none) = (programs(), BTreeSet::new());
    let mut taken = BTreeSet::new();
    for document in documents {
        let rules = document.get("rule").map(Node::items).unwrap_or_default();
        let rules = rules.into_iter().filter(|rule| takes_out(*rule));
        let conditions = rules.filter_map(|rule| rule.as_table()?.get("when"));
        conditions.for_each(|when| collect(when, &mut taken));
    }
    for document in documents {
        let rules = document.get("rule").map(Node::items).unwrap_or_default();
        for rule in rules {
            let programs = if takes_out(rule) { &programs } else { &none };
            walk("rule", rule, programs, found);
        }
        let lists = document.get("list").and_then(Node::as_table);
        for (name, node) in lists.into_iter().flat_map(|table| table.entries) {
            let takes = taken.contains(format!("list:{}", name.text).as_str());
            walk("list", node, if takes { &programs } else { &none }, found);
        }
    }
}

/// Whether a rule keeps parts, or the messages that they come with, from people.
fn takes_out(rule: Node<'_>) -> bool {
    let table = rule.as_table();
    let then = table.and_then(|rule| rule.get("then")?.as_table());
    then.is_some_and(|then| {
        let stays = then.get("strip").and_then(Node::as_bool) == Some(false);
        !stays && TAKE_OUT.iter().any(|key| then.get(key).is_some())
    })
}

/// The endings of the shipped list.
fn programs() -> BTreeSet<String> {
    let text = preset::list("tamis/programs").unwrap_or_default();
    list::lines(0, text)
        .map(|entry| entry.text.to_lowercase())
        .collect()
}

fn walk(key: &str, node: Node<'_>, programs: &BTreeSet<String>, found: &mut Found<'_>) {
    if FLAGS.contains(&key) {
        for word in words(node) {
            flag(word, found);
        }
    }
    let Some(table) = node.as_table() else {
        for item in node.items().into_iter().filter(|item| item.is_table()) {
            walk(key, item, programs, found);
        }
        if ["extension", "any_extension"].contains(&key) {
            gap(&words(node), node, programs, found);
            misspelt(typo::extensions(&words(node)), found);
        }
        if ADDRESSES.contains(&key) {
            misspelt(typo::domains(&words(node)), found);
        }
        return;
    };
    let kind = table.get("kind").and_then(Node::as_text);
    if let (Some(kind), Some(entries)) = (kind, table.get("entries")) {
        match kind {
            "extension" => {
                gap(&words(entries), entries, programs, found);
                misspelt(typo::extensions(&words(entries)), found);
            }
            "address" | "domain" => misspelt(typo::domains(&words(entries)), found),
            _ => {}
        }
    }
    let none = BTreeSet::new();
    for (inner, value) in &table.entries {
        // `header_address.From`: what counts is the word before the dot.
        let key = if ADDRESSES.contains(&key) {
            key
        } else {
            inner.text
        };
        // What is excepted is no list of what is taken out.
        let excepted = ["unless", "not"].contains(&key);
        walk(key, *value, if excepted { &none } else { programs }, found);
    }
}

/// A list of programs that lacks some which others block.
fn gap(values: &[Text<'_>], node: Node<'_>, programs: &BTreeSet<String>, found: &mut Found<'_>) {
    let own: BTreeSet<String> = values
        .iter()
        .map(|value| value.text.to_lowercase())
        .collect();
    let known = own.intersection(programs).count();
    if known < PROGRAMS_LEAST || own.contains("list:tamis/programs") {
        return;
    }
    let missing: Vec<&str> = programs.difference(&own).map(String::as_str).collect();
    if missing.is_empty() {
        return;
    }
    let named = missing
        .iter()
        .take(NAMED_MOST)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if missing.len() > NAMED_MOST {
        " ..."
    } else {
        ""
    };
    let message = format!(
        "{} endings of programs that others block are missing: {named}{more}",
        missing.len()
    );
    found.warn(
        Fault::ListGap,
        node.place,
        message,
        "add `list:tamis/programs`, which has them all",
    );
}

/// A text that looks like a flag.
fn flag(word: Text<'_>, found: &mut Found<'_>) {
    if ["true", "false"].contains(&word.text) {
        let message = format!("`{}` in quotes is compared as a text", word.text);
        found.warn(
            Fault::Typo,
            word.place,
            message,
            "without quotes it asks whether there is one",
        );
    }
}

/// What looks like something that everybody knows.
fn misspelt(slips: Vec<Slip<'_>>, found: &mut Found<'_>) {
    for (word, meant) in slips {
        let message = format!("`{}` looks like `{meant}`, misspelt", word.text);
        let help = "if it is right, say so: allow = [\"typo\"]";
        found.warn(Fault::Typo, word.place, message, help);
    }
}
