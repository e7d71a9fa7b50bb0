//! A policy of many rules costs no memory for each rule that does not hold.

mod support;

#[path = "support/many.rs"]
mod many;

use support::{clean, envelope, policy, read};
use tamis_rules::{Facts, Stage, conditions};

/// What those policies do not ask, so that together they ask all that there is.
const OTHERS: [&str; 23] = [
    "time = '00:00-00:01'",
    "weekday = 'sun'",
    "tag = 'never'",
    "meter.m = 'exceeded'",
    "tls_cipher = '*RC4*'",
    "macro.auth_type = 'GSSAPI'",
    "part_count = '>1000'",
    "depth = '>50'",
    "encrypted = true",
    "limit = true",
    "part.content = 'executable'",
    "part.mismatch = true, part.name = 'setup.*'",
    "part.digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
    "part.path = '*/evil.exe'",
    "part.depth = '>50'",
    "scan.engine = 'clamd', scan.result = 'found'",
    "scan.score = '>=50'",
    "scan.action = 'reject'",
    "scan.symbol = ['GTUBE', 'PHISHED_*']",
    "scan.of = 'part'",
    "scan.reason = 'timeout'",
    "header.X-Ones = 'x'",
    "all = [{ not = { size = '<10MiB' } }]",
];

/// A policy of so many rules that ask for these.
fn others(rules: usize) -> String {
    let head = "[meter.m]\nkey = 'client'\ncounts = 'messages'\nlimits = '1 in 1h'\n\
                [[rule]]\nname = 'tags'\nwhen = { helo = 'never' }\nthen = { tag = 'never' }\n";
    let rule = |(number, when): (usize, &&str)| {
        format!(
            "[[rule]]\nname = 'r{number}'\nwhen = {{ {when} }}\nthen = {{ set_header = {{ X-Rule = '{{rule}}' }} }}\n"
        )
    };
    let rules = OTHERS.iter().cycle().take(rules).enumerate().map(rule);
    head.to_owned() + &rules.collect::<String>()
}

/// Allocations of one decision under a policy.
fn allocations(text: &str) -> u64 {
    let policy = policy(text);
    let reading = read(&many::message());
    let envelope = envelope(many::sender(), &["b@example.org", "E@example.org"]);
    let mut spam = clean("rspamd");
    spam.opinion.action = Some("No Action".to_owned());
    spam.opinion.symbols = vec!["MIME_GOOD".to_owned(), "ARC_NA".to_owned()];
    let scans = [clean("clamd"), spam];
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
    for of in [many::policy, others] {
        let (few, many) = (allocations(&of(40)), allocations(&of(400)));
        assert_eq!(few, many, "allocations of 40 and of 400 rules");
    }
}

#[test]
fn every_condition_is_asked() {
    let asked = many::policy(40) + &others(23);
    for condition in conditions().filter(|it| !["unknown_command", "poison"].contains(&it.key)) {
        let key = condition.key.trim_end_matches("NAME");
        let found = [" ", "{ "]
            .iter()
            .any(|before| asked.contains(&format!("{before}{key}")));
        assert!(found, "{key}");
    }
}
