//! Octets of a message in memory: in blocks, so that nothing is moved when more come; and the memory that messages share.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Octets of a block.
const BLOCK: usize = 64 << 10;

/// Octets, appended to and read at any place.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// All are full but the last.
    blocks: Vec<Vec<u8>>,
    len: usize,
}

impl Memory {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.blocks.last().is_none_or(|last| last.len() >= BLOCK) {
                // A short message gets no more than it takes, a long one whole blocks.
                let capacity = if self.blocks.is_empty() { 0 } else { BLOCK };
                self.blocks.push(Vec::with_capacity(capacity));
            }
            let Some(last) = self.blocks.last_mut() else {
                return;
            };
            let room = BLOCK.saturating_sub(last.len());
            let (fits, more) = rest.split_at(room.min(rest.len()));
            last.extend_from_slice(fits);
            rest = more;
        }
        self.len = self.len.saturating_add(bytes.len());
    }

    /// What lies there, up to the end of the block; nothing behind the end.
    pub(super) fn at(&self, at: usize) -> &[u8] {
        let block = self.blocks.get(at / BLOCK);
        let rest = block.and_then(|block| block.get(at % BLOCK..));
        rest.unwrap_or_default()
    }

    pub(super) fn write_to(&self, to: &mut impl Write) -> io::Result<()> {
        self.blocks.iter().try_for_each(|block| to.write_all(block))
    }
}

/// Memory that all messages may share beyond what each has for itself: so many octets, and to none of them more than a
/// quarter.
#[derive(Clone, Debug)]
pub struct Shared(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    left: AtomicUsize,
}

impl Shared {
    /// So many octets.
    pub fn new(total: usize) -> Self {
        Shared(Arc::new(Inner {
            total,
            left: AtomicUsize::new(total),
        }))
    }

    /// Octets in all.
    pub fn total(&self) -> usize {
        self.0.total
    }
}

/// Two are alike if they are of one size.
impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.total() == other.total()
    }
}

impl Eq for Shared {}

/// What one message has of it, given back when this goes.
#[derive(Debug)]
pub(super) struct Share {
    of: Shared,
    taken: usize,
}

impl Share {
    pub(super) fn none(of: Shared) -> Self {
        Share { of, taken: 0 }
    }

    /// Takes as much as makes this many octets in all, or nothing: false if there is no room.
    pub(super) fn grow_to(&mut self, octets: usize) -> bool {
        let more = octets.saturating_sub(self.taken);
        if more == 0 {
            return true;
        }
        let most = self.of.total() / 4;
        let left = &self.of.0.left;
        let take = |left: usize| left.checked_sub(more);
        let fits = octets <= most
            && left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok();
        if fits {
            self.taken = octets;
        }
        fits
    }

    pub(super) fn give_back(&mut self) {
        let taken = std::mem::take(&mut self.taken);
        self.of.0.left.fetch_add(taken, Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Memory, Share, Shared};

    #[test]
    fn blocks_are_one_row_of_octets() {
        let all: Vec<u8> = (0..=250).cycle().take(3 * BLOCK + 17).collect();
        let mut memory = Memory::default();
        for piece in all.chunks(1_000) {
            memory.append(piece);
        }
        assert_eq!(memory.len(), all.len());
        for start in [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 5, all.len() - 1] {
            let found = memory.at(start);
            assert!(!found.is_empty(), "{start}");
            assert_eq!(found, &all[start..start + found.len()], "{start}");
        }
        assert_eq!(memory.at(all.len()), b"");
        let mut written = Vec::new();
        memory.write_to(&mut written).unwrap();
        assert_eq!(written, all);
    }

    #[test]
    fn nobody_has_more_than_a_quarter_and_all_is_given_back() {
        let shared = Shared::new(100);
        let mut shares: Vec<Share> = (0..5).map(|_| Share::none(shared.clone())).collect();
        assert!(!shares[0].grow_to(26));
        let fits: Vec<bool> = shares.iter_mut().map(|share| share.grow_to(25)).collect();
        assert_eq!(fits, [true, true, true, true, false]);
        assert!(shares[1].grow_to(20), "it has as much already");
        shares.swap_remove(0);
        assert!(shares[0].grow_to(25));
        shares[1].give_back();
        shares[1].give_back();
        assert!(shares[1].grow_to(25));
        assert!(!Share::none(shared).grow_to(1));
    }
}
