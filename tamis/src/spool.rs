//! Where a message lies while it is inspected: memory up to a threshold, and beyond it as long as there is some of the memory
//! that all messages share; then a file that has no name.
//!
//! The file is unlinked before the first octet is written to it: nothing is left behind, however the program ends.

use crate::untrusted::{plain, shown};
use bytes::Bytes;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use tamis_sanitize::{Extent, Piece, Recoder};

mod memory;
mod recoded;

pub use memory::Shared;

use memory::{Memory, Share};
use recoded::Recoded;

/// Octets that are handed on at a time.
pub const CHUNK: usize = 64 << 10;

/// When a message goes to disk, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolSettings {
    /// Octets of a message that stay in memory in any case.
    pub threshold: usize,
    /// What all messages have beyond that; a message that finds no room there lies in a file.
    pub memory: Shared,
    /// The directory of that file.
    pub dir: PathBuf,
}

impl Default for SpoolSettings {
    fn default() -> Self {
        SpoolSettings {
            threshold: 256 << 10,
            memory: Shared::new(16 << 20),
            dir: std::env::temp_dir(),
        }
    }
}

/// One message: appended to, then read as often as need be.
#[derive(Debug)]
pub struct Spool {
    settings: SpoolSettings,
    memory: Memory,
    share: Share,
    file: Option<File>,
    len: u64,
}

impl Spool {
    /// An empty spool. Nothing is created on disk yet.
    pub fn new(settings: SpoolSettings) -> Self {
        Spool {
            share: Share::none(settings.memory.clone()),
            settings,
            memory: Memory::default(),
            file: None,
            len: 0,
        }
    }

    /// Tries whether files can be created where messages are to lie. An error names the directory.
    pub fn check(settings: &SpoolSettings) -> io::Result<()> {
        Spool::new(settings.clone()).move_to_file()
    }

    /// Puts octets at the end. An error names the directory of the spool.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            let length = self.memory.len().saturating_add(bytes.len());
            let beyond = length.saturating_sub(self.settings.threshold);
            if self.share.grow_to(beyond) {
                self.memory.append(bytes);
                self.len = self.len.saturating_add(bytes.len() as u64);
                return Ok(());
            }
            self.move_to_file()?;
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.write_all(bytes)
            .map_err(|error| in_dir("write to", &self.settings.dir, &error))?;
        self.len = self.len.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Octets in it.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it lies in a file.
    pub fn is_on_disk(&self) -> bool {
        self.file.is_some()
    }

    /// Reads it from the start. Readers do not disturb each other.
    pub fn reader(&self) -> SpoolReader<'_> {
        self.range(Extent::new(0, self.len))
    }

    /// Reads a part of it. What lies behind the end is not there.
    pub fn range(&self, range: Extent) -> SpoolReader<'_> {
        SpoolReader {
            spool: self,
            at: range.start.min(self.len),
            end: range.end.min(self.len),
        }
    }

    /// Reads what pieces make of it, as the writer of the engine gives them.
    pub fn splice<'a>(&'a self, pieces: &'a [Piece]) -> Splice<'a> {
        Splice {
            spool: self,
            rest: pieces.iter().collect(),
            current: Current::None,
        }
    }

    fn move_to_file(&mut self) -> io::Result<()> {
        let dir = &self.settings.dir;
        let mut file =
            tempfile::tempfile_in(dir).map_err(|error| in_dir("create a file in", dir, &error))?;
        self.memory
            .write_to(&mut file)
            .map_err(|error| in_dir("write to", dir, &error))?;
        self.memory = Memory::default();
        self.share.give_back();
        self.file = Some(file);
        Ok(())
    }

    /// Octets from `at` on, at most what fits and nothing only at the end.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(file) = &self.file {
            return file
                .read_at(buffer, at)
                .map_err(|error| in_dir("read from", &self.settings.dir, &error));
        }
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.memory.at(at).read(buffer)
    }
}

/// Reads a spool, or a range of it.
#[derive(Clone, Debug)]
pub struct SpoolReader<'a> {
    spool: &'a Spool,
    at: u64,
    end: u64,
}

impl SpoolReader<'_> {
    /// The next octets, up to [`CHUNK`]; none at the end.
    pub fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        next_chunk(self)
    }
}

impl Read for SpoolReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let read = self.spool.read_at(self.at, buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

/// Reads pieces: ranges of a spool, and new octets between them.
#[derive(Debug)]
pub struct Splice<'a> {
    spool: &'a Spool,
    rest: VecDeque<&'a Piece>,
    current: Current<'a>,
}

#[derive(Debug)]
enum Current<'a> {
    None,
    Spool(SpoolReader<'a>),
    Bytes(&'a [u8]),
    Recoded(Box<Recoded<'a>>),
}

impl Splice<'_> {
    /// The next octets, up to [`CHUNK`]; none at the end.
    pub fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        next_chunk(self)
    }
}

