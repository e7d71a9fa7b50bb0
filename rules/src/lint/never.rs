//! Rules that cannot hold of any message: what they ask contradicts itself.

use super::Found;
use super::clause::Clause;
use super::outline::{Asked, Outline};
use crate::syntax::diagnostic::Fault;

pub(super) fn lint(rules: &[Outline<'_>], found: &mut Found<'_>) {
    for rule in rules {
        if let Some(why) = contradiction(&rule.asked) {
            let message = format!("the rule `{}` can never hold: {why}", rule.name.text);
            found.warn_of(Fault::Unreachable, rule, message, "leave one of them out");
        }
    }
}

/// Why nothing can be as it is asked to be.
fn contradiction(asked: &Asked<'_>) -> Option<String> {
    let clauses = &asked.clauses;
    if let Some(empty) = clauses.iter().find(|clause| clause.is_empty_range()) {
        return Some(format!("no number is {}", empty.shown()));
    }
    let against = |(at, one): (usize, &Clause<'_>)| {
        let mut rest = clauses.iter().skip(at);
        let other = rest.find(|other| one.excludes(other))?;
        let (key, one, other) = (&one.key, one.shown(), other.shown());
        Some(format!("`{key}` is to be {one} and {other} at once"))
    };
    let clash = clauses.iter().enumerate().find_map(against);
    clash.or_else(|| {
        let mut excepted = asked.excepted.iter();
        let all = excepted.any(|excepted| excepted.covers(asked));
        all.then(|| "all that it asks for is excepted as well".to_owned())
    })
}
