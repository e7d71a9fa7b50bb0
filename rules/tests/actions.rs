//! Every action: a rule, and what becomes of one known message.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{MIXED, decide, envelope, fired, policy, read, say};
use tamis_rules::{Decision, PartAction, Values, Verdict, actions, load};

fn decided(text: &str) -> Decision {
    decide(
        &policy(text),
        &envelope("a@example.org", &["b@example.net"]),
        &read(MIXED),
        &[],
    )
}

/// A rule about programs with these actions.
fn about_programs(then: &str) -> String {
    format!(
        "[[rule]]\nname = 'r'\nwhen = {{ part.extension = 'exe' }}\nthen = {{ {then} }}\n[notice.gone]\ntext = 'gone: {{part.name}} {{id}}'\n[banner.outside]\ntext = 'from outside'\n"
    )
}

#[test]
fn one_rule() {
    for (then, expected) in [
        ("accept = true", "deliver"),
        ("reject = true", "550 5.7.1 message refused by policy"),
        (
            "reject = '554 no {part.name} please'",
            "554 5.7.1 no setup.exe please",
        ),
        (
            "reject = '553 5.6.0'",
            "553 5.6.0 message refused by policy",
        ),
        (
            "tempfail = true",
            "451 4.7.1 message deferred by policy, try again later",
        ),
        ("tempfail = '450 4.2.1 {rule} {{x}}'", "450 4.2.1 r {x}"),
        ("discard = true", "discard"),
        ("quarantine = true", "discard +keep"),
        ("quarantine = true, accept = true", "deliver +keep"),
        (
            "quarantine = true, reject = true",
            "550 5.7.1 message refused by policy +keep",
        ),
        ("quarantine = true, discard = true", "discard +keep"),
        ("strip = true", "deliver strip(2)+keep"),
        ("strip = true, keep = false", "deliver strip(2)"),
        ("strip = 'gone', accept = true", "deliver strip(2)+keep"),
        ("strip = false", "deliver"),
        ("rename = '{part.name}.txt'", "deliver rename(2)"),
        (
            "set_header = { X-A = '{part.kind} {part.number} {part.size}' }",
            "deliver X-A:executable 2 10",
        ),
        ("tag_subject = '[{part.name}]'", "deliver tag:[setup.exe]"),
        ("stop = true", "deliver"),
        ("hold = 'why {rule}'", "deliver hold:why r"),
        (
            "hold = true, tag_subject = 'x'",
            "deliver tag:x hold:held by policy",
        ),
        ("replace = 'gone for good'", "deliver replace(2)+keep"),
        (
            "replace = { type = 'text/html', name = 'a.html', text = '<p>x' }, keep = false",
            "deliver replace(2)",
        ),
        ("relabel = 'application/x-msdownload'", "deliver relabel(2)"),
        ("relabel = 'application/octet-stream'", "deliver"),
        (
            "relabel = 'image/png', rename = 'x.png'",
            "deliver rename(2)",
        ),
        ("wrap = true", "deliver wrap"),
        ("banner = 'outside'", "deliver banner:from outside"),
        ("add_header = { X-A = '{rule}' }", "deliver X-A:+r"),
        ("insert_header = { X-A = '{rule}' }", "deliver X-A:^r"),
        ("change_header = { X-A = '{rule}' }", "deliver X-A:=r"),
        (
            "remove_header = ['X-A', 'Received']",
            "deliver X-A:- Received:-",
        ),
        (
            "remove_header = 'X-A', add_header = { x-a = 'v' }",
            "deliver x-a:v",
        ),
        (
            "add_recipient = ['c@example.org', 'd@example.org']",
            "deliver +c@example.org +d@example.org",
        ),
        ("remove_recipient = true", "deliver -b@example.net"),
        (
            "redirect = 'c@example.org'",
            "deliver -b@example.net +c@example.org",
        ),
        ("capture = 'before'", "deliver capture:before"),
        (
            "capture = 'both', reject = true",
            "550 5.7.1 message refused by policy capture:before capture:after",
        ),
        (
            "notify = 'p@example.org', discard = true",
            "discard notify:p@example.org",
        ),
        (
            "notify = { to = ['p@example.org', 'q@example.org'], text = 'gone' }",
            "deliver notify:p@example.org notify:q@example.org",
        ),
        ("tag = ['one', 'two']", "deliver #one #two"),
        (
            "tag_subject = 'x', strip = true",
            "deliver strip(2)+keep tag:x",
        ),
    ] {
        assert_eq!(say(&decided(&about_programs(then))), expected, "{then}");
    }
}

