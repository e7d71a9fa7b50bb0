//! What no rule can leave out: unscanned is never clean, and a message read in part is not edited.

mod support;

use support::{
    MIXED, clean, cut, decide, decide_at, envelope, fired, found, policy, read, say, unscanned,
};
use tamis_rules::{Facts, Reason, ScanFact, Stage};
use tamis_sanitize::Part;

fn rule(when: &str, then: &str) -> String {
    format!("[[rule]]\nname = 'r'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
}

const UNSCANNED: &str = "451 4.7.1 message could not be scanned, try again later";
const LIMIT: &str = "451 4.7.1 message could not be inspected to its end, try again later";
const CLEANED: &str = "451 4.7.1 message could not be cleaned, try again later";

fn check(scans: &[ScanFact], cases: &[(&str, &str, &str)]) {
    for (when, then, expected) in cases {
        let policy = policy(&rule(when, then));
        let decision = decide(&policy, &envelope("a@b", &["c@d"]), &read(MIXED), scans);
        assert_eq!(say(&decision), *expected, "{when} {then}");
    }
}

#[test]
fn unscanned_is_deferred_unless_a_rule_speaks_of_it() {
    let tag = "tag_subject = 'x'";
    check(
        &[clean("one"), unscanned("two", "timeout")],
        &[
            ("sender = '<>'", "discard = true", UNSCANNED),
            ("", tag, UNSCANNED),
            ("scan.result = 'found'", "reject = true", UNSCANNED),
            ("scan.engine = 'two'", tag, UNSCANNED),
            ("scan.reason = 'unreachable'", tag, UNSCANNED),
            (
                "any = [{ sender = 'a@b' }, { scan.result = 'unscanned' }]",
                tag,
                UNSCANNED,
            ),
            ("scan.result = 'unscanned'", tag, "deliver tag:x"),
            ("scan.reason = 'timeout'", tag, "deliver tag:x"),
            (
                "not = { scan.result = ['clean', 'found'] }",
                tag,
                "deliver tag:x",
            ),
            (
                "scan.engine = 'two', scan.result = 'unscanned'",
                tag,
                "deliver tag:x",
            ),
            (
                "scan.engine = 'one', scan.result = 'unscanned'",
                tag,
                UNSCANNED,
            ),
            (
                "part.extension = 'exe', scan.result = 'unscanned'",
                "strip = true",
                "deliver strip(2)+keep",
            ),
            ("", "accept = true", "deliver"),
            ("", "discard = true", "discard"),
            (
                "scan.result = 'unscanned'",
                "tempfail = '450 4.1.1 x'",
                "450 4.1.1 x",
            ),
        ],
    );
    check(
        &[unscanned("one", "io"), unscanned("two", "timeout")],
        &[
            (
                "scan.engine = 'two', scan.result = 'unscanned'",
                tag,
                UNSCANNED,
            ),
            ("scan.result = 'unscanned'", tag, "deliver tag:x"),
        ],
    );
}

#[test]
fn a_scanner_that_is_named_and_did_not_run_is_unscanned() {
    let reject = "reject = '550 5.7.1 {scan.signature} found'";
    let named = "scan.engine = 'clamd', scan.result = 'found'";
    check(
        &[],
        &[
            (named, reject, UNSCANNED),
            ("scan.result = 'found'", reject, "deliver"),
        ],
    );
    check(&[clean("clamd")], &[(named, reject, "deliver")]);
    check(
        &[found("clamd", "Eicar")],
        &[(named, reject, "550 5.7.1 Eicar found")],
    );
    check(
        &[],
        &[(
            "scan.engine = 'clamd', scan.reason = 'missing'",
            "tag_subject = 'x'",
            "deliver tag:x",
        )],
    );
    // The rule cannot hold for this sender: nobody has asked for the scanner.
    check(
        &[],
        &[(
            "sender = '<>', scan.engine = 'clamd', scan.result = 'found'",
            reject,
            "deliver",
        )],
    );
}

#[test]
fn built_in_reasons_say_so() {
    let policy = policy(&rule("sender = '<>'", "discard = true"));
    let scans = [unscanned("clamd", "time\u{1b}out")];
    let decision = decide(&policy, &envelope("a@b", &["c@d"]), &read(MIXED), &scans);
    let [reason] = decision.reasons.as_slice() else {
        panic!("{decision:?}")
    };
    assert_eq!((&*reason.file, reason.line), (Reason::BUILT_IN, 0));
    assert_eq!(
        reason.to_string(),
        "unscanned (built-in): tempfail [clamd: unscanned (time?out)]"
    );
}

#[test]
fn what_was_read_in_part_is_deferred_unless_a_rule_speaks_of_it() {
    let tag = "tag_subject = 'x'";
    for (when, then, expected) in [
        ("sender = '<>'", "discard = true", LIMIT),
        ("", tag, LIMIT),
        ("limit = false", tag, LIMIT),
        ("limit = true", tag, "deliver tag:x"),
        ("defect = 'limit'", tag, "deliver tag:x"),
        ("defect = 'limit-message-bytes'", tag, "deliver tag:x"),
        ("defect = ['limit-depth', 'cosmetic']", tag, LIMIT),
        (
            "limit = true",
            "reject = '552 5.3.4 too large'",
            "552 5.3.4 too large",
        ),
        ("", "accept = true", "deliver"),
        (
            "limit = true, part.type = 'text/plain'",
            "strip = true",
            CLEANED,
        ),
        (
            "part.type = 'text/plain'",
            "strip = true, accept = true",
            CLEANED,
        ),
        (
            "limit = true, part.type = 'text/plain'",
            "rename = 'x'",
            CLEANED,
        ),
        ("limit = true", "wrap = true", CLEANED),
        ("limit = true", "banner = 'b'", CLEANED),
    ] {
        let text = format!("[banner.b]\ntext = 'b'\n{}", rule(when, then));
        let decision = decide(&policy(&text), &envelope("a@b", &["c@d"]), &cut(MIXED), &[]);
        assert_eq!(say(&decision), expected, "{when} {then}");
    }
}

#[test]
fn what_is_not_known_in_the_end_is_deferred() {
    let rules = rule("header.X = true", "reject = true");
    let policy = policy(&rules);
    let envelope = envelope("a@b", &["c@d"]);
    let facts = Facts {
        stage: Stage::Message,
        envelope: &envelope,
        message: None,
        scans: &[],
    };
    let decision = policy.decide(&facts);
    assert_eq!(
        say(&decision),
        "451 4.7.1 message could not be inspected, try again later"
    );
    assert_eq!(fired(&decision), ["undecided"]);
    assert!(!decide_at(&policy, Stage::Rcpt, &envelope).settled);
}

#[test]
fn what_is_said_of_one_part_is_said_of_no_other() {
    let message = read(MIXED);
    let leaf = |number: &str| {
        let mut parts = message.map().parts().iter();
        parts.find(|part| part.number() == number).map(Part::id)
    };
    let of = |scan: ScanFact, number: &str| ScanFact {
        part: leaf(number),
        ..scan
    };
    let both = [
        of(found("clamd", "Eicar"), "2"),
        of(unscanned("clamd", "timeout"), "1"),
    ];
    let [infected, _] = both.clone();
    let strip = "strip = true";
    for (scans, when, then, expected) in [
        (
            &both[..1],
            "scan.result = 'found', scan.of = 'part'",
            strip,
            "deliver strip(2)+keep",
        ),
        (
            &both[..1],
            "scan.result = 'found', scan.of = 'message'",
            "reject = true",
            "deliver",
        ),
        (
            &both[..1],
            "scan.result = 'found', part.type = 'text/plain'",
            strip,
            "deliver",
        ),
        (
            &both[..1],
            "scan.result = 'found'",
            "reject = '550 5.7.1 {scan.signature} in part {part.number}'",
            "550 5.7.1 Eicar in part 2",
        ),
        // Who speaks of the one part without an answer has not spoken of the other.
        (
            &both,
            "scan.result = 'found', scan.of = 'part'",
            strip,
            UNSCANNED,
        ),
        (
            &both,
            "scan.result = ['found', 'unscanned'], scan.of = 'part'",
            strip,
            "deliver strip(1)+keep strip(2)+keep",
        ),
        (
            &[infected, of(unscanned("clamd", "io"), "2")],
            "scan.result = 'unscanned', part.type = 'text/plain'",
            strip,
            UNSCANNED,
        ),
    ] {
        let policy = policy(&rule(when, then));
        let decision = decide(&policy, &envelope("a@b", &["c@d"]), &message, scans);
        assert_eq!(say(&decision), expected, "{when} {then}");
    }
}
