//! Copies of messages that rules ask for: which octets, which envelope, and what becomes of mail of which none can be kept.

mod daemon;
mod support;

use bytes::Bytes;
use daemon::{Daemon, TAMIS};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use support::{postfix::Postfix, smtp::Smtp};
use tamis::capture::{CaptureSettings, Captures, OnFailure};
use tamis::inspect::{Fate, Inspection, Outcome, Site};
use tamis::quarantine::{CopyOf, Record, Store};
use tamis_rules::{Envelope, Policy, Sources, load};

const MESSAGE: &str = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n\
    Content-Type: application/octet-stream; name=\"run.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--b--\r\n";

/// A policy that captures, and does this to the message.
fn policy(which: &str, then: &str) -> String {
    format!(
        "[[rule]]\nname = \"copy\"\nwhen = {{ sender = \"a@example.com\" }}\nthen = {{ capture = \"{which}\" }}\n\
         [[rule]]\nname = \"act\"\nwhen = {{ part.kind = \"executable\" }}\nthen = {{ {then} }}\n"
    )
}

fn loaded(text: &str) -> Arc<Policy> {
    Arc::new(load(&Sources::new("test.toml", text)).expect("a policy"))
}

fn inspect(captures: Option<Captures>, policy: &str) -> std::io::Result<Outcome> {
    let site = Site {
        captures,
        ..Site::default()
    };
    let envelope = Envelope {
        sender: Some("a@example.com".into()),
        recipients: vec!["b@example.org".into(), "c@example.org".into()],
        queue_id: Some("4XYZ".into()),
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::new(site), loaded(policy), envelope);
        let octets = Bytes::from_static(MESSAGE.as_bytes());
        inspection.push(octets).await.expect("spooled");
        inspection.finish().await.expect("spooled")
    });
    judged.carry_out()
}

fn delivered(outcome: &Outcome) -> Option<String> {
    let Fate::Deliver(delivered) = &outcome.fate else {
        return None;
    };
    let mut message = String::new();
    let mut octets = delivered.message();
    octets.read_to_string(&mut message).expect("read");
    Some(message)
}

/// Every copy in a store, with its octets.
fn copies(dir: &Path) -> Vec<(Record, String)> {
    let store = Store::open(dir).expect("a store");
    let copy = |record: Result<Record, _>| {
        let record = record.expect("a record");
        let mut octets = String::new();
        let mut content = store.content(&record.id).expect("kept");
        content.read_to_string(&mut octets).expect("read");
        (record, octets)
    };
    store.entries().expect("entries").map(copy).collect()
}

#[test]
fn each_copy_has_its_octets_and_its_envelope() {
    for (which, then) in [
        ("before", "strip = true, tag_subject = \"[X]\""),
        (
            "after",
            "strip = true, tag_subject = \"[X]\", add_recipient = \"d@example.org\"",
        ),
        ("both", "strip = true"),
        ("both", "wrap = true"),
        ("both", "reject = \"550 5.7.1 no\""),
        ("both", "discard = true"),
        ("both", "tempfail = \"451 4.7.1 later\""),
        ("both", "accept = true"),
        ("after", "quarantine = true"),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let settings = CaptureSettings::new(dir.path());
        let captures = Captures::create(&settings).expect("a store");
        let text = policy(which, then);
        let outcome = inspect(Some(captures), &text).expect("carried out");
        let result = delivered(&outcome);
        let copies = copies(dir.path());
        let wanted = |copy: &str| which == copy || which == "both";
        let mut expected = Vec::new();
        if wanted("before") {
            expected.push((CopyOf::Before, MESSAGE.to_owned()));
        }
        if let Some(result) = result.filter(|_| wanted("after")) {
            expected.push((CopyOf::After, result));
        }
        let mut found: Vec<_> = copies
            .iter()
            .map(|(it, octets)| (it.copy.expect("a copy"), octets.clone()))
            .collect();
        found.sort_by_key(|(copy, _)| copy.name() == "after");
        assert_eq!(found, expected, "{which} {then}");
        let noted: Vec<_> = outcome
            .report
            .captured
            .iter()
            .filter_map(|it| it.id.clone())
            .collect();
        assert_eq!(noted.len(), copies.len());
        for (record, _) in &copies {
            assert!(noted.contains(&record.id.to_string()));
            assert_eq!(record.envelope.sender.as_deref(), Some("a@example.com"));
            assert_eq!(record.queue_id.as_deref(), Some("4XYZ"));
            assert_eq!(record.policy.as_deref(), Some(loaded(&text).version()));
            let rule = record.rule.as_ref().expect("a rule");
            assert_eq!((rule.name.as_str(), rule.line), ("copy", 1));
            let mut to = vec!["b@example.org", "c@example.org"];
            if then.contains("add_recipient") {
                to.push("d@example.org");
            }
            assert_eq!(record.envelope.recipients, to, "{then}");
        }
    }
}

