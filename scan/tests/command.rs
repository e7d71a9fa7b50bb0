//! Real little programs as scanners: what their exit statuses, their output and their misbehaviour come to.

use bytes::Bytes;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tamis_scan::{Command, CommandSettings, Envelope, Reason, Report, Scanner as _};
use tempfile::TempDir;

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// A scanner that is a shell script.
fn script(text: &str) -> CommandSettings {
    let argv = ["/bin/sh", "-c", text];
    CommandSettings::new(argv.map(OsString::from).to_vec())
}

async fn scan(settings: &CommandSettings, message: &[u8]) -> Report {
    let mut scan = Command::new(settings.clone()).start(&Envelope::default());
    for piece in message.chunks(10_000) {
        scan.feed(Bytes::copy_from_slice(piece)).await;
    }
    scan.finish().await
}

#[track_caller]
fn assert_unscanned(report: &Report, reason: Reason, says: &str) {
    let Report::Unscanned(unscanned) = report else {
        panic!("{report}");
    };
    assert_eq!(unscanned.reason(), reason, "{report}");
    assert!(unscanned.detail().as_str().contains(says), "{report}");
}

#[tokio::test]
async fn the_exit_status_says_what_was_found() {
    let looks =
        script("if grep -q EVIL; then echo 'Evil.Word  '; echo more; exit 1; else exit 0; fi");
    let lines = b"a line of text\n".repeat(40_000);
    for message in [b"".to_vec(), b"nothing".to_vec(), lines.clone()] {
        assert_eq!(scan(&looks, &message).await, Report::Clean);
    }
    let evil = [lines.as_slice(), b"EVIL"].concat();
    for message in [b"EVIL".to_vec(), evil] {
        assert_eq!(scan(&looks, &message).await, Report::found(b"Evil.Word"));
    }
    let mut settings = script("cat >/dev/null; exit 12");
    settings.found = vec![7, 12];
    settings.signature = "Something".to_owned();
    assert_eq!(scan(&settings, b"x").await, Report::found(b"Something"));
    settings.found = Vec::new();
    settings.clean = vec![3, 12];
    assert_eq!(scan(&settings, b"x").await, Report::Clean);
}

#[tokio::test]
async fn what_ends_in_another_way_has_no_answer() {
    for (text, says) in [
        ("cat >/dev/null; exit 2", "exit status 2"),
        ("cat >/dev/null; exit 127", "exit status 127"),
        ("kill -SEGV $$", "killed by signal 11"),
        ("kill -KILL $$", "killed by signal 9"),
    ] {
        assert_unscanned(&scan(&script(text), b"x").await, Reason::Failed, says);
    }
    let missing = CommandSettings::new(vec!["/nonexistent/scan".into()]);
    assert_unscanned(
        &scan(&missing, b"x").await,
        Reason::Unreachable,
        "/nonexistent/scan",
    );
    assert_unscanned(
        &scan(&CommandSettings::new(Vec::new()), b"x").await,
        Reason::Unreachable,
        "",
    );
}

#[tokio::test]
async fn who_has_not_read_everything_calls_nothing_clean() {
    let large = vec![b'x'; 1 << 20];
    for text in ["exit 0", "head -c 3 >/dev/null", "exec 0<&-; exit 0"] {
        for message in [b"four".as_slice(), &large] {
            let report = scan(&script(text), message).await;
            assert_unscanned(&report, Reason::Failed, "it has not read everything");
        }
    }
    // But what it has found it has found.
    let report = scan(&script("echo Early; exit 1"), &large).await;
    assert_eq!(report, Report::found(b"Early"));
}

#[tokio::test]
async fn a_program_that_hangs_is_ended() {
    let mut settings = script("cat >/dev/null; exec sleep 600");
    settings.answer = Duration::from_millis(200);
    assert_unscanned(
        &scan(&settings, b"x").await,
        Reason::Timeout,
        "does not end",
    );
    let mut settings = script("exec sleep 600");
    settings.write = Duration::from_millis(200);
    let large = vec![b'x'; 1 << 20];
    assert_unscanned(
        &scan(&settings, &large).await,
        Reason::Timeout,
        "does not read",
    );
    settings.total = Duration::from_millis(300);
    settings.write = Duration::from_mins(1);
    assert_unscanned(
        &scan(&settings, b"x").await,
        Reason::Timeout,
        "no report within",
    );
    settings.max_bytes = 1_000;
    assert_unscanned(&scan(&settings, &large).await, Reason::TooLarge, "");
}

