//! What was taken out of mail, kept until somebody decides.
//!
//! ```text
//! DIR/                     mode 0700
//!   01jd2/                  the first five characters of the ids in it: about nine hours each
//!     01jd2...8k.content    the octets as they stood in the message
//!     01jd2...8k.json       what is known of them; the entry exists once this file does
//!   tmp/                    unfinished files; what a crash leaves here is removed by the next process
//! ```
//!
//! [`Store::keep`] returns when everything is on disk: both files were synced, then named, then their directory was
//! synced. A crash at any moment leaves either a whole entry or none.

mod content;
mod error;
mod id;
mod list;
mod record;
mod unfinished;

pub use content::{Decoded, Export};
pub use error::Error;
pub use id::{Id, InvalidId};
pub use list::{Entries, Usage};
pub use record::{CopyOf, Digest, EnvelopeRecord, PartRecord, Record, RuleRecord, SCHEMA, What};

use content::Digesting;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use unfinished::Presence;

/// Name of the directory for unfinished files.
const UNFINISHED: &str = "tmp";

/// A quarantine in a directory. Several processes may use it at the same time.
#[derive(Clone, Debug)]
pub struct Store {
    dir: PathBuf,
    /// The directory of entries whose own name is known to be on disk.
    durable_shard: Arc<Mutex<String>>,
    /// Says to other processes that this one keeps things here.
    presence: Option<Arc<Presence>>,
}

impl Store {
    /// Opens a quarantine for keeping things in it: creates the directory if need be and removes what crashes have left.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        let failed = |error| Error::Create(dir.to_owned(), error);
        make_dir(dir).map_err(failed)?;
        make_dir(&dir.join(UNFINISHED)).map_err(failed)?;
        let mut store = Store::at(dir);
        store.presence = Some(Arc::new(Presence::enter(&store).map_err(failed)?));
        Ok(store)
    }

    /// Opens a quarantine that exists, for looking into it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let opened = fs::read_dir(dir);
        opened.map_err(|error| Error::Open(dir.to_owned(), error))?;
        Ok(Store::at(dir))
    }

    /// The quarantine in a directory that is one; none if it is something else.
    pub fn recognised(dir: &Path) -> Option<Self> {
        // A Maildir has a place for what is unfinished too, and two more.
        let has = |name: &str| dir.join(name).is_dir();
        (has(UNFINISHED) && !has("cur") && !has("new")).then(|| Store::at(dir))
    }

    fn at(dir: &Path) -> Self {
        Store {
            dir: dir.to_owned(),
            durable_shard: Arc::default(),
            presence: None,
        }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Tries whether something can be kept.
    pub fn check(&self) -> io::Result<()> {
        let name = format!("{}.check", Id::new()?);
        let file = self.dir.join(UNFINISHED).join(name);
        let written = self
            .create_unfinished(&file)
            .and_then(|mut it| it.write_all(b"check"));
        let removed = fs::remove_file(&file);
        written.and(removed)
    }

    /// Keeps what `content` gives, described by `record`, and returns once it is on disk. The digests in the record are
    /// worked out on the way.
    pub fn keep(&self, mut record: Record, content: &mut dyn Read) -> Result<Record, Error> {
        let id = record.id.clone();
        let failed = |error| Error::Write(self.dir.clone(), error);
        let unfinished = |ending| self.dir.join(UNFINISHED).join(format!("{id}.{ending}"));
        let cleanup = Cleanup([unfinished("content"), unfinished("json")]);
        let [content_file, record_file] = &cleanup.0;

        let mut digesting = Digesting::new(&record.what);
        let mut file = self.create_unfinished(content_file).map_err(failed)?;
        while let Some(chunk) = crate::spool::next_chunk(&mut &mut *content).map_err(failed)? {
            digesting.take(&chunk);
            file.write_all(&chunk).map_err(failed)?;
        }
        file.sync_data().map_err(failed)?;
        (record.stored, record.decoded) = digesting.finish();

        let mut file = create_new(record_file).map_err(failed)?;
        file.write_all(&record.to_json()).map_err(failed)?;
        file.sync_data().map_err(failed)?;

        let shard = self.make_shard(&id).map_err(failed)?;
        // The record comes last: without it there is no entry.
        let named = fs::rename(content_file, self.content_path(&id))
            .and_then(|()| fs::rename(record_file, self.record_path(&id)))
            .and_then(|()| sync_dir(&shard));
        named.map_err(|error| {
            // Half an entry, or one that nobody is told of, is none.
            let _ = self.remove(&id);
            failed(error)
        })?;
        Ok(record)
    }

    /// What is known of one entry.
    pub fn get(&self, id: &Id) -> Result<Record, Error> {
        let path = self.record_path(id);
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::Unknown(id.clone()));
            }
            Err(error) => return Err(Error::Read(path, error)),
        };
        let record = Record::from_json(&json).map_err(|why| Error::Damaged(path.clone(), why))?;
        if record.id == *id {
            Ok(record)
        } else {
            Err(Error::Damaged(
                path,
                "it is the record of another entry".into(),
            ))
        }
    }

    /// The octets of an entry as they stood in the message.
    pub fn content(&self, id: &Id) -> Result<File, Error> {
        let path = self.content_path(id);
        File::open(&path).map_err(|error| Error::Read(path, error))
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> Result<Entries<'_>, Error> {
        Entries::new(self)
    }

    /// How much lies in it.
    pub fn usage(&self) -> io::Result<Usage> {
        Usage::of(self)
    }

    /// Takes an entry out of the store. Nothing happens if it is not there.
    pub fn remove(&self, id: &Id) -> Result<(), Error> {
        // The record goes first: without it there is no entry.
        for path in [self.record_path(id), self.content_path(id)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::Write(self.dir.clone(), error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Creates an unfinished file, and its directory if somebody has tidied that up since the start.
    fn create_unfinished(&self, path: &Path) -> io::Result<File> {
        match create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_dir(&self.dir.join(UNFINISHED))?;
                create_new(path)
            }
            other => other,
        }
    }

    fn content_path(&self, id: &Id) -> PathBuf {
        self.dir.join(id.shard()).join(format!("{id}.content"))
    }

    fn record_path(&self, id: &Id) -> PathBuf {
        self.dir.join(id.shard()).join(format!("{id}.json"))
    }

    /// Creates the directory of an entry, with its name on disk. That it exists is not enough: whoever created it may not
    /// have come to the syncing yet.
    fn make_shard(&self, id: &Id) -> io::Result<PathBuf> {
        let path = self.dir.join(id.shard());
        let mut durable = self
            .durable_shard
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *durable != id.shard() || !path.is_dir() {
            make_dir(&path)?;
            sync_dir(&self.dir)?;
            id.shard().clone_into(&mut durable);
        }
        Ok(path)
    }
}

/// Removes unfinished files, whichever way the keeping ends. Those that were given their name are not there any more.
struct Cleanup([PathBuf; 2]);

impl Drop for Cleanup {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Creates a directory that only its owner may look into, and those above it.
pub(crate) fn make_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests;
