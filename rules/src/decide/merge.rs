//! Decisions for several recipients of one message into one: the strictest wins.

use crate::decide::decision::{Decision, Delivery, PartAction, PartDecision, Verdict};
use std::collections::BTreeMap;
use tamis_sanitize::PartId;

/// One decision that is at least as strict as both.
pub(crate) fn merge(one: Decision, two: Decision) -> Decision {
    let (keep, settled) = (one.keep || two.keep, one.settled && two.settled);
    let ranks = (rank(&one), rank(&two));
    let mut reasons = one.reasons;
    for reason in two.reasons {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
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
    }
}

fn stricter(one: PartDecision, two: PartDecision) -> PartDecision {
    let keep = one.keep || two.keep;
    let strips = |decision: &PartDecision| matches!(decision.action, PartAction::Strip { .. });
    let chosen = if strips(&one) || !strips(&two) {
        one
    } else {
        two
    };
    PartDecision { keep, ..chosen }
}
