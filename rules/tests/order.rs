//! How rules work together: tags, what goes on and what stops, what is only observed, commands, and who is asked when.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{MIXED, decide, decide_at, envelope, policy, read, say};
use tamis_rules::{Came, Delivery, Envelope, Facts, Speaks, Stage, Verdict};

/// What the rules make of the known message.
#[track_caller]
fn check(rules: &str, expected: &str) {
    let transaction = envelope("a@example.org", &["b@example.net", "c@example.org"]);
    let decision = decide(&policy(rules), &transaction, &read(MIXED), &[]);
    assert_eq!(say(&decision), expected, "{rules}");
}

#[test]
fn what_one_rule_says_another_can_ask() {
    for (second, expected) in [
        (
            "when = { tag = 'seen' }",
            "550 5.7.1 message refused by policy #seen",
        ),
        (
            "when = { tag = ['other', 'seen'] }",
            "550 5.7.1 message refused by policy #seen",
        ),
        ("when = { tag = 'other' }", "deliver #seen"),
        ("unless = { tag = 'seen' }", "deliver #seen"),
        (
            "unless = { tag = 'other' }",
            "550 5.7.1 message refused by policy #seen",
        ),
    ] {
        check(
            &format!(
                "[[rule]]\nname='one'\nwhen={{ subject = '*' }}\nthen={{ tag='seen' }}\n\
                 [[rule]]\nname='two'\nwhen={{ sender='<>' }}\nthen={{ tag='other' }}\n\
                 [[rule]]\nname='three'\n{second}\nthen={{ reject=true }}"
            ),
            expected,
        );
    }
}

#[test]
fn a_tag_is_not_known_before_what_it_depends_on() {
    let text = "[[rule]]\nname='one'\nwhen={ sender = '@example.org' }\nthen={ tag='ours' }\n\
                [[rule]]\nname='two'\nwhen={ subject = '*' }\nthen={ tag='late' }\n\
                [[rule]]\nname='three'\nwhen={ tag='ours' }\nthen={ reject=true }\n\
                [[rule]]\nname='four'\nwhen={ tag='late' }\nthen={ reject=true }";
    let policy = policy(text);
    let stages: Vec<&str> = policy.rules().map(|rule| rule.speaks.name()).collect();
    assert_eq!(stages, ["message", "message", "mail", "message"]);
    let from = |sender| Envelope {
        sender: Some(str::to_owned(sender)),
        ..Envelope::default()
    };
    let ours = decide_at(&policy, Stage::Mail, &from("a@example.org"));
    assert!(ours.settled && matches!(ours.verdict, Verdict::Reject(_)));
    let other = decide_at(&policy, Stage::Mail, &from("a@example.net"));
    assert!(!other.settled && matches!(other.verdict, Verdict::Deliver(_)));
}

#[test]
fn stop_ends_the_rules_and_nothing_else() {
    let later = "[[rule]]\nname='late'\nthen={ reject=true }";
    check(
        &format!("[[rule]]\nname='one'\nthen={{ tag_subject='[a]', stop=true }}\n{later}"),
        "deliver tag:[a]",
    );
    check(
        &format!("[[rule]]\nname='one'\nwhen={{ sender='<>' }}\nthen={{ stop=true }}\n{later}"),
        "550 5.7.1 message refused by policy",
    );
}

#[test]
fn changes_of_one_part_add_up_only_if_the_rule_says_so() {
    let about = "when={ part.extension='exe' }\nthen=";
    let rule = |name: &str, then: &str| format!("[[rule]]\nname='{name}'\n{about}{{ {then} }}\n");
    let first = rule("one", "rename='x.bin'");
    let open = rule("one", "rename='x.bin', continue=true");
    let label = rule("two", "relabel='application/zip'");
    let strip = rule("three", "strip=true");
    let leave = rule("four", "strip=false");
    let names = |rules: &str| {
        let transaction = envelope("a@example.org", &["b@example.net"]);
        let decision = decide(&policy(rules), &transaction, &read(MIXED), &[]);
        let Verdict::Deliver(delivery) = decision.verdict else {
            panic!("{rules}")
        };
        delivery
            .parts
            .into_iter()
            .map(|part| part.action)
            .collect::<Vec<_>>()
    };
    let shown = |rules: &str| format!("{:?}", names(rules));
    assert!(shown(&format!("{first}{label}")).contains("media_type: None"));
    let both = shown(&format!("{open}{label}"));
    assert!(
        both.contains("x.bin") && both.contains("application/zip"),
        "{both}"
    );
    check(&format!("{open}{label}{strip}"), "deliver rename(2)");
    check(&format!("{open}{strip}{label}"), "deliver strip(2)+keep");
    check(&format!("{open}{leave}{strip}"), "deliver rename(2)");
}

