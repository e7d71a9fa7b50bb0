//! What a notice looks like, who gets it, and what happens where it cannot be sent.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tamis_rules::{Facts, Policy, Sources, Stage, load};

const PATIENCE: Duration = Duration::from_secs(30);

fn policy(notify: &str) -> Policy {
    let text = format!(
        "[[rule]]\nname = \"large\"\nwhen = {{ direction = \"inbound\" }}\nthen = {{ reject = \"550 5.7.1 no\", notify = {notify} }}\n"
    );
    load(&Sources::new("test.toml", text)).unwrap()
}

fn envelope(sender: &str) -> Envelope {
    Envelope {
        sender: Some(sender.into()),
        recipients: vec!["b@example.org".into()],
        direction: Some(tamis_rules::Direction::Inbound),
        queue_id: Some("4XYZ".into()),
        helo: Some("\r\nBcc: all@example.org\r\n\u{202e}evil".into()),
        ..Envelope::default()
    }
}

fn notification(notify: &str, envelope: &Envelope) -> Notification {
    let facts = Facts {
        stage: Stage::Rcpt,
        envelope,
        message: None,
        scans: &[],
    };
    let notify = policy(notify).decide(&facts).beside.notify;
    notify.into_iter().next().unwrap()
}

fn settings(dir: &Path) -> NotifySettings {
    NotifySettings::new(By::Directory(dir.join("notices")), "postmaster@example.org")
}

fn tell(
    notifier: &Notifier,
    notify: &str,
    sender: &str,
    auto_submitted: bool,
) -> Vec<(String, Told)> {
    let envelope = envelope(sender);
    let about = About {
        envelope: &envelope,
        auto_submitted,
        id: Some("01abc"),
    };
    let told = notifier.tell(&about, &notification(notify, &envelope));
    told.into_iter()
        .map(|(to, told)| (to.to_string(), told))
        .collect()
}

fn files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let read = |entry: io::Result<fs::DirEntry>| fs::read_to_string(entry.unwrap().path()).unwrap();
    entries.map(read).collect()
}

/// A program that writes down what it is started with, and then does this.
fn program(dir: &Path, then: &str) -> PathBuf {
    let path = dir.join("sendmail");
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >{0}/arguments\n/bin/cat >{0}/mail\n{then}\n",
        dir.display()
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_notice_is_a_mail_that_nobody_answers() {
    let dir = tempfile::tempdir().unwrap();
    let notifier = Notifier::start(&settings(dir.path())).unwrap();
    let notify = "{ to = [\"a@example.org\", \"c@example.org\"], text = \"From {sender}, {helo}, {id}: größer\" }";
    tell(&notifier, notify, "x@example.com", false);
    assert!(notifier.finish(PATIENCE));
    let mails = files(&dir.path().join("notices"));
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}")
    };
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    for line in [
        "From: \"Tamis\" <postmaster@example.org>",
        "To: <a@example.org>, <c@example.org>",
        "Auto-Submitted: auto-generated",
        "Content-Language: en",
        "MIME-Version: 1.0",
    ] {
        assert!(
            header.split("\r\n").any(|it| it == line),
            "{line} in {header}"
        );
    }
    for name in ["Date: ", "Message-ID: <", "Subject: Mail policy: large"] {
        assert_eq!(header.matches(name).count(), 1, "{name} in {header}");
    }
    assert!(!header.contains("Bcc") && !mail.contains("\nBcc"), "{mail}");
    assert!(body.contains("01abc"), "{body}");
    let counted = Counted {
        queued: 2,
        sent: 2,
        ..Counted::default()
    };
    assert_eq!(notifier.counted(), counted);
}

#[test]
fn a_program_gets_addresses_and_a_null_sender() {
    let dir = tempfile::tempdir().unwrap();
    let by = By::Sendmail(program(dir.path(), "exit 0"));
    let settings = NotifySettings {
        by,
        ..settings(dir.path())
    };
    let notifier = Notifier::start(&settings).unwrap();
    tell(
        &notifier,
        "[\"-a@example.org\", \"c@example.org\"]",
        "x@example.com",
        false,
    );
    assert!(notifier.finish(PATIENCE));
    assert_eq!(notifier.counted().sent, 2);
    let arguments = fs::read_to_string(dir.path().join("arguments")).unwrap();
    let expected = ["-i", "-f", "<>", "--", "-a@example.org", "c@example.org"];
    assert_eq!(arguments.lines().collect::<Vec<_>>(), expected);
    let mail = fs::read_to_string(dir.path().join("mail")).unwrap();
    assert!(
        mail.contains("Auto-Submitted: auto-generated\n") && !mail.contains('\r'),
        "{mail}"
    );
}