#[test]
fn what_is_observed_is_not_captured() {
    for text in [
        format!("mode = \"observe\"\n{}", policy("both", "strip = true")),
        policy("both", "strip = true").replace("[[rule]]", "[[rule]]\nmode = \"observe\""),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let captures = Captures::create(&CaptureSettings::new(dir.path())).expect("a store");
        let outcome = inspect(Some(captures), &text).expect("carried out");
        assert_eq!(delivered(&outcome).as_deref(), Some(MESSAGE));
        assert!(outcome.report.captured.is_empty() && copies(dir.path()).is_empty());
    }
}

#[test]
fn without_a_store_the_report_says_what_was_asked_for() {
    let outcome = inspect(None, &policy("both", "strip = true")).expect("carried out");
    let json = serde_json::to_value(&outcome.report).expect("JSON");
    let failed = "no store was given for copies";
    assert_eq!(
        json["captured"],
        serde_json::json!([{"copy": "before", "failed": failed}, {"copy": "after", "failed": failed}])
    );
}

/// A store whose directory has become a file.
fn broken(dir: &Path, on_failure: OnFailure) -> Captures {
    let _ = fs::remove_file(dir.join("copies"));
    let settings = CaptureSettings {
        on_failure,
        ..CaptureSettings::new(dir.join("copies"))
    };
    let captures = Captures::create(&settings).expect("a store");
    fs::remove_dir_all(&settings.dir).expect("removed");
    fs::write(&settings.dir, b"in the way").expect("a file");
    captures
}

#[test]
fn a_store_that_fails_stops_the_mail_unless_it_may_go_on() {
    let dir = support::directory();
    let broken = |on_failure| Some(broken(dir.path(), on_failure));
    for which in ["before", "after", "both"] {
        let text = policy(which, "strip = true");
        let error = inspect(broken(OnFailure::TempFail), &text).expect_err("not delivered");
        assert!(
            error
                .to_string()
                .starts_with("cannot keep copies of messages in "),
            "{error}"
        );
        let outcome = inspect(broken(OnFailure::Continue), &text).expect("carried out");
        assert!(delivered(&outcome).is_some());
        let captured = &outcome.report.captured;
        assert_eq!(captured.len(), if which == "both" { 2 } else { 1 });
        assert!(
            captured
                .iter()
                .all(|it| it.id.is_none() && it.failed.is_some())
        );
    }
}

/// What was captured of a message that comes again is taken out: with each try there would be one copy more.
#[test]
fn a_full_store_stops_the_mail_and_keeps_no_half_of_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = CaptureSettings {
        max_messages: Some(1),
        ..CaptureSettings::new(dir.path())
    };
    let open = || Some(Captures::create(&settings).expect("a store"));
    let error = inspect(open(), &policy("both", "strip = true")).expect_err("not delivered");
    assert!(
        error.to_string().starts_with("no room for copies"),
        "{error}"
    );
    assert!(copies(dir.path()).is_empty());
    inspect(open(), &policy("before", "strip = true")).expect("carried out");
    assert_eq!(copies(dir.path()).len(), 1);
}

