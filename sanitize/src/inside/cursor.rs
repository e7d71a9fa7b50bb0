//! Numbers and octets of a binary format, read one after another at known offsets of a source.

use super::host::Source;
use std::io::{self, Read, SeekFrom};

/// Reads a range of a source in order. What would lie behind its end is an error.
pub(super) struct Cursor<'a> {
    source: &'a mut dyn Source,
    at: u64,
    end: u64,
}

impl<'a> Cursor<'a> {
    /// From `at` to `end`, or to the end of the source.
    pub(super) fn new(source: &'a mut dyn Source, at: u64, end: u64) -> io::Result<Self> {
        let end = end.min(length(source)?);
        Ok(Cursor { source, at, end })
    }

    /// Where it stands.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// Passes over octets.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        let at = self.at.checked_add(count).filter(|at| *at <= self.end);
        self.at = at.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(())
    }

    /// The next `count` octets, of which at most `kept` are kept.
    pub(super) fn octets(&mut self, count: u64, kept: u64) -> io::Result<Vec<u8>> {
        let at = self.at;
        self.skip(count)?;
        self.source.seek(SeekFrom::Start(at))?;
        let mut octets = Vec::new();
        let source: &mut dyn Source = self.source;
        source.take(count.min(kept)).read_to_end(&mut octets)?;
        Ok(octets)
    }

    /// As [`octets`](Cursor::octets), but at the end as many as there are.
    pub(super) fn up_to(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let count = count.min(self.end.saturating_sub(self.at));
        self.octets(count, count)
    }

    /// The next octet.
    pub(super) fn u8(&mut self) -> io::Result<u8> {
        let octet = self.octets(1, 1)?.first().copied();
        octet.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// The next two octets as a number, low octet first.
    pub(super) fn u16(&mut self) -> io::Result<u16> {
        let octets = self.octets(2, 2)?;
        let octets = <[u8; 2]>::try_from(octets.as_slice());
        octets
            .map(u16::from_le_bytes)
            .map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    /// The next four octets as a number, low octet first.
    pub(super) fn u32(&mut self) -> io::Result<u32> {
        let octets = self.octets(4, 4)?;
        let octets = <[u8; 4]>::try_from(octets.as_slice());
        octets
            .map(u32::from_le_bytes)
            .map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Octets in a source.
pub(super) fn length(source: &mut dyn Source) -> io::Result<u64> {
    source.seek(SeekFrom::End(0))
}

/// What a range of a source holds, as far as the source goes.
pub(super) fn range(
    source: &mut dyn Source,
    at: u64,
    count: u64,
) -> io::Result<io::Take<&mut dyn Source>> {
    let end = length(source)?;
    source.seek(SeekFrom::Start(at.min(end)))?;
    Ok(source.take(count))
}
