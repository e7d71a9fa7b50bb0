//! Dates (RFC 5322, section 3.3): whether one is written as it should be, and what is meant if not.

use crate::defect::Code;
use crate::plan::FieldValue;
use std::fmt;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Zones with a name (RFC 5322, section 4.3), in hours.
const ZONES: [(&str, i32); 14] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
];

/// A point in time: seconds since the beginning of 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    /// As a Date field has it (RFC 5322, section 3.3), in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Moment::at(self.0).fmt(f)
    }
}

/// What is wrong with the value of a Date field.
pub(super) fn flaw(raw_value: &[u8]) -> Option<Code> {
    (!is_sound(raw_value)).then_some(Code::DateSyntax)
}

/// The date that is meant, written as it should be; or else the time of receipt, if that is known.
pub(super) fn repaired(value: &FieldValue, received: Option<Timestamp>) -> Option<FieldValue> {
    let meant = Moment::meant(value.as_bytes()).map(|moment| moment.to_string());
    let written = meant.or_else(|| Some(received?.to_string()))?;
    Some(FieldValue::trusted(written.into_bytes()))
}

/// A date and a time of day, as written on some clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moment {
    year: i64,
    /// From 1.
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// Minutes east of Greenwich.
    zone: i32,
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

    /// What somebody means who writes this. None if a day, a month, a year and a time cannot be told from each other.
    fn meant(value: &[u8]) -> Option<Self> {
        let text = without_comments(value)?;
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
            .collect();
        let mut moment = Moment::default();
        let (mut month, mut day, mut year, mut time, mut zone) = (None, None, None, None, None);
        for word in words {
            let lower = word.to_ascii_lowercase();
            if let Some((date, clock)) = iso(&lower) {
                (year, month, day) = (Some(date.0), Some(date.1), Some(date.2));
                let (clock, offset) = clock;
                if clock.is_some() {
                    time = clock;
                }
                zone = zone.or(offset);
            } else if let Some(name) = month_named(&lower) {
                month = month.or(Some(name));
            } else if lower.contains(':') && time.is_none() {
                time = Some(clock(&lower)?);
            } else if let Some(number) = lower
                .parse::<u32>()
                .ok()
                .filter(|_| lower.len() <= 4 && !lower.starts_with('+'))
            {
                if day.is_none() && number <= 31 && lower.len() <= 2 {
                    day = Some(number);
                } else if year.is_none() {
                    year = Some(full_year(number, lower.len())?);
                }
            } else if let Some(offset) = zone_of(&lower) {
                zone = zone.or(Some(offset));
            } else if let Some((first, second, third)) = hyphened(&lower) {
                (day, month, year) = (Some(first), Some(second), Some(third));
            }
        }
        (moment.hour, moment.minute, moment.second) = time?;
        moment.year = year?;
        moment.month = month?;
        moment.day = day?;
        moment.zone = zone.unwrap_or_default();
        moment.is_possible().then_some(moment)
    }

    fn is_possible(&self) -> bool {
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

/// Whether a value is a date as the standard has it, obsolete zones, years and white space included.
fn is_sound(raw_value: &[u8]) -> bool {
    let Some(text) = without_comments(raw_value) else {
        return false;
    };
    let text = text.trim();
    let text = match text.split_once(',') {
        None => text,
        Some((name, rest)) if DAYS.contains(&name.trim().to_ascii_lowercase().as_str()) => rest,
        Some(_) => return false,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [day, month, year, time, zone] = words.as_slice() else {
        return false;
    };
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    digits(day)
        && matches!(year.len(), 2..=4)
        && MONTHS.contains(&month.to_ascii_lowercase().as_str())
        && zone_of(&zone.to_ascii_lowercase()).is_some()
        && time
            .split(':')
            .all(|piece| piece.len() == 2 && digits(piece))
        && Moment::meant(text.as_bytes()).is_some()
}

/// The text in one line, without comments. None if it has other characters than printable ASCII, or is longer than dates are.
fn without_comments(value: &[u8]) -> Option<String> {
    if value.len() > 200 {
        return None;
    }
    let mut depth = 0u32;
    let mut text = String::with_capacity(value.len());
    for byte in value {
        match byte {
            b'(' => depth = depth.saturating_add(1),
            b')' => depth = depth.saturating_sub(1),
            b'\r' | b'\n' | b'\t' | b' ' if depth == 0 => text.push(' '),
            b'!'..=b'~' if depth == 0 => text.push(char::from(*byte)),
            _ if depth > 0 => {}
            _ => return None,
        }
    }
    Some(text)
}

fn month_named(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = full.iter().position(|name| {
        *name == word || (word.len() >= 3 && word.len() <= 4 && name.starts_with(word))
    })?;
    u32::try_from(at.checked_add(1)?).ok()
}

/// Hours, minutes and seconds; these and their fractions may be missing.
fn clock(word: &str) -> Option<(u32, u32, u32)> {
    let mut pieces = word
        .splitn(3, ':')
        .map(|piece| piece.split('.').next().unwrap_or_default());
    let mut next = || {
        let piece = pieces.next()?;
        piece
            .parse::<u32>()
            .ok()
            .filter(|_| piece.len() <= 2 && !piece.starts_with('+'))
    };
    let (hour, minute) = (next()?, next()?);
    Some((
        hour,
        minute,
        if word.matches(':').count() > 1 {
            next()?
        } else {
            0
        },
    ))
}

/// A year of two or three digits is one since 1950 (RFC 5322, section 4.3).
fn full_year(number: u32, digits: usize) -> Option<i64> {
    let number = i64::from(number);
    match digits {
        4 => Some(number),
        2 if number < 50 => number.checked_add(2000),
        2 | 3 => number.checked_add(1900),
        _ => None,
    }
}

/// Minutes east of Greenwich: `+0100`, `-05:00`, `gmt+1`, `pst`. Other letters mean nothing known, which is UTC.
fn zone_of(word: &str) -> Option<i32> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return hours.checked_mul(60);
    }
    let named = ["gmt", "utc", "ut"]
        .iter()
        .find_map(|name| word.strip_prefix(name));
    let word = named.unwrap_or(word);
    let sign = match word.bytes().next() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(b'a'..=b'z') if word.len() == 1 => return Some(0),
        _ => return None,
    };
    let digits: String = word.chars().skip(1).filter(|c| *c != ':').collect();
    let number: i32 = digits
        .parse()
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let minutes = match digits.len() {
        1 | 2 => number.checked_mul(60)?,
        3 | 4 => (number / 100).checked_mul(60)?.checked_add(number % 100)?,
        _ => return None,
    };
    minutes.checked_mul(sign)
}

