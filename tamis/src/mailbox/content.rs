//! One message as a stream of octets, wherever it lies.

use super::mbox::{Requote, Variant, unquote};
use crate::spool::{Spool, next_chunk};
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use tamis_sanitize::Extent;

/// A message that has not been read yet. Cheap to hand to another thread.
#[derive(Clone, Debug)]
pub struct Content {
    place: Place,
    quoting: Option<Variant>,
}

/// Where the octets are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A whole file, opened when it is read.
    Path(PathBuf),
    /// A range of an open file.
    File(Arc<File>, Extent),
    /// A range of what came from a stream.
    Spool(Arc<Spool>, Extent),
}

impl Content {
    pub(super) fn new(place: Place) -> Self {
        Content {
            place,
            quoting: None,
        }
    }

    pub(super) fn quoted(place: Place, variant: Variant) -> Self {
        Content {
            place,
            quoting: Some(variant),
        }
    }

    /// The message from its first octet on.
    pub fn open(&self) -> io::Result<ContentReader> {
        let raw = self.place.open()?;
        Ok(match self.quoting {
            Some(variant) => ContentReader(Inner::Quoted(unquote(raw, variant))),
            None => ContentReader(Inner::Plain(raw)),
        })
    }
}

impl Place {
    pub(super) fn open(&self) -> io::Result<PlaceReader> {
        Ok(match self {
            Place::Path(path) => PlaceReader::Path(File::open(path)?),
            Place::File(file, range) => PlaceReader::File(Arc::clone(file), *range),
            Place::Spool(spool, range) => PlaceReader::Spool(Arc::clone(spool), *range),
        })
    }

    /// A part of what it is; a place that is a path is taken as a whole.
    pub(super) fn part(&self, range: Extent) -> Place {
        match self {
            Place::Path(path) => Place::Path(path.clone()),
            Place::File(file, _) => Place::File(Arc::clone(file), range),
            Place::Spool(spool, _) => Place::Spool(Arc::clone(spool), range),
        }
    }
}

/// Reads one message.
#[derive(Debug)]
pub struct ContentReader(Inner);

#[derive(Debug)]
enum Inner {
    Plain(PlaceReader),
    Quoted(Requote<PlaceReader>),
}

impl ContentReader {
    /// The next octets, 64 KiB at most; none at the end.
    pub fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        next_chunk(self)
    }
}

impl Read for ContentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inner::Plain(reader) => reader.read(buffer),
            Inner::Quoted(reader) => reader.read(buffer),
        }
    }
}

/// Reads octets as they lie.
#[derive(Debug)]
pub(super) enum PlaceReader {
    Path(File),
    File(Arc<File>, Extent),
    Spool(Arc<Spool>, Extent),
}

impl Read for PlaceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            PlaceReader::Path(file) => file.read(buffer),
            PlaceReader::File(file, range) => {
                let room = usize::try_from(range.len())
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                let read = file.read_at(buffer.get_mut(..room).unwrap_or_default(), range.start)?;
                if read == 0 && room > 0 {
                    return Err(io::Error::other(
                        "the file became shorter while it was read",
                    ));
                }
                range.start = range.start.saturating_add(read as u64);
                Ok(read)
            }
            PlaceReader::Spool(spool, range) => {
                let read = spool.range(*range).read(buffer)?;
                range.start = range.start.saturating_add(read as u64);
                Ok(read)
            }
        }
    }
}
