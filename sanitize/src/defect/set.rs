//! Sets of codes.

use super::{Class, Code};
use std::fmt;

/// A set of codes, as small as a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CodeSet(u128);

// A bit for each code.
const _: () = assert!(Code::ALL.len() <= u128::BITS as usize);

impl CodeSet {
    /// The set without any code.
    pub const EMPTY: CodeSet = CodeSet(0);

    /// The codes of a class.
    pub fn of_class(class: Class) -> Self {
        let codes = Code::ALL.iter().copied();
        codes.filter(|code| code.class() == class).collect()
    }

    /// Adds a code.
    pub const fn insert(&mut self, code: Code) {
        self.0 |= bit(code);
    }

    /// Takes a code out.
    pub const fn remove(&mut self, code: Code) {
        self.0 &= !bit(code);
    }

    /// Whether the code is in the set.
    pub const fn contains(self, code: Code) -> bool {
        self.0 & bit(code) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: CodeSet) -> CodeSet {
        CodeSet(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: CodeSet) -> CodeSet {
        CodeSet(self.0 & other.0)
    }

    /// Whether some code is in both sets.
    pub const fn intersects(self, other: CodeSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The codes, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        let codes = Code::ALL.iter().copied();
        codes.filter(move |code| self.contains(*code))
    }
}

const fn bit(code: Code) -> u128 {
    1 << code as u8
}

impl FromIterator<Code> for CodeSet {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        let mut set = CodeSet::EMPTY;
        set.extend(codes);
        set
    }
}

impl Extend<Code> for CodeSet {
    fn extend<I: IntoIterator<Item = Code>>(&mut self, codes: I) {
        codes.into_iter().for_each(|code| self.insert(code));
    }
}

impl fmt::Debug for CodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
