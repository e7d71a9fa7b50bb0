//! What can go wrong with a quarantine.

use super::Id;
use crate::exit::{Exit, Failure};
use crate::untrusted::{Untrusted, plain, shown};
use std::path::PathBuf;
use std::{fmt, io};

/// A quarantine that does not do what it should. The text names the place.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The directory cannot be created or prepared.
    Create(PathBuf, io::Error),
    /// The directory cannot be looked into.
    Open(PathBuf, io::Error),
    /// Something could not be kept.
    Write(PathBuf, io::Error),
    /// An entry cannot be read.
    Read(PathBuf, io::Error),
    /// There is no entry with this id.
    Unknown(Id),
    /// The record of an entry makes no sense.
    Damaged(PathBuf, String),
}

impl Error {
    /// The exit status for it.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Create(..) => Exit::CannotCreate,
            Error::Open(..) | Error::Unknown(_) => Exit::NoInput,
            Error::Write(..) | Error::Read(..) => Exit::Io,
            Error::Damaged(..) => Exit::Data,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::new(error.exit(), error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut because = |verb: &str, path: &PathBuf, error: &io::Error| {
            write!(f, "cannot {verb} {}: {}", shown(path), plain(error))
        };
        match self {
            Error::Create(path, error) => because("create the quarantine", path, error),
            Error::Open(path, error) => because("open the quarantine", path, error),
            Error::Write(path, error) => because("write to the quarantine", path, error),
            Error::Read(path, error) => because("read", path, error),
            Error::Unknown(id) => write!(f, "there is no {id} in the quarantine"),
            Error::Damaged(path, why) => {
                write!(f, "{} is damaged: {}", shown(path), Untrusted::new(why))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Create(_, error)
            | Error::Open(_, error)
            | Error::Write(_, error)
            | Error::Read(_, error) => Some(error),
            Error::Unknown(_) | Error::Damaged(..) => None,
        }
    }
}
