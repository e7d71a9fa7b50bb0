//! How many notices may go out within an hour, to all and to one address.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a notice counts.
const HOUR: Duration = Duration::from_hours(1);

/// What went out within the last hour: at most as many entries as are allowed.
#[derive(Debug)]
pub(super) struct Allowance {
    per_hour: usize,
    per_address: usize,
    sent: VecDeque<(Instant, String)>,
    /// Whether the last one that was asked for was allowed.
    enough: bool,
}

impl Allowance {
    pub(super) fn new(per_hour: usize, per_address: usize) -> Self {
        Allowance {
            per_hour,
            per_address,
            sent: VecDeque::new(),
            enough: true,
        }
    }

    /// Whether nothing is left out at the moment.
    pub(super) fn is_enough(&self) -> bool {
        self.enough
    }

    /// Counts one notice to an address, if it is allowed.
    pub(super) fn take(&mut self, address: &str, now: Instant) -> bool {
        let old = |sent: &(Instant, String)| now.saturating_duration_since(sent.0) >= HOUR;
        while self.sent.front().is_some_and(old) {
            self.sent.pop_front();
        }
        let address = address.to_ascii_lowercase();
        let to_address = self.sent.iter().filter(|(_, to)| *to == address);
        self.enough = self.sent.len() < self.per_hour && to_address.count() < self.per_address;
        if self.enough {
            self.sent.push_back((now, address));
        }
        self.enough
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, HOUR};
    use std::time::{Duration, Instant};

    #[test]
    fn what_went_out_within_an_hour_counts() {
        let mut allowance = Allowance::new(3, 2);
        let start = Instant::now();
        let minute = |minutes| start + Duration::from_mins(minutes);
        for (address, at, expected) in [
            ("a@example.org", minute(0), true),
            ("A@Example.org", minute(1), true),
            ("a@example.org", minute(2), false),
            ("b@example.org", minute(3), true),
            ("c@example.org", minute(4), false),
            ("c@example.org", start + HOUR, true),
            ("a@example.org", minute(60), false),
            ("a@example.org", minute(61), true),
        ] {
            assert_eq!(allowance.take(address, at), expected, "{address}");
            assert_eq!(allowance.is_enough(), expected);
            assert!(allowance.sent.len() <= 3);
        }
    }
}
