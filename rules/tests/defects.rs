//! Defects in a policy: what matches them, which of them are repaired, and every action on them.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{cut, decide, envelope, faults, policy, read, render, say};
use tamis_rules::{Policy, Sources, Verdict, load};
use tamis_sanitize::{Class, Code, CodeSet};

/// A message whose multipart is never closed: `missing-close-delimiter`, ambiguous.
const UNCLOSED: &str = "\
From: a@example.org
Date: Mon, 9 Nov 2026 09:15:00 +0100
Message-ID: <open@example.org>
Subject: open
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hello
";

const PLAIN: &str = "From: a@example.org\nSubject: plain\n\nHello\n";

fn rule(when: &str, then: &str) -> Policy {
    policy(&format!(
        "[[rule]]\nname = 'r'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n"
    ))
}

#[track_caller]
fn check(when: &str, matches: bool) {
    let policy = rule(when, "discard = true");
    let decision = decide(&policy, &envelope("a@b.example", &[]), &read(UNCLOSED), &[]);
    assert_eq!(
        matches!(decision.verdict, Verdict::Discard),
        matches,
        "{when}"
    );
}

#[test]
fn a_defect_is_matched_by_code_name_and_class() {
    let number = Code::MissingCloseDelimiter.number();
    check("defect = 'missing-close-delimiter'", true);
    check(&format!("defect = '{number}'"), true);
    check("defect = 'ambiguous'", true);
    check("defect = ['limit', 'base64-junk', 'ambiguous']", true);
    check("defect = 'cosmetic'", false);
    check("defect = 'limit'", false);
    check("defect = ['M004', 'base64-junk']", false);
}

#[test]
fn every_action_works_on_a_defect() {
    for (then, expected) in [
        ("accept = true", "deliver"),
        ("reject = '550 5.6.0 malformed'", "550 5.6.0 malformed"),
        ("tempfail = '451 4.6.0 malformed'", "451 4.6.0 malformed"),
        ("discard = true", "discard"),
        ("quarantine = true", "discard +keep"),
        ("quarantine = true, accept = true", "deliver +keep"),
        (
            "set_header = { X-Malformed = '{rule}' }",
            "deliver X-Malformed:r",
        ),
        ("tag_subject = '[malformed]'", "deliver tag:[malformed]"),
    ] {
        let policy = rule("defect = 'ambiguous'", then);
        let envelope = envelope("a@b.example", &["c@d.example"]);
        let broken = decide(&policy, &envelope, &read(UNCLOSED), &[]);
        assert_eq!(say(&broken), expected, "{then}");
        let plain = decide(&policy, &envelope, &read(PLAIN), &[]);
        assert_eq!(say(&plain), "deliver", "{then}");
    }
}

#[test]
fn a_part_is_taken_out_of_a_message_with_a_defect() {
    let policy = rule("defect = 'ambiguous', part.kind = 'text'", "strip = true");
    let decision = decide(&policy, &envelope("a@b.example", &[]), &read(UNCLOSED), &[]);
    assert_eq!(say(&decision), "deliver strip(1)+keep");
}

#[test]
fn a_part_is_matched_by_its_own_defects() {
    let message = read(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n\
         Content-Type: application/x-a\nContent-Transfer-Encoding: base64\n\nAA*AA\n--b--\n",
    );
    for when in [
        "part.defect = 'base64-junk'",
        "part.defect = 'E004'",
        "part.defect = 'ambiguous'",
    ] {
        let decision = decide(
            &rule(when, "strip = true"),
            &envelope("a@b.example", &[]),
            &message,
            &[],
        );
        assert_eq!(say(&decision), "deliver strip(2)+keep", "{when}");
    }
    let wrong = rule("part.defect = 'cosmetic'", "strip = true");
    assert_eq!(
        say(&decide(
            &wrong,
            &envelope("a@b.example", &[]),
            &message,
            &[]
        )),
        "deliver"
    );
}

#[test]
fn a_limit_is_matched_by_its_class() {
    let policy = rule("defect = 'limit'", "accept = true");
    let decision = decide(&policy, &envelope("a@b.example", &[]), &cut(UNCLOSED), &[]);
    assert_eq!(say(&decision), "deliver");
}

/// What of the codes that are looked at is repaired, by this table.
#[track_caller]
fn check_repairs(table: &str, repaired: &[Code], ignored: &[Code]) {
    let policy = policy(table);
    for code in repaired {
        assert!(
            policy.treatment().repairs(*code),
            "{code} is ignored: {table}"
        );
    }
    for code in ignored {
        assert!(
            !policy.treatment().repairs(*code),
            "{code} is repaired: {table}"
        );
    }
}

#[test]
fn without_a_word_what_is_ambiguous_is_repaired_and_nothing_else() {
    let treatment = *policy("").treatment();
    let repaired: CodeSet = Code::ALL
        .iter()
        .copied()
        .filter(|code| treatment.repairs(*code))
        .collect();
    assert_eq!(repaired, CodeSet::of_class(Class::Ambiguous));
}

