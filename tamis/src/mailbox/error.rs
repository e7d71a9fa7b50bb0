//! What can go wrong with a mailbox. Content cannot: that is the business of the engine.

use crate::exit::{Exit, Failure};
use crate::untrusted::{plain, shown};
use std::path::PathBuf;
use std::{fmt, io};

/// A mailbox that cannot be read or written. The text names it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input does not exist or cannot be opened.
    Open(PathBuf, io::Error),
    /// Reading failed half-way.
    Read(PathBuf, io::Error),
    /// The input holds no message.
    NoMessages(PathBuf),
    /// The mbox ends in the middle of a line.
    Truncated(PathBuf),
    /// The mbox was changed by another program while it was read.
    Changed(PathBuf),
    /// A directory cannot be written to standard output.
    NeedsOutput(PathBuf),
    /// The output cannot be created.
    Create(PathBuf, io::Error),
    /// Writing failed half-way.
    Write(PathBuf, io::Error),
    /// The output exists and is something else than what would be written.
    OutputIs {
        /// The output.
        path: PathBuf,
        /// What it is.
        is: &'static str,
        /// What would be written.
        wanted: &'static str,
    },
    /// Input and output are the same, or one lies inside the other.
    SamePlace(PathBuf, PathBuf),
    /// The quarantine lies inside the input.
    QuarantineInside(PathBuf, PathBuf),
}

impl Error {
    /// The exit status for it.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Open(..) | Error::NoMessages(_) => Exit::NoInput,
            Error::Read(..) | Error::Write(..) => Exit::Io,
            Error::Truncated(_) | Error::Changed(_) => Exit::Data,
            Error::Create(..) | Error::OutputIs { .. } => Exit::CannotCreate,
            Error::SamePlace(..) | Error::NeedsOutput(_) | Error::QuarantineInside(..) => {
                Exit::Usage
            }
        }
    }

    /// Whether whoever read the output has gone away: nothing to complain about.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Write(_, error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        if error.is_broken_pipe() {
            return Failure::silent(error.exit());
        }
        Failure::new(error.exit(), error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Open(path, error) => write!(f, "cannot open {}: {}", shown(path), plain(error)),
            Error::Read(path, error) => write!(f, "cannot read {}: {}", shown(path), plain(error)),
            Error::NoMessages(path) => write!(f, "{} holds no message", shown(path)),
            Error::Truncated(path) => write!(
                f,
                "{} is truncated: the mbox ends in the middle of a line",
                shown(path)
            ),
            Error::Changed(path) => write!(
                f,
                "{} was changed by another program while it was read; nothing of it was written",
                shown(path)
            ),
            Error::NeedsOutput(path) => write!(
                f,
                "{} is a directory and needs a directory to be written to: -o DIR",
                shown(path)
            ),
            Error::Create(path, error) => {
                write!(f, "cannot create {}: {}", shown(path), plain(error))
            }
            Error::Write(path, error) => {
                write!(f, "cannot write {}: {}", shown(path), plain(error))
            }
            Error::OutputIs { path, is, wanted } => write!(
                f,
                "cannot write {wanted} to {}: it exists and is {is}",
                shown(path)
            ),
            Error::SamePlace(input, output) => write!(
                f,
                "{} cannot be written to {}: one would lie inside the other",
                shown(input),
                shown(output)
            ),
            Error::QuarantineInside(quarantine, input) => write!(
                f,
                "the quarantine {} lies inside the input {}",
                shown(quarantine),
                shown(input)
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Open(_, error)
            | Error::Read(_, error)
            | Error::Create(_, error)
            | Error::Write(_, error) => Some(error),
            _ => None,
        }
    }
}
