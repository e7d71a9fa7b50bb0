//! Encoded octets of a message or a text, read as what they stand for.

use crate::decode::{Decoder, Encoding};
use crate::inside::host::Source;
use std::io::{self, Read, SeekFrom};
use std::ops::Range;

/// Octets that are read at a time.
const CHUNK: usize = 32 << 10;

/// Reads octets of a source as they are meant.
pub(super) struct Decoded<'a> {
    raw: io::Take<&'a mut dyn Source>,
    decoder: Decoder,
    octets: Vec<u8>,
    /// Those of them that were handed out.
    given: usize,
    over: bool,
}

impl<'a> Decoded<'a> {
    pub(super) fn new(
        source: &'a mut dyn Source,
        body: Range<u64>,
        encoding: Encoding,
    ) -> io::Result<Self> {
        source.seek(SeekFrom::Start(body.start))?;
        Ok(Decoded {
            raw: source.take(body.end.saturating_sub(body.start)),
            decoder: Decoder::new(encoding),
            octets: Vec::new(),
            given: 0,
            over: false,
        })
    }

    /// Decodes the next octets. Nothing if there are none.
    fn refill(&mut self) -> io::Result<()> {
        self.octets.clear();
        self.given = 0;
        let mut raw = Vec::with_capacity(CHUNK);
        while self.octets.is_empty() && !self.over {
            raw.clear();
            self.raw.by_ref().take(CHUNK as u64).read_to_end(&mut raw)?;
            if raw.is_empty() {
                self.over = true;
                self.decoder.finish(&mut self.octets);
            } else {
                self.decoder.push(&raw, &mut self.octets);
            }
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.octets.len() {
            self.refill()?;
        }
        let mut rest = self.octets.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}
