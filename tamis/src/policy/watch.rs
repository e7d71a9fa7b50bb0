//! By which it is seen that a file of the policy has changed on disk.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What every file that a policy was read from, and every drop-in directory, looked like just before it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(Vec<(PathBuf, Option<Stamp>)>);

/// Another file of the same name has another inode, and what is written changes the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Fingerprint {
    /// Adds a file or directory that is going to be read. What is not there has no stamp, which is another one than any.
    pub fn add(&mut self, path: &Path) {
        self.0.push((path.to_owned(), stamp(path)));
    }

    /// What was added.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|(path, _)| path.as_path())
    }

    /// Whether all of it is still as it was.
    pub fn still_holds(&self) -> bool {
        self.0.iter().all(|(path, known)| stamp(path) == *known)
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Stamp {
        inode: metadata.ino(),
        size: metadata.size(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}
