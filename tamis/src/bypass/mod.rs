//! The switch that lets mail pass uninspected for a while, for the day on which Tamis itself is what is wrong.
//!
//! ```text
//! tamis bypass on ──▶ DIR/bypass.json ──▶ Watched (looks every second) ──▶ gate
//! ```
//!
//! It is never for longer than [`MOST`], ends by itself, holds over a restart of the daemon until then, and shows: in a line
//! of the log and a field of the header of every message, in a counter, in `tamis status`. A file that somebody else could
//! have written, or that claims more time than there is, switches nothing off.

mod file;
mod watched;

pub use file::{NAME, Trouble, read, remove, write};
pub use watched::Watched;

use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// The longest that inspection can be switched off at once.
pub const MOST: Duration = Duration::from_hours(24);

/// The version of the file.
const VERSION: u32 = 1;

/// That inspection is switched off, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bypass {
    v: u32,
    /// From when on, in seconds since 1970.
    pub since: u64,
    /// Until when, in seconds since 1970.
    pub until: u64,
    /// Why, for whoever reads the log.
    pub reason: Option<String>,
}

impl Bypass {
    /// From now on for so long; none if that is longer than [`MOST`].
    pub fn from_now(length: Duration, reason: Option<String>) -> Option<Self> {
        let since = seconds(SystemTime::now());
        (length <= MOST).then(|| Bypass {
            v: VERSION,
            since,
            until: since.saturating_add(length.as_secs()),
            reason,
        })
    }

    /// Whether it holds at this moment. One that would last longer than it may holds never: somebody wrote it by hand, or
    /// the clock was set back.
    pub fn holds(&self, now: SystemTime) -> bool {
        let now = seconds(now);
        let most = MOST.as_secs();
        let fits = |from: u64| self.until.checked_sub(from).is_some_and(|it| it <= most);
        self.v == VERSION && now < self.until && fits(self.since) && fits(now)
    }

    /// Its end, as people and programs read it: `2026-11-23T17:30:00Z`.
    pub fn end(&self) -> String {
        let seconds = i64::try_from(self.until).unwrap_or(i64::MAX);
        match jiff::Timestamp::from_second(seconds) {
            Ok(end) => end.strftime("%FT%TZ").to_string(),
            Err(_) => self.until.to_string(),
        }
    }
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::{Bypass, MOST, seconds};
    use std::time::{Duration, SystemTime};

    #[track_caller]
    fn check(length: Duration, later: Duration, holds: bool) {
        let bypass = Bypass::from_now(length, None).unwrap();
        let from = SystemTime::UNIX_EPOCH + Duration::from_secs(bypass.since);
        assert_eq!(bypass.holds(from + later), holds, "{length:?} {later:?}");
    }

    #[test]
    fn it_ends_by_itself() {
        let minute = Duration::from_mins(1);
        check(minute, Duration::ZERO, true);
        check(minute, Duration::from_secs(59), true);
        check(minute, minute, false);
        check(MOST, MOST.saturating_sub(minute), true);
        check(MOST, MOST, false);
        assert_eq!(Bypass::from_now(MOST + minute, None), None);
    }

    #[test]
    fn more_time_than_there_is_switches_nothing_off() {
        let bypass = Bypass::from_now(MOST, None).unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(bypass.since);
        assert!(
            !bypass.holds(start - Duration::from_hours(1)),
            "the clock was set back"
        );
        let longer = Bypass {
            until: bypass.until + 1,
            ..bypass.clone()
        };
        assert!(!longer.holds(start));
        assert!(!longer.holds(start + Duration::from_hours(1)));
        let backwards = Bypass {
            since: seconds(SystemTime::now()) + 100,
            until: seconds(SystemTime::now()) + 50,
            ..bypass.clone()
        };
        assert!(!backwards.holds(SystemTime::now()));
        assert!(!Bypass { v: 2, ..bypass }.holds(start));
    }
}
