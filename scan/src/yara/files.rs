//! The files that rules stand in, and whether they are still the same.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Directories below directories that are looked into: enough for any collection, and an end for links in a circle.
const DEPTH: usize = 16;

/// Files at most: more is no collection of rules but a wrong path.
const MOST: usize = 100_000;

/// A file of rules as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RuleFile {
    pub(super) path: PathBuf,
    size: u64,
    changed: Option<SystemTime>,
}

/// All files at these paths, each once, in the order of their names.
pub(super) fn find(paths: &[PathBuf]) -> io::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in paths {
        look(path, DEPTH, true, &mut files).map_err(|error| named(path, &error))?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// An error that says which file it is about.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// What was named is taken whatever it is called.
fn look(path: &Path, depth: usize, named: bool, files: &mut Vec<RuleFile>) -> io::Result<()> {
    let about = fs::metadata(path)?;
    if about.is_dir() {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(io::Error::other("too many directories below each other"));
        };
        for entry in fs::read_dir(path)? {
            look(&entry?.path(), depth, false, files)?;
        }
    } else if named || has_rules(path) {
        if files.len() >= MOST {
            return Err(io::Error::other("too many files"));
        }
        files.push(RuleFile {
            path: path.to_path_buf(),
            size: about.len(),
            changed: about.modified().ok(),
        });
    }
    Ok(())
}

fn has_rules(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("yar") || ending.eq_ignore_ascii_case("yara")
}
