//! Rules that break what people rely on: signatures, and that mail is not lost.

use super::Found;
use super::outline::Outline;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;

/// What changes content that authors sign. The subject is only signed by servers, and that of nearly every message is.
const CHANGES: [&str; 6] = ["strip", "replace", "rename", "relabel", "wrap", "banner"];
/// Conditions that only hold for what may do harm, or was not inspected.
const HARMFUL: [&str; 9] = [
    "part.any_extension",
    "part.defect",
    "part.digest",
    "part.extension",
    "part.finding",
    "part.mismatch",
    "part.unread",
    "scan.result",
    "scan.signature",
];
/// Kinds of part that act when they are opened.
const ACTIVE: [&str; 4] = ["executable", "script", "macro-office", "active-html"];
/// So many other rules are named.
const NAMED_MOST: usize = 5;

pub(super) fn lint(rules: &[Outline<'_>], found: &mut Found<'_>) {
    signed(rules, found);
    for rule in rules {
        if let Some((what, help)) = loses(rule) {
            let message = format!("what the rule `{}` {what} is lost for good", rule.name.text);
            found.warn_of(Fault::DiscardLoses, rule, message, help);
        }
    }
}

/// What a rule does with mail of which no copy is kept, and what helps.
fn loses(rule: &Outline<'_>) -> Option<(&'static str, &'static str)> {
    let copy = rule.then.get("capture").and_then(Node::as_text);
    if rule.observed || rule.does("quarantine") || matches!(copy, Some("before" | "both")) {
        None
    } else if rule.does("discard") {
        Some(("discards", "add `quarantine = true`, which keeps a copy"))
    } else if rule.does("keep") {
        Some(("takes out", "leave `keep = false` out, and a copy is kept"))
    } else {
        None
    }
}

/// Rules that change the content of mail, signed or not. One warning for all: most policies have an opinion on it once.
fn signed(rules: &[Outline<'_>], found: &mut Found<'_>) {
    let mut changing = Vec::new();
    for rule in rules {
        if rule.ends() && (rule.asks("signed") || rule.asks("encrypted")) {
            break;
        }
        let allows = rule
            .allow
            .iter()
            .any(|word| word.text == Fault::Signed.name());
        let asks = rule.mentions("signed") || rule.mentions("encrypted");
        if changes(rule) && !rule.observed && !asks && !allows {
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

/// Whether a rule changes what may be signed. What may do harm is taken out whoever has signed it: no signature is verified, so
/// a rule that spares signed mail spares whatever an attacker likes.
fn changes(rule: &Outline<'_>) -> bool {
    let stays = rule.then.get("strip").and_then(Node::as_bool) == Some(false);
    let meant = |key: &str| ["strip", "replace"].contains(&key) && (stays || is_about_harm(rule));
    let mut keys = CHANGES.iter().filter(|key| rule.does(key));
    keys.any(|key| !meant(key))
}

/// Whether it only holds for what may do harm.
fn is_about_harm(rule: &Outline<'_>) -> bool {
    let mut clauses = rule.asked.clauses.iter();
    clauses.any(|clause| match clause.key.as_str() {
        "part.kind" | "part.content" => clause.is_only(&ACTIVE),
        key => HARMFUL.contains(&key),
    })
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
