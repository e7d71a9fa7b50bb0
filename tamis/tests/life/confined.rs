//! A daemon that has given up what it does not need: it does its work, and nothing else.

use crate::started::Started;
use crate::support::{self, PATIENCE, Skip};
use crate::talk::{TODAY, Talk, letters};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};

/// A confined daemon, if this kernel can confine one.
fn confined(directory: &Path, further: &str) -> Option<Started> {
    let started = Started::new(directory, &format!("confine = \"auto\"\n{further}"));
    let events = started.events("confined");
    let files = events.iter().any(|event| event["files"] == true);
    let can = files.then_some(()).ok_or_else(|| {
        Skip::new("this kernel has no Landlock, or is not told to use it (lsm=landlock)")
    });
    support::ready(can)?;
    assert!(events[0]["calls"] == true && events[0]["inherited"] == false);
    Some(started)
}

/// What the system says of all threads of a process.
fn threads(process: u32) -> BTreeSet<String> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("a process");
    let status = threads.map(|thread| {
        let path = thread.expect("an entry").path().join("status");
        fs::read_to_string(path).unwrap_or_default()
    });
    let keys = ["Seccomp:", "Seccomp_filters:", "NoNewPrivs:"];
    let wanted = |line: &&str| keys.iter().any(|key| line.starts_with(key));
    let lines: Vec<String> = status
        .flat_map(|text| {
            text.lines()
                .filter(wanted)
                .map(|line| line.replace('\t', " "))
                .collect::<Vec<_>>()
        })
        .collect();
    lines.into_iter().collect()
}

/// Two filters, and no way to the rights of others, for every thread.
#[track_caller]
fn is_confined(process: u32) {
    let expected = ["NoNewPrivs: 1", "Seccomp: 2", "Seccomp_filters: 2"];
    let expected = expected.map(str::to_owned).into_iter().collect();
    assert_eq!(threads(process), expected);
}

/// A program in an archive in an archive, beside so much filling that it does not stay in memory.
fn attachment() -> String {
    let inner = stored(&[Entry::new("setup.exe", &payload::executable())]);
    let filling = vec![b'.'; 400 << 10];
    let outer = stored(&[
        Entry::new("filling.txt", &filling),
        Entry::new("inner.zip", &inner),
    ]);
    base64_lines(&outer)
}

/// Sends the program, which is taken out and kept.
#[track_caller]
fn judges(started: &Started) {
    let before = started.events("message").len();
    let mut talk = Talk::open(&format!("127.0.0.1:{}", started.port()), TODAY);
    talk.client("192.0.2.1", 2_525);
    assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    let fields: [(&str, &[u8]); 5] = [
        ("From", b" a@example.com"),
        ("Subject", b" x"),
        ("MIME-Version", b" 1.0"),
        ("Content-Type", b" application/zip; name=\"offer.zip\""),
        ("Content-Transfer-Encoding", b" base64"),
    ];
    talk.content(&fields, attachment().as_bytes(), 65_000);
    let said = letters(&talk.end());
    assert!(said.ends_with('c') && said.contains('b'), "{said}");
    started.wait_for("\"message\":\"message\"", before + 1);
    let event = started.events("message").pop().expect("an event");
    assert!(event["kept"].is_string(), "{event}");
    let apart = "containers are opened in this process, which is not confined";
    assert!(started.events(apart).is_empty(), "the decoder is started");
}

/// A policy takes the place of the old one.
fn policy(place: &Path, text: &str) {
    fs::write(place.join("new.toml"), text).expect("written");
    fs::rename(place.join("new.toml"), place.join("policy.toml")).expect("renamed");
}

#[test]
fn a_confined_daemon_does_its_work() {
    let dir = support::directory();
    let Some(mut started) = confined(dir.path(), "policy_watch = \"off\"\n") else {
        return;
    };
    is_confined(started.id());
    judges(&started);

    fs::create_dir(dir.path().join("lists")).expect("made");
    fs::write(dir.path().join("lists/more.toml"), "").expect("written");
    let beside = "include = [\"preset:default\", \"lists/more.toml\"]\n";
    policy(dir.path(), beside);
    started.signal("HUP");
    started.wait_for("\"policy reloaded\"", 1);

    started.upgrade();
    is_confined(started.id());
    let last = started.events("confined").pop().expect("an event");
    assert_eq!(last["inherited"], true);
    judges(&started);
    started.signal("HUP");
    started.wait_for("\"policy reloaded\"", 2);
    started.stop_successor();
    assert!(!dir.path().join("tamis.sock").exists(), "removed");
}

/// The kernel takes 16 rulesets on top of each other: those that follow must not add theirs.
#[test]
fn any_number_of_processes_follow_each_other() {
    let dir = support::directory();
    let Some(mut started) = confined(dir.path(), "") else {
        return;
    };
    for _ in 0..18 {
        started.upgrade();
    }
    is_confined(started.id());
    judges(&started);
    started.stop_successor();
}

