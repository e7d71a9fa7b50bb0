//! Header decisions as edits: what stood there before goes, and nothing is done twice.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{decide, envelope, policy, read};
use tamis_rules::Verdict;
use tamis_sanitize::{HeaderEdit, Piece, Plan, Reading, rewrite};

fn edits(then: &str, message: &Reading) -> Vec<String> {
    let text = format!("[[rule]]\nname = 'r'\nthen = {{ {then} }}\n");
    let decision = decide(&policy(&text), &envelope("a@b", &["c@d"]), message, &[]);
    let Verdict::Deliver(delivery) = decision.verdict else {
        panic!("{then}")
    };
    let value =
        |value: &tamis_sanitize::FieldValue| String::from_utf8(value.as_bytes().to_vec()).unwrap();
    let say = |edit: &HeaderEdit| match edit {
        HeaderEdit::Change {
            name,
            nth,
            value: new,
        } => format!("change {name} {nth}: {}", value(new)),
        HeaderEdit::Delete { name, nth } => format!("delete {name} {nth}"),
        HeaderEdit::Prepend { name, value: new } => format!("prepend {name}: {}", value(new)),
        HeaderEdit::Append { name, value: new } => format!("append {name}: {}", value(new)),
    };
    delivery
        .header_edits(message.map())
        .iter()
        .map(say)
        .collect()
}

/// The message with the edits carried out.
fn edited(then: &str, message: &str) -> String {
    let wire = message.replace('\n', "\r\n");
    let reading = read(message);
    let text = format!("[[rule]]\nname = 'r'\nthen = {{ {then} }}\n");
    let decision = decide(&policy(&text), &envelope("a@b", &["c@d"]), &reading, &[]);
    let Verdict::Deliver(delivery) = decision.verdict else {
        panic!("{then}")
    };
    let plan = Plan {
        header: delivery.header_edits(reading.map()),
        ..Plan::default()
    };
    let pieces = rewrite(reading.map(), &plan).message(reading.map());
    let bytes = pieces.into_iter().flat_map(|piece| match piece {
        Piece::Copy(extent) => wire.as_bytes()
            [usize::try_from(extent.start).unwrap()..usize::try_from(extent.end).unwrap()]
            .to_vec(),
        Piece::Bytes(bytes) => bytes,
        Piece::Recode(_) => unreachable!("a plan of header edits"),
    });
    String::from_utf8(bytes.collect())
        .unwrap()
        .replace("\r\n", "\n")
}

#[test]
fn edits_are_right_and_final() {
    for (then, header, expected) in [
        (
            "set_header = { X-A = 'yes' }",
            "Subject: a\n",
            vec!["append X-A: yes"],
        ),
        ("set_header = { X-A = 'yes' }", "x-a: yes\n", vec![]),
        (
            "set_header = { X-A = 'yes' }",
            "X-A: no\n",
            vec!["delete X-A 1", "append X-A: yes"],
        ),
        (
            "set_header = { X-A = 'yes' }",
            "X-A: yes\nx-a: yes\n",
            vec!["delete X-A 1", "delete X-A 2", "append X-A: yes"],
        ),
        ("set_header = { X-A = ' a   b ' }", "X-A: a b\n", vec![]),
        ("set_header = { X-A = 'a b' }", "X-A:  a\n  b\n", vec![]),
        (
            "tag_subject = '[X]'",
            "Subject: hello\n",
            vec!["change Subject 1: [X] hello"],
        ),
        ("tag_subject = '[X]'", "Subject: [X] hello\n", vec![]),
        (
            "tag_subject = '[X]'",
            "Subject: [X] [X] hello\n",
            vec!["change Subject 1: [X] hello"],
        ),
        (
            "tag_subject = '[X]'",
            "Subject: Re: [X] hello\n",
            vec!["change Subject 1: [X] Re: [X] hello"],
        ),
        (
            "tag_subject = '[X]'",
            "To: b\n",
            vec!["append Subject: [X]"],
        ),
        (
            "tag_subject = '[X]'",
            "Subject:\n",
            vec!["change Subject 1: [X]"],
        ),
        (
            "tag_subject = '[X]'",
            "Subject: a\nSubject: [X] b\nSubject: c\n",
            vec!["change Subject 1: [X] a", "change Subject 3: [X] c"],
        ),
    ] {
        let message = format!("{header}\nbody\n");
        let done = edits(then, &read(&message));
        assert_eq!(done, expected, "{then} {header:?}");
        let again = edited(then, &message);
        assert_eq!(
            edits(then, &read(&again)),
            Vec::<String>::new(),
            "{again:?}"
        );
    }
}

#[test]
fn several_tags_stand_in_order_once() {
    let text = "[[rule]]\nname='a'\nthen={tag_subject='[A]'}\n[[rule]]\nname='b'\nthen={tag_subject='[B]'}\n";
    let edit = |subject: &str| {
        let message = read(&format!("Subject: {subject}\n\nbody\n"));
        let decision = decide(&policy(text), &envelope("a@b", &["c@d"]), &message, &[]);
        let Verdict::Deliver(delivery) = decision.verdict else {
            panic!()
        };
        delivery.header_edits(message.map()).len()
    };
    assert_eq!(edit("[A] [B] x"), 0);
    assert_eq!(edit("[A]  [B]   x"), 0);
    for subject in ["x", "[B] [A] x", "[A] x", "[B] x"] {
        assert_eq!(edit(subject), 1, "{subject}");
    }
}

#[test]
fn text_that_has_to_be_encoded_is_recognised_again() {
    let long = "ä".repeat(200);
    for then in [
        "tag_subject = '[Außen]'",
        "set_header = { X-A = 'für {sender} – ok' }",
        "set_header = { X-A = 'word word word word word word word word word word word word word word word word word' }",
        &format!("set_header = {{ X-A = '{long}' }}"),
        &format!("tag_subject = '{long}'"),
    ] {
        for header in [
            "Subject: hello\n",
            "Subject: =?utf-8?q?f=C3=BCr?= all\nX-A: 1\nX-A: 2\n",
        ] {
            let once = edited(then, &format!("{header}\nbody\n"));
            assert_ne!(once, format!("{header}\nbody\n"));
            assert_eq!(edited(then, &once), once, "{then}");
        }
    }
}
