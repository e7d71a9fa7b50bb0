//! Archives behind something else: where they can begin, and what is left of a source from there on.

use crate::inside::cursor::length;
use crate::inside::host::Source;
use std::io::{self, Read, Seek, SeekFrom};

/// Places that are tried in one source.
const TRIED: usize = 8;
/// Octets that are searched at a time.
const CHUNK: usize = 64 << 10;

/// Where a magic number stands, the first few places.
pub(super) fn places(source: &mut dyn Source, magic: &[u8]) -> io::Result<Vec<u64>> {
    let finder = memchr::memmem::Finder::new(magic);
    let overlap = magic.len().saturating_sub(1);
    let mut places = Vec::new();
    let mut window = Vec::new();
    let mut at = 0_u64;
    source.seek(SeekFrom::Start(0))?;
    loop {
        let kept = window.len();
        source.take(CHUNK as u64).read_to_end(&mut window)?;
        if window.len() == kept {
            return Ok(places);
        }
        for found in finder.find_iter(&window) {
            places.push(at.saturating_add(found as u64));
            if places.len() == TRIED {
                return Ok(places);
            }
        }
        let passed = window.len().saturating_sub(overlap);
        window.drain(..passed);
        at = at.saturating_add(passed as u64);
    }
}

/// A source from an offset on.
pub(super) struct From<'a> {
    source: &'a mut dyn Source,
    start: u64,
}

impl<'a> From<'a> {
    pub(super) fn new(source: &'a mut dyn Source, start: u64) -> io::Result<Self> {
        let start = start.min(length(source)?);
        source.seek(SeekFrom::Start(start))?;
        Ok(From { source, start })
    }
}

impl Read for From<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

impl Seek for From<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.start)),
            other => other,
        };
        let at = self.source.seek(to)?;
        at.checked_sub(self.start)
            .ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}