#[test]
fn what_lies_elsewhere_is_out_of_reach() {
    let (dir, elsewhere) = (support::directory(), support::directory());
    let Some(mut started) = confined(dir.path(), "policy_watch = \"off\"\n") else {
        return;
    };
    let file = elsewhere.path().join("more.toml");
    fs::write(&file, "").expect("written");
    policy(
        dir.path(),
        &format!("include = [\"preset:default\", {file:?}]\n"),
    );
    // Everybody else can read it.
    let check = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(["policy", "check"])
        .arg(dir.path().join("policy.toml"))
        .status();
    assert!(check.expect("it runs").success());
    started.signal("HUP");
    started.wait_for("policy has a fault", 1);
    let fault = &started.events("policy has a fault, the old one goes on to rule")[0];
    let problem = fault["problem"].as_str().expect("a text");
    assert!(problem.contains("ermission denied"), "{problem}");
    judges(&started);

    // A process that wants to keep things elsewhere does not take over.
    policy(dir.path(), "include = [\"preset:default\"]\n");
    let config = fs::read_to_string(dir.path().join("tamis.toml")).expect("a configuration");
    let quarantine = |at: &Path| format!("dir = \"{}/quarantine\"", at.display());
    let moved = config.replace(&quarantine(dir.path()), &quarantine(elsewhere.path()));
    assert_ne!(moved, config);
    fs::write(dir.path().join("tamis.toml"), moved).expect("written");
    started.signal("USR2");
    started.wait_for("not handed over, this process goes on", 1);
    assert!(!elsewhere.path().join("quarantine").exists());
    judges(&started);
    assert!(started.stop().success());
}

#[test]
fn a_program_that_needs_rights_of_its_own_is_not_confined() {
    let dir = support::directory();
    let further = "[notify]\nsendmail = \"/bin/true\"\nfrom = \"postmaster@example.org\"\n";
    let mut started = Started::new(dir.path(), further);
    let said = started.events("not confined");
    let reason = said[0]["reason"].as_str().expect("a text");
    assert!(reason.contains("[notify] dir"), "{reason}");
    assert!(threads(started.id()).contains("NoNewPrivs: 0"));
    assert!(started.stop().success());

    let config = fs::read_to_string(dir.path().join("tamis.toml")).expect("a configuration");
    fs::write(
        dir.path().join("tamis.toml"),
        format!("confine = \"on\"\n{config}"),
    )
    .expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(["milter", "--config"])
        .arg(dir.path().join("tamis.toml"))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(69));
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        says.contains("confine = \"on\" cannot be: sendmail"),
        "{says}"
    );
}

#[test]
fn nothing_is_given_up_if_nobody_wants_it() {
    let dir = support::directory();
    let mut started = Started::new(dir.path(), "confine = \"off\"\n");
    assert_eq!(started.events("not confined").len(), 1);
    assert!(threads(started.id()).contains("Seccomp: 0"));
    support::wait_for("the socket", PATIENCE, || {
        dir.path().join("tamis.sock").exists().then_some(())
    });
    assert!(started.stop().success());
}

/// A scanner that finds what can be done in its sandbox, `elsewhere` being a directory that it may not write to.
fn program(place: &Path, elsewhere: &Path, leave: &str) -> String {
    let script = format!(
        "cat >/dev/null; can=''\n\
         head -c 1 /etc/passwd | grep -q r && can=\"$can reads\"\n\
         touch {0}/scratch/file && can=\"$can writes\"\n\
         touch {1}/file && can=\"$can elsewhere\"\n\
         echo \"can$can\"; exit 1\n",
        place.display(),
        elsewhere.display()
    );
    fs::create_dir_all(place.join("scratch")).expect("made");
    fs::write(place.join("scan.sh"), script).expect("written");
    format!(
        "[scanner.script]\nkind = \"command\"\nargv = [\"/bin/sh\", \"{0}/scan.sh\"]\nwritable = [\"{0}/scratch\"]\n{leave}\n",
        place.display()
    )
}

const PROGRAM_POLICY: &str = "[[rule]]\nname = \"found\"\n\
    when = { scan.engine = \"script\", scan.result = \"found\" }\n\
    then = { reject = \"550 5.7.1 {scan.signature}\" }\n";

#[test]
fn a_daemon_with_a_program_that_scans_still_gives_up_all_that_programs_do_not_need() {
    let (dir, elsewhere) = (support::directory(), support::directory());
    let scanner = program(dir.path(), elsewhere.path(), "");
    let mut started = Started::new(dir.path(), &format!("confine = \"auto\"\n{scanner}"));
    let confined = started.events("confined").pop().expect("an event");
    assert_eq!(confined["files"], false, "programs read what they need");
    let can = (confined["writes"] == true).then_some(());
    if support::ready(can.ok_or_else(|| Skip::new("this kernel has no Landlock"))).is_none() {
        return;
    }
    is_confined(started.id());

    policy(dir.path(), PROGRAM_POLICY);
    started.signal("HUP");
    started.wait_for("\"policy reloaded\"", 1);
    let mut talk = Talk::open(&format!("127.0.0.1:{}", started.port()), TODAY);
    talk.client("192.0.2.1", 2_525);
    assert_eq!(talk.envelope(&["<b@example.org>"]), "c");
    talk.content(&[("Subject", b" x")], b"text\r\n", 65_000);
    let answer = talk.end();
    let said = String::from_utf8_lossy(&answer.last().expect("an answer").1).into_owned();
    assert!(said.contains("can reads writes"), "{said}");
    assert!(!said.contains("elsewhere"), "{said}");

    // The one that takes over inherits it, and the one before ends as soon as nobody talks to it.
    drop(talk);
    started.upgrade();
    is_confined(started.id());
    let last = started.events("confined").pop().expect("an event");
    assert!(last["inherited"] == true && last["writes"] == true && last["files"] == false);
    started.stop_successor();
}

#[test]
fn with_a_program_that_may_do_anything_nothing_is_given_up() {
    let (dir, elsewhere) = (support::directory(), support::directory());
    let scanner = program(dir.path(), elsewhere.path(), "sandbox = \"off\"");
    let mut started = Started::new(dir.path(), &scanner);
    let said = started.events("not confined");
    let reason = said[0]["reason"].as_str().expect("a text");
    assert!(reason.contains("sandbox = \"off\""), "{reason}");
    assert!(threads(started.id()).contains("NoNewPrivs: 0"));
    assert!(started.stop().success());
}
