//! Recipients in groups about whom every rule says the same.

use crate::compare::Patterns;
use crate::facts::Envelope;
use crate::pattern::{AddressSet, Folded};
use std::collections::BTreeMap;

/// Everything that rules compare recipients with.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    pub(crate) patterns: Vec<Patterns<AddressSet>>,
    /// Whether a decision has to name all recipients that it is about.
    pub(crate) all_are_told: bool,
}

/// The people that a decision is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// Which of the policy's recipient patterns match them; none if no recipient is known yet.
    pub(crate) matches: Option<&'a [bool]>,
    /// The first of them.
    pub(crate) first: Option<&'a str>,
    /// All of them, if rules may take them out of the envelope.
    pub(crate) all: &'a [&'a str],
}

/// Recipients about whom every rule says the same.
#[derive(Debug)]
pub(crate) struct Group<'e> {
    /// Which of the patterns match them.
    pub(crate) matches: Vec<bool>,
    /// The first of them, or all of them.
    pub(crate) recipients: Vec<&'e str>,
}

impl Group<'_> {
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            matches: Some(&self.matches),
            first: self.recipients.first().copied(),
            all: &self.recipients,
        }
    }
}

impl Recipients {
    /// The groups, in the order of the first of each. There is always one.
    pub(crate) fn groups<'e>(&self, envelope: &'e Envelope) -> Vec<Group<'e>> {
        self.group(envelope, self.all_are_told)
    }

    /// The groups with all their recipients.
    pub(crate) fn groups_with_all<'e>(&self, envelope: &'e Envelope) -> Vec<Group<'e>> {
        self.group(envelope, true)
    }

    /// Whether any pattern tells two recipients apart.
    pub(crate) fn differ(&self, one: &str, other: &str) -> bool {
        let (one, other) = (Folded::of(one), Folded::of(other));
        let tells =
            |patterns: &Patterns<AddressSet>| patterns.holds(&one) != patterns.holds(&other);
        self.patterns.iter().any(tells)
    }

    fn group<'e>(&self, envelope: &'e Envelope, all: bool) -> Vec<Group<'e>> {
        let mut known: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        let mut groups: Vec<Group<'e>> = Vec::new();
        for recipient in &envelope.recipients {
            let patterns = self.patterns.iter();
            let folded = Folded::of(recipient);
            let matches: Vec<bool> = patterns.map(|one| one.holds(&folded)).collect();
            if let Some(group) = known.get(&matches).and_then(|at| groups.get_mut(*at)) {
                if all {
                    group.recipients.push(recipient);
                } else if self.patterns.is_empty() {
                    break;
                }
                continue;
            }
            known.insert(matches.clone(), groups.len());
            groups.push(Group {
                matches,
                recipients: vec![recipient],
            });
        }
        if groups.is_empty() {
            groups.push(Group {
                matches: vec![false; self.patterns.len()],
                recipients: Vec::new(),
            });
        }
        groups
    }
}
