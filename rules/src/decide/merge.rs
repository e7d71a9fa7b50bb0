//! Decisions for several recipients of one message into one: the strictest wins.

use crate::decide::decision::{
    Beside, Decision, Delivery, EnvelopeDecision, Observed, PartAction, PartDecision, Verdict,
};
use std::collections::BTreeMap;
use tamis_sanitize::PartId;

/// One decision that is at least as strict as both.
pub(crate) fn merge(one: Decision, two: Decision) -> Decision {
    let (keep, settled) = (one.keep || two.keep, one.settled && two.settled);
    let ranks = (rank(&one), rank(&two));
    let reasons = both(one.reasons, two.reasons);
    let beside = beside(one.beside, two.beside);
    let observed = Observed {
        verdict: one.observed.verdict.or(two.observed.verdict),
        reasons: both(one.observed.reasons, two.observed.reasons),
    };
    let verdict = match (one.verdict, two.verdict) {
        (Verdict::Deliver(one), Verdict::Deliver(two)) => Verdict::Deliver(unite(one, two)),
        (one, two) => {
            if ranks.0 >= ranks.1 {
                one
            } else {
                two
            }
        }
    };
    Decision {
        verdict,
        keep,
        settled,
        reasons,
        beside,
        observed,
    }
}

/// Everything of the first, and what the second has beside.
fn both<T: PartialEq>(mut one: Vec<T>, two: Vec<T>) -> Vec<T> {
    for item in two {
        if !one.contains(&item) {
            one.push(item);
        }
    }
    one
}

fn beside(one: Beside, two: Beside) -> Beside {
    let capture = match (one.capture, two.capture) {
        (Some((one, reason)), Some((two, _))) => Some((one.and(two), reason)),
        (one, two) => one.or(two),
    };
    Beside {
        capture,
        notify: both(one.notify, two.notify),
        tags: both(one.tags, two.tags),
    }
}

/// How strict a decision is. What is kept and not delivered is not lost: it is stricter than delivery. What is thrown
/// away would be lost for the others: that gives way to everything.
fn rank(decision: &Decision) -> u8 {
    match decision.verdict {
        Verdict::Reject(_) => 4,
        Verdict::TempFail(_) => 3,
        Verdict::Discard if decision.keep => 2,
        Verdict::Deliver(_) => 1,
        Verdict::Discard => 0,
    }
}

fn unite(one: Delivery, two: Delivery) -> Delivery {
    let mut parts: BTreeMap<PartId, PartDecision> = one
        .parts
        .into_iter()
        .map(|part| (part.part, part))
        .collect();
    for part in two.parts {
        let both = match parts.remove(&part.part) {
            Some(before) => stricter(before, part),
            None => part,
        };
        parts.insert(both.part, both);
    }
    let mut header = one.header;
    for decision in two.header {
        decision.add_to(&mut header);
    }
    Delivery {
        parts: parts.into_values().collect(),
        header,
        envelope: EnvelopeDecision {
            remove: both(one.envelope.remove, two.envelope.remove),
            add: both(one.envelope.add, two.envelope.add),
        },
        hold: one.hold.or(two.hold),
        wrap: one.wrap.or(two.wrap),
        banner: one.banner.or(two.banner),
    }
}

fn stricter(one: PartDecision, two: PartDecision) -> PartDecision {
    let keep = one.keep || two.keep;
    let chosen = match (one.action.takes_out(), two.action.takes_out()) {
        (false, true) => two,
        (false, false) => PartDecision {
            action: changed(one.action, two.action),
            ..one
        },
        _ => one,
    };
    PartDecision { keep, ..chosen }
}

/// Both changes; of each kind the first counts.
pub(crate) fn changed(one: PartAction, two: PartAction) -> PartAction {
    match (one, two) {
        (
            PartAction::Change { name, media_type },
            PartAction::Change {
                name: other_name,
                media_type: other_type,
            },
        ) => PartAction::Change {
            name: name.or(other_name),
            media_type: media_type.or(other_type),
        },
        (one, _) => one,
    }
}
