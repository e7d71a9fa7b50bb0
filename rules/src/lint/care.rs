//! Rules that break what people rely on: signatures, and that mail is not lost.

use super::Found;
use super::outline::Outline;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;

/// What changes content that a signature covers.
const CHANGES: [&str; 4] = ["strip", "replace", "rename", "relabel"];
/// So many other rules are named.
const NAMED_MOST: usize = 5;

pub(super) fn lint(rules: &[Outline<'_>], found: &mut Found<'_>) {
    signed(rules, found);
    for rule in rules
        .iter()
        .filter(|rule| rule.does("discard") && !rule.does("quarantine") && !rule.observed)
    {
        let message = format!(
            "what the rule `{}` discards is lost for good",
            rule.name.text
        );
        found.warn_of(
            Fault::DiscardLoses,
            rule,
            message,
            "add `quarantine = true`, which keeps a copy",
        );
    }
}

/// Rules that change the content of mail, signed or not. One warning for all: most policies have an opinion on it once.
fn signed(rules: &[Outline<'_>], found: &mut Found<'_>) {
    let mut changing = Vec::new();
    for rule in rules {
        if rule.ends() && rule.asks("signed") {
            break;
        }
        let stays = rule.then.get("strip").and_then(Node::as_bool) == Some(false);
        let changes = CHANGES.iter().any(|key| rule.does(key)) && !stays;
        let allows = rule
            .allow
            .iter()
            .any(|word| word.text == Fault::Signed.name());
        if changes && !rule.observed && !rule.mentions("signed") && !allows {
            changing.push(rule);
        }
    }
    let Some(first) = changing.first() else {
        return;
    };
    let message = format!(
        "the rule `{}` changes signed mail as well{}: its signature will not hold",
        first.name.text,
        others(changing.get(1..).unwrap_or_default())
    );
    found.warn_of(
        Fault::Signed,
        first,
        message,
        "except it with unless = { signed = true }, or say that it is meant: allow = [\"signed\"]",
    );
}

/// The names of the rules that do so too; the first of them, if there are many.
fn others(rules: &[&Outline<'_>]) -> String {
    let named = rules.iter().take(NAMED_MOST);
    let mut named: Vec<String> = named.map(|rule| format!("`{}`", rule.name.text)).collect();
    match rules.len().saturating_sub(named.len()) {
        0 => {}
        1 => named.push("another one".to_owned()),
        more => named.push(format!("{more} others")),
    }
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => format!(", as does {only}"),
        Some((last, rest)) => format!(", as do {} and {last}", rest.join(", ")),
    }
}
