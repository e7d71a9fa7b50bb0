//! Names of the members of a RAR archive that its reader refuses: another program may be less strict.

use crate::inside::cursor::{Cursor, length};
use crate::inside::host::Source;
use std::io;

/// Names that are read.
const NAMES: usize = 10_000;
/// Blocks that are read.
const BLOCKS: usize = 20_000;
/// Octets of a header that are read.
const HEADER: u64 = 8 << 10;

/// The names in the headers of the archive that begins at `start`, as far as one header tells where the next one is.
pub(super) fn names(source: &mut dyn Source, start: u64) -> io::Result<Vec<Vec<u8>>> {
    let end = length(source)?;
    let magic = Cursor::new(&mut *source, start.min(end), end)?.up_to(8)?;
    let new = magic.ends_with(b"\x01\0");
    let mut at = start.saturating_add(if new { 8 } else { 7 });
    let mut names = Vec::new();
    for _ in 0..BLOCKS {
        let header = Cursor::new(&mut *source, at.min(end), end)?.up_to(HEADER)?;
        let block = if new {
            Block::new(&header)
        } else {
            Block::old(&header)
        };
        let Some(block) = block.filter(|block| block.length > 0) else {
            break;
        };
        names.extend(block.name);
        at = at.saturating_add(block.length);
        if names.len() >= NAMES {
            break;
        }
    }
    Ok(names)
}

/// One block: its name if it is a member, and the octets up to the next block.
struct Block {
    name: Option<Vec<u8>>,
    length: u64,
}

impl Block {
    /// RAR 1.5 to 4: checksum, type, flags, size, and for some the size of what follows.
    fn old(header: &[u8]) -> Option<Block> {
        let kind = *header.get(2)?;
        let flags = u16_at(header, 3)?;
        let size = u64::from(u16_at(header, 5)?);
        let file = kind == 0x74;
        let mut added = 0;
        if file || flags & 0x8000 != 0 {
            added = u64::from(u32_at(header, 7)?);
        }
        if file && flags & 0x100 != 0 {
            added |= u64::from(u32_at(header, 32)?) << 32;
        }
        let name = || {
            let length = usize::from(u16_at(header, 26)?);
            let start = if flags & 0x100 != 0 { 40 } else { 32 };
            Some(header.get(start..)?.get(..length)?.to_vec())
        };
        (0x72..=0x7B).contains(&kind).then(|| Block {
            name: file.then(name).flatten(),
            length: size.max(7).saturating_add(added),
        })
    }

    /// RAR 5: checksum, size, type, flags, sizes of the extra area and of what follows; numbers of variable length.
    fn new(header: &[u8]) -> Option<Block> {
        let mut numbers = Numbers(header.get(4..)?);
        let size = numbers.next()?;
        let before = header.len().saturating_sub(numbers.0.len()) as u64;
        let (kind, flags) = (numbers.next()?, numbers.next()?);
        if flags & 1 != 0 {
            numbers.next()?;
        }
        let added = if flags & 2 != 0 { numbers.next()? } else { 0 };
        let known = (1..=5).contains(&kind);
        known.then(|| Block {
            name: if kind == 2 { numbers.name() } else { None },
            length: before.saturating_add(size).saturating_add(added),
        })
    }
}

/// Numbers of seven bits in each octet, low ones first.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let (octet, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(octet & 0x7F) << shift;
            if octet & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The name of a member, from its flags on.
    fn name(&mut self) -> Option<Vec<u8>> {
        let flags = self.next()?;
        let (_size, _attributes) = (self.next()?, self.next()?);
        for bit in [2, 4] {
            if flags & bit != 0 {
                self.0 = self.0.get(4..)?;
            }
        }
        let (_method, _system) = (self.next()?, self.next()?);
        let length = usize::try_from(self.next()?).ok()?;
        self.0.get(..length).map(<[u8]>::to_vec)
    }
}

fn u16_at(octets: &[u8], at: usize) -> Option<u16> {
    let octets = octets.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*octets))
}

fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*octets))
}
