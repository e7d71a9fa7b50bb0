//! Which defects are repaired.

use crate::defect::{Class, Code};
use std::collections::BTreeSet;

/// Which codes a message is written anew for. The default takes every ambiguous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Treatment {
    repaired: BTreeSet<Code>,
}

impl Default for Treatment {
    fn default() -> Self {
        let ambiguous = |code: &Code| code.class() == Class::Ambiguous;
        Code::ALL.iter().copied().filter(ambiguous).collect()
    }
}

impl FromIterator<Code> for Treatment {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        Treatment {
            repaired: codes.into_iter().collect(),
        }
    }
}

impl Treatment {
    /// The treatment that repairs nothing.
    pub fn none() -> Self {
        Treatment {
            repaired: BTreeSet::new(),
        }
    }

    /// Whether this code is repaired.
    pub fn repairs(&self, code: Code) -> bool {
        self.repaired.contains(&code)
    }

    /// Takes a code in, or leaves it out.
    pub fn set(&mut self, code: Code, repaired: bool) {
        if repaired {
            self.repaired.insert(code);
        } else {
            self.repaired.remove(&code);
        }
    }
}