fn run(place: &Path, arguments: &str) -> Output {
    Command::new(TAMIS)
        .args(arguments.split_whitespace())
        .current_dir(place)
        .output()
        .expect("run")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[test]
fn batch_work_captures_where_the_configuration_has_a_store() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = dir.path();
    fs::write(place.join("policy.toml"), policy("both", "strip = true")).expect("written");
    fs::write(place.join("mail.eml"), MESSAGE).expect("written");
    let config = format!("[capture]\ndir = \"{}/copies\"\n", place.display());
    fs::write(place.join("tamis.toml"), config).expect("written");
    fs::write(place.join("bare.toml"), "").expect("written");
    let sanitize = "sanitize mail.eml -o out.eml --policy policy.toml --from a@example.com --rcpt b@example.org";

    let done = run(
        place,
        &format!("{sanitize} --config tamis.toml --report json"),
    );
    let copies = copies(&place.join("copies"));
    let out = fs::read_to_string(place.join("out.eml")).expect("written");
    let octets: Vec<_> = copies.iter().map(|(_, octets)| octets.as_str()).collect();
    assert!(
        octets.contains(&MESSAGE) && octets.contains(&out.as_str()),
        "{}",
        text(&done.stderr)
    );
    let report = text(&done.stdout);
    assert!(
        copies
            .iter()
            .all(|(record, _)| report.contains(record.id.as_str())),
        "{report}"
    );

    let listed = run(place, "quarantine --dir copies list --rule copy");
    for copy in [" copy before from ", " copy after from "] {
        assert_eq!(text(&listed.stdout).matches(copy).count(), 1);
    }

    fs::remove_file(place.join("out.eml")).expect("removed");
    let without = run(place, sanitize);
    let told = text(&without.stdout);
    assert!(
        told.contains("a copy as it came was to be kept: no store was given for copies"),
        "{told}"
    );

    let check = run(place, "policy check policy.toml --config bare.toml");
    assert_eq!(check.status.code(), Some(78));
    let told = text(&check.stderr);
    assert!(
        told.contains(
            "policy.toml:1: rule `copy` asks for `capture`, and the configuration has no [capture]"
        ),
        "{told}"
    );
    assert_eq!(
        run(place, "policy check policy.toml --config tamis.toml")
            .status
            .code(),
        Some(0)
    );
    assert_eq!(
        run(place, "policy check policy.toml").status.code(),
        Some(0)
    );

    fs::write(place.join("less.toml"), policy("before", "strip = true")).expect("written");
    let diff = run(
        place,
        "policy diff less.toml policy.toml --corpus mail.eml --from a@example.com",
    );
    assert_eq!(diff.status.code(), Some(1));
    assert!(
        text(&diff.stdout).contains("copy after"),
        "{}",
        text(&diff.stdout)
    );

    fs::write(place.join("file"), "in the way").expect("written");
    let config = format!("[capture]\ndir = \"{}/file\"\n", place.display());
    fs::write(place.join("tamis.toml"), config).expect("written");
    let failed = run(place, &format!("{sanitize} --config tamis.toml"));
    assert_eq!(failed.status.code(), Some(73), "{}", text(&failed.stderr));
}

#[test]
fn the_daemon_captures_and_refuses_what_it_cannot() {
    let dir = support::directory();
    let place = dir.path();
    let copies_dir = place.join("copies");
    let further = format!(
        "[capture]\ndir = \"{}\"\nmax_messages = 2\n",
        copies_dir.display()
    );
    let daemon = Daemon::start(place, &policy("both", "strip = true"), &further);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mut send = || {
        let reply = session.send("a@example.com", &["b@example.org"], MESSAGE.as_bytes());
        reply.expect("a reply").0
    };
    assert_eq!(send(), 250);
    let kept = copies(&copies_dir);
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().any(|(record, octets)| {
        record.copy == Some(CopyOf::After) && octets.contains("An attachment was removed")
    }));
    assert_eq!(send() / 100, 4, "the store is full");
    daemon.wait_for("no room for copies", 1);
    assert_eq!(copies(&copies_dir).len(), 2);
}

#[test]
fn a_daemon_without_a_store_does_not_start_with_a_policy_that_captures() {
    let dir = support::directory();
    let place = dir.path();
    fs::write(place.join("policy.toml"), policy("both", "strip = true")).expect("written");
    let config = format!("policy = \"{}/policy.toml\"\n", place.display());
    fs::write(place.join("tamis.toml"), config).expect("written");
    let refused = run(place, "milter --config tamis.toml");
    assert_eq!(refused.status.code(), Some(78));
    assert!(
        text(&refused.stderr).contains("has no [capture]"),
        "{}",
        text(&refused.stderr)
    );
}
