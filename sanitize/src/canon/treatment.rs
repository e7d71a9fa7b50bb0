//! Which defects are repaired.

use crate::defect::{Class, Code, CodeSet};

/// Which codes a message is written anew for. The default takes every ambiguous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment(CodeSet);

impl Default for Treatment {
    fn default() -> Self {
        Treatment(CodeSet::of_class(Class::Ambiguous))
    }
}

impl FromIterator<Code> for Treatment {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        Treatment(codes.into_iter().collect())
    }
}

impl Treatment {
    /// The treatment that repairs nothing.
    pub const fn none() -> Self {
        Treatment(CodeSet::EMPTY)
    }

    /// Whether this code is repaired.
    pub const fn repairs(&self, code: Code) -> bool {
        self.0.contains(code)
    }

    /// What of these codes is repaired.
    pub(super) const fn of(&self, codes: CodeSet) -> CodeSet {
        self.0.intersection(codes)
    }

    /// Takes a code in, or leaves it out.
    pub const fn set(&mut self, code: Code, repaired: bool) {
        if repaired {
            self.0.insert(code);
        } else {
            self.0.remove(code);
        }
    }
}
