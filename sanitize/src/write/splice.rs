//! Splices: ranges of the message that are replaced, and the pieces that result.

use super::Piece;
use crate::map::Extent;

/// Replacements of ranges, in any order. Ranges do not overlap; insertions come before what they touch.
#[derive(Debug, Default)]
pub(super) struct Splices(Vec<(Extent, Vec<Piece>)>);

impl Splices {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether exactly this range is replaced.
    pub(super) fn hold(&self, range: Extent) -> bool {
        self.0.iter().any(|(replaced, _)| *replaced == range)
    }

    /// Puts octets in the place of a range.
    pub(super) fn replace(&mut self, range: Extent, bytes: Vec<u8>) {
        self.0.push((range, vec![Piece::Bytes(bytes)]));
    }

    /// Puts pieces in the place of a range.
    pub(super) fn replace_with_pieces(&mut self, range: Extent, pieces: &[Piece]) {
        self.0.push((range, pieces.to_vec()));
    }

    /// What the octets of `whole` become.
    pub(super) fn pieces(&self, whole: Extent) -> Vec<Piece> {
        let mut order: Vec<_> = self
            .0
            .iter()
            .filter(|(range, _)| range.start >= whole.start && range.end <= whole.end)
            .collect();
        order.sort_by_key(|(range, _)| *range);
        let mut pieces = Vec::new();
        let mut at = whole.start;
        for (range, with) in order {
            if range.start < at {
                continue;
            }
            push_copy(&mut pieces, Extent::new(at, range.start));
            pieces.extend(
                with.iter()
                    .filter(|piece| !matches!(piece, Piece::Bytes(bytes) if bytes.is_empty()))
                    .cloned(),
            );
            at = range.end;
        }
        push_copy(&mut pieces, Extent::new(at, whole.end));
        pieces
    }
}

fn push_copy(pieces: &mut Vec<Piece>, range: Extent) {
    if !range.is_empty() {
        pieces.push(Piece::Copy(range));
    }
}