/// A year, a month and a day.
type Date = (i64, u32, u32);

/// A time of day and a zone, each if given.
type Clock = (Option<(u32, u32, u32)>, Option<i32>);

/// A date as ISO 8601 has it, with the time of day and the zone if they are joined to it.
fn iso(word: &str) -> Option<(Date, Clock)> {
    let (date, rest) = word.split_at_checked(10)?;
    let mut pieces = date.split('-');
    let year = pieces.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = pieces
        .next()
        .filter(|month| month.len() == 2)?
        .parse()
        .ok()?;
    let day = pieces.next().filter(|day| day.len() == 2)?.parse().ok()?;
    let date = (year, month, day);
    let Some(rest) = rest.strip_prefix('t') else {
        return rest.is_empty().then_some((date, (None, None)));
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'))
        .unwrap_or(rest.len());
    let (time, zone) = rest.split_at_checked(end)?;
    Some((date, (Some(clock(time)?), zone_of(zone))))
}

/// `03-jun-2025`, as IMAP has it.
fn hyphened(word: &str) -> Option<(u32, u32, i64)> {
    let mut pieces = word.splitn(3, '-');
    let day = pieces.next()?.parse().ok()?;
    let month = month_named(pieces.next()?)?;
    let year = pieces.next()?;
    let number = year.parse().ok()?;
    Some((day, month, full_year(number, year.len())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_allows_is_sound() {
        for sound in [
            "Tue, 03 Jun 2025 09:30:00 +0000",
            " 3 Jun 2025 09:30 GMT\r\n",
            "Tue, 3 Jun 25 09:30:00 PDT (Pacific)",
            "Tue,\r\n 03 Jun 2025\r\n 09:30:00 -0700 (x (y))",
        ] {
            assert!(is_sound(sound.as_bytes()), "{sound}");
        }
    }

    #[test]
    fn what_is_meant_is_written() {
        for (before, after) in [
            (
                "Tue Jun  3 09:30:00 2025",
                Some("Tue, 03 Jun 2025 09:30:00 +0000"),
            ),
            (
                "2025-06-03T09:30:00Z",
                Some("Tue, 03 Jun 2025 09:30:00 +0000"),
            ),
            (
                "2025-06-03 09:30:00 +02:00",
                Some("Tue, 03 Jun 2025 09:30:00 +0200"),
            ),
            (
                "Monday, June 3, 2025 9:30 GMT-5",
                Some("Tue, 03 Jun 2025 09:30:00 -0500"),
            ),
            (
                "Tue, 3 June 2025 09:30:00.123",
                Some("Tue, 03 Jun 2025 09:30:00 +0000"),
            ),
            (
                "03-Jun-2025 09:30:00 -0130",
                Some("Tue, 03 Jun 2025 09:30:00 -0130"),
            ),
            (
                "Thu, 29 Feb 2024 23:59:60 EST",
                Some("Thu, 29 Feb 2024 23:59:60 -0500"),
            ),
            ("Tue, 31 Jun 2025 09:30:00 +0000", None),
            ("yesterday", None),
            ("", None),
            ("Tue, 03 Jun 2025", None),
        ] {
            let value = FieldValue::trusted(before.as_bytes().to_vec());
            let written = repaired(&value, None);
            let expected = after.map(|text| FieldValue::trusted(text.as_bytes().to_vec()));
            assert_eq!(written, expected, "{before}");
            assert!(written.is_none_or(|written| is_sound(written.as_bytes())));
        }
    }

    #[test]
    fn a_timestamp_is_written_in_utc() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_748_943_000, "Tue, 03 Jun 2025 09:30:00 +0000"),
            (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
        ] {
            assert_eq!(Timestamp(seconds).to_string(), text);
        }
    }
}
