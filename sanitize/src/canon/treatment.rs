//! Which defects are repaired.

use crate::defect::{Class, Code, CodeSet};
use crate::repair::{RepairOptions, Timestamp};

/// Which codes a message is written anew for. The default takes every ambiguous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    codes: CodeSet,
    received: Option<Timestamp>,
}

impl Default for Treatment {
    fn default() -> Self {
        Treatment::of_codes(CodeSet::of_class(Class::Ambiguous))
    }
}

impl FromIterator<Code> for Treatment {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        Treatment::of_codes(codes.into_iter().collect())
    }
}

impl Treatment {
    /// The treatment that repairs nothing.
    pub const fn none() -> Self {
        Treatment::of_codes(CodeSet::EMPTY)
    }

    const fn of_codes(codes: CodeSet) -> Self {
        Treatment {
            codes,
            received: None,
        }
    }

    /// The same for a message that was received then: without this, a missing date cannot be repaired.
    #[must_use]
    pub const fn of_message_received(mut self, at: Timestamp) -> Self {
        self.received = Some(at);
        self
    }

    /// When the message was received, if that is known.
    pub const fn received(&self) -> Option<Timestamp> {
        self.received
    }

    /// Whether this code is repaired.
    pub const fn repairs(&self, code: Code) -> bool {
        self.codes().contains(code)
    }

    /// Every code that is repaired.
    pub const fn codes(&self) -> CodeSet {
        let mut codes = self.codes;
        if self.received.is_none() {
            codes.remove(Code::MissingDate);
        }
        codes
    }

    /// The same but for what is cosmetic. That is mended once, as far as it can be: what is left of it does no harm, and
    /// is no reason to write the message anew once more.
    #[must_use]
    pub fn of_ambiguous(mut self) -> Self {
        self.codes = self.codes.intersection(CodeSet::of_class(Class::Ambiguous));
        self
    }

    /// What of these codes is repaired.
    pub(super) const fn of(&self, codes: CodeSet) -> CodeSet {
        self.codes().intersection(codes)
    }

    /// Takes a code in, or leaves it out.
    pub const fn set(&mut self, code: Code, repaired: bool) {
        if repaired {
            self.codes.insert(code);
        } else {
            self.codes.remove(code);
        }
    }
}

impl From<&Treatment> for RepairOptions {
    /// What a policy has repaired: raw octets above 127 are encoded if they are among it.
    fn from(treatment: &Treatment) -> Self {
        RepairOptions {
            codes: treatment.codes(),
            encode_8bit: treatment.repairs(Code::Raw8Bit),
            received: treatment.received(),
            ..RepairOptions::default()
        }
    }
}
