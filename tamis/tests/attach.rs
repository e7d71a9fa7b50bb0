//! The lines that attach an MTA, fed to a real one.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use std::path::Path;
use std::process::Command;
use support::{PATIENCE, postfix::Postfix, sendmail::Sendmail, smtp::Smtp};

const STAMP: &str = "[[rule]]\nname = \"stamp\"\nwhen = { size = \">0\" }\nthen = { set_header = { X-Stamp = \"1\" } }\n";

/// What `tamis mta-config` prints for the daemon in this directory.
#[track_caller]
fn printed(mta: &str, place: &Path) -> String {
    let output = Command::new(TAMIS)
        .args(["mta-config", mta, "--config"])
        .arg(place.join("tamis.toml"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_printed_lines_attach_postfix() {
    let dir = support::directory();
    let _daemon = Daemon::start(dir.path(), STAMP, "");
    let lines = printed("postfix", dir.path());
    let extra = [("# What was printed", &*format!("\n{lines}"))];
    let Some(postfix) = support::ready(Postfix::start("", &extra)) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    session.mail("a@example.com").expect("a reply");
    session.rcpt("b@example.org").expect("a reply");
    let reply = session
        .data(b"From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n")
        .expect("a reply");
    assert_eq!(reply.0, 250, "{}\n{}", reply.1, postfix.log());
    let delivered = postfix.wait_for(1, PATIENCE);
    let text = String::from_utf8_lossy(&delivered[0]);
    assert!(text.contains("X-Stamp: 1"), "{text}\n{}", postfix.log());
    let log = postfix.log();
    for wrong in ["warning", "error", "fatal"] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(wrong)).collect();
        // The lines stand behind others that they take the place of.
        let ours = lines
            .iter()
            .filter(|line| !line.contains("overriding earlier entry"));
        assert_eq!(ours.collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}

#[test]
fn without_the_daemon_mail_waits() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STAMP, "");
    let lines = printed("postfix", dir.path());
    drop(daemon);
    let extra = [("# What was printed", &*format!("\n{lines}"))];
    let Some(postfix) = support::ready(Postfix::start("", &extra)) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let reply = session.mail("a@example.com").expect("a reply");
    assert_eq!(reply.0 / 100, 4, "{}\n{}", reply.1, postfix.log());
}

#[test]
fn sendmail_has_a_filter_with_times_that_fit() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STAMP, "");
    let lines = printed("sendmail", dir.path());
    let port = daemon.port();
    let filter = format!(
        "INPUT_MAIL_FILTER(`tamis', `S=inet:{port}@127.0.0.1, F=T, T=C:30s;S:60s;R:60s;E:300s')dnl\n"
    );
    assert!(lines.ends_with(&filter), "{lines}");
    let socket = format!(
        "dnl It also listens at local:{}/tamis.sock.\n",
        dir.path().display()
    );
    assert!(lines.contains(&socket), "{lines}");
}

#[test]
fn the_printed_lines_attach_sendmail() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STAMP, "");
    let lines = printed("sendmail", dir.path());
    let Some(sendmail) = support::ready(Sendmail::attached(&lines)) else {
        return;
    };
    let send = || {
        let mut session = Smtp::open(sendmail.smtp_port());
        let reply = session.mail("a@example.com").expect("a reply");
        if reply.0 != 250 {
            return reply.0;
        }
        session.rcpt("b@example.org").expect("a reply");
        let message = b"From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n";
        session.data(message).expect("a reply").0
    };
    assert_eq!(send(), 250, "{}", sendmail.log());
    let taken = sendmail.sink().wait_for(1);
    let text = String::from_utf8_lossy(&taken[0].message).into_owned();
    assert!(text.contains("X-Stamp: 1"), "{text}");
    drop(daemon);
    assert_eq!(send() / 100, 4, "without the daemon mail waits");
}
