//! Copies are there, bounds hold, and a store that fails says where it is.

use super::*;
use crate::quarantine::{EnvelopeRecord, What};
use std::fs;

fn settings(dir: &Path) -> CaptureSettings {
    CaptureSettings::new(dir.join("copies"))
}

fn keep(captures: &Captures, octets: &[u8]) -> Result<Record, Error> {
    let id = Id::new().unwrap();
    let record = Record::new(id, EnvelopeRecord::default(), What::Message);
    captures.keep(record, octets.len() as u64, &mut &*octets)
}

fn entries(captures: &Captures) -> usize {
    captures.store.entries().unwrap().count()
}

#[test]
fn a_copy_is_there_and_can_be_taken_out() {
    let dir = tempfile::tempdir().unwrap();
    let captures = Captures::create(&settings(dir.path())).unwrap();
    let kept = keep(&captures, b"Subject: x\r\n\r\n").unwrap();
    let mut octets = Vec::new();
    let mut content = captures.store.content(&kept.id).unwrap();
    content.read_to_end(&mut octets).unwrap();
    assert_eq!(octets, b"Subject: x\r\n\r\n");
    captures.remove(&kept.id).unwrap();
    assert_eq!(entries(&captures), 0);
}

#[test]
fn bounds_hold_across_restarts_and_room_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    for (max_size, max_messages) in [(Some(25), None), (None, Some(2))] {
        let settings = CaptureSettings {
            max_size,
            max_messages,
            ..CaptureSettings::new(dir.path().join(format!("{max_size:?}")))
        };
        let captures = Captures::create(&settings).unwrap();
        let first = keep(&captures, &[b'x'; 10]).unwrap();
        keep(&captures, &[b'x'; 10]).unwrap();
        let full = keep(&captures, &[b'x'; 10]).unwrap_err();
        assert_eq!(
            full.to_string(),
            format!(
                "no room for copies of messages in {}: 2 messages of 20 octets lie there",
                settings.dir.display()
            )
        );
        let again = Captures::create(&settings).unwrap();
        assert!(matches!(keep(&again, &[b'x'; 10]), Err(Error::Full(..))));
        captures.remove(&first.id).unwrap();
        keep(&captures, &[b'x'; 10]).unwrap();
        assert_eq!(entries(&captures), 2);
    }
}

#[test]
fn what_somebody_moves_away_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let settings = CaptureSettings {
        max_messages: Some(1),
        ..settings(dir.path())
    };
    let captures = Captures::create(&settings).unwrap();
    let kept = keep(&captures, b"one").unwrap();
    captures.store.remove(&kept.id).unwrap();
    keep(&captures, b"two").unwrap();
}

#[test]
fn a_failed_copy_takes_no_room() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let settings = CaptureSettings {
        max_messages: Some(1),
        ..settings(dir.path())
    };
    let captures = Captures::create(&settings).unwrap();
    let record = Record::new(Id::new().unwrap(), EnvelopeRecord::default(), What::Message);
    let error = captures.keep(record, 1, &mut Broken).unwrap_err();
    assert!(error.to_string().ends_with("copies: gone"), "{error}");
    keep(&captures, b"one").unwrap();
}

#[test]
fn a_directory_that_cannot_be_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("copies"), "in the way").unwrap();
    let error = Captures::create(&settings(dir.path())).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("cannot keep copies of messages in "),
        "{text}"
    );
    assert!(text.contains("/copies: "), "{text}");
}