#[test]
fn rules_run_in_order() {
    let rule = |name: &str, when: &str, then: &str| {
        format!("[[rule]]\nname = '{name}'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
    };
    for (rules, expected, names) in [
        (
            vec![
                rule("a", "", "accept = true"),
                rule("b", "", "reject = true"),
            ],
            "deliver",
            "a",
        ),
        (
            vec![
                rule("a", "", "tag_subject = '1'"),
                rule("b", "", "tag_subject = '2'"),
                rule("c", "", "tag_subject = '1'"),
            ],
            "deliver tag:1 tag:2",
            "a b c",
        ),
        (
            vec![
                rule("a", "", "set_header = { X-A = '1' }"),
                rule("b", "", "set_header = { x-a = '2', X-B = '3' }"),
            ],
            "deliver X-A:1 X-B:3",
            "a b",
        ),
        (
            vec![
                rule("a", "part.extension = 'exe'", "strip = false"),
                rule(
                    "b",
                    "part.disposition = ['attachment', 'inline']",
                    "strip = true",
                ),
            ],
            "deliver strip(3)+keep strip(4.1)+keep",
            "a b b",
        ),
        (
            vec![
                rule("a", "part.name = '*.png'", "rename = 'p.png'"),
                rule("b", "part.name = '*.png'", "strip = true"),
            ],
            "deliver rename(3)",
            "a",
        ),
        (
            vec![
                rule("a", "part.name = '*.png'", "strip = true"),
                rule("b", "", "reject = true"),
            ],
            "550 5.7.1 message refused by policy",
            "a b",
        ),
    ] {
        let decision = decided(&rules.concat());
        assert_eq!(say(&decision), expected, "{rules:?}");
        assert_eq!(fired(&decision).join(" "), names, "{rules:?}");
        assert!(decision.settled);
    }
}

#[test]
fn reasons_say_where_and_what() {
    let decision = decided(&about_programs("strip = true, tag_subject = 'x'"));
    let said: Vec<_> = decision.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["r (policy.toml:1): strip, tag_subject part 2 \"setup.exe\""]
    );
}

#[test]
fn notices_are_filled_in() {
    for (then, id, expected) in [
        ("strip = 'gone'", Some("q1"), "gone: setup.exe q1"),
        ("strip = 'gone'", None, "gone: setup.exe not kept"),
        (
            "strip = 'Removed {part.name} by {rule}'",
            None,
            "Removed setup.exe by r",
        ),
        (
            "strip = 'see {id} or {id}'",
            Some("q\r\n1"),
            "see q  1 or q  1",
        ),
    ] {
        let decision = decided(&about_programs(then));
        let Verdict::Deliver(delivery) = decision.verdict else {
            panic!("{then}")
        };
        let PartAction::Strip {
            notice: Some(notice),
        } = &delivery.parts[0].action
        else {
            panic!("{then}")
        };
        let notice = notice.render(&Values { id });
        assert_eq!(
            (notice.text.as_str(), notice.name.as_str()),
            (expected, "removed.txt"),
            "{then}"
        );
    }
    let decision = decided(&about_programs("notice = false, strip = true"));
    let Verdict::Deliver(delivery) = decision.verdict else {
        panic!()
    };
    assert_eq!(delivery.parts[0].action, PartAction::Strip { notice: None });
    let decision = decided(&about_programs("strip = true"));
    let Verdict::Deliver(delivery) = decision.verdict else {
        panic!()
    };
    let PartAction::Strip {
        notice: Some(notice),
    } = &delivery.parts[0].action
    else {
        panic!()
    };
    let text = notice.render(&Values { id: Some("q1") }).text;
    assert!(
        text.contains("Name: setup.exe\nKind: executable\nRule: r\nQuarantine id: q1\n"),
        "{text}"
    );
}

