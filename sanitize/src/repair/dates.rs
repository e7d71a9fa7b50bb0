//! Dates (RFC 5322, section 3.3): whether one is written as it should be, and what is written if not.

use super::meant::{meant, without_comments, zone_of};
use super::moment::{DAYS, MONTHS, Timestamp};
use crate::defect::Code;
use crate::plan::FieldValue;

/// What is wrong with the value of a Date field.
pub(super) fn flaw(raw_value: &[u8]) -> Option<Code> {
    match () {
        () if is_usual(raw_value) => None,
        () if ends_in_letter(raw_value) => Some(Code::DateLetter),
        () => (!is_sound(raw_value)).then_some(Code::DateSyntax),
    }
}

/// Whether some line ends in one letter where a zone is looked for: behind a sign, or as the sixth word.
fn ends_in_letter(raw_value: &[u8]) -> bool {
    let lines = raw_value.split(|octet| *octet == b'\n');
    let mut ends = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let ends = ends.any(|line| {
        let alone = |before: &u8| matches!(before, b' ' | b'\t' | b'+' | b'-');
        matches!(line, [.., before, last] if last.is_ascii_alphabetic() && alone(before))
    });
    let words = raw_value.split(u8::is_ascii_whitespace);
    let zone = raw_value.iter().any(|octet| matches!(octet, b'+' | b'-'));
    ends && (zone || words.filter(|word| !word.is_empty()).count() > 5)
}

/// The same date with a zone in digits; what is no date gets one behind it.
pub(super) fn without_letter(value: &FieldValue, received: Option<Timestamp>) -> FieldValue {
    repaired(value, received).unwrap_or_else(|| {
        let text = value
            .as_bytes()
            .split(|octet| matches!(octet, b'\r' | b'\n'));
        let words = text.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let mut written = words.collect::<Vec<_>>().join(&b' ');
        written.extend_from_slice(b" -0000");
        FieldValue::trusted(written)
    })
}

/// Whether a value is a date of this century in the form that nearly all programs write, on a day that every month has:
/// `Tue, 03 Jun 2025 09:30:00 +0200`. Such a one is sound, and this is told in one pass.
fn is_usual(raw_value: &[u8]) -> bool {
    const FORM: &[u8; 26] = b"dd aaa 20dd dd:dd:dd +dddd";
    let text = raw_value.strip_prefix(b" ").unwrap_or(raw_value);
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    let Some((day, rest)) = text.split_at_checked(5) else {
        return false;
    };
    let named = |names: &[&str], word: Option<&[u8]>| {
        let same =
            |name: &&str| word.is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
        names.iter().any(same)
    };
    let fits = |(form, octet): (&u8, &u8)| match form {
        b'd' => octet.is_ascii_digit(),
        b'a' => octet.is_ascii_alphabetic(),
        b'+' => matches!(octet, b'+' | b'-'),
        form => form == octet,
    };
    let number = |at: usize| rest.get(at..at.saturating_add(2)).unwrap_or_default();
    let below = |at: usize, end: &[u8]| number(at) < end;
    rest.len() == FORM.len()
        && FORM.iter().zip(rest).all(fits)
        && day.ends_with(b", ")
        && named(&DAYS, day.get(..3))
        && named(&MONTHS, rest.get(3..6))
        && number(0) != b"00"
        && below(0, b"29")
        && below(12, b"24")
        && below(15, b"60")
        && below(18, b"60")
        && below(22, b"13")
        && below(24, b"60")
}

/// The date that is meant, written as it should be; or else the time of receipt, if that is known.
pub(super) fn repaired(value: &FieldValue, received: Option<Timestamp>) -> Option<FieldValue> {
    let written = meant(value.as_bytes()).map(|moment| moment.to_string());
    let written = written.or_else(|| Some(received?.to_string()))?;
    Some(FieldValue::trusted(written.into_bytes()))
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
        && meant(text.as_bytes()).is_some()
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
    fn what_is_usual_is_sound() {
        let usual = b" Tue, 03 Jun 2025 09:30:00 +0200\r\n";
        assert!(is_usual(usual));
        let octets = b"0123456789 ,:+-JunTwed()\r\n\0\xe4";
        for at in 0..usual.len() {
            for other in 0..usual.len() {
                for octet in octets {
                    let mut value = usual.to_vec();
                    value[at] = *octet;
                    value[other] = octets[(at + other) % octets.len()];
                    let text = value.escape_ascii().to_string();
                    assert!(!is_usual(&value) || is_sound(&value), "{text}");
                }
            }
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
