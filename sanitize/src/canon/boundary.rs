//! Boundaries that no sender could know.

use std::fmt::Write as _;

/// Boundaries of one pass, each unlike the others: 33 to 43 letters and digits, none of them the start of another one.
#[derive(Debug)]
pub(super) struct Boundaries {
    seed: [u8; 16],
    count: u32,
}

impl Boundaries {
    pub(super) fn new(seed: [u8; 16]) -> Self {
        Boundaries { seed, count: 0 }
    }

    /// The next one: its number up to a letter, then the seed.
    pub(super) fn next(&mut self) -> String {
        let mut boundary = String::with_capacity(43);
        let _ = write!(boundary, "{}x", self.count);
        for octet in self.seed {
            let _ = write!(boundary, "{octet:02x}");
        }
        self.count = self.count.saturating_add(1);
        boundary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_starts_another() {
        let mut boundaries = Boundaries::new([0x11; 16]);
        let all: Vec<String> = (0..200).map(|_| boundaries.next()).collect();
        for (at, one) in all.iter().enumerate() {
            assert!((20..=43).contains(&one.len()));
            let starts = |other: &&String| other.starts_with(one.as_str());
            assert_eq!(all.iter().position(|other| starts(&other)), Some(at));
        }
    }
}
