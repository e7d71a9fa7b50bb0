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
    let words: Vec<String> = table.entries.iter().map(word).collect();
    actions.label = words.join(", ").into();
    if actions.quarantine && actions.finish.is_none() {
        actions.finish = Some(Finish::Discard);
    }
    good.then_some(actions)
}

/// What a key does, in one word, or in three if it says that something is not done.
fn word((key, node): &(Text<'_>, Node<'_>)) -> String {
    match node.as_bool() {
        Some(false) => format!("{} = false", key.text),
        _ => key.text.to_owned(),
    }
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

/// What ends the rules.
const ENDS: &[&str] = &["accept", "stop", "reject", "tempfail", "discard"];

/// Groups of keys that contradict each other, and why.
const CONFLICTS: [(&[&str], &[&str], &str); 10] = [
    (ENDS, ENDS, "a message has one end"),
    (
        &["strip", "replace"],
        &["rename", "relabel"],
        "a part that is taken out has no name and no type",
    ),
    (
        &["strip"],
        &["replace"],
        "only one thing can take the place of a part",
    ),
    (
        &["replace"],
        &["notice"],
        "what takes the place of the part is said already",
    ),
    (
        &["strip", "replace", "notice", "keep"],
        &["continue"],
        "a part that is taken out is not changed",
    ),
    (
        &["redirect"],
        &["remove_recipient"],
        "redirect takes the recipients out already",
    ),
    (
        &[
            "strip",
            "replace",
            "rename",
            "relabel",
            "continue",
            "wrap",
            "banner",
            "hold",
            "set_header",
            "add_header",
            "insert_header",
            "change_header",
            "remove_header",
            "tag_subject",
            "ambiguity_results",
            "adopt_header",
            "add_recipient",
            "remove_recipient",
            "redirect",
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
        &["rename", "relabel"],
        "only parts that are taken out are kept",
    ),
    (
        &["notice"],
        &["rename", "relabel"],
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

/// Reports a key that only says something beside a fitting `strip`. Beside `rename` and the like it is reported already.
fn alone(
    word: &str,
    table: &Table<'_>,
    fits: fn(Node<'_>) -> bool,
    loading: &mut Loading<'_>,
) -> bool {
    let key = table.entries.iter().find(|(key, _)| key.text == word);
    let Some((key, _)) = key else { return true };
    let beside = |key: &str| table.get(key).is_some();
    if table.get("strip").is_some_and(fits)
        || beside("rename")
        || beside("relabel")
        || beside("replace")
    {
        return true;
    }
    let message = format!("`{word} = false` says nothing here");
    let help = match word {
        "notice" => "it stands beside `strip = true`, which would leave a notice",
        _ => "it stands beside `strip` or `replace`, which would keep what they take out",
    };
    loading
        .report(Fault::Conflict, key.place, message)
        .help(help);
    false
}
