//! Rules of YARA in the daemon: parts are handed to them decoded, new rules need no restart, and it stays confined.
#![cfg(feature = "yara")]

mod daemon;
mod support;
#[allow(dead_code, reason = "other tests use more of it")]
#[path = "hard_cases/talk.rs"]
mod talk;

use daemon::Daemon;
use std::fs;
use std::path::Path;
use std::process::Command;
use talk::{TODAY, Talk, letters};
use tamis_corpus::make::encode::base64_lines;

const POLICY: &str = r#"
[[rule]]
name = "infected"
when = { scan.engine = "yara", scan.result = "found" }
then = { reject = "550 5.7.1 {scan.signature} found" }
"#;

const MACRO: &str = "rule Office_Macro { strings: $a = \"AutoOpen\" condition: $a }";

/// Makes no memory executable that was writable (prctl `PR_SET_MDWE`, where the
/// kernel knows it), as the unit file has it, and becomes a program.
const NO_CODE: &str = "import ctypes, os, sys\n\
    ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)\n\
    os.execvp(sys.argv[1], sys.argv[1:])\n";

fn config(place: &Path) -> String {
    format!(
        "confine = \"auto\"\n[scanner.yara]\nrules = [\"{}/rules\"]\ncache = \"1h\"\n",
        place.display()
    )
}

/// What is said of a message with this content in an attachment.
fn sent(daemon: &Daemon, content: &str) -> String {
    let mut talk = Talk::open(&format!("127.0.0.1:{}", daemon.port()), TODAY);
    talk.client("192.0.2.1", 2_525);
    assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    let fields: [(&str, &[u8]); 5] = [
        ("From", b" a@example.com"),
        ("Subject", b" x"),
        ("MIME-Version", b" 1.0"),
        (
            "Content-Type",
            b" application/octet-stream; name=\"data.bin\"",
        ),
        ("Content-Transfer-Encoding", b" base64"),
    ];
    let body = base64_lines(content.as_bytes());
    talk.content(&fields, body.as_bytes(), 65_000);
    let answer = talk.end();
    let said = String::from_utf8_lossy(&answer.last().expect("an answer").1).into_owned();
    format!("{} {said}", letters(&answer))
}

#[test]
fn parts_are_scanned_by_the_rules_that_are_there_now() {
    let dir = support::directory();
    let rules = dir.path().join("rules");
    fs::create_dir(&rules).expect("made");
    fs::write(rules.join("a.yar"), MACRO).expect("written");
    let python = Command::new("python3").arg("-V").output().is_ok();
    let front: &[&str] = if python {
        &["python3", "-c", NO_CODE]
    } else {
        &[]
    };
    let daemon = Daemon::behind(front, dir.path(), POLICY, &config(dir.path()));
    daemon.wait_for("\"scanner has been looked at\"", 1);
    let looked = &daemon.events("scanner has been looked at")[0];
    assert_eq!(looked["flaws"], 0, "the test file is found: {looked}");
    let there = &daemon.events("scanner is there")[0];
    assert_eq!(there["version"], "YARA-X, 1 rules");

    let said = sent(&daemon, "Good day.");
    assert!(said.trim_end().ends_with('c'), "{said}: {}", daemon.log());
    let said = sent(&daemon, "Sub AutoOpen()");
    assert!(said.contains("550 5.7.1 Office_Macro found"), "{said}");

    // What was said of the same content before does not stand once there are other rules.
    let more = "rule Greeting { strings: $a = \"Good day\" condition: $a }";
    fs::write(rules.join("b.yar"), more).expect("written");
    let greeted = |_: &u32| sent(&daemon, "Good day.").contains("Greeting found");
    let pause = || std::thread::sleep(std::time::Duration::from_millis(100));
    let found = (0..600).inspect(|_| pause()).find(greeted);
    assert!(found.is_some(), "{}", daemon.log());
}
