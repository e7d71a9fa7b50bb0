//! How a message is cut into pushes: the same cuts for every test of the law that cutting does not matter.

use crate::random::Random;
use std::fmt;

/// A way to cut octets into chunks. Its text names it well enough to try it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunking {
    /// All at once.
    Whole,
    /// Chunks of so many octets; the last one may be shorter.
    Every(usize),
    /// Chunks of random sizes, mostly small, made from a seed.
    Random(u64),
}

/// Sizes that have found mistakes: below, at and above the lengths of line ends, delimiters, buffers and milter frames.
const SIZES: [usize; 8] = [1, 2, 3, 7, 64, 1_000, 4_096, 65_535];

/// Above this length, sizes below 64 cost more time than they are worth.
const LONG: usize = 256 << 10;

/// The ways to cut a message of `len` octets that every law test uses.
pub fn chunkings(len: usize) -> Vec<Chunking> {
    let fitting = |size: &usize| *size < len && (len <= LONG || *size >= 64);
    let mut ways = vec![Chunking::Whole];
    ways.extend(SIZES.into_iter().filter(fitting).map(Chunking::Every));
    if len > 1 {
        ways.extend((1..=4).map(Chunking::Random));
    }
    ways
}

impl Chunking {
    /// Cuts the octets. Every octet comes exactly once, in order; no chunk is empty.
    pub fn cut<'a>(&self, octets: &'a [u8]) -> Vec<&'a [u8]> {
        match self {
            Chunking::Whole if octets.is_empty() => Vec::new(),
            Chunking::Whole => vec![octets],
            Chunking::Every(size) => octets.chunks((*size).max(1)).collect(),
            Chunking::Random(seed) => cut_at_random(octets, *seed),
        }
    }
}

fn cut_at_random(mut octets: &[u8], seed: u64) -> Vec<&[u8]> {
    let mut random = Random::new(seed);
    let most = if octets.len() > LONG { 65_535 } else { 300 };
    let mut chunks = Vec::new();
    while !octets.is_empty() {
        let top = if random.one_in(3) { 4 } else { most };
        let size = random.between(1, top).min(octets.len());
        let (chunk, rest) = octets.split_at(size);
        chunks.push(chunk);
        octets = rest;
    }
    chunks
}

impl fmt::Display for Chunking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Chunking::Whole => f.write_str("whole"),
            Chunking::Every(size) => write!(f, "chunks of {size}"),
            Chunking::Random(seed) => write!(f, "random chunks, seed {seed}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_covers_every_octet_once() {
        for len in [0, 1, 2, 63, 64, 65, 5_000, 70_000, 300_000] {
            let octets = Random::new(7).octets(len);
            for way in chunkings(len) {
                let chunks = way.cut(&octets);
                assert_eq!(chunks.concat(), octets, "{way} of {len}");
                assert!(
                    chunks.iter().all(|chunk| !chunk.is_empty()),
                    "{way} of {len}"
                );
            }
        }
    }

    #[test]
    fn small_and_random_cuts_are_among_the_ways() {
        let ways = chunkings(10_000);
        assert!(ways.contains(&Chunking::Every(1)) && ways.contains(&Chunking::Random(1)));
        assert!(
            !ways.contains(&Chunking::Every(65_535)),
            "longer than the message"
        );
        assert_eq!(chunkings(0), [Chunking::Whole]);
    }
}
