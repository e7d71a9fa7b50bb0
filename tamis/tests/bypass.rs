//! Inspection switched off for a while: what passes, what shows it, and how it ends.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use support::{PATIENCE, postfix::Postfix, smtp::Smtp, wait_for};

const REFUSE: &str = "[[rule]]\nname = \"all\"\nwhen = { size = \">0\" }\nthen = { reject = \"550 5.7.1 no\" }\n\
    [[rule]]\nname = \"nobody\"\nwhen = { recipient = \"nobody@example.org\" }\nthen = { reject = \"550 5.1.1 nobody\" }\n";

/// A daemon that looks into `control`.
fn started(place: &Path) -> Daemon {
    let further = format!("[control]\ndir = \"{}/control\"\n", place.display());
    Daemon::start(place, REFUSE, &further)
}

/// Runs `tamis bypass`; its exit status and what it prints.
fn bypass(place: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(TAMIS)
        .arg("bypass")
        .args(arguments)
        .arg("--config")
        .arg(place.join("tamis.toml"))
        .output()
        .expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

fn send(postfix: &Postfix, message: &str) -> u16 {
    let mut session = Smtp::open(postfix.smtp_port());
    session.mail("a@example.com").expect("a reply");
    let reply = session.rcpt("nobody@example.org").expect("a reply");
    if reply.0 != 250 {
        return reply.0;
    }
    session.data(message.as_bytes()).expect("a reply").0
}

const MESSAGE: &str = "From: a@example.com\r\nSubject: x\r\nX-Tamis-Bypass: forged\r\nx-tamis-bypass: forged too\r\n\r\nbody\r\n";

#[test]
fn mail_passes_while_it_is_off_and_everybody_can_see_it() {
    let dir = support::directory();
    let daemon = started(dir.path());
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    assert_eq!(
        bypass(dir.path(), &["status"]),
        (Some(0), "inspection is on\n".to_owned())
    );
    assert_eq!(send(&postfix, MESSAGE), 550);

    let (exit, text) = bypass(dir.path(), &["on", "--for", "10m", "--reason", "a test\n"]);
    assert_eq!(exit, Some(0), "{text}");
    assert!(
        text.starts_with("inspection is switched off until 20") && text.contains("(a test\\n)"),
        "{text}"
    );
    daemon.wait_for("inspection is switched off", 1);
    assert_eq!(bypass(dir.path(), &["status"]).0, Some(1));
    assert_eq!(send(&postfix, MESSAGE), 250, "{}", daemon.log());
    let delivered = postfix.wait_for(1, PATIENCE);
    let text = String::from_utf8_lossy(&delivered[0]);
    let fields: Vec<_> = text
        .lines()
        .filter(|line| line.to_lowercase().starts_with("x-tamis-bypass"))
        .collect();
    assert_eq!(fields.len(), 1, "{text}");
    assert!(
        fields[0].starts_with("X-Tamis-Bypass: not inspected, until 20"),
        "{text}"
    );
    assert!(
        text.contains("\nSubject: x\n") && text.ends_with("\nbody\n"),
        "{text}"
    );
    let events = daemon.events("message passed uninspected");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["level"], "WARN");
    assert_eq!(events[0]["why"], "a test\\n");
    assert!(events[0]["queue_id"].is_string(), "{}", events[0]);

    assert_eq!(
        bypass(dir.path(), &["off"]),
        (Some(0), "inspection is on again\n".to_owned())
    );
    daemon.wait_for("inspection is on again", 1);
    assert_eq!(send(&postfix, MESSAGE), 550);
    assert_eq!(
        bypass(dir.path(), &["off"]),
        (Some(0), "inspection was on\n".to_owned())
    );
}

#[test]
fn it_ends_by_itself_and_outlives_a_restart() {
    let dir = support::directory();
    let daemon = started(dir.path());
    assert_eq!(bypass(dir.path(), &["on", "--for", "8s"]).0, Some(0));
    daemon.wait_for("inspection is switched off", 1);
    drop(daemon);
    fs::remove_file(dir.path().join("log")).expect("a log");
    let daemon = started(dir.path());
    let off = || daemon.log().contains("inspection is switched off");
    // On a machine that is very busy it may have ended meanwhile.
    if bypass(dir.path(), &["status"]).0 == Some(1) {
        assert!(
            off(),
            "it is in force before mail is taken: {}",
            daemon.log()
        );
    }
    wait_for("it to end", PATIENCE, || {
        (bypass(dir.path(), &["status"]).0 == Some(0)).then_some(())
    });
    if off() {
        daemon.wait_for("inspection is on again", 1);
    }
}

#[test]
fn what_others_could_have_written_switches_nothing_off() {
    let dir = support::directory();
    let daemon = started(dir.path());
    assert_eq!(bypass(dir.path(), &["on", "--for", "1h"]).0, Some(0));
    daemon.wait_for("inspection is switched off", 1);
    let file = dir.path().join("control/bypass.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("its mode");
    daemon.wait_for("is not believed", 1);
    daemon.wait_for("inspection is on again", 1);
    let (exit, text) = bypass(dir.path(), &["status"]);
    assert_eq!(exit, Some(78), "{text}");
    assert!(text.contains("others than root"), "{text}");
}

#[test]
fn it_is_never_for_long() {
    let dir = support::directory();
    fs::write(
        dir.path().join("tamis.toml"),
        format!("control.dir = \"{}\"", dir.path().display()),
    )
    .expect("written");
    for (length, exit, says) in [
        ("25h", 64, "no more than 24h at once"),
        ("0s", 64, "at least a second"),
        ("1d", 64, "is no time"),
        ("24h", 0, "switched off until"),
    ] {
        let (found, text) = bypass(dir.path(), &["on", "--for", length]);
        assert_eq!(found, Some(exit), "{length}: {text}");
        assert!(text.contains(says), "{length}: {text}");
    }
    assert_eq!(bypass(dir.path(), &["on"]).0, Some(64));
}