#[test]
fn what_fails_is_counted_and_the_next_one_goes_out() {
    for then in ["echo no such user >&2; exit 67", "exec /bin/sleep 60"] {
        let dir = tempfile::tempdir().unwrap();
        let by = By::Sendmail(program(dir.path(), then));
        let timeout = Duration::from_millis(300);
        let settings = NotifySettings {
            by,
            timeout,
            ..settings(dir.path())
        };
        let notifier = Notifier::start(&settings).unwrap();
        tell(&notifier, "\"a@example.org\"", "x@example.com", false);
        tell(&notifier, "\"b@example.org\"", "x@example.com", false);
        assert!(notifier.finish(PATIENCE));
        assert_eq!(notifier.counted().failed, 2, "{then}");
    }
}

#[test]
fn so_many_go_out_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let settings = NotifySettings {
        per_hour: 3,
        per_address: 2,
        ..settings(dir.path())
    };
    let notifier = Notifier::start(&settings).unwrap();
    let both = "[\"a@example.org\", \"b@example.org\"]";
    let expected = [
        [Told::Queued, Told::Queued],
        [Told::Queued, Told::TooMany],
        [Told::TooMany, Told::TooMany],
    ];
    for expected in expected {
        let told = tell(&notifier, both, "x@example.com", false);
        assert_eq!(
            told.iter().map(|(_, told)| *told).collect::<Vec<_>>(),
            expected
        );
    }
    assert!(notifier.finish(PATIENCE));
    assert_eq!(files(&dir.path().join("notices")).len(), 2);
    let counted = Counted {
        queued: 3,
        sent: 3,
        dropped: 3,
        ..Counted::default()
    };
    assert_eq!(notifier.counted(), counted);
}

#[test]
fn a_full_queue_keeps_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let by = By::Sendmail(program(dir.path(), "exec /bin/sleep 60"));
    let timeout = Duration::from_secs(2);
    let settings = NotifySettings {
        by,
        timeout,
        queue: 1,
        ..settings(dir.path())
    };
    let notifier = Notifier::start(&settings).unwrap();
    let started = Instant::now();
    let told: Vec<Told> = (0..10)
        .flat_map(|_| tell(&notifier, "\"a@example.org\"", "x@example.com", false))
        .map(|(_, told)| told)
        .collect();
    assert!(started.elapsed() < timeout, "nobody waits");
    assert!(told.contains(&Told::QueueFull), "{told:?}");
    assert!(
        !notifier.finish(Duration::from_millis(50)),
        "one is still being sent"
    );
    let late = tell(&notifier, "\"a@example.org\"", "x@example.com", false);
    assert_eq!(late[0].1, Told::QueueFull);
}

#[test]
fn machines_are_not_told_about_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let notifier = Notifier::start(&settings(dir.path())).unwrap();
    let both = "[\"a@example.org\", \"b@example.org\"]";
    let (queued, automatic) = (Told::Queued, Told::Automatic);
    for (sender, auto_submitted, expected) in [
        ("", false, [queued, queued]),
        ("", true, [automatic, automatic]),
        ("A@example.org", true, [automatic, queued]),
        ("A@example.org", false, [queued, queued]),
        ("x@example.com", true, [queued, queued]),
    ] {
        let told = tell(&notifier, both, sender, auto_submitted);
        let told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
        assert_eq!(told, expected, "{sender} {auto_submitted}");
    }
}

#[test]
fn what_cannot_send_is_named_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for (by, says) in [
        (By::Sendmail(dir.path().join("nothing")), "cannot find "),
        (By::Sendmail(file.clone()), "is no program"),
        (By::Sendmail(dir.path().to_owned()), "is no program"),
        (By::Directory(file.join("below")), "cannot create "),
    ] {
        let settings = NotifySettings {
            by,
            ..settings(dir.path())
        };
        let error = Notifier::start(&settings).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
