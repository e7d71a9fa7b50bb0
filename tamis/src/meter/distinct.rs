//! How many values differ: exactly while they are few, then by an estimate.

use super::sketch::Sketch;

/// So many values are told apart exactly.
pub(super) const EXACT: usize = 64;

/// The values of one bucket, as digests of 64 bits.
#[derive(Clone, Debug)]
pub(super) enum Distinct {
    /// All of them, in order.
    Few(Vec<u64>),
    /// What an estimate needs.
    Many(Sketch),
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::Few(Vec::new())
    }
}

impl Distinct {
    pub(super) fn insert(&mut self, digest: u64) {
        let digests = match self {
            Distinct::Many(sketch) => return sketch.insert(digest),
            Distinct::Few(digests) => digests,
        };
        let Err(place) = digests.binary_search(&digest) else {
            return;
        };
        digests.insert(place, digest);
        if digests.len() > EXACT {
            *self = Distinct::Many(self.sketch());
        }
    }

    pub(super) fn count(&self) -> u64 {
        match self {
            Distinct::Few(digests) => digests.len() as u64,
            Distinct::Many(sketch) => sketch.count(),
        }
    }

    /// How many there are in this one and another one together.
    pub(super) fn count_with(&self, other: &Distinct) -> u64 {
        if let (Distinct::Few(ours), Distinct::Few(theirs)) = (self, other) {
            let new = |digest: &&u64| ours.binary_search(digest).is_err();
            return (ours.len() as u64).saturating_add(theirs.iter().filter(new).count() as u64);
        }
        let mut sketch = self.sketch();
        match other {
            Distinct::Few(digests) => sketch.extend(digests),
            Distinct::Many(theirs) => sketch.merge(theirs),
        }
        sketch.count()
    }

    /// Octets of memory behind it.
    pub(super) fn heap(&self) -> usize {
        match self {
            Distinct::Few(digests) => digests.capacity().saturating_mul(size_of::<u64>()),
            Distinct::Many(_) => Sketch::OCTETS,
        }
    }

    fn sketch(&self) -> Sketch {
        match self {
            Distinct::Many(sketch) => sketch.clone(),
            Distinct::Few(digests) => {
                let mut sketch = Sketch::new();
                sketch.extend(digests);
                sketch
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Distinct, EXACT};
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    /// Each number twice, as a digest that is the same in each run.
    fn values(numbers: std::ops::Range<u64>) -> Distinct {
        let mut values = Distinct::default();
        for number in numbers.clone().chain(numbers) {
            values.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(number));
        }
        values
    }

    #[track_caller]
    fn check(ours: std::ops::Range<u64>, theirs: std::ops::Range<u64>, slack: u64) {
        let union = ours.end.max(theirs.end) - ours.start.min(theirs.start);
        let own = ours.end - ours.start;
        let (ours, theirs) = (values(ours), values(theirs));
        assert!(ours.count().abs_diff(own) <= slack, "{}", ours.count());
        let found = ours.count_with(&theirs);
        assert!(found.abs_diff(union) <= slack, "{found} of {union}");
    }

    #[test]
    fn few_are_exact_and_many_are_near() {
        let exact = EXACT as u64;
        check(0..0, 0..0, 0);
        check(0..exact, 0..exact, 0);
        check(0..40, 20..60, 0);
        check(0..40, 30..84, 0);
        check(0..exact + 1, 0..exact + 1, 8);
        check(0..50, 40..1_000, 100);
        check(0..1_000, 900..2_000, 200);
    }

    #[test]
    fn memory_is_bounded() {
        assert!(values(0..64).heap() <= 1_024);
        assert_eq!(values(0..100_000).heap(), 1_024);
    }
}
