//! Copies of messages that rules ask for, as they came or as they are delivered, each with its envelope.
//!
//! A copy is an entry of a [`Store`] like those of the quarantine, in a directory of its own: it is on disk, under its name,
//! when [`Captures::keep`] returns, and `tamis quarantine --dir` lists and exports it. Nothing is ever taken out to make
//! room: a store that is full refuses what comes, and the configuration says what that means for the mail.

mod room;

use crate::quarantine::{self, Id, Record, Store, Usage};
use crate::untrusted::{plain, shown};
use room::Room;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Everything that can be set about copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureSettings {
    /// The directory of the store.
    pub dir: PathBuf,
    /// Most octets of messages in it; none stands for no bound.
    pub max_size: Option<u64>,
    /// Most messages in it; none stands for no bound.
    pub max_messages: Option<u64>,
    /// What becomes of a message of which no copy can be kept.
    pub on_failure: OnFailure,
}

impl CaptureSettings {
    /// A store in a directory, without bounds.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        CaptureSettings {
            dir: dir.into(),
            max_size: None,
            max_messages: None,
            on_failure: OnFailure::default(),
        }
    }
}

/// What becomes of a message of which no copy can be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// The sender shall try again later.
    #[default]
    TempFail,
    /// It goes on its way without; report and log say so.
    Continue,
}

impl OnFailure {
    /// Both, with the words of the configuration.
    pub const ALL: [(&'static str, OnFailure); 2] = [
        ("tempfail", OnFailure::TempFail),
        ("continue", OnFailure::Continue),
    ];
}

/// A store of copies. Several threads may use it at the same time.
#[derive(Debug)]
pub struct Captures {
    store: Store,
    room: Room,
    on_failure: OnFailure,
}

impl Captures {
    /// Opens a store: creates the directory if need be, and finds out what lies in it if there are bounds.
    pub fn create(settings: &CaptureSettings) -> Result<Self, Error> {
        let store = Store::create(&settings.dir)?;
        let room = Room::new(settings.max_size, settings.max_messages);
        room.count(&store)?;
        Ok(Captures {
            store,
            room,
            on_failure: settings.on_failure,
        })
    }

    /// What becomes of a message of which no copy can be kept.
    pub fn on_failure(&self) -> OnFailure {
        self.on_failure
    }

    /// Keeps `size` octets, described by `record`, and returns once they are on disk.
    pub fn keep(&self, record: Record, size: u64, octets: &mut dyn Read) -> Result<Record, Error> {
        let taken = self.room.take(size, &self.store)?;
        let kept = self.store.keep(record, octets)?;
        taken.keep();
        Ok(kept)
    }

    /// Takes a copy out again.
    pub fn remove(&self, id: &Id) -> Result<(), Error> {
        let size = self.store.get(id).map(|record| record.stored.size);
        self.store.remove(id)?;
        if let Ok(size) = size {
            self.room.give_back(size);
        }
        Ok(())
    }
}

/// A copy that cannot be kept. The text names the place.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The directory cannot be created, looked into or written to.
    Store(PathBuf, io::Error),
    /// So much lies in it already.
    Full(PathBuf, Usage),
}

impl Error {
    fn store(dir: &Path, error: io::Error) -> Self {
        Error::Store(dir.to_owned(), error)
    }
}

impl From<quarantine::Error> for Error {
    fn from(error: quarantine::Error) -> Self {
        use quarantine::Error as Of;
        match error {
            Of::Create(dir, error)
            | Of::Open(dir, error)
            | Of::Write(dir, error)
            | Of::Read(dir, error) => Error::Store(dir, error),
            other => Error::Store(PathBuf::new(), io::Error::other(other)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Store(dir, error) => write!(
                f,
                "cannot keep copies of messages in {}: {}",
                shown(dir),
                plain(error)
            ),
            Error::Full(dir, usage) => write!(
                f,
                "no room for copies of messages in {}: {} messages of {} octets lie there",
                shown(dir),
                usage.entries,
                usage.octets
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Store(_, error) => Some(error),
            Error::Full(..) => None,
        }
    }
}

#[cfg(test)]
mod tests;
