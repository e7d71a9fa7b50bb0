//! The messages that this process inspects, in a file that outlives it: a line for each place, blank if it is free.

use super::Key;
use crate::quarantine::Id;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// How the files begin, and how they begin before they are locked.
const NAME: &str = "running-";
const NEW: &str = "new-";

/// Octets of a line: a key in hexadecimal digits and the end of the line.
const LINE: usize = 65;

/// Places whose room on disk is taken at once.
const PREPARED: usize = 64;

/// Octets of such a file that are read: more places than there can be connections.
const LARGEST: usize = LINE << 20;

/// The file of this process.
#[derive(Debug)]
pub(super) struct Running {
    file: File,
    free: Vec<usize>,
    places: usize,
}

impl Running {
    /// A new file, locked as long as this process lives.
    pub(super) fn create(dir: &Path) -> io::Result<Self> {
        let id = Id::new()?;
        let new = dir.join(format!("{NEW}{id}"));
        let file = File::create_new(&new)?;
        file.lock()?;
        file.write_all_at(&blank().repeat(PREPARED), 0)?;
        let name = format!("{NAME}{}-{id}", std::process::id());
        fs::rename(&new, dir.join(name))?;
        Ok(Running {
            file,
            free: (0..PREPARED).rev().collect(),
            places: PREPARED,
        })
    }

    /// Writes a key down; where.
    pub(super) fn put(&mut self, key: &Key) -> usize {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places = self.places.saturating_add(1);
            self.places.saturating_sub(1)
        });
        self.write(place, format!("{key}\n").as_bytes());
        place
    }

    /// Makes a place free.
    pub(super) fn take_out(&mut self, place: usize) {
        self.write(place, &blank());
        self.free.push(place);
    }

    /// A full disk stops no mail: the message is inspected all the same.
    fn write(&self, place: usize, line: &[u8]) {
        let at = u64::try_from(place.saturating_mul(LINE)).unwrap_or(u64::MAX);
        let _ = self.file.write_all_at(line, at);
    }
}

fn blank() -> Vec<u8> {
    let mut line = vec![b' '; LINE];
    line.splice(LINE.saturating_sub(1).., [b'\n']);
    line
}

/// The keys in the files of processes that are gone; the files go.
pub(super) fn left_by_others(dir: &Path) -> io::Result<Vec<Key>> {
    let mut left = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_ours = |name: &str| name.starts_with(NAME) || name.starts_with(NEW);
        if !name.is_some_and(is_ours) {
            continue;
        }
        let Ok(file) = File::open(&path) else {
            continue;
        };
        // Locked: its process lives.
        if file.try_lock().is_err() {
            continue;
        }
        let mut text = vec![0; LARGEST.min(file.metadata()?.len().try_into().unwrap_or(LARGEST))];
        if file.read_exact_at(&mut text, 0).is_ok() {
            let text = String::from_utf8_lossy(&text);
            left.extend(text.lines().filter_map(Key::parse));
        }
        let _ = fs::remove_file(&path);
    }
    Ok(left)
}
