//! Notices that rules ask for: who is told of what, and who is not, through batch work and through a real Postfix.

mod daemon;
mod support;

use bytes::Bytes;
use daemon::{Daemon, TAMIS};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use support::{PATIENCE, postfix::Postfix, smtp::Smtp, wait_for};
use tamis::inspect::{Inspection, Outcome, Site};
use tamis::notify::{By, Notifier, NotifySettings};
use tamis::quarantine::Store;
use tamis_rules::{Envelope, Sources, load};

const POLICY: &str = "[[rule]]\nname = \"refused\"\nwhen = { sender = \"evil@example.com\" }\n\
    then = { reject = \"550 5.7.1 no\", notify = \"postmaster@example.org\" }\n\
    [[rule]]\nname = \"told\"\nwhen = { subject = \"*tell*\" }\n\
    then = { quarantine = true, accept = true, notify = { to = [\"postmaster@example.org\", \"a@example.com\"], text = \"{sender} wrote, kept as {id}\" } }\n";

const MESSAGE: &str = "From: a@example.com\r\nTo: b@example.org\r\nSubject: tell\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
    Message-ID: <1@example.com>\r\n\r\nhello\r\n";

fn inspect(site: Site, policy: &str, sender: &str, message: &str) -> Outcome {
    let envelope = Envelope {
        sender: Some(sender.into()),
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let policy = load(&Sources::new("test.toml", policy)).expect("a policy");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::new(site), Arc::new(policy), envelope);
        let octets = Bytes::copy_from_slice(message.as_bytes());
        inspection.push(octets).await.expect("spooled");
        inspection.finish().await.expect("spooled")
    });
    judged.carry_out().expect("carried out")
}

fn notifier(dir: &Path) -> Notifier {
    let by = By::Directory(dir.join("notices"));
    Notifier::start(&NotifySettings::new(by, "tamis@example.org")).expect("a notifier")
}

fn notified(outcome: &Outcome) -> serde_json::Value {
    let json = serde_json::to_value(&outcome.report).expect("JSON");
    json.get("notified").cloned().unwrap_or_default()
}

fn notices(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    let path = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").path();
    let whole = entries
        .map(path)
        .filter(|it| it.extension().is_some_and(|it| it == "eml"));
    whole
        .map(|path| fs::read_to_string(path).expect("read"))
        .collect()
}

#[test]
fn who_is_told_stands_in_the_report_and_the_id_in_the_notice() {
    let dir = tempfile::tempdir().expect("a directory");
    let site = Site {
        notifier: Some(notifier(dir.path())),
        quarantine: Some(Store::create(&dir.path().join("quarantine")).expect("a store")),
        ..Site::default()
    };
    let outcome = inspect(site, POLICY, "x@example.com", MESSAGE);
    let expected = serde_json::json!([
        {"to": ["postmaster@example.org", "a@example.com"], "rule": "told", "result": "queued"}
    ]);
    assert_eq!(notified(&outcome), expected);
    let place = dir.path().join("notices");
    let notice = wait_for("a notice", PATIENCE, || notices(&place).pop());
    let id = &outcome.report.kept[0].id;
    assert!(
        notice.contains(&format!("x@example.com wrote, kept as {id}")),
        "{notice}"
    );
}

#[test]
fn what_may_be_a_notice_is_not_told_of() {
    for (sender, field, expected) in [
        ("", "Auto-Submitted: auto-generated", "automatic"),
        (
            "",
            "auto-submitted: auto-replied (vacation); x=y",
            "automatic",
        ),
        ("", "Auto-Submitted: no", "queued"),
        ("", "X-Nothing: 1", "queued"),
        ("x@example.com", "Auto-Submitted: auto-generated", "queued"),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let site = Site {
            notifier: Some(notifier(dir.path())),
            ..Site::default()
        };
        let outcome = inspect(site, POLICY, sender, &format!("{field}\r\n{MESSAGE}"));
        assert_eq!(
            notified(&outcome)[0]["result"],
            expected,
            "{sender} {field}"
        );
    }
}

