//! Content that lies in several places of a source.

use super::host::Source;
use crate::map::Extent;
use std::collections::VecDeque;
use std::io::{self, Read, SeekFrom};

/// Reads pieces of a source one after another.
pub(super) struct Pieces<'a> {
    pub(super) source: &'a mut dyn Source,
    pub(super) pieces: VecDeque<Extent>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(piece) = self.pieces.front_mut() {
            self.source.seek(SeekFrom::Start(piece.start))?;
            let read = Read::take(&mut *self.source, piece.len()).read(buffer)?;
            piece.start = piece.start.saturating_add(read as u64);
            if read > 0 {
                return Ok(read);
            }
            self.pieces.pop_front();
        }
        Ok(0)
    }
}
