//! Defects from end to end: what a policy does about them is what becomes of the message.

use bytes::Bytes;
use std::io::Read;
use std::sync::Arc;
use tamis::inspect::{Fate, Inspection, Outcome, Site};
use tamis_rules::{Envelope, Sources, load};

/// Ambiguous: the multipart is never closed.
const UNCLOSED: &str = "From: a@example.com\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 9 Nov 2026 09:15:00 +0100\r\n\
    Message-ID: <a@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain\r\n\r\nhello\r\n";

fn inspect(policy: &str, message: &str) -> Outcome {
    let policy = Arc::new(load(&Sources::new("test.toml", policy)).expect("a policy"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let envelope = Envelope {
            sender: Some("a@example.com".into()),
            recipients: vec!["b@example.org".into()],
            ..Envelope::default()
        };
        let mut inspection = Inspection::begin(Arc::new(Site::default()), policy, envelope);
        let bytes = Bytes::copy_from_slice(message.as_bytes());
        inspection.push(bytes).await.expect("spooled");
        inspection.finish().await.expect("spooled")
    });
    judged.carry_out().expect("carried out")
}

fn rule(then: &str) -> String {
    format!("[[rule]]\nname = 'r'\nwhen = {{ defect = 'ambiguous' }}\nthen = {{ {then} }}\n")
}

fn delivered(outcome: &Outcome) -> String {
    let Fate::Deliver(delivered) = &outcome.fate else {
        panic!("{:?}", outcome.report)
    };
    let mut message = String::new();
    delivered
        .message()
        .read_to_string(&mut message)
        .expect("read");
    message
}

#[test]
fn a_defect_is_refused_deferred_or_thrown_away() {
    for (then, verdict) in [
        ("reject = '550 5.6.0 malformed'", "reject"),
        ("tempfail = true", "tempfail"),
        ("discard = true", "discard"),
        ("quarantine = true", "discard"),
    ] {
        let outcome = inspect(&rule(then), UNCLOSED);
        assert_eq!(outcome.report.verdict, verdict, "{then}");
        assert_eq!(outcome.report.reasons[0].rule.as_ref(), "r");
    }
}

#[test]
fn a_defect_is_tagged_though_it_is_repaired() {
    let result = delivered(&inspect(&rule("tag_subject = '[malformed]'"), UNCLOSED));
    assert!(result.contains("Subject: [malformed] x\r\n"), "{result}");
    let result = delivered(&inspect(
        &rule("set_header = { X-Malformed = 'yes' }"),
        UNCLOSED,
    ));
    assert!(result.contains("X-Malformed: yes\r\n"), "{result}");
}

#[test]
fn what_a_policy_ignores_stays_byte_for_byte() {
    let outcome = inspect("[repair]\nmissing-close-delimiter = 'ignore'", UNCLOSED);
    assert_eq!(delivered(&outcome), UNCLOSED);
    assert!(!outcome.report.changed);
    let outcome = inspect("[repair]\nambiguous = 'ignore'", UNCLOSED);
    assert_eq!(delivered(&outcome), UNCLOSED);
}

#[test]
fn what_is_ambiguous_is_repaired_without_a_word() {
    let outcome = inspect("", UNCLOSED);
    let result = delivered(&outcome);
    assert!(outcome.report.changed);
    assert!(
        outcome.report.repaired.contains(&"missing-close-delimiter"),
        "{:?}",
        outcome.report
    );
    assert!(
        result.contains("--\r\n") && result.contains("hello\r\n"),
        "{result}"
    );
    // What is delivered is plain: nothing is done to it any more.
    assert_eq!(delivered(&inspect("", &result)), result);
}

#[test]
fn a_header_is_repaired_as_the_policy_says() {
    let raw = "From: a@example.com\r\nSubject: caf\u{e9}\r\nSubject: second\r\n\r\nhello\r\n";
    let repaired = delivered(&inspect("", raw));
    assert_eq!(
        repaired,
        "From: a@example.com\r\nSubject: caf\u{e9}\r\n\r\nhello\r\n"
    );
    let kept = delivered(&inspect("[repair]\nduplicate-field = 'ignore'", raw));
    assert_eq!(kept, raw);
    let encoded = delivered(&inspect("[repair]\nraw-8bit = 'encode'", raw));
    assert!(
        encoded.is_ascii() && encoded.contains("Subject: =?utf-8?"),
        "{encoded}"
    );
    let dated = delivered(&inspect("[repair]\nmissing-date = 'repair'", raw));
    assert!(dated.contains("\r\nDate: "), "{dated}");
    let mended = "[repair]\nmissing-message-id = 'repair'";
    let known = delivered(&inspect(mended, raw));
    let id = known
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: <"));
    let id = id.expect("an id");
    assert!(id.ends_with("@message-id-missing.invalid>"), "{known}");
    assert_eq!(
        delivered(&inspect(mended, raw)),
        known,
        "the same each time"
    );
    assert_eq!(delivered(&inspect(mended, &known)), known, "once");
    let other = delivered(&inspect(mended, &raw.replace("hello", "hallo")));
    assert!(!other.contains(id), "another message, another id");
}

