//! The header fields that `SpamAssassin` is known for, made from what spamd says.
//!
//! Those that came with the message go: whoever reads them later must not take the words of a sender for those of spamd.

use crate::{FieldChange, Opinion, Score};

/// The changes of a header that an opinion of spamd stands for.
pub(super) fn changes(opinion: &Opinion, is_spam: bool) -> Vec<FieldChange> {
    let mut changes: Vec<_> = [STATUS, LEVEL, FLAG].map(remove).into();
    if is_spam {
        changes.push(add(FLAG, "YES".to_owned()));
    }
    let level = stars(opinion.score);
    if !level.is_empty() {
        changes.push(add(LEVEL, level));
    }
    changes.push(add(STATUS, status(opinion, is_spam)));
    changes
}

/// Such as `Yes, score=15.2 required=5 tests=GTUBE,NO_RECEIVED`. Whoever writes it can fold it at its spaces.
fn status(opinion: &Opinion, is_spam: bool) -> String {
    let answer = if is_spam { "Yes" } else { "No" };
    let threshold = opinion.threshold.unwrap_or_default();
    let mut text = format!(
        "{answer}, score={} required={threshold} tests=",
        opinion.score
    );
    if opinion.symbols.is_empty() {
        text.push_str("none");
    }
    let mut line = 0_usize;
    for (number, symbol) in opinion.symbols.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        line = line.saturating_add(symbol.as_str().len());
        if line > LINE {
            text.push(' ');
            line = symbol.as_str().len();
        }
        text.push_str(symbol.as_str());
    }
    text
}

/// A star for each whole point, at most 50.
fn stars(score: Score) -> String {
    let points = score.thousandths().div_euclid(1_000).clamp(0, 50);
    "*".repeat(usize::try_from(points).unwrap_or_default())
}

fn add(name: &str, value: String) -> FieldChange {
    FieldChange::Add {
        name: name.to_owned(),
        value,
    }
}

fn remove(name: &str) -> FieldChange {
    FieldChange::Remove {
        name: name.to_owned(),
        occurrence: 0,
    }
}

const STATUS: &str = "X-Spam-Status";
const LEVEL: &str = "X-Spam-Level";
const FLAG: &str = "X-Spam-Flag";

/// Characters of symbols after which there is a place to fold.
const LINE: usize = 60;

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::{FieldChange, Opinion, Printable, Score};

    /// The fields that are added for this score and these symbols.
    #[track_caller]
    fn check(score: &str, symbols: &[&str], expected: &[&str]) {
        let opinion = Opinion {
            score: Score::parse(score).expect("a score"),
            threshold: Score::parse("5.0"),
            symbols: symbols
                .iter()
                .map(|name| Printable::new(name.as_bytes(), 64))
                .collect(),
            ..Opinion::default()
        };
        let changes = changes(&opinion, score.len() > 3);
        let added: Vec<_> = changes
            .iter()
            .filter_map(|change| match change {
                FieldChange::Add { name, value } => Some(format!("{name}: {value}")),
                FieldChange::Remove { .. } => None,
            })
            .collect();
        assert_eq!(added, expected);
        assert_eq!(changes.len(), added.len() + 3, "and three names go");
    }

    #[test]
    fn look_as_those_of_spamassassin_do() {
        check(
            "-0.1",
            &["GTUBE", "NO_RECEIVED"],
            &[
                "X-Spam-Flag: YES",
                "X-Spam-Status: Yes, score=-0.1 required=5 tests=GTUBE,NO_RECEIVED",
            ],
        );
        check(
            "3.9",
            &[],
            &[
                "X-Spam-Level: ***",
                "X-Spam-Status: No, score=3.9 required=5 tests=none",
            ],
        );
        let stars = format!("X-Spam-Level: {}", "*".repeat(50));
        let (long, short) = ("A".repeat(50), "B".repeat(20));
        let status = format!("X-Spam-Status: Yes, score=1000.5 required=5 tests={long}, {short}");
        check(
            "1000.5",
            &[&long, &short],
            &["X-Spam-Flag: YES", &stars, &status],
        );
    }
}
