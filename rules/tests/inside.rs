//! Rules about parts speak of what lies in them, too.

mod support;

use support::{decide, envelope, policy, preset};
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};
use tamis_rules::Verdict;
use tamis_sanitize::Reading;
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, open};

/// A message with one archive, looked into.
fn message(name: &str, entries: &[Entry<'_>]) -> Reading {
    let archive = stored(entries);
    let text = format!(
        "From: a@example.org\nMIME-Version: 1.0\nContent-Type: application/zip; name=\"{name}\"\n\
         Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n{}",
        base64_lines(&archive)
    );
    let mut reading = support::read(&text.replace("\r\n", "\n"));
    if let Reading::Whole(map) = &mut reading {
        let part = map.root().clone();
        let (size, mut content) = (archive.len() as u64, std::io::Cursor::new(archive));
        let mut budget = Budget::new(Bounds::default());
        let inside = open(
            &Holder::of(&part),
            &mut content,
            size,
            &InMemory,
            &mut budget,
        )
        .expect("in memory");
        map.set_inside(part.id(), inside);
    }
    reading
}

/// What a policy of these rules says of an archive of a program, a text and an encrypted file.
fn said(rules: &str) -> Vec<String> {
    let program = payload::executable();
    let secret = Entry {
        name: "secret.dat",
        content: b"????",
        encrypted: true,
    };
    let entries = [
        Entry::new("setup.exe", &program),
        Entry::new("read.txt", b"Hello"),
        secret,
    ];
    let reading = message("offer.zip", &entries);
    let decision = decide(
        &policy(rules),
        &envelope("", &["b@example.org"]),
        &reading,
        &[],
    );
    assert!(matches!(decision.verdict, Verdict::Deliver(_)), "{rules}");
    decision.reasons.iter().map(ToString::to_string).collect()
}

fn check(when: &str, expected: Option<&str>) {
    let rules = format!("[[rule]]\nname = 'r'\nwhen = {{ {when} }}\nthen = {{ strip = true }}\n");
    let found = said(&rules);
    let expected: Vec<String> = expected
        .map(|name| format!("r (policy.toml:1): strip part 1 \"{name}\""))
        .into_iter()
        .collect();
    assert_eq!(found, expected, "{when}");
}

#[test]
fn conditions_hold_for_a_part_or_for_what_lies_in_it() {
    let program = Some("offer.zip → setup.exe");
    check("part.kind = 'executable'", program);
    check("part.content = 'executable'", program);
    check("part.extension = 'exe'", program);
    check("part.name = 'setup.*'", program);
    check(
        "part.detected = 'application/*portable-executable'",
        program,
    );
    check("part.kind = 'archive'", Some("offer.zip"));
    check("part.kind = 'video'", None);
}

#[test]
fn all_keys_of_a_rule_speak_of_the_same_file() {
    check(
        "part.extension = 'txt', part.kind = 'text'",
        Some("offer.zip → read.txt"),
    );
    check("part.extension = 'txt', part.kind = 'executable'", None);
    check(
        "part.kind = 'executable', part.type = 'application/zip'",
        None,
    );
}

#[test]
fn a_rule_may_speak_of_the_parts_alone_or_of_what_lies_in_them_alone() {
    check("part.kind = 'executable', part.inside = false", None);
    check(
        "part.kind = 'executable', part.inside = true",
        Some("offer.zip → setup.exe"),
    );
    check("part.kind = 'archive', part.inside = true", None);
}

#[test]
fn what_was_not_read_is_a_fact() {
    check("part.unread = 'encrypted'", Some("offer.zip → secret.dat"));
    check("part.unread = ['limit', 'damaged']", None);
}

#[test]
fn to_leave_one_file_leaves_no_other() {
    let strip = "[[rule]]\nname = 'r'\nwhen = { part.kind = ['executable', 'text'] }\nthen = { strip = true }\n";
    let leave = |what: &str| {
        let leave =
            format!("[[rule]]\nname = 'l'\nwhen = {{ {what} }}\nthen = {{ strip = false }}\n");
        said(&(leave + strip))
            .into_iter()
            .any(|reason| reason.contains("strip") && reason.starts_with("r "))
    };
    assert!(leave("part.extension = 'txt'"));
    assert!(!leave("part.extension = ['txt', 'exe']"));
    assert!(!leave("part.extension = 'zip'"));
}

#[test]
fn notices_name_the_way() {
    let rules = "[notice.n]\ntext = '{part.name} is {part.kind}'\n[[rule]]\nname = 'r'\nwhen = { part.kind = 'executable' }\nthen = { strip = 'n' }\n";
    let program = payload::executable();
    let reading = message("offer.zip", &[Entry::new("setup.exe", &program)]);
    let decision = decide(
        &policy(rules),
        &envelope("", &["b@example.org"]),
        &reading,
        &[],
    );
    let told = format!("{:?}", decision.verdict);
    assert!(
        told.contains("offer.zip → setup.exe is executable"),
        "{told}"
    );
}

#[test]
fn documents_that_do_more_than_being_read_are_named_or_go() {
    let said = |name: &str, entry: Entry<'_>| -> Vec<String> {
        let reading = message("offer.zip", &[entry]);
        let decision = decide(
            &preset(name),
            &envelope("", &["b@example.org"]),
            &reading,
            &[],
        );
        decision.reasons.iter().map(ToString::to_string).collect()
    };
    let document = payload::docm();
    let named = said("default", Entry::new("offer.docm", &document));
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].starts_with("active-document"), "{named:?}");
    let gone = said("strict", Entry::new("offer.docx", &document));
    assert!(
        gone.iter().any(|reason| reason.contains("strip part 1")),
        "{gone:?}"
    );
    let secret = || Entry {
        name: "secret.dat",
        content: b"????",
        encrypted: true,
    };
    assert!(said("default", secret()).is_empty());
    assert!(said("strict", secret())[0].contains("strip part 1"));
}