#[test]
fn a_list_of_addresses_is_mended_wherever_it_stands() {
    let list = "To: \"Jane <jane@example.org>; Example, Bob <bob@example.com> eve@example.net\r\n";
    let mended =
        "To: Jane <jane@example.org>, \"Example, Bob\" <bob@example.com>,\r\n eve@example.net\r\n";
    let top = format!("From: a@example.com\r\n{list}\r\nhello\r\n");
    let outcome = inspect("", &top);
    assert!(outcome.report.repaired.contains(&"address-list-syntax"));
    assert_eq!(delivered(&outcome), top.replace(list, mended));
    let kept = inspect("[repair]\naddress-list-syntax = 'ignore'", &top);
    assert_eq!(delivered(&kept), top);
    let attached = format!(
        "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n\
         From: b@example.com\r\nDate: once\r\n{list}MIME-Version: 1.0\r\n\r\nhello\r\n"
    );
    let all = "[repair]\ncosmetic = 'repair'";
    for policy in ["", all] {
        let result = delivered(&inspect(policy, &attached));
        assert!(
            result.contains(mended) && !result.contains(list),
            "{result}"
        );
        let (_, inner) = result.split_once("\r\n\r\n").expect("an attached message");
        let (inner, _) = inner.split_once("\r\n\r\n").expect("its header section");
        assert!(
            inner.contains("Date: once\r\n") && !inner.contains("Message-ID:"),
            "{inner}"
        );
    }
}

#[test]
fn what_is_cosmetic_is_mended_as_far_as_it_can_be() {
    let long = format!(
        "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\nX-Long: {}\r\n\r\n<p>{}</p>\r\n",
        "x".repeat(1_200),
        "word ".repeat(400)
    );
    let outcome = inspect("[repair]\ncosmetic = 'repair'", &long);
    assert_eq!(outcome.report.verdict, "deliver", "{:?}", outcome.report);
    assert!(delivered(&outcome).contains("\r\nDate: "));
}

/// A signed message with a DKIM signature; in the signed part lies what is named.
fn signed(inner: &str) -> String {
    format!(
        "DKIM-Signature: v=1; a=rsa-sha256\r\nFrom: a@example.com\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=s\r\n\r\n\
         --s\r\n{inner}\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nabc\r\n--s--\r\n"
    )
}

#[test]
fn a_plain_signed_message_keeps_every_octet() {
    let plain = signed("Content-Type: text/plain\r\n\r\nhello");
    let outcome = inspect("", &plain);
    assert_eq!(delivered(&outcome), plain);
    assert_eq!(outcome.report.protections, ["pgp-signed", "dkim"]);
    assert!(outcome.report.voided.is_empty());
}

#[test]
fn a_changed_signed_message_says_so() {
    // Ambiguous inside: a boundary is given twice.
    let broken = signed(
        "Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n\r\nhello\r\n--a--",
    );
    let outcome = inspect("", &broken);
    assert!(outcome.report.changed);
    assert_eq!(outcome.report.voided, ["pgp-signed", "dkim"]);
    // Edited by a rule that knows that it is signed, as it came.
    let policy =
        "[[rule]]\nname = 'r'\nwhen = { signed = 'pgp' }\nthen = { tag_subject = '[signed]' }";
    let outcome = inspect(policy, &signed("Content-Type: text/plain\r\n\r\nhello"));
    assert!(
        outcome.report.voided.is_empty(),
        "a field was added, no more"
    );
    let outcome = inspect(policy, &broken);
    assert!(delivered(&outcome).contains("Subject: [signed]"));
}

#[test]
fn the_finding_is_handed_on_and_cannot_be_forged() {
    let policy = rule("ambiguity_results = 'mx.example.org'");
    let result = delivered(&inspect(&policy, UNCLOSED));
    let field = "MIME-Ambiguity-Results: mx.example.org; mime-ambiguity=repaired";
    assert!(result.contains(field), "{result}");
    let forged = format!("{field}\r\nFrom: a@example.com\r\nSubject: x\r\n\r\nhello\r\n");
    let result = delivered(&inspect(&policy, &forged));
    assert_eq!(result, "From: a@example.com\r\nSubject: x\r\n\r\nhello\r\n");
}
