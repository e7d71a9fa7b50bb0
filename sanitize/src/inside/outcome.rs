//! How the opening of a container ends.

use super::budget::Exceeded;
use super::foreign;
use crate::map::Unread;
use std::io;

/// Why everything ends.
#[derive(Debug)]
pub(super) enum Stop {
    /// A bound was reached.
    Limit,
    /// The program has failed, not the content.
    Program(io::Error),
}

impl From<Exceeded> for Stop {
    fn from(_: Exceeded) -> Self {
        Stop::Limit
    }
}

/// What became of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// It is none of this format.
    NotOne,
    /// It was read to its end.
    Whole,
    /// It was not.
    InPart(Unread),
}

impl Opened {
    /// Read to its end unless there is a reason why not.
    pub(super) fn unless(why: Option<Unread>) -> Self {
        why.map_or(Opened::Whole, Opened::InPart)
    }

    /// What became of content that two formats were tried on. The first reason stays.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Opened::NotOne, other) | (Opened::Whole, other @ Opened::InPart(_)) => other,
            (first, _) => first,
        }
    }
}

/// What a walk through a container gives.
pub(super) type Walked = Result<Opened, Stop>;

/// What reading content gives: errors of the content are facts, errors of the disk end everything.
pub(super) fn content_error(error: io::Error) -> Result<Unread, Stop> {
    match error.kind() {
        // The system does not like a place that a header names: there is no such place.
        io::ErrorKind::InvalidInput => Ok(Unread::Damaged),
        _ if error.raw_os_error().is_some() => Err(Stop::Program(error)),
        _ if foreign::is_failure(&error) => Ok(Unread::Failed),
        // Readers say so where a key is needed.
        io::ErrorKind::PermissionDenied => Ok(Unread::Encrypted),
        io::ErrorKind::OutOfMemory => Ok(Unread::Limit),
        io::ErrorKind::Unsupported => Ok(Unread::Unsupported),
        _ => Ok(Unread::Damaged),
    }
}
