//! A range of a spool that is written anew while it is read.

use super::{CHUNK, SpoolReader};
use std::io::{self, Read};
use tamis_sanitize::Recoder;

/// Reads what a recoder makes of a range.
#[derive(Debug)]
pub(super) struct Recoded<'a> {
    from: SpoolReader<'a>,
    /// None once the range has ended.
    recoder: Option<Recoder>,
    raw: Vec<u8>,
    /// What was made, and how much of it was read.
    made: Vec<u8>,
    at: usize,
}

impl<'a> Recoded<'a> {
    pub(super) fn new(from: SpoolReader<'a>, recoder: Recoder) -> Self {
        Recoded {
            from,
            recoder: Some(recoder),
            raw: Vec::with_capacity(CHUNK),
            made: Vec::new(),
            at: 0,
        }
    }

    /// Makes more octets. False at the end.
    fn make(&mut self) -> io::Result<bool> {
        let Some(recoder) = &mut self.recoder else {
            return Ok(false);
        };
        self.raw.clear();
        self.made.clear();
        self.at = 0;
        let mut more = self.from.by_ref().take(CHUNK as u64);
        more.read_to_end(&mut self.raw)?;
        if self.raw.is_empty() {
            recoder.finish(&mut self.made);
            self.recoder = None;
        } else {
            recoder.push(&self.raw, &mut self.made);
        }
        Ok(true)
    }
}

impl Read for Recoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut rest = self.made.get(self.at..).unwrap_or_default();
            let read = rest.read(buffer)?;
            if read > 0 || buffer.is_empty() || !self.make()? {
                self.at = self.at.saturating_add(read);
                return Ok(read);
            }
        }
    }
}