#[test]
fn new_names_are_harmless_and_final() {
    let message = |name: &str| {
        read(&format!(
            "Subject: a\nMIME-Version: 1.0\nContent-Type: application/pdf; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\nx\n"
        ))
    };
    let long = "x".repeat(400);
    for (rename, name, expected) in [
        ("{part.name}.txt", "a.exe", Some("a.exe.txt")),
        ("{part.name}.txt", "a.exe.txt", None),
        ("old-{part.name}", "a", Some("old-a")),
        ("old-{part.name}", "old-a", None),
        ("x.{part.name}.y", "a", Some("x.a.y")),
        ("x.{part.name}.y", "x.a.y", None),
        ("document.pdf", "a", Some("document.pdf")),
        ("document.pdf", "document.pdf", None),
        ("{part.name}.txt", "a<b>|c", Some("a_b__c.txt")),
        ("a/b", "x", Some("a_b")),
        ("...", "x", Some("attachment")),
        ("{part.name}.txt", long.as_str(), Some("")),
    ] {
        let text = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ part.name = true }}\nthen = {{ rename = '{rename}' }}"
        );
        let decision = decide(
            &policy(&text),
            &envelope("a@b", &["c@d"]),
            &message(name),
            &[],
        );
        let Verdict::Deliver(delivery) = decision.verdict else {
            panic!("{rename}")
        };
        let renamed = delivery.parts.first().map(|part| match &part.action {
            PartAction::Change {
                name: Some(name), ..
            } => name.as_str(),
            other => panic!("{other:?}"),
        });
        match expected {
            Some("") => assert!(renamed.is_some_and(|to| to.len() < 160 && to.ends_with("x.txt"))),
            expected => assert_eq!(renamed, expected, "{rename} {name}"),
        }
    }
}

#[test]
fn values_of_mail_cannot_break_a_reply() {
    let message = read(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: application/pdf; name=\"a\u{202e}\u{1b}[2J\u{e9}.pdf\"\n\nx\n",
    );
    let text = "[[rule]]\nname='r'\nwhen = { part.kind = 'pdf' }\nthen = { reject = '550 5.7.1 {part.name} {sender} {helo}' }";
    let mut envelope = envelope("x\r\n250 ok@b", &[]);
    envelope.helo = Some("h".repeat(10_000));
    let decision = decide(&policy(text), &envelope, &message, &[]);
    let Verdict::Reject(reply) = decision.verdict else {
        panic!()
    };
    assert!(
        reply.text().bytes().all(|byte| (32..127).contains(&byte)),
        "{reply}"
    );
    assert!(
        reply.text().len() < 300 && reply.text().contains("x  250 ok@b"),
        "{reply}"
    );
}

#[test]
fn every_action_is_described_and_its_example_loads() {
    let mut keys = std::collections::BTreeSet::new();
    for described in actions() {
        assert!(keys.insert(described.key), "{} twice", described.key);
        assert!(described.says.ends_with('.'), "{}", described.key);
        assert!(
            described.example.contains(described.key),
            "{}",
            described.key
        );
        let beside = match described.key {
            "keep" | "notice" => "strip = true, ",
            _ => "",
        };
        let files = |name: &str| match name {
            "blocked.html" => Ok("<p>blocked</p>".to_owned()),
            _ => Err("there is no such file".to_owned()),
        };
        let text = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ part.kind = 'pdf', scan.engine = 'rspamd' }}\nthen = {{ {beside}{} }}\n[notice.program-removed]\ntext = 'x'\n[banner.external]\ntext = 'x'\n",
            described.example
        );
        let sources = tamis_rules::Sources::new("p", text).with_loader(files);
        if let Err(faults) = load(&sources) {
            panic!("{}: {}", described.key, support::render(&faults));
        }
    }
    assert_eq!(keys.len(), 30);
}
