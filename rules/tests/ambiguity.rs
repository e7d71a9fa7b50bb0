//! MIME-Ambiguity-Results: what it says, and that nobody else can say it.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{cut, decide, envelope, faults, policy, read, render, say};
use tamis_rules::{HeaderDecision, Verdict};
use tamis_sanitize::{HeaderEdit, Reading};

const ALWAYS: &str = "[[rule]]\nname = 'r'\nthen = { ambiguity_results = 'mx.example.org' }\n";
const UNCLOSED: &str = "\
From: a@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hello
";
const PLAIN: &str = "From: a@example.org\nSubject: plain\n\nHello\n";

/// What the field says of a message.
#[track_caller]
fn check(text: &str, message: &Reading, value: &str) {
    let decision = decide(&policy(text), &envelope("a@b.example", &[]), message, &[]);
    assert_eq!(
        say(&decision),
        format!("deliver MIME-Ambiguity-Results:{value}")
    );
}

#[test]
fn it_says_what_was_found_and_what_became_of_it() {
    check(ALWAYS, &read(PLAIN), "mx.example.org; mime-ambiguity=none");
    check(
        ALWAYS,
        &read(UNCLOSED),
        "mx.example.org; mime-ambiguity=repaired defect.missing-close-delimiter=repaired",
    );
    check(
        &format!("[repair]\nM006 = 'ignore'\n{ALWAYS}"),
        &read(UNCLOSED),
        "mx.example.org; mime-ambiguity=present defect.missing-close-delimiter=ignored",
    );
    check(
        "[[rule]]\nname = 'r'\nwhen = { limit = true }\nthen = { accept = true, ambiguity_results = 'mx' }\n",
        &cut(PLAIN),
        "mx; mime-ambiguity=unread defect.limit-message-bytes=unread",
    );
}

/// The edits of the header section, in one line each.
fn edits(text: &str, message: &Reading) -> Vec<String> {
    let decision = decide(&policy(text), &envelope("a@b.example", &[]), message, &[]);
    let Verdict::Deliver(delivery) = decision.verdict else {
        panic!("not delivered")
    };
    let edits = delivery.header_edits(message.map()).into_iter();
    edits
        .map(|edit| match edit {
            HeaderEdit::Delete { name, nth } => format!("delete {} {nth}", name.as_str()),
            HeaderEdit::Append { name, value } => format!(
                "append {}:{}",
                name.as_str(),
                String::from_utf8_lossy(value.as_bytes())
            ),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_message_cannot_bring_its_own() {
    let forged = read(&format!(
        "MIME-Ambiguity-Results: mx.example.org; mime-ambiguity=none\nmime-ambiguity-results : x\n{PLAIN}"
    ));
    // A rule that does not hold: what came goes all the same.
    let sometimes = "[[rule]]\nname = 'r'\nwhen = { size = '>1MiB' }\nthen = { ambiguity_results = 'mx.example.org' }\n";
    assert_eq!(
        edits(sometimes, &forged),
        [
            "delete MIME-Ambiguity-Results 1",
            "delete MIME-Ambiguity-Results 2"
        ]
    );
    let replaced = edits(ALWAYS, &forged);
    assert_eq!(replaced.len(), 3, "{replaced:?}");
    assert!(replaced[2].starts_with("append MIME-Ambiguity-Results:"));
    // A policy without the action has nothing to do with the field, and clean mail is not touched.
    assert!(edits("", &forged).is_empty());
    assert!(edits(sometimes, &read(PLAIN)).is_empty());
}

#[test]
fn fields_of_our_own_prefix_are_ours_alone() {
    let forged = read(&format!("X-Tamis-Verdict: clean\nX-Other: yes\n{PLAIN}"));
    let text = "[[rule]]\nname = 'r'\nwhen = { size = '>1MiB' }\nthen = { set_header = { x-tamis-verdict = 'large', X-Other = 'no' } }\n";
    assert_eq!(edits(text, &forged), ["delete x-tamis-verdict 1"]);
}

#[test]
fn what_one_recipient_gets_is_not_removed_for_another() {
    let text = "[[rule]]\nname = 'r'\nwhen = { recipient = 'two@b.example' }\nthen = { ambiguity_results = 'mx' }\n";
    let forged = read(&format!("MIME-Ambiguity-Results: forged\n{PLAIN}"));
    for recipients in [
        ["one@b.example", "two@b.example"],
        ["two@b.example", "one@b.example"],
    ] {
        let decision = decide(
            &policy(text),
            &envelope("a@b.example", &recipients),
            &forged,
            &[],
        );
        let Verdict::Deliver(delivery) = decision.verdict else {
            panic!("not delivered")
        };
        assert!(
            matches!(delivery.header.as_slice(), [HeaderDecision::Set { value, .. }] if value.starts_with("mx; ")),
            "{:?}",
            delivery.header
        );
    }
}

#[test]
fn the_field_is_folded() {
    let broken = read(
        "From : a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed (c); boundary=b\n\n--bX\n\nHello\n",
    );
    let appended = edits(ALWAYS, &broken);
    let lines: Vec<_> = appended[0].lines().collect();
    assert!(lines.len() > 1, "{appended:?}");
    assert!(lines.iter().all(|line| line.len() <= 85), "{appended:?}");
    let name = "append MIME-Ambiguity-Results:";
    let unfolded = appended[0].replace('\n', "");
    assert!(
        unfolded.starts_with(&format!(
            "{name}mx.example.org; mime-ambiguity=repaired defect."
        )),
        "{unfolded}"
    );
}

#[test]
fn a_wrong_name_of_a_site_is_refused() {
    for (value, says) in [
        ("'mx example'", "cannot be the name of a site"),
        ("'a;b'", "cannot be the name of a site"),
        ("true", "here must be text in quotes"),
    ] {
        let text = format!("[[rule]]\nname = 'r'\nthen = {{ ambiguity_results = {value} }}\n");
        let found = faults(&text);
        assert_eq!((found[0].line, found[0].column), (3, 30), "{text}");
        assert!(render(&found).contains(says), "{}", render(&found));
    }
    let by_hand =
        "[[rule]]\nname = 'r'\nthen = { set_header = { Mime-Ambiguity-Results = 'x' } }\n";
    assert!(render(&faults(by_hand)).contains("there is ambiguity_results"));
    let both = "[[rule]]\nname = 'r'\nthen = { ambiguity_results = 'mx', discard = true }\n";
    assert!(render(&faults(both)).contains("contradict each other"));
}
