//! Two buckets, the current and the previous one, as time goes on.

use super::distinct::Distinct;
use super::window::Moment;
use std::cmp::Ordering;

/// What is counted, with values as digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Nothing: the question only.
    Nothing,
    /// That much.
    Amount(u64),
    /// This value.
    Value(u64),
}

/// What came under one key in one window.
#[derive(Debug)]
pub(super) struct Entry {
    /// The bucket that `current` is of.
    bucket: u64,
    buckets: Buckets,
}

#[derive(Debug)]
enum Buckets {
    Sums {
        current: u64,
        previous: u64,
    },
    Values {
        current: Distinct,
        previous: Distinct,
    },
}

impl Entry {
    pub(super) fn new(distinct: bool, moment: &Moment) -> Self {
        let buckets = if distinct {
            Buckets::Values {
                current: Distinct::default(),
                previous: Distinct::default(),
            }
        } else {
            Buckets::Sums {
                current: 0,
                previous: 0,
            }
        };
        Entry {
            bucket: moment.bucket,
            buckets,
        }
    }

    /// Counts, and says how much was used in the window.
    pub(super) fn charge(&mut self, moment: &Moment, counted: Counted) -> u64 {
        let left = self.advance(moment);
        match (&mut self.buckets, counted) {
            (Buckets::Sums { current, .. }, Counted::Amount(amount)) => {
                *current = current.saturating_add(amount);
            }
            (Buckets::Values { current, .. }, Counted::Value(digest)) => current.insert(digest),
            _ => {}
        }
        match &self.buckets {
            Buckets::Sums { current, previous } => moment.weigh(*current, *previous, left),
            Buckets::Values { current, previous } => {
                let now = current.count();
                let before = current.count_with(previous).saturating_sub(now);
                moment.weigh(now, before, left)
            }
        }
    }

    /// Octets of memory beyond the entry itself.
    pub(super) fn heap(&self) -> usize {
        match &self.buckets {
            Buckets::Sums { .. } => 0,
            Buckets::Values { current, previous } => current.heap().saturating_add(previous.heap()),
        }
    }

    /// Goes on to the bucket of a moment, and says how much of the previous one is left.
    fn advance(&mut self, moment: &Moment) -> u64 {
        let next = self.bucket.saturating_add(1);
        match moment.bucket.cmp(&self.bucket) {
            Ordering::Equal => return moment.left(),
            Ordering::Greater => {
                self.buckets.turn(moment.bucket == next);
            }
            // A little late, as charges that overtake each other are: the newest bucket has just begun for it.
            Ordering::Less if moment.bucket.saturating_add(1) == self.bucket => {
                return moment.window;
            }
            // The clock was set back: what was counted is as old as the clock now says.
            Ordering::Less => {}
        }
        self.bucket = moment.bucket;
        moment.left()
    }
}

impl Buckets {
    /// Begins a bucket; the old one is the previous one if it lies right before it.
    fn turn(&mut self, adjacent: bool) {
        match self {
            Buckets::Sums { current, previous } => {
                *previous = std::mem::take(current);
                if !adjacent {
                    *previous = 0;
                }
            }
            Buckets::Values { current, previous } => {
                *previous = std::mem::take(current);
                if !adjacent {
                    *previous = Distinct::default();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Entry, Moment};
    use std::time::Duration;

    /// Charges of 10 at these seconds, with a window of 100 seconds, and what is answered to each.
    #[track_caller]
    fn check(charges: &[(u64, u64)]) {
        let moment = |at| Moment::new(Duration::from_secs(at), Duration::from_secs(100));
        let mut entry = Entry::new(false, &moment(charges[0].0));
        for (at, used) in charges {
            let found = entry.charge(&moment(*at), Counted::Amount(10));
            assert_eq!(found, *used, "at {at}");
        }
    }

    #[test]
    fn buckets_follow_the_clock() {
        check(&[(0, 10), (99, 20), (100, 30), (150, 30), (199, 31)]);
        check(&[(0, 10), (199, 11), (300, 10)]);
        check(&[(0, 10), (1_000, 10), (1_150, 15)]);
    }

    #[test]
    fn a_clock_that_goes_back_loses_nothing() {
        // Over the edge of a bucket and back: all of both buckets counts.
        check(&[(150, 10), (201, 20), (199, 30), (202, 40)]);
        // Far back: what was counted is taken along, and fades from there.
        check(&[(100_050, 10), (50, 20), (150, 20), (350, 10)]);
    }
}
