//! Rules that break what people rely on: signatures, and that mail is not lost.

use super::Found;
use super::outline::Outline;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;

/// What changes content that a signature covers.
const CHANGES: [&str; 4] = ["strip", "replace", "rename", "relabel"];

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
    let spoken = |rule: &Outline<'_>| {
        let excepted = rule
            .unless
            .as_deref()
            .is_some_and(|unless| unless.contains("signed"));
        excepted || rule.asks("signed") || rule.when.iter().any(|clause| clause.mentions("signed"))
    };
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
        if changes && !rule.observed && !spoken(rule) && !allows {
            changing.push(rule);
        }
    }
    let Some(first) = changing.first() else {
        return;
    };
    let others = match changing.len().saturating_sub(1) {
        0 => String::new(),
        1 => ", and so does another rule".to_owned(),
        others => format!(", and so do {others} other rules"),
    };
    let message = format!(
        "the rule `{}` changes signed mail as well{others}: its signature will not hold",
        first.name.text
    );
    found.warn_of(
        Fault::Signed,
        first,
        message,
        "except it with unless = { signed = true }, or say that it is meant: allow = [\"signed\"]",
    );
}
