//! One message for several recipients: each is decided on its own, and the strictest outcome holds for all.

mod support;

use support::{MIXED, decide, decide_at, envelope, fired, policy, read, say};
use tamis_rules::Stage;

fn rule(name: &str, when: &str, then: &str) -> String {
    format!("[[rule]]\nname = '{name}'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
}

fn check(rules: &[String], recipients: &[&str], expected: &str) {
    let policy = policy(&rules.concat());
    let message = read(MIXED);
    let decision = decide(
        &policy,
        &envelope("a@example.org", recipients),
        &message,
        &[],
    );
    assert_eq!(say(&decision), expected, "{rules:?}");
    let turned: Vec<&str> = recipients.iter().rev().copied().collect();
    let other = decide(&policy, &envelope("a@example.org", &turned), &message, &[]);
    assert_eq!(say(&other), expected, "{rules:?} {turned:?}");
    assert!(decision.settled && other.settled);
}

const LAB: &str = "lab@example.net";
const ANN: &str = "ann@example.net";

#[test]
fn an_exception_for_one_lets_nothing_through_to_another() {
    let strip = "[[rule]]\nname = 's'\nwhen = { part.extension = 'exe' }\nunless = { recipient = 'lab@example.net' }\nthen = { strip = true }\n".to_owned();
    check(std::slice::from_ref(&strip), &[LAB], "deliver");
    check(
        std::slice::from_ref(&strip),
        &[ANN],
        "deliver strip(2)+keep",
    );
    check(
        std::slice::from_ref(&strip),
        &[LAB, ANN],
        "deliver strip(2)+keep",
    );
    check(
        &[strip],
        &[LAB, "x@y.example", LAB, ANN],
        "deliver strip(2)+keep",
    );
    let leave = [
        rule(
            "l",
            "recipient = 'lab@example.net', part.extension = 'exe'",
            "strip = false",
        ),
        rule("s", "part.extension = 'exe'", "strip = true"),
    ];
    check(&leave, &[LAB], "deliver");
    check(&leave, &[LAB, ANN], "deliver strip(2)+keep");
    let accept = [
        rule("l", "recipient = 'lab@example.net'", "accept = true"),
        rule("s", "part.extension = 'exe'", "reject = '550 5.7.1 no'"),
    ];
    check(&accept, &[LAB], "deliver");
    check(&accept, &[LAB, ANN], "550 5.7.1 no");
}

#[test]
fn the_strictest_wins() {
    let two = |lab: &str, ann: &str| {
        [
            rule("lab", "recipient = 'lab@example.net'", lab),
            rule("ann", "recipient = 'ann@example.net'", ann),
        ]
    };
    for (lab, ann, expected) in [
        ("reject = '550 5.7.1 no'", "tempfail = true", "550 5.7.1 no"),
        (
            "reject = '550 5.7.1 no'",
            "quarantine = true",
            "550 5.7.1 no +keep",
        ),
        ("tempfail = '451 4.7.1 x'", "accept = true", "451 4.7.1 x"),
        ("tempfail = '451 4.7.1 x'", "discard = true", "451 4.7.1 x"),
        ("quarantine = true", "accept = true", "discard +keep"),
        ("quarantine = true", "discard = true", "discard +keep"),
        ("discard = true", "accept = true", "deliver"),
        ("discard = true", "tag_subject = 'x'", "deliver tag:x"),
        ("discard = true", "discard = true", "discard"),
        (
            "quarantine = true, accept = true",
            "tag_subject = 'x'",
            "deliver +keep tag:x",
        ),
    ] {
        check(&two(lab, ann), &[LAB, ANN], expected);
    }
}

#[test]
fn a_scanner_that_one_asks_for_is_not_missing_for_another() {
    let unscanned = rule(
        "u",
        "part.name = '*', scan.result = 'unscanned'",
        "accept = true",
    );
    let refused = rule("r", "recipient = 'ann@example.net'", "reject = true");
    let named = rule("n", "scan.engine = 'one'", "accept = true");
    let rules = [unscanned, refused, named];
    check(&rules, &[ANN], "550 5.7.1 message refused by policy");
    check(&rules, &[ANN, LAB], "550 5.7.1 message refused by policy");
}

#[test]
fn edits_are_united_and_the_stricter_one_wins() {
    let two = |lab: &str, ann: &str| {
        [
            rule(
                "lab",
                "recipient = 'lab@example.net', part.extension = ['exe', 'png']",
                lab,
            ),
            rule(
                "ann",
                "recipient = 'ann@example.net', part.extension = ['exe', 'csv']",
                ann,
            ),
        ]
    };
    let cases = [
        (
            "strip = true, keep = false",
            "rename = 'x'",
            "deliver strip(2) strip(3) rename(4.1)",
        ),
        (
            "strip = true, keep = false",
            "strip = true",
            "deliver strip(2)+keep strip(3) strip(4.1)+keep",
        ),
        (
            "strip = false",
            "rename = 'x'",
            "deliver rename(2) rename(4.1)",
        ),
    ];
    for (lab, ann, expected) in cases {
        check(&two(lab, ann), &[LAB, ANN], expected);
    }
}

#[test]
fn reasons_come_once() {
    let rules = [
        rule("all", "", "tag_subject = 'x'"),
        rule(
            "lab",
            "recipient = 'lab@example.net'",
            "set_header = { X-Lab = 'yes' }",
        ),
    ];
    let decision = decide(
        &policy(&rules.concat()),
        &envelope("a@b", &[ANN, LAB, "c@d"]),
        &read(MIXED),
        &[],
    );
    assert_eq!(fired(&decision), ["all", "lab"]);
    assert_eq!(say(&decision), "deliver tag:x X-Lab:yes");
}

#[test]
fn at_rcpt_the_one_recipient_is_refused() {
    let policy = policy(&rule(
        "r",
        "recipient = 'ann@example.net'",
        "reject = '550 5.1.1 no {recipient}'",
    ));
    let ask = |recipient: &str| decide_at(&policy, Stage::Rcpt, &envelope("a@b", &[recipient]));
    assert_eq!(say(&ask(ANN)), "550 5.1.1 no ann@example.net");
    assert!(!ask(LAB).settled);
    let at_mail = decide_at(&policy, Stage::Mail, &envelope("a@b", &[]));
    assert_eq!(
        (say(&at_mail).as_str(), at_mail.settled),
        ("deliver", false)
    );
}

#[test]
fn without_recipients_no_recipient_matches() {
    let rules = rule("r", "recipient = '*'", "reject = true")
        + &rule("s", "not = { recipient = '*' }", "tag_subject = 'x'");
    let decision = decide(&policy(&rules), &envelope("a@b", &[]), &read(MIXED), &[]);
    assert_eq!(say(&decision), "deliver tag:x");
}

#[test]
fn many_recipients_are_a_few_groups() {
    let many: Vec<String> = (0..20_000)
        .map(|n| format!("user{n}@example.net"))
        .collect();
    let mut recipients: Vec<&str> = many.iter().map(String::as_str).collect();
    recipients.push(ANN);
    let rules = rule(
        "r",
        "recipient = 'ann@example.net', part.extension = 'exe'",
        "strip = true",
    );
    let decision = decide(
        &policy(&rules),
        &envelope("a@b", &recipients),
        &read(MIXED),
        &[],
    );
    assert_eq!(say(&decision), "deliver strip(2)+keep");
}