#[test]
fn a_class_a_name_and_a_code_are_repaired_or_ignored() {
    let (bare_lf, long, junk, near) = (
        Code::BareLf,
        Code::LongLine,
        Code::Base64Junk,
        Code::BoundaryNearMiss,
    );
    check_repairs(
        "[repair]\ncosmetic = 'repair'",
        &[bare_lf, long, junk, near],
        &[],
    );
    check_repairs("[repair]\ncosmetic = true", &[bare_lf, long, junk], &[]);
    check_repairs("[repair]\nambiguous = 'ignore'", &[], &[junk, near]);
    check_repairs("[repair]\nbase64-junk = 'ignore'", &[near], &[junk]);
    check_repairs("[repair]\nE004 = false", &[near], &[junk]);
    // What is named counts before its class, in whichever order they stand.
    check_repairs(
        "[repair]\nambiguous = 'ignore'\nM005 = 'repair'",
        &[near],
        &[junk],
    );
    check_repairs(
        "[repair]\nM005 = 'repair'\nambiguous = 'ignore'",
        &[near],
        &[junk],
    );
    check_repairs("[repair]\nbare-lf = 'repair'", &[bare_lf, junk], &[long]);
}

#[test]
fn a_policy_overrules_what_it_includes() {
    let sources = Sources::new(
        "site.toml",
        "include = ['base.toml']\n[repair]\nbase64-junk = 'repair'\nraw-8bit = 'keep'",
    );
    let loader = |name: &str| match name {
        "base.toml" => Ok("[repair]\nambiguous = 'ignore'\nraw-8bit = 'encode'".to_owned()),
        other => Err(format!("no {other}")),
    };
    let policy =
        load(&sources.with_loader(loader)).unwrap_or_else(|found| panic!("{}", render(&found)));
    assert!(policy.treatment().repairs(Code::Base64Junk));
    assert!(!policy.treatment().repairs(Code::BoundaryNearMiss));
    assert!(!policy.treatment().repairs(Code::Raw8Bit));
}

#[test]
fn raw_octets_in_fields_are_kept_or_encoded() {
    check_repairs("", &[], &[Code::Raw8Bit]);
    check_repairs("[repair]\nraw-8bit = 'encode'", &[Code::Raw8Bit], &[]);
    check_repairs(
        "[repair]\nraw-8bit = 'keep'\ncosmetic = true",
        &[Code::BareLf],
        &[Code::Raw8Bit],
    );
    check_repairs(
        "[repair]\nraw-8bit-header = 'repair'",
        &[Code::Raw8Bit],
        &[],
    );
}

/// `LINE:COLUMN code: message (help)` of the only fault of that table.
#[track_caller]
fn check_fault(table: &str, place: (u32, u32), code: &str, says: &str) {
    let found = faults(&format!("[repair]\n{table}\n"));
    let [fault] = found.as_slice() else {
        panic!("not one fault: {}", render(&found))
    };
    assert_eq!((fault.line, fault.column), place, "{}", fault.render());
    assert_eq!(fault.code.name(), code, "{}", fault.render());
    assert!(fault.to_string().contains(says), "{}", fault.render());
}

#[test]
fn a_wrong_table_is_refused_at_its_place() {
    check_fault(
        "base64-junck = 'repair'",
        (2, 1),
        "unknown-key",
        "did you mean `base64-junk`?",
    );
    check_fault(
        "E04 = 'repair'",
        (2, 1),
        "unknown-key",
        "did you mean `E004`?",
    );
    check_fault(
        "\n  M004 = 'repare'",
        (3, 10),
        "unknown-value",
        "did you mean `repair`?",
    );
    check_fault(
        "ambiguous = 3",
        (2, 13),
        "wrong-type",
        "\"repair\" or \"ignore\"",
    );
    check_fault(
        "raw-8bit = 'encoded'",
        (2, 12),
        "unknown-value",
        "did you mean `encode`?",
    );
    check_fault(
        "limit = 'ignore'",
        (2, 1),
        "conflict",
        "write a rule: when = { limit = true }",
    );
    check_fault(
        "limit-depth = 'ignore'",
        (2, 1),
        "conflict",
        "neither repaired nor ignored",
    );
    check_fault(
        "L002 = 'repair'",
        (2, 1),
        "conflict",
        "neither repaired nor ignored",
    );
    check_fault(
        "raw-8bit = 'keep'\nH008 = 'repair'",
        (3, 1),
        "conflict",
        "are the same defect",
    );
    check_fault(
        "M004 = 'repair'\nboundary-repeated = 'ignore'",
        (3, 1),
        "conflict",
        "are the same defect",
    );
}

#[test]
fn a_wrong_word_for_a_defect_is_refused_at_its_place() {
    let text = "[[rule]]\nname = 'r'\nwhen = { defect = ['M004', 'boundry-repeated'] }\nthen = { discard = true }\n";
    let found = faults(text);
    assert_eq!(
        (found[0].line, found[0].column),
        (3, 28),
        "{}",
        render(&found)
    );
    assert!(render(&found).contains("did you mean `boundary-repeated`?"));
}
