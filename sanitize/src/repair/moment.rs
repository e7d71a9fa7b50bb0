//! Points in time, and how a Date field writes them (RFC 5322, section 3.3).

use std::fmt;

pub(super) const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A point in time: seconds since the beginning of 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    /// As a Date field has it (RFC 5322, section 3.3), in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Moment::at(self.0).fmt(f)
    }
}

/// A date and a time of day, as written on some clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    /// Minutes east of Greenwich.
    pub(super) zone: i32,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weekday = self
            .days()
            .checked_add(3)
            .map_or(0, |days| days.rem_euclid(7));
        let named = |names: &[&str], at: usize| {
            let name = names.get(at).copied().unwrap_or_default();
            let (first, rest) = name.split_at_checked(1).unwrap_or_default();
            first.to_ascii_uppercase() + rest
        };
        let index = |value: i64| usize::try_from(value).unwrap_or_default();
        let zone = self.zone.unsigned_abs();
        write!(
            f,
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
            named(&DAYS, index(weekday)),
            self.day,
            named(&MONTHS, index(i64::from(self.month).saturating_sub(1))),
            self.year,
            self.hour,
            self.minute,
            self.second,
            if self.zone < 0 { '-' } else { '+' },
            zone / 60,
            zone % 60
        )
    }
}

impl Moment {
    /// The moment in UTC (the civil calendar counted in eras of 400 years).
    fn at(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400);
        let of_day = u32::try_from(seconds.rem_euclid(86_400)).unwrap_or_default();
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = era.saturating_mul(400).saturating_add(year_of_era);
        Moment {
            year: if month <= 2 {
                year.saturating_add(1)
            } else {
                year
            },
            month: u32::try_from(month).unwrap_or(1),
            day: u32::try_from(day).unwrap_or(1),
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            zone: 0,
        }
    }

    /// Days since the beginning of 1970.
    fn days(&self) -> i64 {
        let month = i64::from(self.month);
        let year = if month <= 2 {
            self.year.saturating_sub(1)
        } else {
            self.year
        };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let shifted = (month + 9) % 12;
        let of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        era.saturating_mul(146_097)
            .saturating_add(days)
            .saturating_sub(719_468)
    }

    /// Whether there is such a day and such a time.
    pub(super) fn is_possible(&self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let longest = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=longest).contains(&self.day)
            && (1900..=9999).contains(&self.year)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
            && self.zone.abs() < 1_440
    }
}
