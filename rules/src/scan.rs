//! What a scanner said of a message, or of a part of it.

use tamis_sanitize::{FieldName, PartId};

/// What one scanner said of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFact {
    /// The name that the configuration gives the scanner.
    pub engine: String,
    /// What it said.
    pub result: ScanResult,
    /// How suspicious it finds the message, if it counts that.
    pub score: Option<Score>,
    /// The part that it was handed by itself; none for the whole message.
    pub part: Option<PartId>,
    /// What else a scanner says that counts.
    pub opinion: Opinion,
}

impl ScanFact {
    /// What a scanner said of the whole message.
    pub fn new(engine: &str, result: ScanResult) -> Self {
        ScanFact {
            engine: engine.to_owned(),
            result,
            score: None,
            part: None,
            opinion: Opinion::default(),
        }
    }
}

/// What a scanner that counts would do with a message, and why. Nobody has to follow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// What it would do, in its own words, such as `add header`.
    pub action: Option<String>,
    /// The names of the tests that hit.
    pub symbols: Vec<String>,
    /// The subject that it would give the message.
    pub subject: Option<String>,
    /// The header fields that it would add or remove.
    pub fields: Vec<FieldChange>,
}

/// A change of the header section that a scanner proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldChange {
    /// A new field, its value in one line.
    Add(FieldName, String),
    /// Every field of that name goes.
    Remove(FieldName),
}

/// How suspicious a scanner finds a message: a number in thousandths, as exact as scanners print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub i64);

impl std::str::FromStr for Score {
    type Err = &'static str;

    /// Reads `5`, `-1.5` or `7.125`: at most nine digits before and three behind the point.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a number such as 5 or -1.5 is needed";
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let good = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !good(whole, 9) || !good(fraction, 3) {
            return Err(WANTED);
        }
        let number = format!("{whole}{fraction:0<3}");
        let number: i64 = number.parse().map_err(|_| WANTED)?;
        Ok(Score(number.saturating_mul(sign)))
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (
            self.0.unsigned_abs().div_euclid(1_000),
            self.0.unsigned_abs().rem_euclid(1_000),
        );
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}")?;
        match fraction {
            0 => Ok(()),
            _ => write!(f, ".{}", format!("{fraction:03}").trim_end_matches('0')),
        }
    }
}

/// The answer of a scanner, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanResult {
    /// It has seen everything and found nothing.
    Clean,
    /// It has found what the signature names.
    Found {
        /// Name of the signature.
        signature: String,
    },
    /// It has counted how suspicious the message is, and says nothing more.
    Scored,
    /// There is no answer that could be relied on. Never the same as clean.
    Unscanned {
        /// The stable name of the reason, such as `timeout`.
        reason: String,
    },
}

impl ScanResult {
    /// The word used in policies and reports.
    pub const fn name(&self) -> &'static str {
        match self {
            ScanResult::Clean => "clean",
            ScanResult::Found { .. } => "found",
            ScanResult::Scored => "scored",
            ScanResult::Unscanned { .. } => "unscanned",
        }
    }
}
