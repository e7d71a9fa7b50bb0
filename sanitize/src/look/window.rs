//! A stream seen through a sliding window: every position is looked at exactly once, with as many octets behind it as
//! the reader asked for, however the stream was cut into pieces. So nothing can hide on the edge of two pieces, and
//! any cut gives the same result.

use super::bytes::slice;
use memchr::memmem::Finder;

/// Holds back the octets that do not have `AHEAD` octets behind them yet.
#[derive(Debug, Default)]
pub(super) struct Window<const AHEAD: usize> {
    held: Vec<u8>,
    /// Offset of the first octet that is held, from the start of the stream.
    at: u64,
    /// Whether something may be among the octets that are held.
    loud: bool,
}

/// A piece of the stream: positions `0..count` of `octets` are to be looked at, the rest stands behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// Offset of the first octet, from the start of the stream.
    pub(super) at: u64,
    /// The octets.
    pub(super) octets: &'a [u8],
    /// How many positions are to be looked at.
    pub(super) count: usize,
}

impl<const AHEAD: usize> Window<AHEAD> {
    /// Takes the next octets and shows every position that has enough octets behind it now.
    pub(super) fn push(&mut self, piece: &[u8], mut look: impl FnMut(View<'_>)) {
        self.loud = true;
        let border = piece.len().min(AHEAD);
        self.held.extend_from_slice(slice(piece, 0, border));
        let ready = self.held.len().saturating_sub(AHEAD);
        if ready > 0 {
            look(View {
                at: self.at,
                octets: &self.held,
                count: ready,
            });
            self.held.drain(..ready);
            self.at = self.at.saturating_add(ready as u64);
        }
        if border == piece.len() {
            return;
        }
        // What is held now are the first octets of this piece: go on in the piece itself, without copying.
        let count = piece.len().saturating_sub(AHEAD);
        look(View {
            at: self.at,
            octets: piece,
            count,
        });
        self.at = self.at.saturating_add(count as u64);
        self.held.clear();
        self.held.extend_from_slice(slice(piece, count, AHEAD));
    }

    /// Takes octets in which nothing begins, goes on or ends that is looked for, and shows only what those before may hold.
    pub(super) fn push_quiet(&mut self, piece: &[u8], look: impl FnMut(View<'_>)) {
        if self.loud {
            self.push(piece, look);
            self.loud = piece.len() < AHEAD;
            return;
        }
        let all = self.held.len().saturating_add(piece.len());
        let passed = all.saturating_sub(AHEAD);
        self.held.drain(..passed.min(self.held.len()));
        let end = slice(piece, piece.len().saturating_sub(AHEAD), AHEAD);
        self.held.extend_from_slice(end);
        self.at = self.at.saturating_add(passed as u64);
    }

    /// Shows the positions that are left, now that nothing follows them.
    pub(super) fn finish(self, mut look: impl FnMut(View<'_>)) {
        if !self.loud {
            return;
        }
        look(View {
            at: self.at,
            octets: &self.held,
            count: self.held.len(),
        });
    }
}

impl<'a> View<'a> {
    /// The octets from a position on.
    pub(super) fn from(&self, position: usize) -> &'a [u8] {
        self.octets.get(position..).unwrap_or_default()
    }

    /// Offset of a position, from the start of the stream.
    pub(super) fn offset(&self, position: usize) -> u64 {
        self.at.saturating_add(position as u64)
    }

    /// The positions to be looked at where `needle` stands, in order.
    pub(super) fn find<'n>(
        &self,
        needle: &'n Finder<'static>,
    ) -> impl Iterator<Item = usize> + use<'a, 'n> {
        let end = self
            .count
            .saturating_add(needle.needle().len())
            .saturating_sub(1)
            .min(self.octets.len());
        let octets = slice(self.octets, 0, end);
        needle.find_iter(octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(stream: &[u8], cut: usize) -> Vec<(u64, Vec<u8>)> {
        let mut window = Window::<4>::default();
        let mut seen = Vec::new();
        let mut look = |view: View<'_>| {
            for position in 0..view.count {
                let ahead = view.from(position);
                seen.push((view.offset(position), ahead[..ahead.len().min(5)].to_vec()));
            }
        };
        stream
            .chunks(cut)
            .for_each(|piece| window.push(piece, &mut look));
        window.finish(&mut look);
        seen
    }

    #[test]
    fn every_position_is_seen_once_with_what_follows() {
        let stream: Vec<u8> = (0..40).collect();
        let whole: Vec<_> = (0..40)
            .map(|at: usize| (at as u64, stream[at..(at + 5).min(40)].to_vec()))
            .collect();
        for cut in 1..=40 {
            assert_eq!(positions(&stream, cut), whole, "pieces of {cut}");
        }
    }

    #[test]
    fn words_on_the_edge_are_found_once() {
        for cut in 1..20 {
            let mut window = Window::<8>::default();
            let mut found = Vec::new();
            let mut look = |view: View<'_>| {
                found.extend(view.find(&Finder::new(b"PKPK")).map(|at| view.offset(at)));
            };
            b"..PKPK......PKPK"
                .chunks(cut)
                .for_each(|piece| window.push(piece, &mut look));
            window.finish(&mut look);
            assert_eq!(found, [2, 12], "pieces of {cut}");
        }
    }
}
