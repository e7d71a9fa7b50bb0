//! What keeping has left half-done, and who may still be at it.
//!
//! Every process that keeps things holds a shared lock on the directory of the store as long as it lives. Who finds nobody
//! else there knows that no unfinished file is worked on, and tidies up; otherwise only what is a day old goes.

use super::{Id, Store, UNFINISHED};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long an unfinished file is left alone while another process is there that may be writing it.
pub(super) const ABANDONED: Duration = Duration::from_hours(24);

/// Holds the lock as long as it lives.
#[derive(Debug)]
pub(super) struct Presence {
    _directory: Option<File>,
}

impl Presence {
    /// Tidies up what the store has of others, as far as they are gone, and stays. File systems without locks are no error.
    pub(super) fn enter(store: &Store) -> io::Result<Self> {
        let directory = File::open(&store.dir)?;
        let alone = directory.try_lock().is_ok();
        store.remove_abandoned(SystemTime::now(), alone)?;
        let held = match directory.lock_shared() {
            Ok(()) => Some(directory),
            Err(_) => None,
        };
        Ok(Presence { _directory: held })
    }
}

impl Store {
    /// Removes unfinished files: all if nobody else is there (`alone`), otherwise those that nobody can be writing any more.
    pub(super) fn remove_abandoned(&self, now: SystemTime, alone: bool) -> io::Result<()> {
        for entry in fs::read_dir(self.dir.join(UNFINISHED))? {
            let entry = entry?;
            let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else {
                continue;
            };
            let age = now.duration_since(modified).unwrap_or_default();
            if alone || age > ABANDONED {
                self.remove_content_without_record(&entry.path());
                // Another process may have done it already.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// A record that did not get its name leaves content that did: that has its name first.
    fn remove_content_without_record(&self, unfinished: &Path) {
        let name = unfinished.file_name().and_then(|name| name.to_str());
        let id = name.and_then(|name| name.strip_suffix(".json"));
        let Some(Ok(id)) = id.map(str::parse::<Id>) else {
            return;
        };
        if !self.record_path(&id).exists() {
            let _ = fs::remove_file(self.content_path(&id));
        }
    }
}
