//! What a spam filter thinks of a message.

use crate::Printable;
use std::fmt;

/// The result of a scanner that counts instead of deciding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// How suspicious the message is.
    pub score: Score,
    /// From which score on the scanner itself calls a message spam.
    pub threshold: Option<Score>,
    /// What the scanner would do with it, in its own words, such as `add header`: at most [`Opinion::NAME`]
    /// characters. `SpamAssassin` calls a message `spam` or `ham`.
    pub action: Option<Printable>,
    /// The names of the tests that hit, in the scanner's order: at most [`Opinion::SYMBOLS`] of at most [`Opinion::NAME`]
    /// characters.
    pub symbols: Vec<Printable>,
    /// The subject that the scanner would give the message: one line, at most 998 octets.
    pub subject: Option<String>,
    /// The changes of header fields that the scanner proposes: at most [`Opinion::FIELDS`].
    pub fields: Vec<FieldChange>,
}

impl Opinion {
    /// The most symbols that are kept.
    pub const SYMBOLS: usize = 200;

    /// The most changes of fields that are kept.
    pub const FIELDS: usize = 100;

    /// The most characters of one symbol, or of an action, that are kept.
    pub const NAME: usize = 64;
}

/// A change of a header field that a scanner proposes. Nobody has to follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldChange {
    /// A new field.
    Add {
        /// Its name: RFC 5322 `ftext`, at most 76 characters.
        name: String,
        /// Its value on one line without controls but TAB, at most 65,536 octets. Folding is for whoever writes it.
        value: String,
    },
    /// Fields of a name go.
    Remove {
        /// Their name, as of [`FieldChange::Add`].
        name: String,
        /// Which one: 0 is all of them, 1 the first, -1 the last.
        occurrence: i32,
    },
}

/// How suspicious a message is: a number in thousandths, as exact as scanners print it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(i64);

impl Score {
    /// From thousandths.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Score(thousandths)
    }

    /// In thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// The nearest score; none for what is no number or beyond a thousand million either way.
    pub fn from_f64(number: f64) -> Option<Self> {
        let thousandths = (number * 1_000.0).round();
        let fits = thousandths.is_finite() && thousandths.abs() <= 1e12;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number of at most 10^12"
        )]
        fits.then_some(Score(thousandths as i64))
    }

    /// Reads a decimal number such as `-0.1`, as `SpamAssassin` writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'+');
        let number = Some(text).filter(|text| text.len() <= 32 && text.bytes().all(plain))?;
        Score::from_f64(number.parse().ok()?)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        let (whole, fraction) = (amount.div_euclid(1_000), amount.rem_euclid(1_000));
        let text = format!("{sign}{whole}.{fraction:03}");
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::Score;

    #[test]
    fn scores_are_read_and_written_in_thousandths() {
        for (text, written) in [
            ("15", "15"),
            ("-0.1", "-0.1"),
            ("0.0", "0"),
            ("+7.1254", "7.125"),
            ("1000", "1000"),
            ("999.9996", "1000"),
        ] {
            let score = Score::parse(text).expect(text);
            assert_eq!(score.to_string(), written);
        }
        for text in [
            "",
            "nan",
            "inf",
            "1e3",
            "0x1",
            "1,5",
            "-",
            "1000000001",
            " 1",
        ] {
            assert_eq!(Score::parse(text), None, "{text}");
        }
        assert_eq!(Score::from_f64(f64::NAN), None);
        assert_eq!(Score::from_f64(f64::INFINITY), None);
    }
}
