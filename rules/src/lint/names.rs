//! Rules that no test names, and lists, notices, banners and meters that no rule uses.

use super::Found;
use super::clause::words;
use super::outline::Outline;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use std::collections::BTreeSet;

pub(super) fn lint(documents: &[Table<'_>], rules: &[Outline<'_>], found: &mut Found<'_>) {
    for document in documents {
        untested(document, rules, found);
    }
    let mut used = BTreeSet::new();
    for document in documents {
        for key in ["rule", "test"] {
            document
                .get(key)
                .into_iter()
                .for_each(|node| collect(node, &mut used));
        }
    }
    for document in documents
        .iter()
        .filter(|document| document.get("rule").is_some())
    {
        for key in ["list", "notice", "banner", "meter"] {
            unused(key, document, &used, found);
        }
    }
}

/// The rules of a file that has tests, and of which no test says whether they fire.
fn untested(document: &Table<'_>, rules: &[Outline<'_>], found: &mut Found<'_>) {
    let tests = document.get("test").map(Node::items).unwrap_or_default();
    let expects = tests
        .into_iter()
        .filter_map(|test| test.as_table()?.get("expect")?.as_table());
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut has_tests = false;
    for expect in expects {
        has_tests = true;
        for key in ["rule", "not_rule", "observed"] {
            let names = expect.get(key).map(words).unwrap_or_default();
            named.extend(names.iter().map(|name| name.text));
        }
    }
    let own = rules
        .iter()
        .filter(|rule| rule.name.place.file == document.place.file);
    for rule in own.filter(|rule| has_tests && !named.contains(rule.name.text)) {
        let message = format!("no test says whether the rule `{}` fires", rule.name.text);
        found.warn_of(
            Fault::Untested,
            rule,
            message,
            "name it in `rule` or `not_rule` of a test",
        );
    }
}

/// Every text and every key below a value.
pub(super) fn collect<'a>(node: Node<'a>, used: &mut BTreeSet<&'a str>) {
    used.extend(node.as_text());
    for item in node.items() {
        collect(item, used);
    }
    for (key, inner) in node.as_table().into_iter().flat_map(|table| table.entries) {
        used.insert(key.text);
        collect(inner, used);
    }
}

fn unused(key: &str, document: &Table<'_>, used: &BTreeSet<&str>, found: &mut Found<'_>) {
    let table = document.get(key).and_then(Node::as_table);
    for (name, _) in table.into_iter().flat_map(|table| table.entries) {
        let listed = format!("list:{}", name.text);
        if !used.contains(name.text) && !used.contains(listed.as_str()) {
            let message = format!("no rule uses the {key} `{}`", name.text);
            found.warn(Fault::Unused, name.place, message, "leave it out");
        }
    }
}
