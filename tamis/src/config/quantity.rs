//! Sizes and times with units: `"10MiB"`, `"30s"`.

use std::time::Duration;

const SIZES: &[(&str, u64)] = &[
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

const TIMES: &[(&str, u64)] = &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// A number of octets, such as `256KiB`.
pub fn size(text: &str) -> Result<u64, String> {
    quantity(text, SIZES).ok_or_else(|| explain(text, "size", SIZES, "10MiB"))
}

/// A span of time, such as `30s`.
pub fn duration(text: &str) -> Result<Duration, String> {
    quantity(text, TIMES)
        .map(Duration::from_millis)
        .ok_or_else(|| explain(text, "time", TIMES, "30s"))
}

fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim_start();
    let (_, factor) = units
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(unit))?;
    number.checked_mul(*factor)
}

fn explain(text: &str, what: &str, units: &[(&str, u64)], example: &str) -> String {
    let units: Vec<_> = units.iter().map(|(unit, _)| *unit).collect();
    format!(
        "{text:?} is no {what}: write a whole number and one of {}, as in {example:?}",
        units.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{duration, size};
    use std::time::Duration;

    #[test]
    fn reads_quantities() {
        assert_eq!(size("256KiB"), Ok(262_144));
        assert_eq!(size("1 mb"), Ok(1_000_000));
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for wrong in [
            "",
            "10",
            "MiB",
            "-1MiB",
            "1.5MiB",
            "1XB",
            "99999999999999GiB",
        ] {
            assert!(size(wrong).is_err(), "{wrong}");
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
