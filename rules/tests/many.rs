//! A policy of many rules costs no memory for each rule that does not hold.

mod support;

#[path = "support/many.rs"]
mod many;

use support::{clean, envelope, policy, read};
use tamis_rules::{Facts, Stage};

/// Allocations of one decision under a policy of so many rules.
fn allocations(rules: usize) -> u64 {
    let policy = policy(&many::policy(rules));
    assert_eq!(policy.len(), rules);
    let reading = read(&many::message());
    let envelope = envelope(many::sender(), &["b@example.org", "E@example.org"]);
    let scans = [clean("clamd")];
    let facts = Facts {
        stage: Stage::Message,
        envelope: &envelope,
        message: Some(&reading),
        scans: &scans,
    };
    // The first decision may fill what expressions keep for later ones.
    let first = policy.decide(&facts);
    assert!(
        first.reasons.is_empty(),
        "no rule holds: {:?}",
        first.reasons
    );
    let mut again = None;
    let count = allocation_counter::measure(|| again = Some(policy.decide(&facts)));
    assert_eq!(again, Some(first));
    count.count_total
}

#[test]
fn a_rule_that_does_not_hold_allocates_nothing() {
    let (few, many) = (allocations(40), allocations(400));
    assert_eq!(few, many, "allocations of 40 and of 400 rules");
}
