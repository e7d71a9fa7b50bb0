//! When a refusal is possible at all, whatever the facts are.

use crate::facts::Stage;
use crate::rule::Rule;

/// The first stage at which one of the rules may refuse; the end of the message if none may before.
///
/// A rule is asked once all rules before it that could end the walk are known not to hold.
pub(crate) fn earliest_refusal(rules: &[Rule]) -> Stage {
    let mut asked = Stage::Connect;
    let mut earliest = Stage::Message;
    let speaks = |rule: &&Rule| !rule.is_apart() && !rule.observe;
    for rule in rules.iter().filter(speaks) {
        if rule.refuses() {
            earliest = earliest.min(rule.condition.earliest(true).max(asked));
        }
        if rule.actions.finish.is_some() {
            asked = asked.max(rule.condition.earliest(false));
        }
    }
    earliest
}
