//! `compress` (`.Z`): LZW with codes of 9 to 16 bits, low ones first, and in groups of eight codes.

use std::io::{self, BufRead, Read};

/// The code that empties the table, if the header says that there is one.
const CLEAR: usize = 256;
/// Bits of the first codes.
const FEWEST: u32 = 9;

/// The content of a stream.
pub(super) struct Lzw<R> {
    raw: R,
    most: u32,
    clears: bool,
    /// The prefix of each code from 256 on, and its last octet.
    prefixes: Vec<u16>,
    endings: Vec<u8>,
    width: u32,
    /// Octets of the group of eight codes that is being read, and the next bit of it.
    group: Vec<u8>,
    bit: usize,
    before: Option<(u16, u8)>,
    /// Octets that are decoded and not given, last one first.
    ready: Vec<u8>,
}

impl<R: BufRead> Lzw<R> {
    /// Reads the header of three octets.
    pub(super) fn new(mut raw: R) -> io::Result<Self> {
        let mut header = [0; 3];
        raw.read_exact(&mut header)?;
        let most = u32::from(header[2] & 0x1F);
        if !(FEWEST..=16).contains(&most) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Lzw {
            raw,
            most,
            clears: header[2] & 0x80 != 0,
            prefixes: Vec::new(),
            endings: Vec::new(),
            width: FEWEST,
            group: Vec::new(),
            bit: 0,
            before: None,
            ready: Vec::new(),
        })
    }

    /// The next code. None at the end.
    fn code(&mut self) -> io::Result<Option<usize>> {
        let width = self.width as usize;
        if self.bit.saturating_add(width) > self.group.len().saturating_mul(8) {
            self.group.clear();
            self.bit = 0;
            let wanted = u64::from(self.width);
            self.raw
                .by_ref()
                .take(wanted)
                .read_to_end(&mut self.group)?;
            if self.group.len().saturating_mul(8) < width {
                return Ok(None);
            }
        }
        let mut code = 0_usize;
        for number in 0..width {
            let at = self.bit.saturating_add(number);
            let octet = self.group.get(at / 8).copied().unwrap_or_default();
            code |= usize::from(octet >> (at % 8) & 1) << number;
        }
        self.bit = self.bit.saturating_add(width);
        Ok(Some(code))
    }

    /// The first code that is not in the table yet.
    fn next(&self) -> usize {
        let first = if self.clears { 257 } else { 256 };
        self.prefixes.len().saturating_add(first)
    }

    /// Codes have another width from now on; the rest of the group means nothing.
    fn widen(&mut self, width: u32) {
        self.width = width;
        self.group.clear();
        self.bit = 0;
    }

    /// Decodes one code. False at the end.
    fn step(&mut self) -> io::Result<bool> {
        if self.next() > (1 << self.width) - 1 && self.width < self.most {
            self.widen(self.width.saturating_add(1));
        }
        let Some(code) = self.code()? else {
            return Ok(false);
        };
        if code == CLEAR && self.clears {
            self.prefixes.clear();
            self.endings.clear();
            self.widen(FEWEST);
            self.before = None;
            return Ok(true);
        }
        let Some((before, first)) = self.before else {
            let octet = u8::try_from(code).map_err(|_| io::ErrorKind::InvalidData)?;
            self.before = Some((u16::from(octet), octet));
            self.ready.push(octet);
            return Ok(true);
        };
        let next = self.next();
        let known = match code {
            _ if code < next => code,
            _ if code == next => {
                self.ready.push(first);
                usize::from(before)
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let first = self.expand(known)?;
        if next < 1 << self.most {
            self.prefixes.push(before);
            self.endings.push(first);
        }
        let code = u16::try_from(code).map_err(|_| io::ErrorKind::InvalidData)?;
        self.before = Some((code, first));
        Ok(true)
    }

    /// Puts what a code stands for before what is ready, last octet first. Gives its first octet.
    fn expand(&mut self, mut code: usize) -> io::Result<u8> {
        let base = if self.clears { 257 } else { 256 };
        for _ in 0..=1 << 16 {
            if let Ok(octet) = u8::try_from(code) {
                self.ready.push(octet);
                return Ok(octet);
            }
            let at = code.checked_sub(base).ok_or(io::ErrorKind::InvalidData)?;
            let prefix = self.prefixes.get(at).zip(self.endings.get(at));
            let (prefix, ending) = prefix.ok_or(io::ErrorKind::InvalidData)?;
            self.ready.push(*ending);
            code = usize::from(*prefix);
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}

impl<R: BufRead> Read for Lzw<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut given = 0;
        for place in buffer {
            while self.ready.is_empty() {
                if !self.step()? {
                    return Ok(given);
                }
            }
            if let Some(octet) = self.ready.pop() {
                *place = octet;
                given = given.saturating_add(1);
            }
        }
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::Lzw;
    use std::io::Read;

    #[test]
    fn the_known_answer_is_read() {
        let stream = [0x1F, 0x9D, 0x90, 0x61, 0x02, 0x0A, 0x0C, 0xA8, 0x00];
        let mut content = Vec::new();
        let mut lzw = Lzw::new(&stream[..]).expect("a header");
        lzw.read_to_end(&mut content).expect("sound");
        assert_eq!(content, b"aaaaaaaa\n");
    }

    #[test]
    fn codes_that_are_not_there_are_damage() {
        let stream = [0x1F, 0x9D, 0x90, 0x61, 0xFE, 0xFF, 0xFF];
        let mut content = Vec::new();
        let outcome = Lzw::new(&stream[..]).and_then(|mut lzw| lzw.read_to_end(&mut content));
        assert!(outcome.is_err(), "{content:?}");
    }
}
