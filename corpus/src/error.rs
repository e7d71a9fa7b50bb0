//! What can go wrong with the files of the corpus.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// A file of the corpus that cannot be used. Always names the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no valid `case.toml`.
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: Box<toml::de::Error>,
    },
    /// What it says makes no sense.
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl Error {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Error::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn content(path: &Path, what: impl Into<String>) -> Self {
        Error::Content {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { path, .. } => write!(f, "{}: cannot be read or written", path.display()),
            Error::Syntax { path, .. } => write!(f, "{}: is no valid case", path.display()),
            Error::Content { path, what } => write!(f, "{}: {what}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Syntax { source, .. } => Some(source),
            Error::Content { .. } => None,
        }
    }
}
