//! A scanner that hangs, dawdles, babbles or comes and goes: the policy decides, by default to put the mail off; the MTA is
//! told meanwhile that work goes on; and all is well again once the scanner is.

use crate::daemon::Daemon;
use crate::mta::{Answer, Mail, Told, send};
use crate::scripted::{Act, Scripted};
use crate::support::{self, PATIENCE, wait_for};
use std::path::Path;
use std::thread;

/// Without a rule for what was not scanned it is put off.
const POLICY: &str = r#"
[[rule]]
name = "infected"
when = { scan.result = "found" }
then = { reject = "550 5.7.1 infected" }

[[rule]]
name = "anyway"
when = { recipient = "anyway@example.org", scan.result = "unscanned" }
then = { accept = true }
"#;

/// Small deadlines: what hangs is given up in seconds.
fn daemon(dir: &Path, port: u16) -> Daemon {
    let further = format!(
        "[scanner.clamd]\naddress = \"tcp:127.0.0.1:{port}\"\nsessions = 0\ntimeout = \"2s\"\nanswer = \"2s\"\nwrite = \"2s\"\nretry = \"200ms\"\n\
         [server]\nprogress = \"100ms\"\n"
    );
    Daemon::start(dir, POLICY, &further)
}

/// The last line about a message.
fn last_message(daemon: &Daemon) -> serde_json::Value {
    daemon.events("message").pop().expect("a line")
}

/// Mail that the scanner calls clean is taken, in the end.
#[track_caller]
fn assert_recovers(daemon: &Daemon, scanner: &Scripted) {
    let mail = Mail::plain("b@example.org", "sound", 5_000);
    wait_for("mail to be taken again", PATIENCE, || {
        let told = send(daemon.port(), &mail);
        (told.answer == Answer::Accepted).then_some(())
    });
    assert!(scanner.vouched_for(&mail.octets()));
    let mut evil = mail;
    evil.body = b"EVIL\r\n".to_vec();
    assert_eq!(send(daemon.port(), &evil).answer, Answer::Rejected);
}

/// What the MTA is told while the scanner does so, and that it is not told to take the mail.
#[track_caller]
fn check(name: &str, act: Act, size: usize) -> Told {
    let dir = support::directory();
    let (scanner, port) = Scripted::start();
    let daemon = daemon(dir.path(), port);
    daemon.wait_for("scanner has been looked at", 1);
    scanner.act(&[], act);
    let told = send(daemon.port(), &Mail::plain("b@example.org", name, size));
    assert_eq!(told.answer, Answer::Deferred, "{name}: {}", daemon.log());
    let line = last_message(&daemon);
    let scans = line["scans"].as_str().unwrap_or_default();
    assert!(scans.starts_with("clamd=unscanned("), "{name}: {line}");
    let anyway = send(
        daemon.port(),
        &Mail::plain("anyway@example.org", name, size),
    );
    assert_eq!(anyway.answer, Answer::Accepted, "{name}: {}", daemon.log());
    let line = last_message(&daemon);
    let reasons = line["reasons"].as_str().unwrap_or_default();
    assert!(reasons.contains("anyway"), "{name}: {line}");
    scanner.act(&[], Act::Honest);
    assert_recovers(&daemon, &scanner);
    told
}

/// Several of these at the same time.
fn check_all(cases: &[(&'static str, Act, usize)]) -> Vec<Told> {
    let checks: Vec<_> = cases
        .iter()
        .map(|&(name, act, size)| thread::spawn(move || check(name, act, size)))
        .collect();
    checks
        .into_iter()
        .map(|check| check.join().expect("as it should be"))
        .collect()
}

#[test]
fn whoever_waits_for_a_scanner_is_told_so_and_not_longer_than_it_may_take() {
    let cases = [
        ("hangs", Act::Hangs, 5_000),
        ("answers too late", Act::Late(10), 5_000),
        ("one octet at a time", Act::Drips, 5_000),
        ("does not read", Act::IsStuck, 9_000_000),
    ];
    for (told, (name, ..)) in check_all(&cases).into_iter().zip(cases) {
        assert!(told.progress > 0, "{name}: {told:?}");
    }
}

#[test]
fn what_a_scanner_babbles_is_no_verdict() {
    check_all(&[
        ("floods", Act::Floods, 5_000),
        ("breaks off", Act::Breaks, 500_000),
        // More than lies in sockets: otherwise nobody could know.
        (
            "before it has read",
            Act::SaysAtOnce(b"stream: OK\0"),
            9_000_000,
        ),
        ("nothing", Act::Says(b""), 5_000),
        ("half", Act::Says(b"stream: O"), 5_000),
        ("without an end", Act::Says(b"stream: OK"), 5_000),
    ]);
    check_all(&[
        ("another file", Act::Says(b"other: OK\0"), 5_000),
        ("two answers", Act::Says(b"stream: OK\0stream: OK\0"), 5_000),
        ("with a line end", Act::Says(b"stream: OK\r\n\0"), 5_000),
        ("noise", Act::Says(b"\0\xff\x1b[31m\0OK\0"), 5_000),
        (
            "an error",
            Act::Says(b"INSTREAM size limit exceeded. ERROR\0"),
            5_000,
        ),
    ]);
}

#[test]
fn a_scanner_that_starts_again_in_the_middle_is_asked_again() {
    let dir = support::directory();
    let (scanner, port) = Scripted::start();
    let daemon = daemon(dir.path(), port);
    daemon.wait_for("scanner has been looked at", 1);
    for (name, act) in [("broken off", Act::Breaks), ("silent", Act::Says(b""))] {
        scanner.act(&[act], Act::Honest);
        let mail = Mail::plain("b@example.org", name, 500_000);
        assert_eq!(
            send(daemon.port(), &mail).answer,
            Answer::Accepted,
            "{}",
            daemon.log()
        );
        assert!(scanner.vouched_for(&mail.octets()), "{name}");
    }
    drop(scanner);
    let mail = Mail::plain("b@example.org", "nobody is there", 5_000);
    for _ in 0..5 {
        assert_eq!(
            send(daemon.port(), &mail).answer,
            Answer::Deferred,
            "{}",
            daemon.log()
        );
    }
    assert_recovers(&daemon, &Scripted::again(port));
}

#[test]
fn the_deadline_of_a_message_holds_whatever_scanners_are_granted() {
    let dir = support::directory();
    let (scanner, port) = Scripted::start();
    let further = format!(
        "[scanner.clamd]\naddress = \"tcp:127.0.0.1:{port}\"\nsessions = 0\ntimeout = \"10m\"\nanswer = \"10m\"\n\
         [server]\nprogress = \"100ms\"\nend_of_message = \"3s\"\n"
    );
    let daemon = Daemon::start(dir.path(), POLICY, &further);
    daemon.wait_for("scanner has been looked at", 1);
    scanner.act(&[Act::Hangs, Act::Hangs], Act::Honest);
    let told = send(daemon.port(), &Mail::plain("b@example.org", "hangs", 5_000));
    assert_eq!(told.answer, Answer::Deferred, "{}", daemon.log());
    assert!(told.progress > 0, "{told:?}");
    assert_recovers(&daemon, &scanner);
}
