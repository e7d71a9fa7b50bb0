//! One message through reader, policy, writer and quarantine, without scanners and without an MTA.

use bytes::Bytes;
use std::io::Read;
use std::sync::Arc;
use tamis::inspect::{Fate, Inspection, Judged, Outcome, Site};
use tamis::quarantine::Store;
use tamis_rules::{Envelope, Policy, Sources, load};

const MESSAGE: &str = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
    Content-Type: application/octet-stream; name=\"run.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--b--\r\n";

fn policy(text: &str) -> Arc<Policy> {
    Arc::new(load(&Sources::new("test.toml", text)).expect("a policy"))
}

fn default_policy() -> Arc<Policy> {
    Arc::new(load(&Sources::preset("default").expect("a preset")).expect("a policy"))
}

fn inspect(site: Site, policy: Arc<Policy>, message: &[u8]) -> Outcome {
    judge(site, policy, message)
        .carry_out()
        .expect("carried out")
}

fn judge(site: Site, policy: Arc<Policy>, message: &[u8]) -> Judged {
    let envelope = Envelope {
        sender: Some("a@example.com".into()),
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::new(site), policy, envelope);
        for chunk in message.chunks(100) {
            inspection
                .push(Bytes::copy_from_slice(chunk))
                .await
                .expect("spooled");
        }
        inspection.finish().await.expect("spooled")
    })
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
fn clean_mail_is_not_touched() {
    let clean = "From: a@example.com\r\nSubject: x\r\n\r\nhello\r\n";
    let outcome = inspect(Site::default(), default_policy(), clean.as_bytes());
    assert!(!outcome.report.changed);
    assert_eq!(delivered(&outcome), clean);
}

#[test]
fn what_is_kept_or_edited_is_not_light() {
    let light = |policy: Arc<Policy>, message: &str| {
        judge(Site::default(), policy, message.as_bytes()).is_light()
    };
    let clean = "From: a@example.com\r\nTo: b@example.org\r\nSubject: x\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\
                 Message-ID: <1@example.com>\r\n\r\nhello\r\n";
    let long = format!("{clean}{}", "hello\r\n".repeat(100_000));
    let ambiguous = MESSAGE.replace("boundary=b", "boundary=b; boundary=c");
    assert!(light(default_policy(), clean));
    assert!(light(default_policy(), &long), "nothing is done with it");
    assert!(!light(default_policy(), MESSAGE), "a program is taken out");
    assert!(!light(default_policy(), &ambiguous), "written anew");
    let all = |then: &str| {
        policy(&format!(
            "[[rule]]\nname='all'\nwhen = {{ size = '>=0B' }}\nthen = {{ {then} }}\n"
        ))
    };
    assert!(light(all("reject = true"), clean));
    assert!(!light(all("reject = true, quarantine = true"), clean));
    assert!(!light(all("add_header = { X-Seen = 'yes' }"), clean));
}

#[test]
fn a_program_is_replaced_and_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::create(dir.path()).expect("a store");
    let site = Site {
        quarantine: Some(store.clone()),
        ..Site::default()
    };
    let outcome = inspect(site, default_policy(), MESSAGE.as_bytes());
    let result = delivered(&outcome);
    assert!(outcome.report.changed);
    assert!(!result.contains("TVqQ"), "{result}");
    assert!(
        result.starts_with("From: a@example.com\r\nSubject: x\r\n"),
        "{result}"
    );
    let kept = &outcome.report.kept[0];
    assert!(
        result.contains(&kept.id),
        "the notice names the id: {result}"
    );
    let id = kept.id.parse().expect("an id");
    let mut content = String::new();
    store
        .content(&id)
        .expect("kept")
        .read_to_string(&mut content)
        .expect("read");
    assert!(
        content.starts_with("Content-Type: application/octet-stream")
            && content.ends_with("TVqQAAMAAAAEAAAA"),
        "{content}"
    );
    assert_eq!(
        delivered(&inspect(
            Site::default(),
            default_policy(),
            result.as_bytes()
        )),
        result,
        "twice changes nothing more"
    );
}

#[test]
fn a_quarantine_that_fails_stops_the_delivery() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::create(dir.path()).expect("a store");
    std::fs::remove_dir_all(dir.path()).expect("removed");
    std::fs::write(dir.path(), b"in the way").expect("a file");
    let site = Site {
        quarantine: Some(store),
        ..Site::default()
    };
    let envelope = Envelope {
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::new(site), default_policy(), envelope);
        inspection
            .push(Bytes::from_static(MESSAGE.as_bytes()))
            .await
            .expect("spooled");
        inspection.finish().await.expect("spooled")
    });
    assert!(judged.carry_out().is_err());
}

