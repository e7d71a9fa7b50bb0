//! `tamis milter` as a process: what it prints, what signals do to it, how it fails, and real mail through it.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use std::fs;
use std::process::{Command, Output};
use std::thread;
use support::{PATIENCE, postfix::Postfix, smtp::Smtp, wait_for};

const PLAIN: &str = "From: a@example.com\nTo: b@example.org\nSubject: x\nDate: Mon, 16 Nov 2026 09:12:41 +0000\nMessage-ID: <1@x>\n\nbody\n";

/// A rule that adds a field with this value to every message.
fn stamp(value: u32) -> String {
    format!(
        "[[rule]]\nname = \"stamp\"\nwhen = {{ size = \">0\" }}\nthen = {{ set_header = {{ X-Policy = \"{value}\" }} }}\n"
    )
}

#[test]
fn a_unix_socket_serves_too_and_the_end_is_graceful() {
    let dir = support::directory();
    let mut daemon = Daemon::start(dir.path(), &stamp(7), "");
    let socket = dir.path().join("tamis.sock");
    fs::set_permissions(&socket, std::os::unix::fs::PermissionsExt::from_mode(0o666))
        .expect("its mode");
    let Some(postfix) = support::ready(Postfix::start(&format!("unix:{}", socket.display()), &[]))
    else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(session.mail("a@example.com").expect("a reply").0, 250);
    assert_eq!(session.rcpt("b@example.org").expect("a reply").0, 250);
    daemon.process.signal("TERM");
    daemon.wait_for("draining", 1);
    let reply = session
        .data(PLAIN.replace('\n', "\r\n").as_bytes())
        .expect("a reply");
    assert_eq!(
        reply.0,
        250,
        "a message on its way comes to its end: {}\n{}{}",
        reply.1,
        daemon.log(),
        postfix.log()
    );
    let status = wait_for("the daemon to end", PATIENCE, || daemon.process.ended());
    assert!(status.success(), "{status}\n{}", daemon.log());
    assert!(!socket.exists(), "the socket file is gone");
    let delivered = postfix.wait_for(1, PATIENCE);
    assert!(String::from_utf8_lossy(&delivered[0]).contains("X-Policy: 7"));
}

#[test]
fn a_policy_that_cannot_be_read_to_its_end_does_not_keep_the_daemon_from_ending() {
    let dir = support::directory();
    let mut daemon = Daemon::start(dir.path(), &stamp(0), "");
    let policy = dir.path().join("policy.toml");
    fs::remove_file(&policy).expect("removed");
    let made = Command::new("mkfifo").arg(&policy).status();
    assert!(made.expect("mkfifo").success());
    let (tell, told) = std::sync::mpsc::channel();
    // Opens only once the daemon reads.
    thread::spawn(move || tell.send(fs::File::options().write(true).open(policy)));
    daemon.process.signal("HUP");
    let pipe = told.recv_timeout(PATIENCE).expect("the daemon reads");
    daemon.process.signal("TERM");
    let status = wait_for("the daemon to end", PATIENCE, || daemon.process.ended());
    assert!(status.success(), "{status}\n{}", daemon.log());
    drop(pipe);
}

fn run(arguments: &[&str]) -> Output {
    Command::new(TAMIS)
        .args(arguments)
        .output()
        .expect("it runs")
}

/// Runs the daemon with a configuration that it cannot serve by.
#[track_caller]
fn fails(config: &str, status: i32, text: &str) {
    let dir = support::directory();
    let path = dir.path().join("tamis.toml");
    fs::write(
        &path,
        format!(
            "{config}\n[quarantine]\ndir = \"{}/quarantine\"\n",
            dir.path().display()
        ),
    )
    .expect("written");
    let output = run(&["milter", "--config", path.to_str().expect("a path")]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    assert!(error.contains(text), "{error:?} says {text:?}");
    assert_eq!(error.lines().count(), 1, "one line: {error}");
}

#[test]
fn what_cannot_be_served_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = taken.local_addr().expect("an address").port();
    fails(
        &format!("listen = \"inet:127.0.0.1:{port}\""),
        69,
        &format!("cannot listen on inet:127.0.0.1:{port}: something else listens there"),
    );
    fails(
        "listen = \"unix:/nonexistent/tamis.sock\"",
        73,
        "cannot listen on unix:/nonexistent/tamis.sock: the directory does not exist",
    );
    fails("lisen = \"inet:127.0.0.1:0\"", 78, "listen");
    fails(
        "policy = \"/nonexistent/policy.toml\"",
        78,
        "cannot read the policy /nonexistent/policy.toml",
    );
    fails(
        "[spool]\ndir = \"/nonexistent/spool\"",
        73,
        "cannot create a file in the spool directory /nonexistent/spool: no such file or directory",
    );
    let output = run(&["milter", "--config", "/nonexistent/tamis.toml"]);
    assert_eq!(output.status.code(), Some(78));
}
