//! Compound files (\[MS-CFB\]): streams in storages. Read by a reader of other people, which may fail.

use super::foreign;
use super::host::Source;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The first octets.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A compound file and what is in it.
pub(super) struct Compound<'a> {
    file: cfb::CompoundFile<&'a mut dyn Source>,
    /// Its streams, in order.
    pub(super) streams: Vec<Stream>,
    /// Names of its storages.
    pub(super) storages: Vec<String>,
    /// Whether it holds more than was listed.
    pub(super) more: bool,
}

/// One stream.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    path: PathBuf,
    pub(super) name: String,
}

impl Stream {
    /// The storages that it lies in, the innermost first.
    pub(super) fn within(&self) -> impl Iterator<Item = &str> {
        let above = self.path.ancestors().skip(1);
        above.filter_map(|path| path.file_name()?.to_str())
    }
}

impl<'a> Compound<'a> {
    /// Lists storages and streams, at most so many of them together.
    pub(super) fn read(source: &'a mut dyn Source, most: usize) -> io::Result<Self> {
        foreign::call(|| {
            let mut compound = Compound {
                file: cfb::CompoundFile::open(source)?,
                streams: Vec::new(),
                storages: Vec::new(),
                more: false,
            };
            for (count, entry) in compound.file.walk().enumerate() {
                compound.more = count >= most;
                if compound.more {
                    break;
                }
                let name = entry.name().to_owned();
                if entry.is_stream() {
                    compound.streams.push(Stream {
                        path: entry.path().to_owned(),
                        name,
                    });
                } else {
                    compound.storages.push(name);
                }
            }
            Ok(compound)
        })
    }

    /// The content of a stream.
    pub(super) fn open(&mut self, stream: &Stream) -> io::Result<impl Read> {
        foreign::call(|| self.file.open_stream::<&Path>(&stream.path))
    }

    /// The start of the content of a stream, as far as it can be read. What is damaged is noted by who reads all of it.
    pub(super) fn start(&mut self, stream: &Stream, most: u64) -> Vec<u8> {
        let mut content = Vec::new();
        let read = foreign::call(|| {
            let stream = self.file.open_stream::<&Path>(&stream.path)?;
            stream.take(most).read_to_end(&mut content)
        });
        drop(read);
        content
    }
}
