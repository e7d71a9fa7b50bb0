//! What somebody means who writes a date in a way of their own.

use super::moment::Moment;

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

/// The moment that is meant. None if a day, a month, a year and a time cannot be told from each other.
pub(super) fn meant(value: &[u8]) -> Option<Moment> {
    let text = without_comments(value)?.to_ascii_lowercase();
    let mut guess = Guess::default();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        guess.take(word)?;
    }
    guess.moment()
}

/// What is known of a moment.
#[derive(Debug, Default)]
struct Guess {
    year: Option<i64>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<(u32, u32, u32)>,
    zone: Option<i32>,
}

impl Guess {
    /// Takes what a word in lower case says. None if it can only be wrong.
    fn take(&mut self, word: &str) -> Option<()> {
        if let Some(((year, month, day), (time, zone))) = iso(word) {
            (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
            self.time = time.or(self.time);
            self.zone = self.zone.or(zone);
        } else if let Some(month) = month_named(word) {
            self.month = self.month.or(Some(month));
        } else if word.contains(':') && self.time.is_none() {
            self.time = Some(clock(word)?);
        } else if let Some(number) = number(word) {
            if self.day.is_none() && number <= 31 && word.len() <= 2 {
                self.day = Some(number);
            } else if self.year.is_none() {
                self.year = Some(full_year(number, word.len())?);
            }
        } else if let Some(zone) = zone_of(word) {
            self.zone = self.zone.or(Some(zone));
        } else if let Some((day, month, year)) = hyphened(word) {
            (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
        }
        Some(())
    }

    fn moment(self) -> Option<Moment> {
        let (hour, minute, second) = self.time?;
        let moment = Moment {
            year: self.year?,
            month: self.month?,
            day: self.day?,
            hour,
            minute,
            second,
            zone: self.zone.unwrap_or_default(),
        };
        moment.is_possible().then_some(moment)
    }
}

/// A number of at most four digits.
fn number(word: &str) -> Option<u32> {
    let digits = word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| digits)
}

/// The text in one line, without comments. None if it has other characters than printable ASCII, or is longer than dates are.
pub(super) fn without_comments(value: &[u8]) -> Option<String> {
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
pub(super) fn zone_of(word: &str) -> Option<i32> {
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