#[test]
fn what_is_observed_is_said_and_not_done() {
    check(
        "[[rule]]\nname='one'\nmode='observe'\nthen={ reject=true, tag='x', capture='before' }\n\
         [[rule]]\nname='two'\nthen={ tag_subject='[a]' }\n\
         [[rule]]\nname='three'\nmode='enforce'\nwhen={ tag='x' }\nthen={ reject=true }",
        "deliver tag:[a] observed:one",
    );
    let whole = "mode='observe'\n[[rule]]\nname='one'\nwhen={ part.extension='exe' }\nthen={ strip=true, tag='x' }\n\
                 [[rule]]\nname='two'\nthen={ reject=true, notify='p@example.org' }";
    check(whole, "deliver observed:one observed:two");
    let transaction = envelope("a@example.org", &["b@example.net"]);
    let decision = decide(&policy(whole), &transaction, &read(MIXED), &[]);
    assert_eq!(decision.observed.verdict, Some("reject"));
    assert!(policy(whole).is_observed());
    let early = decide_at(&policy(whole), Stage::Connect, &Envelope::default());
    assert!(!early.settled);
}

#[test]
fn a_rule_in_observation_holds_nothing_back() {
    let text = "[[rule]]\nname='one'\nmode='observe'\nwhen={ scan.result='found' }\nthen={ reject=true }\n\
                [[rule]]\nname='two'\nwhen={ client='192.0.2.1' }\nthen={ reject=true }";
    let client = Envelope {
        client: Some("192.0.2.1".parse().unwrap()),
        ..Envelope::default()
    };
    let decision = decide_at(&policy(text), Stage::Connect, &client);
    assert!(decision.settled && matches!(decision.verdict, Verdict::Reject(_)));
}

#[test]
fn commands_are_asked_about_apart() {
    let policy = policy(
        "[[rule]]\nname='private'\nwhen={ unknown_command=['XADR', 'x*'], client='192.0.2.0/24' }\nthen={ reject='500 5.5.1 no' }\n\
         [[rule]]\nname='all'\nthen={ tempfail=true }",
    );
    let client = |address: &str| Envelope {
        client: Some(address.parse().unwrap()),
        ..Envelope::default()
    };
    let asked = |command: &str, address: &str| {
        let decision = policy.decide_command(&client(address), command);
        decision.map(|decision| say(&decision))
    };
    assert_eq!(
        asked("xadr a b", "192.0.2.7").as_deref(),
        Some("500 5.5.1 no")
    );
    assert_eq!(asked("XGEN", "192.0.2.7").as_deref(), Some("500 5.5.1 no"));
    assert_eq!(asked("XADR", "198.51.100.1"), None);
    assert_eq!(asked("HELP", "192.0.2.7"), None);
    assert_eq!(asked("", "192.0.2.7"), None);
    let speaks: Vec<_> = policy.rules().map(|rule| rule.speaks).collect();
    assert_eq!(speaks, [Speaks::Command, Speaks::At(Stage::Connect)]);
    check(
        "[[rule]]\nname='private'\nwhen={ not = { unknown_command='x' } }\nthen={ reject=true }",
        "deliver",
    );
}

#[test]
fn what_is_not_read_is_asked_about_apart() {
    let text = "[[rule]]\nname='lab'\nwhen={ poison=true, recipient='@lab.example' }\nthen={ accept=true }\n\
         [[rule]]\nname='watched'\nmode='observe'\nwhen={ poison=true }\nthen={ discard=true }\n\
         [[rule]]\nname='rest'\nwhen={ poison=true, sender='@x.example' }\nthen={ reject='550 5.7.1 no' }\n\
         [[rule]]\nname='all'\nthen={ discard=true }";
    let asked = |text: &str, sender: &str, recipients: &[&str]| {
        let envelope = Envelope {
            sender: Some(sender.to_owned()),
            recipients: recipients.iter().map(|it| (*it).to_owned()).collect(),
            ..Envelope::default()
        };
        let policy = policy(text);
        let configured = policy.decide(&Facts {
            stage: Stage::Message,
            envelope: &envelope,
            message: None,
            scans: &[],
        });
        policy.decide_poison(&envelope, &configured)
    };
    let lab = asked(text, "a@x.example", &["b@lab.example"]);
    assert_eq!(lab.verdict, Verdict::Deliver(Delivery::default()));
    let both = asked(text, "a@x.example", &["b@lab.example", "c@y.example"]);
    assert_eq!(say(&both), "550 5.7.1 no observed:watched", "the strictest");
    let neither = asked(text, "a@z.example", &["c@y.example"]);
    assert_eq!(
        neither.verdict,
        Verdict::Discard,
        "as the configuration has it"
    );
    let watched: Vec<_> = neither
        .observed
        .reasons
        .iter()
        .map(|it| &*it.rule)
        .collect();
    assert_eq!(watched, ["watched"]);
    let observed = asked(
        &format!("mode = 'observe'\n{text}"),
        "a@x.example",
        &["c@y.example"],
    );
    assert_eq!(observed.observed.verdict, Some("reject"));
    let policy = policy(text);
    let speaks = policy.rules().map(|rule| rule.speaks);
    assert_eq!(speaks.filter(|it| *it == Speaks::Poison).count(), 3);
}

