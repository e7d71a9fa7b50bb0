//! What lies in a quarantine or a store of copies.

use crate::daemon::TAMIS;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tamis::quarantine::{Export, Store};

/// The octets of all entries of a store, each whole.
#[track_caller]
pub(crate) fn entries(dir: &Path) -> Vec<Vec<u8>> {
    let store = Store::open(dir).expect("a store");
    let records = store.entries().expect("entries");
    records
        .map(|record| {
            let record = record.expect("a whole entry");
            assert!(
                Export::is_intact(&store, &record).expect("content"),
                "{record:?}"
            );
            let mut octets = Vec::new();
            let mut content = store.content(&record.id).expect("content");
            content.read_to_end(&mut octets).expect("octets");
            octets
        })
        .collect()
}

/// Nothing half-written lies in a store.
#[track_caller]
pub(crate) fn assert_tidy(dir: &Path) {
    let unfinished = fs::read_dir(dir.join("tmp")).expect("a directory");
    assert_eq!(unfinished.count(), 0, "{} is tidied up", dir.display());
    let contents = files(dir, "content");
    assert_eq!(
        contents,
        files(dir, "json"),
        "no content without its record"
    );
}

/// The ids of the files of a store that end so, in order.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let shards = fs::read_dir(dir).expect("a directory");
    let shards = shards
        .map(|shard| shard.expect("an entry").path())
        .filter(|path| path.is_dir());
    let files = shards.flat_map(|shard| fs::read_dir(shard).expect("a directory"));
    let paths = files.map(|file| file.expect("an entry").path());
    let mut ids: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .map(|path| path.with_extension(""))
        .collect();
    ids.sort_unstable();
    ids
}

/// People can list a store.
#[track_caller]
pub(crate) fn assert_listed(dir: &Path) {
    let mut command = Command::new(TAMIS);
    command.args(["quarantine", "list", "--dir"]).arg(dir);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}