#[tokio::test]
async fn output_without_an_end_is_no_trouble() {
    let flood = script("yes no-end | head -c 50000000; cat >/dev/null; exit 1");
    assert_eq!(scan(&flood, b"x").await, Report::found(b"no-end"));
    let one_line = script("head -c 3000000 /dev/zero | tr '\\0' A; cat >/dev/null; exit 1");
    let Report::Found { signature } = scan(&one_line, b"x").await else {
        panic!("nothing found");
    };
    assert!(signature.as_str().len() <= 128, "{signature}");
    let odd = script("cat >/dev/null; printf 'a\\033[31m\\r\\n'; exit 1");
    let report = scan(&odd, b"x").await;
    assert!(!report.to_string().contains(['\u{1b}', '\r']), "{report}");
}

/// Whether a process lives that was started with this among its arguments.
fn lives(mark: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| line.windows(mark.len()).any(|part| part == mark.as_bytes()))
}

async fn assert_gone(mark: &str) {
    let start = Instant::now();
    while lives(mark) {
        assert!(start.elapsed() < Duration::from_secs(30), "{mark} lives");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A time to sleep that no other test has, so that the sleeper can be found.
fn mark(place: &Path) -> String {
    let name = place.file_name().expect("a name").as_encoded_bytes();
    let number = name.iter().fold(7_u64, |sum, octet| {
        (sum * 31 + u64::from(*octet)) % 1_000_003
    });
    format!("{}.{number}", 1_000 + std::process::id() % 1_000)
}

#[tokio::test]
async fn nothing_that_a_program_has_started_outlives_the_scan() {
    let place = directory();
    let mark = mark(place.path());
    // The children hold the pipes open, and are many.
    let leaves = format!("for i in 1 2 3 4 5; do sleep {mark} & done; cat >/dev/null; exit 0");
    assert_eq!(scan(&script(&leaves), b"x").await, Report::Clean);
    assert_gone(&mark).await;

    let waits = format!("for i in 1 2 3 4 5; do sleep {mark} & done; wait");
    let mut scanning = Command::new(script(&waits)).start(&Envelope::default());
    scanning.feed(Bytes::from_static(b"x")).await;
    let start = Instant::now();
    while !lives(&mark) {
        assert!(start.elapsed() < Duration::from_secs(30), "it starts");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The message is broken off.
    drop(scanning);
    assert_gone(&mark).await;
}

#[tokio::test]
async fn it_finds_an_environment_of_its_own() {
    let settings =
        script("cat >/dev/null; echo \"$PATH $LANG ${HOME-none} ${CARGO-none} $(pwd)\"; exit 1");
    assert_eq!(
        scan(&settings, b"x").await,
        Report::found(b"/usr/local/bin:/usr/bin:/bin C.UTF-8 none none /")
    );
}

#[tokio::test]
async fn a_probe_says_whether_there_is_a_program() {
    let probe = |path: &str| {
        let settings = CommandSettings::new(vec![path.into()]);
        async move { Command::new(settings).probe().await }
    };
    assert_eq!(probe("/bin/sh").await.expect("there").as_str(), "/bin/sh");
    assert!(probe("/etc/passwd").await.is_err());
    assert!(probe("/bin").await.is_err());
    assert!(probe("/nonexistent").await.is_err());
}

#[tokio::test]
async fn a_launcher_stands_in_front() {
    let mut settings = script("cat >/dev/null; echo $MARK; exit 1");
    settings.launcher = ["/usr/bin/env", "MARK=launched"]
        .map(OsString::from)
        .to_vec();
    assert_eq!(scan(&settings, b"x").await, Report::found(b"launched"));
}
