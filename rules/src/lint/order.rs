//! Rules that are never reached, and rules that others overrule.

use super::Found;
use super::outline::Outline;
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
        .filter(|rule| !rule.asks("unknown_command") && !rule.asks("poison"))
        .collect();
    for (at, rule) in asked.iter().enumerate() {
        let before = asked.get(..at).unwrap_or_default();
        if let Some(end) = before.iter().find(|it| it.ends() && it.is_for_all()) {
            unreachable(rule, end, asked.len().saturating_sub(at), found);
            break;
        }
        if let Some(first) = covering(before, rule, Outline::ends) {
            shadowed(rule, first, "ends the rules", found);
        } else if let Some(first) = covering(before, rule, decides_parts)
            && does_only_parts(rule)
        {
            shadowed(rule, first, "decides the same parts", found);
        } else {
            overruled(rule, before, found);
        }
    }
}

/// The first of the rules before this one that does so and is known to hold wherever this one does.
fn covering<'o, 'a>(
    before: &[&'o Outline<'a>],
    rule: &Outline<'_>,
    does: impl Fn(&Outline<'a>) -> bool,
) -> Option<&'o Outline<'a>> {
    let covers = |(at, first): &(usize, &&Outline<'a>)| {
        let between = before.get(at.saturating_add(1)..).unwrap_or_default();
        // Which tags there are can change from rule to rule.
        let stays = !first.mentions("tag") || !between.iter().any(|it| it.does("tag"));
        does(first) && stays && first.asked.covers(&rule.asked)
    };
    let found = before.iter().enumerate().find(covers);
    found.map(|(_, first)| *first)
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

/// Whether it decides the parts that it is about, for all rules behind it.
fn decides_parts(rule: &Outline<'_>) -> bool {
    let ways = ["strip", "replace", "rename", "relabel"];
    !rule.observed && !rule.does("continue") && ways.iter().any(|key| rule.does(key))
}

fn does_only_parts(rule: &Outline<'_>) -> bool {
    let mut actions = rule.then.entries.iter();
    actions.all(|(key, _)| OF_PARTS.contains(&key.text))
}

/// What it does is done by an earlier rule already, wherever it holds: of these the first counts.
fn overruled(rule: &Outline<'_>, before: &[&Outline<'_>], found: &mut Found<'_>) {
    if rule.observed {
        return;
    }
    for key in ["hold", "wrap", "banner"] {
        let same = |first: &Outline<'_>| !first.observed && first.does(key);
        if rule.does(key)
            && let Some(first) = covering(before, rule, same)
        {
            loses(rule, first, &format!("`{key}`"), found);
        }
    }
    for field in fields(rule) {
        let same = |first: &Outline<'_>| !first.observed && fields(first).contains(&field);
        if let Some(first) = covering(before, rule, same) {
            loses(rule, first, &format!("the header field `{field}`"), found);
        }
    }
}

/// The header fields that it sets.
fn fields(rule: &Outline<'_>) -> Vec<String> {
    let table = rule.then.get("set_header").and_then(Node::as_table);
    let entries = table.into_iter().flat_map(|table| table.entries);
    entries
        .map(|(name, _)| name.text.to_ascii_lowercase())
        .collect()
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