#[test]
fn what_is_observed_is_not_told() {
    for policy in [
        format!("mode = \"observe\"\n{POLICY}"),
        POLICY.replace("[[rule]]", "[[rule]]\nmode = \"observe\""),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let site = Site {
            notifier: Some(notifier(dir.path())),
            ..Site::default()
        };
        let outcome = inspect(site, &policy, "x@example.com", MESSAGE);
        assert!(notified(&outcome).is_null() && notices(&dir.path().join("notices")).is_empty());
    }
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
fn batch_work_tells_where_the_configuration_says_how() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = dir.path();
    fs::write(place.join("policy.toml"), POLICY).expect("written");
    fs::write(place.join("mail.eml"), MESSAGE).expect("written");
    let config = format!(
        "[notify]\ndir = \"{}/notices\"\nfrom = \"t@example.org\"\n",
        place.display()
    );
    fs::write(place.join("tamis.toml"), config).expect("written");
    fs::write(place.join("bare.toml"), "").expect("written");
    let sanitize =
        "sanitize mail.eml --policy policy.toml --from x@example.com --rcpt b@example.org";

    let without = run(place, &format!("{sanitize} -o one.eml"));
    let told = text(&without.stdout);
    assert!(
        told.contains("was to be told: no way to send notices was given"),
        "{told}"
    );
    run(place, &format!("{sanitize} --config tamis.toml --dry-run"));
    assert!(notices(&place.join("notices")).is_empty());

    let done = run(place, &format!("{sanitize} -o two.eml --config tamis.toml"));
    let told = text(&done.stdout);
    assert!(
        told.contains("postmaster@example.org, a@example.com is told"),
        "{told}"
    );
    assert_eq!(
        notices(&place.join("notices")).len(),
        1,
        "it is sent when the program has ended"
    );

    let check = run(place, "policy check policy.toml --config bare.toml");
    let told = text(&check.stderr);
    assert!(
        told.contains("rule `refused` asks for `notify`, and the configuration has no [notify]"),
        "{told}"
    );
    assert_eq!(
        run(place, "policy check policy.toml --config tamis.toml")
            .status
            .code(),
        Some(0)
    );
}

/// A program that takes its time, and keeps each notice that it gets.
fn program(place: &Path) -> String {
    let path = place.join("sendmail");
    let script = format!(
        "#!/bin/sh\n/bin/sleep 0.3\nname=$(/bin/mktemp {0}/notices/XXXXXX)\n{{ echo \"$@\"; /bin/cat; }} >$name.part\n/bin/mv $name.part $name.eml\n",
        place.display()
    );
    fs::create_dir(place.join("notices")).expect("a directory");
    fs::write(&path, script).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
    path.display().to_string()
}

#[test]
fn the_daemon_tells_and_sends_the_last_before_it_ends() {
    let dir = support::directory();
    let place = dir.path();
    let further = format!(
        "[notify]\nsendmail = \"{}\"\nfrom = \"tamis@example.org\"\nper_address = 2\n",
        program(place)
    );
    let mut daemon = Daemon::start(place, POLICY, &further);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mut send = |sender: &str, message: &str| {
        let reply = session.send(sender, &["b@example.org"], message.as_bytes());
        reply.expect("a reply").0
    };
    assert_eq!(send("evil@example.com", MESSAGE), 550);
    let automatic = format!("Auto-Submitted: auto-generated\r\n{MESSAGE}");
    assert_eq!(send("", &automatic), 250);
    daemon.wait_for("automatic postmaster@example.org", 1);
    assert_eq!(send("x@example.com", MESSAGE), 250);
    daemon.wait_for("queued postmaster@example.org, a@example.com", 1);
    assert_eq!(send("x@example.com", MESSAGE), 250);
    daemon.wait_for("queued a@example.com; limit postmaster@example.org", 1);
    assert!(daemon.process.stop().success());
    daemon.wait_for("\"ended\"", 1);

    let found = notices(&place.join("notices"));
    assert_eq!(found.len(), 3, "{}", daemon.log());
    let count = |text: &str| found.iter().filter(|it| it.contains(text)).count();
    assert_eq!(
        count("-i -f <> -- postmaster@example.org\n"),
        1,
        "{found:?}"
    );
    assert_eq!(
        count("-i -f <> -- postmaster@example.org a@example.com\n"),
        1,
        "{found:?}"
    );
    assert_eq!(count("-i -f <> -- a@example.com\n"), 1, "{found:?}");
    assert_eq!(count("Sender:    evil@example.com"), 1, "{found:?}");
    daemon.wait_for("\"dropped\":1", 1);
}
