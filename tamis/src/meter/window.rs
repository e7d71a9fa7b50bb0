//! Where a moment lies in its window, and what the two buckets weigh there.

use super::Limit;
use std::time::Duration;

/// A moment as seen from a window. All times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The moment, since the epoch.
    pub(super) now: u64,
    /// How long the window is.
    pub(super) window: u64,
    /// The bucket in which the moment lies, counted from the epoch.
    pub(super) bucket: u64,
}

impl Moment {
    pub(super) fn new(now: Duration, window: Duration) -> Self {
        let now = millis(now);
        let window = millis(window.clamp(Limit::SHORTEST, Limit::LONGEST));
        Moment {
            now,
            window,
            bucket: now.checked_div(window).unwrap_or_default(),
        }
    }

    /// How much of the previous bucket still lies in the window.
    pub(super) fn left(&self) -> u64 {
        let elapsed = self.now.checked_rem(self.window).unwrap_or_default();
        self.window.saturating_sub(elapsed)
    }

    /// When what is charged now will not count any more.
    pub(super) fn expiry(&self) -> u64 {
        self.bucket.saturating_add(2).saturating_mul(self.window)
    }

    /// The estimate of a window of which this much of the previous bucket is left.
    pub(super) fn weigh(&self, current: u64, previous: u64, left: u64) -> u64 {
        // Two factors of 64 bits have room in 128.
        let still = (u128::from(previous) * u128::from(left)).div_ceil(u128::from(self.window));
        current.saturating_add(u64::try_from(still).unwrap_or(u64::MAX))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Moment;
    use std::time::Duration;

    #[track_caller]
    fn check(now_ms: u64, window: Duration, bucket: u64, left: u64) {
        let moment = Moment::new(Duration::from_millis(now_ms), window);
        assert_eq!((moment.bucket, moment.left()), (bucket, left));
    }

    #[test]
    fn moments_lie_in_buckets() {
        let minute = Duration::from_mins(1);
        check(0, minute, 0, 60_000);
        check(59_999, minute, 0, 1);
        check(60_000, minute, 1, 60_000);
        check(90_000, minute, 1, 30_000);
        check(
            u64::MAX,
            minute,
            u64::MAX / 60_000,
            60_000 - u64::MAX % 60_000,
        );
        // Windows that cannot be are taken for the nearest that can.
        check(2_500, Duration::ZERO, 2, 500);
        check(1, Duration::MAX, 0, 31 * 86_400_000 - 1);
    }

    #[test]
    fn the_previous_bucket_fades_and_is_rounded_up() {
        let moment = Moment::new(Duration::from_secs(90), Duration::from_mins(1));
        assert_eq!(moment.weigh(5, 10, moment.left()), 10);
        assert_eq!(moment.weigh(5, 11, moment.left()), 11);
        assert_eq!(moment.weigh(u64::MAX, u64::MAX, 60_000), u64::MAX);
        assert_eq!(moment.weigh(0, u64::MAX, 60_000), u64::MAX);
    }
}
