//! TOML tables to actions.

use super::actions::{Actions, Finish};
use super::table::ACTIONS;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use crate::syntax::suggest;

/// Reads the table of actions of a rule.
pub(crate) fn read_actions(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Actions> {
    let mut actions = Actions::default();
    if table.entries.is_empty() {
        loading.report(Fault::MissingKey, table.place, "the rule does nothing");
        return None;
    }
    let mut good = true;
    for (key, node) in &table.entries {
        good &= one(*key, *node, &mut actions, loading).is_some();
    }
    check(table, loading)?;
    let words: Vec<_> = table.entries.iter().map(|(key, _)| key.text).collect();
    actions.label = words.join(", ").into();
    if actions.quarantine && actions.finish.is_none() {
        actions.finish = Some(Finish::Discard);
    }
    good.then_some(actions)
}

fn one(
    key: Text<'_>,
    node: Node<'_>,
    actions: &mut Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    if let Some(entry) = ACTIONS.iter().find(|entry| entry.key == key.text) {
        return (entry.read)(node, actions, loading);
    }
    let known: Vec<_> = ACTIONS.iter().map(|entry| entry.key).collect();
    let message = format!("there is no action `{}`", key.text);
    let problem = loading.report(Fault::UnknownKey, key.place, message);
    problem.help(suggest::help(key.text, &known));
    None
}

/// Groups of keys that contradict each other, and why.
const CONFLICTS: [(&[&str], &[&str], &str); 6] = [
    (
        &["accept", "reject", "tempfail", "discard"],
        &["accept", "reject", "tempfail", "discard"],
        "a message has one end",
    ),
    (
        &["strip"],
        &["rename"],
        "a part that is taken out has no name",
    ),
    (
        &[
            "strip",
            "rename",
            "add_header",
            "tag_subject",
            "ambiguity_results",
        ],
        &["reject", "tempfail", "discard"],
        "a message that is not delivered is not changed",
    ),
    (
        &["quarantine"],
        &["tempfail"],
        "the sender keeps the message, and each of its attempts would be kept again",
    ),
    (
        &["keep"],
        &["rename"],
        "only parts that are taken out are kept",
    ),
    (
        &["notice"],
        &["rename"],
        "only parts that are taken out leave a notice",
    ),
];

fn check(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<()> {
    let mut good = true;
    for (at, (key, _)) in table.entries.iter().enumerate() {
        for (before, _) in table.entries.iter().take(at) {
            let against = |one: &Text<'_>, two: &Text<'_>| {
                let clash = |(left, right, _): &&(&[&str], &[&str], &str)| {
                    left.contains(&one.text) && right.contains(&two.text)
                };
                CONFLICTS.iter().find(clash).map(|(_, _, why)| *why)
            };
            if let Some(why) = against(before, key).or_else(|| against(key, before)) {
                let message = format!(
                    "`{}` and `{}` contradict each other: {why}",
                    before.text, key.text
                );
                loading
                    .report(Fault::Conflict, key.place, message)
                    .help("make two rules of it, or leave one out");
                good = false;
            }
        }
    }
    good &= alone(
        "keep",
        table,
        |strip| strip.as_bool() != Some(false),
        loading,
    );
    good &= alone(
        "notice",
        table,
        |strip| strip.as_bool() == Some(true),
        loading,
    );
    good.then_some(())
}

/// Reports a key that only says something beside a fitting `strip`. Beside `rename` it is reported already.
fn alone(
    word: &str,
    table: &Table<'_>,
    fits: fn(Node<'_>) -> bool,
    loading: &mut Loading<'_>,
) -> bool {
    let key = table.entries.iter().find(|(key, _)| key.text == word);
    let Some((key, _)) = key else { return true };
    if table.get("strip").is_some_and(fits) || table.get("rename").is_some() {
        return true;
    }
    let message = format!("`{word} = false` says nothing here");
    let help = match word {
        "notice" => "it stands beside `strip = true`, which would leave a notice",
        _ => "it stands beside `strip`, which would keep what it takes out",
    };
    loading
        .report(Fault::Conflict, key.place, message)
        .help(help);
    false
}