#[test]
fn recipients_who_differ_are_told_apart() {
    let text = |setting: &str| {
        format!("{setting}\n[[rule]]\nname='r'\nwhen={{ recipient='@lab.example' }}\nthen={{ strip=false, tag='x' }}\n")
            .replace("strip=false, ", "")
    };
    for (setting, one, other, defers) in [
        (
            "differing_recipients='defer'",
            "a@lab.example",
            "b@lab.example",
            false,
        ),
        (
            "differing_recipients='defer'",
            "a@lab.example",
            "b@example.org",
            true,
        ),
        (
            "differing_recipients='strictest'",
            "a@lab.example",
            "b@example.org",
            false,
        ),
        ("", "a@lab.example", "b@example.org", false),
    ] {
        assert_eq!(
            policy(&text(setting)).defers(one, other),
            defers,
            "{setting} {one} {other}"
        );
    }
}

#[test]
fn only_the_recipients_of_a_rule_are_sent_elsewhere() {
    check(
        "[[rule]]\nname='one'\nwhen={ recipient='@example.net' }\nthen={ redirect='spam@example.org' }",
        "deliver -b@example.net +spam@example.org",
    );
}

#[test]
fn every_rule_tells_when_it_speaks() {
    let rules = [
        ("client='192.0.2.1'", "reject=true", "connect"),
        ("client='192.0.2.1'", "tag='x'", "message"),
        ("helo='x'", "reject=true", "helo"),
        ("tls=false", "reject=true", "mail"),
        ("client='192.0.2.9'", "reject=true", "mail"),
        ("recipient='a@example.org'", "tempfail=true", "rcpt"),
        ("sender='<>'", "accept=true", "message"),
        ("size='>1MB'", "reject=true", "message"),
        ("client='192.0.2.1'", "reject=true", "message"),
    ];
    let numbered = (0..).zip(rules);
    let text = numbered.map(|(number, (when, then, _))| {
        format!("[[rule]]\nname='r{number}'\nwhen={{ {when} }}\nthen={{ {then} }}\n")
    });
    let stages: Vec<_> = policy(&text.collect::<Vec<_>>().concat())
        .rules()
        .map(|rule| rule.speaks.name())
        .collect();
    let expected: Vec<_> = rules.iter().map(|(_, _, stage)| *stage).collect();
    assert_eq!(stages, expected);
}

#[test]
fn the_way_to_a_decision_is_told() {
    let policy = policy(
        "[[rule]]\nname='one'\nwhen={ sender='<>', size='>1B' }\nthen={ reject=true }\n\
         [[rule]]\nname='two'\nwhen={ part.kind='pdf', part.name='*.exe' }\nthen={ strip=true }\n\
         [[rule]]\nname='three'\nwhen={ recipient='@example.org' }\nthen={ accept=true }\n\
         [[rule]]\nname='four'\nwhen={ header.X-None=true }\nthen={ tag='x' }",
    );
    let reading = read(MIXED);
    let transaction = envelope("a@example.org", &["b@example.net", "c@example.org"]);
    let (decision, paths) = policy.explain(&Facts {
        stage: Stage::Message,
        envelope: &transaction,
        message: Some(&reading),
        scans: &[],
    });
    assert_eq!(say(&decision), "deliver");
    let told: Vec<_> = paths
        .iter()
        .map(|way| {
            let steps = way
                .steps
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>();
            (way.recipients.join(","), steps.join("; "))
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "b@example.net".to_owned(),
                "one (policy.toml:1): sender does not hold; \
                 two (policy.toml:5): no part or scan fulfils all of it; \
                 three (policy.toml:9): recipient does not hold; \
                 four (policy.toml:13): header.X-None does not hold"
                    .to_owned()
            ),
            (
                "c@example.org".to_owned(),
                "one (policy.toml:1): sender does not hold; \
                 two (policy.toml:5): no part or scan fulfils all of it; \
                 three (policy.toml:9): holds"
                    .to_owned()
            ),
        ]
    );
    assert!(
        paths
            .iter()
            .all(|way| way.steps.iter().all(|it| it.came != Came::Unknown))
    );
}
