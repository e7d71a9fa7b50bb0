//! Rules that are never reached, and rules that others overrule.

use super::Found;
use super::outline::{Clause, Outline};
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;

/// Most rules that are compared with each other.
const COMPARED_MOST: usize = 2_000;

/// Everything that a rule can do to parts.
const OF_PARTS: [&str; 7] = [
    "strip", "replace", "notice", "keep", "rename", "relabel", "continue",
];

pub(super) fn lint(rules: &[Outline<'_>], found: &mut Found<'_>) {
    let rules = rules
        .get(..rules.len().min(COMPARED_MOST))
        .unwrap_or_default();
    let asked: Vec<&Outline<'_>> = rules
        .iter()
        .filter(|rule| !rule.asks("unknown_command"))
        .collect();
    for (at, rule) in asked.iter().enumerate() {
        let before = asked.get(..at).unwrap_or_default();
        if let Some(end) = before.iter().find(|it| it.ends() && it.is_for_all()) {
            unreachable(rule, end, asked.len().saturating_sub(at), found);
            break;
        }
        contradicts_itself(rule, found);
        if let Some(first) = before.iter().find(|it| it.ends() && it.covers(rule)) {
            shadowed(rule, first, "ends the rules", found);
        } else if let Some(first) = before.iter().find(|it| decides_parts_of(it, rule)) {
            shadowed(rule, first, "decides the same parts", found);
        } else {
            overruled(rule, before, found);
        }
    }
}

fn unreachable(rule: &Outline<'_>, end: &Outline<'_>, left: usize, found: &mut Found<'_>) {
    let others = match left.saturating_sub(1) {
        0 => String::new(),
        1 => ", nor is the rule behind it".to_owned(),
        others => format!(", nor are the {others} rules behind it"),
    };
    let message = format!(
        "the rule `{}` is never asked{others}: `{}` ({}) holds for every message and ends the rules",
        rule.name.text,
        end.name.text,
        found.name_of(end.name)
    );
    found.warn_of(
        Fault::Unreachable,
        rule,
        message,
        "give that rule a condition, or put it last",
    );
}

/// What a rule asks for it excepts as well.
fn contradicts_itself(rule: &Outline<'_>, found: &mut Found<'_>) {
    let when: String = rule.when.iter().map(Clause::written_with_key).collect();
    let unless = rule
        .unless
        .as_ref()
        .map(|text| text.trim_matches(['{', '}']).to_owned());
    if rule.when.len() == 1 && unless.is_some_and(|unless| unless == when) {
        let message = format!(
            "the rule `{}` can never hold: `unless` excepts all that `when` asks for",
            rule.name.text
        );
        found.warn_of(Fault::Unreachable, rule, message, "leave one of them out");
    }
}

fn shadowed(rule: &Outline<'_>, first: &Outline<'_>, why: &str, found: &mut Found<'_>) {
    let message = format!(
        "the rule `{}` never decides: wherever it holds, `{}` ({}) holds before it and {why}",
        rule.name.text,
        first.name.text,
        found.name_of(first.name)
    );
    found.warn_of(
        Fault::Shadowed,
        rule,
        message,
        "put the narrower rule first, or leave it out",
    );
}

/// Whether an earlier rule decides every part that this one is about, and this one does nothing else.
fn decides_parts_of(first: &Outline<'_>, rule: &Outline<'_>) -> bool {
    let only_parts = rule
        .then
        .entries
        .iter()
        .all(|(key, _)| OF_PARTS.contains(&key.text));
    let decides = first.does("strip")
        || first.does("replace")
        || first.does("rename")
        || first.does("relabel");
    only_parts && decides && !first.does("continue") && !first.observed && first.covers(rule)
}

/// What it does is done by an earlier rule already, wherever it holds: of these the first counts.
fn overruled(rule: &Outline<'_>, before: &[&Outline<'_>], found: &mut Found<'_>) {
    if rule.observed {
        return;
    }
    for key in ["hold", "wrap", "banner"] {
        let same = |first: &&&Outline<'_>| !first.observed && first.does(key) && first.covers(rule);
        if rule.does(key)
            && let Some(first) = before.iter().find(same)
        {
            loses(rule, first, &format!("`{key}`"), found);
        }
    }
    let fields = |outline: &Outline<'_>| -> Vec<String> {
        let table = outline.then.get("set_header").and_then(Node::as_table);
        let entries = table.into_iter().flat_map(|table| table.entries);
        entries
            .map(|(name, _)| name.text.to_ascii_lowercase())
            .collect()
    };
    for field in fields(rule) {
        let same = |first: &&&Outline<'_>| {
            !first.observed && fields(first).contains(&field) && first.covers(rule)
        };
        if let Some(first) = before.iter().find(same) {
            loses(rule, first, &format!("the header field `{field}`"), found);
        }
    }
}

fn loses(rule: &Outline<'_>, first: &Outline<'_>, what: &str, found: &mut Found<'_>) {
    let message = format!(
        "{what} of the rule `{}` never counts: wherever it holds, `{}` ({}) holds before it and says it first",
        rule.name.text,
        first.name.text,
        found.name_of(first.name)
    );
    found.warn_of(
        Fault::Conflicting,
        rule,
        message,
        "put the narrower rule first, or leave it out",
    );
}
