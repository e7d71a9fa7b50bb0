//! Programs that scan: what `tamis launch` lets them do, and one in the configuration of a daemon.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;
use support::{PATIENCE, postfix::Postfix, smtp::Smtp};
use tamis::decoder::Sandbox;
use tamis::launch::Leave;

/// What comes of a shell script in the sandbox.
fn launched(leave: &Leave, script: &str) -> Output {
    let launcher = leave.launcher(Path::new(TAMIS));
    let (program, arguments) = launcher.split_first().expect("a launcher");
    Command::new(program)
        .args(arguments)
        .args(["/bin/sh", "-c", script])
        .output()
        .expect("it runs")
}

/// Whether this system keeps programs from files.
fn has_landlock() -> bool {
    let leave = Leave {
        sandbox: Sandbox::Required,
        ..Leave::default()
    };
    let output = launched(&leave, "exit 7");
    match output.status.code() {
        Some(7) => true,
        Some(125) => {
            eprintln!("SKIPPED: this system knows no Landlock");
            false
        }
        other => panic!("{other:?} {}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[test]
fn a_program_is_what_it_would_be_alone() {
    let output = launched(
        &Leave::default(),
        "cat /etc/passwd | head -1; echo; exit 42",
    );
    assert_eq!(output.status.code(), Some(42));
    assert!(output.stdout.starts_with(b"root:"), "{output:?}");
    let missing = Leave::default().launcher(Path::new(TAMIS));
    let output = Command::new(&missing[0])
        .args(&missing[1..])
        .arg("/nonexistent/program")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(125));
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(says.contains("/nonexistent/program"), "{says}");
}

#[test]
fn memory_time_and_files_are_bounded() {
    let limits = launched(&Leave::default(), "ulimit -v -t -f -n -c");
    let says = String::from_utf8_lossy(&limits.stdout).into_owned();
    let numbers: Vec<u64> = says
        .lines()
        .filter_map(|line| line.rsplit([' ', '\t']).next()?.parse().ok())
        .collect();
    if numbers.len() > 1 {
        assert!(
            numbers.contains(&(2 << 20)) && numbers.contains(&120),
            "{says}"
        );
    }
    let small = Leave {
        memory: 64 << 20,
        time: Duration::from_secs(1),
        ..Leave::default()
    };
    let hog = launched(
        &small,
        "head -c 200000000 /dev/zero | tail -c 199999999 | wc -c",
    );
    assert_ne!(hog.stdout, b"199999999\n", "{hog:?}");
    let spins = launched(&small, "while :; do :; done");
    assert!(!spins.status.success(), "{spins:?}");
    let writes = launched(&Leave::default(), "echo x > /dev/shm/tamis-launch-test");
    assert!(!Path::new("/dev/shm/tamis-launch-test").exists() || !writes.status.success());
    let _ = fs::remove_file("/dev/shm/tamis-launch-test");
}

#[test]
fn a_program_writes_where_it_may_and_nowhere_else() {
    if !has_landlock() {
        return;
    }
    let place = support::directory();
    let (inside, outside) = (place.path().join("inside"), place.path().join("outside"));
    fs::create_dir(&inside).expect("a directory");
    fs::create_dir(&outside).expect("a directory");
    let leave = Leave {
        writable: vec![inside.clone()],
        ..Leave::default()
    };
    let script = format!(
        "echo x > {0}/file; mkdir {0}/dir; echo x > {1}/file; mkdir {1}/dir; rm -rf {1}; exit 0",
        inside.display(),
        outside.display()
    );
    let output = launched(&leave, &script);
    assert_eq!(output.status.code(), Some(0));
    assert!(inside.join("file").exists() && inside.join("dir").exists());
    assert!(outside.exists() && fs::read_dir(&outside).expect("read").next().is_none());
}

/// A scanner that finds the word "macro" and fails on "odd".
const SCAN: &str = "#!/bin/sh\ntext=$(cat)\ncase \"$text\" in\n*odd*) exit 9;;\n*macro*) echo Macro.Found; exit 1;;\nesac\nexit 0\n";

const POLICY: &str = r#"
[[rule]]
name = "macros"
when = { scan.engine = "macros", scan.result = "found", scan.of = "part" }
then = { strip = "{scan.signature} was taken out." }
"#;

#[test]
fn a_program_scans_for_a_daemon() {
    let place = support::directory();
    let program = place.path().join("scan");
    fs::write(&program, SCAN).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
    // Postfix's users need not read it, the daemon's does.
    let scanner = format!(
        "[scanner.macros]\nkind = \"command\"\nargv = [\"{}\"]\nfeeds = \"parts\"\nanswer = \"20s\"\n",
        program.display()
    );
    let daemon = Daemon::start(place.path(), POLICY, &scanner);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let message = |attachment: &str| {
        format!(
            "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n\
             Content-Type: text/csv; name=x.csv\r\n\r\n{attachment}\r\n--b--\r\n"
        )
    };
    let send = |attachment: &str| {
        let mut session = Smtp::open(postfix.smtp_port());
        let message = message(attachment);
        let reply = session.send("a@example.com", &["b@example.org"], message.as_bytes());
        reply.expect("a reply").0
    };
    assert_eq!(send("plain"), 250);
    assert_eq!(send("a macro"), 250);
    let delivered = postfix.wait_for(2, PATIENCE);
    let last = String::from_utf8_lossy(&delivered[1]).into_owned();
    assert!(last.contains("Macro.Found was taken out."), "{last}");
    assert_eq!(send("odd"), 451);
    assert!(
        daemon.log().contains("macros@2=unscanned(failed)"),
        "{}",
        daemon.log()
    );
}
