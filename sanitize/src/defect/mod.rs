//! The table of everything that can be wrong with a message.
//!
//! Bad mail is data, not an error: the reader never fails, it records. Each code is one row in `table`: its number, its
//! name, its class, what it is, what parsers make of it and what the repair is. Numbers and names are stable; they appear
//! in policies, reports and metrics.

mod set;
mod table;

use crate::place::PartId;
use std::fmt;

pub use set::CodeSet;
pub use table::Code;

/// How much a defect matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Against a standard, but parsers agree all the same.
    Cosmetic,
    /// Parsers are known to read it differently.
    Ambiguous,
    /// A bound of ours was reached: the rest was not looked at.
    Limit,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 3] = [Class::Cosmetic, Class::Ambiguous, Class::Limit];

    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::Ambiguous => "ambiguous",
            Class::Limit => "limit",
        }
    }
}

impl Code {
    /// The code of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Code> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The code of that number, if there is one.
    pub fn from_number(number: &str) -> Option<Code> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Defect {
    /// What is wrong.
    pub code: Code,
    /// The part that it was seen in.
    pub part: PartId,
    /// Offset of the octet, from the start of the message.
    pub at: u64,
}

/// All defects of a message: the first ones with their place, all of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    seen: Vec<Defect>,
    counts: std::collections::BTreeMap<Code, u32>,
}

impl Defects {
    /// Records a defect. One place is kept for each code and part; at most `keep` places in all.
    pub fn add(&mut self, defect: Defect, keep: usize) {
        let count = self.counts.entry(defect.code).or_insert(0);
        *count = count.saturating_add(1);
        let known = |seen: &Defect| seen.code == defect.code && seen.part == defect.part;
        if self.seen.len() < keep && !self.seen.iter().rev().any(known) {
            self.seen.push(defect);
        }
    }

    /// The same defects, each in the part that `place` names for its own.
    pub(crate) fn moved(&self, place: impl Fn(PartId) -> PartId) -> Self {
        let moved = |defect: &Defect| Defect {
            part: place(defect.part),
            ..*defect
        };
        Defects {
            seen: self.seen.iter().map(moved).collect(),
            counts: self.counts.clone(),
        }
    }

    /// The defects that were kept, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Defect> {
        self.seen.iter()
    }

    /// How often a code was seen.
    pub fn count(&self, code: Code) -> u32 {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// The codes that were seen, with how often.
    pub fn counts(&self) -> impl Iterator<Item = (Code, u32)> {
        self.counts.iter().map(|(code, count)| (*code, *count))
    }

    /// Whether the code was seen.
    pub fn contains(&self, code: Code) -> bool {
        self.counts.contains_key(&code)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}
