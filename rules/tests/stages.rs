//! Rules fire as early as everything that they, and the deciding rules before them, look at is known.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{MIXED, decide, decide_at, envelope, policy, read, say};
use tamis_rules::{Envelope, Stage};

const STAGES: [Stage; 4] = [Stage::Connect, Stage::Helo, Stage::Mail, Stage::Rcpt];

fn transaction() -> Envelope {
    Envelope {
        client: Some("192.0.2.7".parse().unwrap()),
        helo: Some("bad.example".into()),
        ..envelope("bad@example.org", &["b@example.net"])
    }
}

/// The first stage at which the policy refuses or accepts for good, as a word.
fn settles(text: &str) -> String {
    let policy = policy(text);
    for stage in STAGES {
        let decision = decide_at(&policy, stage, &transaction());
        if decision.settled {
            return format!("{stage:?}: {}", say(&decision));
        }
        assert_eq!(
            say(&decision),
            "deliver",
            "not settled and yet {decision:?}"
        );
        assert!(decision.reasons.is_empty());
    }
    let decision = decide(&policy, &transaction(), &read(MIXED), &[]);
    assert!(decision.settled);
    format!("Message: {}", say(&decision))
}

fn rule(name: &str, when: &str, then: &str) -> String {
    format!("[[rule]]\nname = '{name}'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
}

const NO: &str = "reject = '550 5.7.1 no'";
const LATER: &str = "tempfail = '451 4.7.1 later'";

#[test]
fn as_early_as_it_can_be_known() {
    for (when, expected) in [
        ("client = '192.0.2.7'", "Connect: 550 5.7.1 no"),
        ("client = '192.0.2.8'", "Message: deliver"),
        ("helo = 'bad.example'", "Helo: 550 5.7.1 no"),
        ("sender = 'bad@example.org'", "Mail: 550 5.7.1 no"),
        ("authenticated = false", "Mail: 550 5.7.1 no"),
        ("direction = 'inbound'", "Message: deliver"),
        ("recipient = 'b@example.net'", "Rcpt: 550 5.7.1 no"),
        ("recipient_count = 1", "Message: 550 5.7.1 no"),
        ("header.Subject = true", "Message: 550 5.7.1 no"),
        ("part.kind = 'executable'", "Message: 550 5.7.1 no"),
        (
            "client = '192.0.2.7', sender = 'bad@example.org'",
            "Mail: 550 5.7.1 no",
        ),
        (
            "any = [{ client = '192.0.2.7' }, { header.X = true }]",
            "Connect: 550 5.7.1 no",
        ),
        ("not = { helo = 'good.example' }", "Helo: 550 5.7.1 no"),
        (
            "not = { sender = '<>', header.X = true }",
            "Mail: 550 5.7.1 no",
        ),
        ("", "Connect: 550 5.7.1 no"),
    ] {
        assert_eq!(settles(&rule("r", when, NO)), expected, "{when}");
    }
}

#[test]
fn rules_before_hold_a_rule_back_only_if_they_could_decide() {
    for (first, then, expected) in [
        (
            "header.X = true",
            "accept = true",
            "Message: 451 4.7.1 later",
        ),
        ("sender = '<>'", "accept = true", "Mail: 451 4.7.1 later"),
        ("client = '::1'", "accept = true", "Helo: 451 4.7.1 later"),
        (
            "header.X = true",
            "tag_subject = 'x'",
            "Helo: 451 4.7.1 later",
        ),
        ("part.kind = 'pdf'", "strip = true", "Helo: 451 4.7.1 later"),
        (
            "part.kind = 'pdf'",
            "quarantine = true",
            "Message: 451 4.7.1 later",
        ),
    ] {
        let text = rule("first", first, then) + &rule("second", "helo = 'bad.example'", LATER);
        assert_eq!(settles(&text), expected, "{first} {then}");
    }
}

#[test]
fn an_early_accept_is_settled_only_if_nothing_could_be_added() {
    let accept = rule("a", "client = '192.0.2.7'", "accept = true");
    assert_eq!(settles(&accept), "Connect: deliver");
    let tag = rule("t", "header.Subject = true", "tag_subject = 'x'");
    assert_eq!(settles(&(tag + &accept)), "Message: deliver tag:x");
}

#[test]
fn needs_say_what_could_matter() {
    let ask = |text: &str| {
        let needs = policy(text).needs(&transaction());
        let engines: Vec<_> = needs.engines.iter().cloned().collect();
        let flag = |set: bool, word: &str| {
            if set {
                format!(" {word}")
            } else {
                String::new()
            }
        };
        format!(
            "{}{}{}{}{}",
            engines.join(","),
            flag(needs.every_engine, "every"),
            flag(needs.message, "message"),
            flag(needs.edit, "edit"),
            flag(needs.keep, "keep")
        )
    };
    let strip = "strip = true";
    for (text, expected) in [
        (rule("r", "sender = '<>'", NO), ""),
        (rule("r", "header.X = true", NO), " message"),
        (rule("r", "part.kind = 'pdf'", strip), " message edit keep"),
        (
            rule("r", "part.kind = 'pdf'", "strip = true, keep = false"),
            " message edit",
        ),
        (rule("r", "sender = '<>', part.kind = 'pdf'", strip), ""),
        (rule("r", "recipient = 'x@y', part.kind = 'pdf'", strip), ""),
        (
            rule("r", "recipient = 'b@example.net', part.kind = 'pdf'", strip),
            " message edit keep",
        ),
        (rule("r", "", "quarantine = true"), " keep"),
        (rule("r", "scan.result = 'found'", NO), " every"),
        (
            rule("r", "scan.engine = 'clamd', scan.result = 'found'", NO),
            "clamd",
        ),
        (
            rule(
                "r",
                "any = [{ scan.engine = 'one' }, { scan.engine = ['two'] }, { sender = '<>' }]",
                NO,
            ),
            "one,two",
        ),
        (rule("r", "not = { scan.engine = 'one' }", NO), " every"),
        (rule("r", "sender = '<>', scan.result = 'found'", NO), ""),
        (
            rule("a", "client = '192.0.2.7'", "accept = true")
                + &rule("r", "part.kind = 'pdf'", strip),
            "",
        ),
        (
            rule("a", "", "tag_subject = 'x'") + &rule("r", "scan.engine = 'one'", NO),
            "one edit",
        ),
    ] {
        assert_eq!(ask(&text), expected, "{text}");
    }
    assert!(
        policy(&rule("r", "scan.result = 'found'", NO))
            .needs(&transaction())
            .engine("any")
    );
}