impl Read for Splice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let read = match &mut self.current {
                Current::None => 0,
                Current::Spool(reader) => reader.read(buffer)?,
                Current::Bytes(bytes) => bytes.read(buffer)?,
                Current::Recoded(recoded) => recoded.read(buffer)?,
            };
            if read > 0 {
                return Ok(read);
            }
            self.current = match self.rest.pop_front() {
                None => return Ok(0),
                Some(Piece::Copy(range)) => Current::Spool(self.spool.range(*range)),
                Some(Piece::Bytes(bytes)) => Current::Bytes(bytes),
                Some(Piece::Recode(recode)) => Current::Recoded(Box::new(Recoded::new(
                    self.spool.range(recode.from),
                    Recoder::new(recode),
                ))),
            };
        }
    }
}

impl Iterator for Splice<'_> {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chunk().transpose()
    }
}

/// Fills one chunk from a reader; none at its end.
pub fn next_chunk(reader: &mut impl Read) -> io::Result<Option<Bytes>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    reader.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
    Ok((!chunk.is_empty()).then(|| Bytes::from(chunk)))
}

fn in_dir(verb: &str, dir: &Path, error: &io::Error) -> io::Error {
    let text = format!(
        "cannot {verb} the spool directory {}: {}",
        shown(dir),
        plain(error)
    );
    io::Error::new(error.kind(), text)
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Shared, Spool, SpoolSettings};
    use proptest::prelude::*;
    use std::io::Read;
    use tamis_sanitize::{Extent, Piece};

    fn spool(threshold: usize, appended: &[&[u8]]) -> Spool {
        let mut spool = Spool::new(settings(threshold, 0));
        for bytes in appended {
            spool.append(bytes).unwrap();
        }
        spool
    }

    fn settings(threshold: usize, memory: usize) -> SpoolSettings {
        SpoolSettings {
            threshold,
            memory: Shared::new(memory),
            dir: std::env::temp_dir(),
        }
    }

    fn read(mut reader: impl Read) -> Vec<u8> {
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn moves_to_disk_behind_the_threshold() {
        let at = spool(6, &[b"abc", b"def"]);
        assert!(!at.is_on_disk());
        let behind = spool(6, &[b"abc", b"def", b"g"]);
        assert!(behind.is_on_disk());
        assert_eq!(behind.len(), 7);
        assert_eq!(read(behind.reader()), b"abcdefg");
        assert_eq!(read(behind.reader()), b"abcdefg");
    }

    #[test]
    fn shares_memory_beyond_the_threshold() {
        let settings = settings(6, 16);
        let mut first = Spool::new(settings.clone());
        first.append(b"abcdefghij").unwrap();
        assert!(!first.is_on_disk());
        assert_eq!(read(first.reader()), b"abcdefghij");
        first.append(b"k").unwrap();
        assert!(first.is_on_disk(), "more than a quarter");
        assert_eq!(read(first.reader()), b"abcdefghijk");
        let others: Vec<Spool> = (0..5)
            .map(|_| {
                let mut spool = Spool::new(settings.clone());
                spool.append(b"abcdefghij").unwrap();
                spool
            })
            .collect();
        let on_disk: Vec<bool> = others.iter().map(Spool::is_on_disk).collect();
        assert_eq!(on_disk, [false, false, false, false, true]);
    }

    #[test]
    fn chunks_are_full_but_the_last() {
        let big = vec![b'x'; CHUNK + 1];
        let spool = spool(10, &[&big]);
        let mut reader = spool.reader();
        assert_eq!(reader.chunk().unwrap().unwrap().len(), CHUNK);
        assert_eq!(reader.chunk().unwrap().unwrap().len(), 1);
        assert_eq!(reader.chunk().unwrap(), None);
    }

    #[test]
    fn an_error_names_the_directory() {
        let mut spool = Spool::new(SpoolSettings {
            dir: "/nonexistent/spool".into(),
            ..settings(0, 0)
        });
        let error = spool.append(b"x").unwrap_err();
        assert!(error.to_string().contains("/nonexistent/spool"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_splice_is_its_pieces(
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            threshold in 0usize..500,
            cuts in prop::collection::vec((0u64..500, 0u64..500, prop::collection::vec(any::<u8>(), 0..9)), 0..6),
        ) {
            let spool = spool(threshold, &[&bytes]);
            let mut pieces = Vec::new();
            let mut expected = Vec::new();
            for (start, end, new) in cuts {
                let range = Extent::new(start, end);
                let clip = |at: u64| usize::try_from(at).unwrap().min(bytes.len());
                expected.extend_from_slice(&bytes[clip(range.start)..clip(range.end)]);
                expected.extend_from_slice(&new);
                pieces.push(Piece::Copy(range));
                pieces.push(Piece::Bytes(new));
            }
            prop_assert_eq!(read(spool.splice(&pieces)), expected);
            prop_assert_eq!(read(spool.reader()), bytes);
        }
    }
}
