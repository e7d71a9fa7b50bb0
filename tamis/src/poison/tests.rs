//! Failures count, whichever way an inspection ends that does not come to its end.

use super::{DIRECTORY, ENOUGH, Key, Ledger, OnPoison};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn open(dir: &Path) -> (Ledger, usize) {
    Ledger::open(dir, OnPoison::TempFail).unwrap()
}

fn key(number: u8) -> Key {
    Key::new("a@example.com", &[number])
}

/// A process that dies with these messages in inspection: its file stays, and nobody holds it any more.
fn die(dir: &Path, keys: &[Key]) {
    let (ledger, _) = open(dir);
    let entered: Vec<_> = keys.iter().map(|key| ledger.enter(*key)).collect();
    let running = |dir: &Path| {
        let files = fs::read_dir(dir.join(DIRECTORY)).unwrap();
        let mut paths = files.map(|file| file.unwrap().path());
        paths.find(|path| path.to_string_lossy().contains("running-"))
    };
    let path = running(dir).unwrap();
    let content = fs::read(&path).unwrap();
    drop((entered, ledger));
    fs::write(path, content).unwrap();
}

#[test]
fn what_a_process_dies_of_again_and_again_is_not_inspected() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..ENOUGH {
        die(dir.path(), &[key(1), key(2)]);
        let (ledger, left) = open(dir.path());
        assert_eq!(left, 2);
        // The other one was only there when it happened.
        ledger.enter(key(2)).unwrap().passed();
        assert_eq!(ledger.enter(key(1)).is_err(), round + 1 >= ENOUGH);
    }
    let (ledger, left) = open(dir.path());
    assert_eq!(left, 0);
    assert_eq!(ledger.enter(key(1)).unwrap_err(), ENOUGH);
    assert!(ledger.enter(key(2)).is_ok() && ledger.enter(key(3)).is_ok());
    // Another version of the program may bear it.
    let failed = dir.path().join(DIRECTORY).join("failed");
    let text = fs::read_to_string(&failed).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&failed, format!("tamis 0.0.0\n{rest}")).unwrap();
    assert!(open(dir.path()).0.enter(key(1)).is_ok());
}

#[test]
fn a_panic_counts_and_an_end_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path());
    for _ in 0..ENOUGH {
        drop(ledger.enter(key(1)).unwrap());
        let entered = ledger.enter(key(2)).unwrap();
        let panic = catch_unwind(AssertUnwindSafe(move || {
            let _held = entered;
            panic!("meant");
        }));
        assert!(panic.is_err());
    }
    assert!(ledger.enter(key(1)).is_ok());
    assert_eq!(ledger.enter(key(2)).unwrap_err(), ENOUGH);
}

#[test]
fn a_living_process_keeps_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let (first, _) = open(dir.path());
    let many: Vec<_> = (0..200)
        .map(|number| first.enter(key(number)).unwrap())
        .collect();
    let (second, left) = open(dir.path());
    assert_eq!(left, 0);
    drop((many, first, second));
    let (_third, left) = open(dir.path());
    assert_eq!(left, 0, "they ended as they should");
}

#[test]
fn what_was_tampered_with_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join(DIRECTORY);
    fs::create_dir(&ledger).unwrap();
    fs::write(ledger.join("failed"), "tamis\n\u{e4} 1 2\nx").unwrap();
    fs::write(ledger.join("running-1-x"), "\u{e4}\u{e4}\nx\n".repeat(30)).unwrap();
    let (ledger, left) = open(dir.path());
    assert_eq!(left, 0);
    assert!(ledger.enter(key(1)).is_ok());
}
