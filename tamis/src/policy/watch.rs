//! By which it is seen that a file of the policy has changed on disk.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Size and time of the last change of every file that a policy was read from, and of its drop-in directories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl Fingerprint {
    /// That of these files as they are now. What is not there has none, which is another one than any.
    pub fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let known = |path: PathBuf| {
            let stamp = stamp(&path);
            (path, stamp)
        };
        Fingerprint(paths.into_iter().map(known).collect())
    }

    /// Whether the files are still as they were.
    pub fn still_holds(&self) -> bool {
        self.0.iter().all(|(path, known)| stamp(path) == *known)
    }
}

fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
