//! Writes messages that are files of their own: one file, or a directory or Maildir of them.

use super::atomic::{AtomicFile, mode_of, parent, sync_dir};
use super::error::Error;
use crate::spool::next_chunk;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which place the messages go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Nowhere,
    Stdout,
    File(PathBuf),
    Directory(PathBuf),
    Maildir(PathBuf),
}

/// Writes messages that are files of their own. Cheap to hand to another thread.
#[derive(Clone, Debug)]
pub struct FileSink {
    place: Place,
    /// Directories whose new names are not known to be on disk.
    dirs: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl FileSink {
    pub(super) fn new(place: Place) -> Self {
        FileSink {
            place,
            dirs: Arc::default(),
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Writes a message that came from the file `source`; `relative` is its path below the input.
    pub fn put(&self, source: &Path, relative: &Path, message: &mut dyn Read) -> Result<(), Error> {
        let target = self.target(relative);
        let failed = |error| Error::Write(target.clone(), error);
        match self.place {
            Place::Nowhere => Ok(()),
            Place::Stdout => {
                let mut out = io::stdout().lock();
                copy(message, &mut out)
                    .and_then(|()| out.flush())
                    .map_err(failed)
            }
            _ => {
                let mut file = self.create(source, relative)?;
                copy(message, &mut file).map_err(failed)?;
                self.commit(file)
            }
        }
    }

    /// Gives a file its name. That the name is durable is left to [`FileSink::sync`]: once for a directory is enough.
    pub(super) fn commit(&self, file: AtomicFile) -> Result<(), Error> {
        let dir = parent(file.target()).to_owned();
        file.commit()?;
        self.lock().insert(dir);
        Ok(())
    }

    /// Makes the names of all files durable.
    pub(super) fn sync(&self) -> Result<(), Error> {
        let dirs = std::mem::take(&mut *self.lock());
        dirs.iter().try_for_each(|dir| sync_dir(dir))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.dirs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn target(&self, relative: &Path) -> PathBuf {
        match &self.place {
            Place::Nowhere | Place::Stdout => PathBuf::from("standard output"),
            Place::File(path) => path.clone(),
            Place::Directory(root) | Place::Maildir(root) => root.join(relative),
        }
    }

    /// Starts a file that no more people may read than the one that it comes from.
    pub(super) fn create(&self, source: &Path, relative: &Path) -> Result<AtomicFile, Error> {
        let (target, mode) = (self.target(relative), mode_of(source));
        let (Place::Directory(_) | Place::Maildir(_)) = self.place else {
            return AtomicFile::create(&target, mode);
        };
        let Some(dir) = target.parent() else {
            return AtomicFile::create(&target, mode);
        };
        let made = |dir: &Path| {
            fs::create_dir_all(dir).map_err(|error| Error::Create(dir.to_owned(), error))
        };
        made(dir)?;
        match (&self.place, dir.parent()) {
            (Place::Maildir(_), Some(folder)) => {
                for sub in ["cur", "new", "tmp"] {
                    made(&folder.join(sub))?;
                }
                AtomicFile::create_in(&target, &folder.join("tmp"), mode)
            }
            _ => AtomicFile::create(&target, mode),
        }
    }
}

fn copy(mut message: &mut dyn Read, out: &mut impl Write) -> io::Result<()> {
    while let Some(chunk) = next_chunk(&mut message)? {
        out.write_all(&chunk)?;
    }
    Ok(())
}
