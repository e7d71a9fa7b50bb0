//! Sizes and counts to compare with: `">10MiB"`, `"<=3"`.

use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::problems::Problems;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// What a quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Octets: a number with a unit.
    Octets,
    /// Things: a number alone.
    Count,
}

/// A number with the comparison that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    comparison: Comparison,
    value: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    More,
    AtLeast,
    Less,
    AtMost,
    Equal,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::More),
    ("<", Comparison::Less),
    ("=", Comparison::Equal),
];

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
];

impl Quantity {
    /// Reads a comparison with a number.
    pub(crate) fn read(node: Node<'_>, unit: Unit, problems: &mut Problems) -> Option<Self> {
        if let (Some(value), Unit::Count) = (node.as_number(), unit) {
            return Some(Quantity {
                comparison: Comparison::Equal,
                value,
            });
        }
        if !node.is_text() {
            return node
                .wrong("a comparison in quotes", problems)
                .or_else(|| advise(unit, problems));
        }
        let text = node.text(problems)?.text;
        parse(text, unit).or_else(|| {
            problems.report(
                Fault::BadQuantity,
                node.place,
                format!("`{text}` cannot be compared with"),
            );
            advise(unit, problems)
        })
    }

    /// A comparison as it is written, if it is one.
    pub(crate) fn of(text: &str, unit: Unit) -> Option<Self> {
        parse(text, unit)
    }

    /// Whether the comparison holds for a number.
    pub(crate) fn holds(self, number: u64) -> bool {
        self.comparison.holds(number.cmp(&self.value))
    }

    /// The numbers for which it holds; there may be none.
    pub(crate) fn range(self) -> RangeInclusive<u64> {
        let none = RangeInclusive::new(1, 0);
        let value = self.value;
        match self.comparison {
            Comparison::More => value.checked_add(1).map_or(none, |next| next..=u64::MAX),
            Comparison::AtLeast => value..=u64::MAX,
            Comparison::Less => value.checked_sub(1).map_or(none, |last| 0..=last),
            Comparison::AtMost => 0..=value,
            Comparison::Equal => value..=value,
        }
    }
}

impl Comparison {
    /// The comparison at the start of a text, and the rest.
    pub(super) fn split(text: &str) -> Option<(Self, &str)> {
        let starts =
            |(sign, comparison): &(&str, Comparison)| Some((*comparison, text.strip_prefix(sign)?));
        COMPARISONS.iter().find_map(starts)
    }

    /// Whether it holds for two things in this order.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::More => order == Ordering::Greater,
            Comparison::AtLeast => order != Ordering::Less,
            Comparison::Less => order == Ordering::Less,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::Equal => order == Ordering::Equal,
        }
    }
}

fn parse(text: &str, unit: Unit) -> Option<Quantity> {
    let (comparison, number) = Comparison::split(text.trim())?;
    let value = amount(number, unit)?;
    Some(Quantity { comparison, value })
}

/// A number of things, or of octets with a unit.
pub(crate) fn amount(number: &str, unit: Unit) -> Option<u64> {
    let number = number.trim();
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    let (digits, suffix) = number.split_at_checked(end)?;
    let suffix = suffix.trim().to_ascii_lowercase();
    let factor = UNITS.iter().find(|(name, _)| *name == suffix)?.1;
    if unit == Unit::Count && !suffix.is_empty() {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// Adds the help to the problem that was reported last.
fn advise(unit: Unit, problems: &mut Problems) -> Option<Quantity> {
    problems.advise(match unit {
        Unit::Octets => {
            "write \">10MiB\": one of > >= < <= =, a number, and B, KiB, MiB, GiB, KB, MB or GB"
        }
        Unit::Count => "write \">10\": one of > >= < <= = and a number",
    });
    None
}
