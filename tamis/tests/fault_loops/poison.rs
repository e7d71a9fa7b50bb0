//! A message at which the process dies again and again is not inspected any more, and other mail goes on.

use crate::daemon::Daemon;
use crate::kept::entries;
use crate::mta::{Answer, Mail, Session, send};
use crate::scripted::{Act, Scripted};
use crate::support::{self, PATIENCE, wait_for};
use std::fs;
use std::path::Path;

const POLICY: &str =
    "[[rule]]\nname = \"infected\"\nwhen = { scan.result = \"found\" }\nthen = { reject = true }\n";

/// Messages that are written down as being inspected.
fn inspected(dir: &Path) -> usize {
    let files = fs::read_dir(dir.join("quarantine/inspections")).expect("a directory");
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let running = paths.filter(|path| path.to_string_lossy().contains("running-"));
    let texts = running.filter_map(|path| fs::read_to_string(path).ok());
    texts.map(|text| text.split_whitespace().count()).sum()
}

/// What the MTA is told of a message once the daemon was killed three times while it inspected it; gives the line of the log.
#[track_caller]
fn check(policy: &str, outcome: &str, expected: Answer) -> String {
    let dir = support::directory();
    let (scanner, port) = Scripted::start();
    let further = format!(
        "[limits]\npoison = \"{outcome}\"\n[scanner.clamd]\naddress = \"tcp:127.0.0.1:{port}\"\nsessions = 0\n"
    );
    let start = || {
        scanner.act(&[], Act::Honest);
        let daemon = Daemon::start(dir.path(), policy, &further);
        wait_for("the scanner to be looked at", PATIENCE, || {
            let looked = daemon.events("scanner has been looked at").len();
            (looked == daemon.events("ready").len()).then_some(())
        });
        daemon
    };
    let poison = Mail::plain("b@example.org", "poison", 100_000);
    let innocent = Mail::plain("b@example.org", "innocent", 5_000);
    for _ in 0..3 {
        let mut daemon = start();
        assert_eq!(send(daemon.port(), &innocent).answer, Answer::Accepted);
        assert_eq!(inspected(dir.path()), 0);
        scanner.act(&[], Act::Hangs);
        let mut session = Session::open(daemon.port()).expect("a session");
        assert_eq!(session.begin(&poison).expect("answers"), None);
        session.tell(b'E', b"").expect("sent");
        let mut other = Session::open(daemon.port()).expect("a session");
        assert_eq!(other.begin(&innocent).expect("answers"), None);
        assert_eq!(inspected(dir.path()), 2);
        daemon.process.kill();
    }
    let daemon = start();
    daemon.wait_for("the process before ended while it inspected", 3);
    assert_eq!(
        send(daemon.port(), &poison).answer,
        expected,
        "{}",
        daemon.log()
    );
    let line = daemon.events("message").pop().expect("a line");
    let reasons = line["reasons"].as_str().unwrap_or_default();
    assert!(
        reasons.contains("poison") && line["scans"].is_null(),
        "{line}"
    );
    assert_eq!(send(daemon.port(), &innocent).answer, Answer::Accepted);
    let kept = entries(&dir.path().join("quarantine"));
    let wanted = (outcome == "quarantine").then(|| poison.octets());
    assert_eq!(kept, Vec::from_iter(wanted), "{outcome}");
    reasons.to_owned()
}

#[test]
fn a_message_that_ends_the_process_again_and_again_is_left_to_the_configuration() {
    check(POLICY, "tempfail", Answer::Deferred);
    check(POLICY, "reject", Answer::Rejected);
    check(POLICY, "quarantine", Answer::Discarded);
}

#[test]
fn rules_decide_what_becomes_of_such_a_message() {
    let rule = |client: &str, then: &str| {
        format!(
            "{POLICY}[[rule]]\nname = \"such\"\nwhen = {{ poison = true, {client} }}\nthen = {{ {then} }}\n"
        )
    };
    let own = "recipient = \"b@example.org\"";
    let reasons = check(&rule(own, "accept = true"), "reject", Answer::Accepted);
    assert!(
        reasons.contains("such") && reasons.contains("poison"),
        "{reasons}"
    );
    let others = "recipient = \"c@example.org\"";
    let reasons = check(&rule(others, "accept = true"), "reject", Answer::Rejected);
    assert!(!reasons.contains("such"), "{reasons}");
}
