//! What is kept is there, and what a crash leaves is not.

use super::unfinished::ABANDONED;
use super::*;
use std::time::{Duration, SystemTime};

fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(&dir.path().join("q")).unwrap();
    (dir, store)
}

fn keep(store: &Store, what: What, content: &[u8]) -> Record {
    let id = Id::new().unwrap();
    let record = Record::new(id, EnvelopeRecord::default(), what);
    store.keep(record, &mut &*content).unwrap()
}

fn part(header_bytes: u64, encoding: &str) -> What {
    What::Part(PartRecord {
        header_bytes,
        encoding: encoding.into(),
        name: Some("setup.exe\u{202e}".into()),
        ..PartRecord::default()
    })
}

fn read(mut from: impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    from.read_to_end(&mut all).unwrap();
    all
}

#[test]
fn keeps_octets_and_record() {
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"Subject: x\r\n\r\n\0\xff");
    assert_eq!(kept.stored.size, 16);
    assert_eq!(kept.decoded, None);
    assert_eq!(store.get(&kept.id).unwrap(), kept);
    assert_eq!(
        read(store.content(&kept.id).unwrap()),
        b"Subject: x\r\n\r\n\0\xff"
    );
    assert!(Export::is_intact(&store, &kept).unwrap());
    fs::write(store.content_path(&kept.id), "x").unwrap();
    assert!(!Export::is_intact(&store, &kept).unwrap());
    let entries: Vec<_> = store.entries().unwrap().map(Result::unwrap).collect();
    assert_eq!(entries, [kept]);
}

#[test]
fn a_part_is_exported_decoded_or_raw() {
    let (_dir, store) = store();
    let entity = b"Content-Transfer-Encoding: 8bit\r\n\r\nMZ body";
    let kept = keep(&store, part(35, "8bit"), entity);
    assert_eq!(kept.decoded.as_ref().unwrap().size, 7);
    assert_eq!(
        read(Export::open(&store, &kept, false).unwrap()),
        b"MZ body"
    );
    assert_eq!(read(Export::open(&store, &kept, true).unwrap()), entity);
}

#[test]
fn only_the_owner_can_look_inside() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"x");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(store.dir()), 0o700);
    assert_eq!(mode(&store.dir().join(kept.id.shard())), 0o700);
    assert_eq!(mode(&store.content_path(&kept.id)), 0o600);
    assert_eq!(mode(&store.record_path(&kept.id)), 0o600);
}

#[test]
fn what_a_crash_leaves_is_no_entry() {
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"x");
    let shard = store.dir().join(kept.id.shard());
    // Content without a record, foreign files, and files without a name yet.
    let other = Id::new().unwrap();
    fs::write(store.content_path(&other), "half").unwrap();
    fs::write(shard.join("notes.json"), "{}").unwrap();
    fs::write(store.dir().join("README"), "x").unwrap();
    let unfinished = store.dir().join(UNFINISHED).join(format!("{other}.json"));
    fs::write(&unfinished, "{").unwrap();

    assert_eq!(store.entries().unwrap().count(), 1);
    assert!(matches!(store.get(&other), Err(Error::Unknown(_))));

    store.remove_abandoned(SystemTime::now(), false).unwrap();
    assert!(unfinished.exists(), "somebody may still be writing it");
    let tomorrow = SystemTime::now() + ABANDONED + Duration::from_mins(1);
    store.remove_abandoned(tomorrow, false).unwrap();
    assert!(!unfinished.exists());
}

#[test]
fn who_comes_alone_tidies_up() {
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"x");
    let other = Id::new().unwrap();
    fs::create_dir_all(store.dir().join(other.shard())).unwrap();
    let content = store.content_path(&other);
    let unfinished = store.dir().join(UNFINISHED).join(format!("{other}.json"));
    fs::write(&content, "half").unwrap();
    fs::write(&unfinished, "{").unwrap();
    let second = Store::create(store.dir()).unwrap();
    assert!(
        unfinished.exists() && content.exists(),
        "the first one may be writing it"
    );
    let dir = store.dir().to_owned();
    drop((store, second));
    let third = Store::create(&dir).unwrap();
    assert!(!unfinished.exists() && !content.exists());
    assert_eq!(third.get(&kept.id).unwrap(), kept);
}

#[test]
fn a_failed_write_leaves_nothing() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let (_dir, store) = store();
    let record = Record::new(Id::new().unwrap(), EnvelopeRecord::default(), What::Message);
    let id = record.id.clone();
    assert!(matches!(
        store.keep(record, &mut Broken),
        Err(Error::Write(..))
    ));
    assert!(matches!(store.get(&id), Err(Error::Unknown(_))));
    assert_eq!(
        fs::read_dir(store.dir().join(UNFINISHED)).unwrap().count(),
        0
    );
}

#[test]
fn damage_is_named() {
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"x");
    for json in ["", "{", "{\"schema\": 99}", "{\"schema\": 1}"] {
        fs::write(store.record_path(&kept.id), json).unwrap();
        let error = store.get(&kept.id).unwrap_err();
        assert!(matches!(error, Error::Damaged(..)), "{json}: {error}");
        assert!(error.to_string().contains(kept.id.as_str()), "{error}");
    }
    let missing = Store::open(Path::new("/nonexistent/quarantine")).unwrap_err();
    assert!(missing.to_string().contains("/nonexistent/quarantine"));
}

#[test]
fn directories_that_somebody_tidied_up_come_back() {
    let (_dir, store) = store();
    let first = keep(&store, What::Message, b"one");
    fs::remove_dir(store.dir.join(UNFINISHED)).unwrap();
    fs::remove_dir_all(store.dir.join(first.id.shard())).unwrap();
    let second = keep(&store, What::Message, b"two");
    assert_eq!(store.get(&second.id).unwrap(), second);
    fs::remove_dir_all(&store.dir).unwrap();
    let third = keep(&store, What::Message, b"three");
    assert_eq!(read(store.content(&third.id).unwrap()), b"three");
}

#[test]
fn an_entry_can_be_taken_out() {
    let (_dir, store) = store();
    let kept = keep(&store, What::Message, b"one");
    store.remove(&kept.id).unwrap();
    assert!(matches!(store.get(&kept.id), Err(Error::Unknown(_))));
    assert!(store.content(&kept.id).is_err());
    store.remove(&kept.id).unwrap();
}