#[test]
fn a_rule_refuses_in_its_own_words() {
    let policy = policy(
        "[[rule]]\nname = \"no\"\nwhen = { part.kind = \"executable\" }\nthen = { reject = \"550 5.7.1 no programs here\" }\n",
    );
    let outcome = inspect(Site::default(), policy, MESSAGE.as_bytes());
    let Fate::Reject(reply) = &outcome.fate else {
        panic!("{:?}", outcome.report)
    };
    assert_eq!(reply.to_string(), "550 5.7.1 no programs here");
    assert_eq!(outcome.report.verdict, "reject");
}

#[test]
fn a_message_beyond_a_limit_is_not_delivered() {
    let mut site = Site::default();
    site.limits.parts = 2;
    let outcome = inspect(site, default_policy(), MESSAGE.as_bytes());
    assert!(
        matches!(outcome.fate, Fate::TempFail(_)),
        "{:?}",
        outcome.report
    );
}

#[test]
fn a_repaired_field_is_not_brought_back_by_a_rule() {
    let policy = policy(
        "[[rule]]\nname = \"tag\"\nwhen = { size = \">0\" }\nthen = { tag_subject = \"[X]\", set_header = { X-Seen = \"yes\" } }\n",
    );
    let message = "Subject: one\r\nX-Seen: a\r\nSubject: two\r\nx-seen: b\r\nSUBJECT: th\x01ree\r\n\r\nbody\r\n";
    let once = delivered(&inspect(
        Site::default(),
        Arc::clone(&policy),
        message.as_bytes(),
    ));
    let fields: Vec<_> = once.lines().take_while(|line| !line.is_empty()).collect();
    let count = |name: &str| {
        fields
            .iter()
            .filter(|line| line.to_ascii_lowercase().starts_with(name))
            .count()
    };
    assert_eq!((count("subject:"), count("x-seen:")), (1, 1), "{once}");
    assert!(
        fields.contains(&"Subject: [X] one") && fields.contains(&"X-Seen: yes"),
        "{once}"
    );
    assert_eq!(
        delivered(&inspect(Site::default(), policy, once.as_bytes())),
        once
    );
}

#[test]
fn a_policy_may_match_its_own_notices_and_new_names() {
    for (rule, expected) in [
        (
            "when = { part.name = true }\nthen = { strip = \"gone\" }",
            "REMOVED run.exe",
        ),
        (
            "when = { part.type = [\"text/*\", \"application/*\"] }\nthen = { strip = \"gone\" }",
            "REMOVED run.exe",
        ),
        (
            "when = { part.kind = \"executable\" }\nthen = { rename = \"{rule}-{part.name}-{part.size}\" }",
            "filename=\"test-run.exe-12\"",
        ),
    ] {
        let policy = policy(&format!(
            "[notice.gone]\ntext = \"REMOVED {{part.name}}\"\nname = \"removed.txt\"\n[[rule]]\nname = \"test\"\n{rule}\n"
        ));
        let message = MESSAGE.replace(
            "; name=\"run.exe\"",
            "\r\nContent-Disposition: attachment; filename=\"run.exe\"",
        );
        let outcome = inspect(Site::default(), policy, message.as_bytes());
        let result = delivered(&outcome);
        assert!(result.contains(expected), "{rule}: {result}");
    }
}

#[test]
fn the_header_of_a_message_beyond_a_limit_can_be_edited_if_it_was_read() {
    let rules = "[[rule]]\nname = \"limit\"\nwhen = { limit = true }\nthen = { accept = true, tag_subject = \"[unchecked]\" }\n";
    let site = |bytes| {
        let mut site = Site::default();
        site.limits.message_bytes = bytes;
        site
    };
    let outcome = inspect(site(150), policy(rules), MESSAGE.as_bytes());
    let expected = MESSAGE.replace("Subject: x", "Subject: [unchecked] x");
    let header = expected.find("\r\n\r\n").expect("a body");
    assert!(header > 60 && header < 150);
    assert_eq!(delivered(&outcome), expected);
    let outcome = inspect(site(10), policy(rules), MESSAGE.as_bytes());
    assert!(
        matches!(outcome.fate, Fate::TempFail(_)),
        "{:?}",
        outcome.report
    );
}
