//! Questions combined by *and*, *or* and *not*.

use super::test::{Looks, Test};
use crate::view::View;
use crate::view::truth::Truth;
use std::collections::BTreeSet;

/// A tree of questions.
#[derive(Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Looks, Box<dyn Test>),
}

/// Which scanners a condition asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Engines {
    None,
    Named(BTreeSet<String>),
    Every,
}

impl Condition {
    /// A table of conditions: what is cheap to ask comes first.
    pub(crate) fn all(mut conditions: Vec<Condition>) -> Condition {
        conditions.sort_by_key(Condition::looks);
        Condition::All(conditions)
    }

    pub(crate) fn ask(&self, view: &View<'_>) -> Truth {
        match self {
            Condition::All(inner) => Truth::all(inner.iter().map(|it| it.ask(view))),
            Condition::Any(inner) => Truth::any(inner.iter().map(|it| it.ask(view))),
            Condition::Not(inner) => inner.ask(view).not(),
            Condition::Test(_, test) => test.ask(view),
        }
    }

    /// Everything that it looks at.
    pub(crate) fn looks(&self) -> Looks {
        match self {
            Condition::All(inner) | Condition::Any(inner) => inner
                .iter()
                .fold(Looks::default(), |looks, it| looks.and(it.looks())),
            Condition::Not(inner) => inner.looks(),
            Condition::Test(looks, _) => *looks,
        }
    }

    /// The scanners whose answers could make it hold.
    pub(crate) fn engines(&self) -> Engines {
        match self {
            Condition::Test(looks, test) => match test.engines() {
                Some(names) => Engines::Named(names.clone()),
                None if looks.at(Looks::SCAN) => Engines::Every,
                None => Engines::None,
            },
            Condition::Not(inner) => match inner.engines() {
                Engines::None => Engines::None,
                _ => Engines::Every,
            },
            Condition::Any(inner) => inner
                .iter()
                .fold(Engines::None, |all, it| all.or(it.engines())),
            Condition::All(inner) => inner
                .iter()
                .fold(Engines::None, |all, it| all.and(it.engines())),
        }
    }
}

impl Engines {
    /// What both ask for together.
    pub(crate) fn or(self, other: Engines) -> Engines {
        match (self, other) {
            (Engines::None, other) | (other, Engines::None) => other,
            (Engines::Named(one), Engines::Named(two)) => Engines::Named(&one | &two),
            (Engines::Every, _) | (_, Engines::Every) => Engines::Every,
        }
    }

    /// What is asked for if both must hold: names are narrower than any scanner.
    fn and(self, other: Engines) -> Engines {
        match (self, other) {
            (Engines::Named(one), Engines::Named(two)) => Engines::Named(&one | &two),
            (named @ Engines::Named(_), _) | (_, named @ Engines::Named(_)) => named,
            (Engines::Every, _) | (_, Engines::Every) => Engines::Every,
            (Engines::None, Engines::None) => Engines::None,
        }
    }
}
