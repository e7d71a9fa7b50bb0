//! Questions combined by *and*, *or* and *not*.

use super::entry::Entry;
use super::test::{Looks, Test};
use crate::facts::Stage;
use crate::view::View;
use crate::view::truth::Truth;
use std::collections::BTreeSet;

/// A tree of questions.
#[derive(Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Question),
}

/// One question, and when and about what it is asked.
#[derive(Debug)]
pub(crate) struct Question {
    /// The key, with the name that its author has chosen.
    pub(super) key: String,
    pub(super) looks: Looks,
    pub(super) since: Stage,
    pub(super) test: Box<dyn Test>,
}

/// Which scanners a condition asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Engines {
    None,
    Named(BTreeSet<String>),
    Every,
}

impl Question {
    pub(super) fn of(entry: &Entry, name: Option<&str>, test: Box<dyn Test>) -> Self {
        Question {
            key: match name {
                Some(name) => entry.key.replace("NAME", name),
                None => entry.key.to_owned(),
            },
            looks: test.looks().unwrap_or(entry.looks),
            since: entry.since,
            test,
        }
    }

    fn since(&self) -> Stage {
        self.test.since().unwrap_or(self.since)
    }

    fn earliest(&self) -> Stage {
        self.test.earliest().unwrap_or_else(|| self.since())
    }
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
            Condition::Test(question) => question.test.ask(view),
        }
    }

    /// Everything that it looks at.
    pub(crate) fn looks(&self) -> Looks {
        match self {
            Condition::All(inner) | Condition::Any(inner) => inner
                .iter()
                .fold(Looks::default(), |looks, it| looks.and(it.looks())),
            Condition::Not(inner) => inner.looks(),
            Condition::Test(question) => question.looks,
        }
    }

    /// Whether it holds only where a question about this holds.
    pub(crate) fn demands(&self, looks: Looks) -> bool {
        match self {
            Condition::All(inner) => inner.iter().any(|it| it.demands(looks)),
            Condition::Any(inner) => !inner.is_empty() && inner.iter().all(|it| it.demands(looks)),
            Condition::Not(_) => false,
            Condition::Test(question) => question.looks.at(looks),
        }
    }

    /// A key because of which it does not hold; none if that depends on the part or scan.
    pub(crate) fn failing(&self, view: &View<'_>) -> Option<String> {
        if self.ask(view) != Truth::No {
            return None;
        }
        match self {
            Condition::All(inner) => inner.iter().find_map(|it| it.failing(view)),
            Condition::Any(inner) => {
                let keys: Vec<String> = inner.iter().filter_map(|it| it.failing(view)).collect();
                Some(keys.join(" or "))
            }
            Condition::Not(inner) => Some(format!("not {}", inner.keys())),
            Condition::Test(question) => Some(question.key.clone()),
        }
    }

    /// The keys in it, for people.
    pub(crate) fn keys(&self) -> String {
        let joined = |inner: &[Condition], word: &str| {
            let keys = inner.iter().map(Condition::keys);
            let keys: Vec<String> = keys.filter(|keys| !keys.is_empty()).collect();
            match keys.as_slice() {
                [only] => only.clone(),
                several if word == " or " => format!("({})", several.join(word)),
                several => several.join(word),
            }
        };
        match self {
            Condition::All(inner) => joined(inner, " and "),
            Condition::Any(inner) => joined(inner, " or "),
            Condition::Not(inner) => match inner.as_ref() {
                Condition::Test(question) => format!("not {}", question.key),
                inner => format!("not ({})", inner.keys().trim_matches(['(', ')'])),
            },
            Condition::Test(question) => question.key.clone(),
        }
    }

    /// The stage from which on its answer is always known.
    pub(crate) fn since(&self) -> Stage {
        match self {
            Condition::All(inner) | Condition::Any(inner) => {
                let stages = inner.iter().map(Condition::since);
                stages.max().unwrap_or(Stage::Connect)
            }
            Condition::Not(inner) => inner.since(),
            Condition::Test(question) => question.since(),
        }
    }

    /// The first stage at which it may be known that this is its answer; it may well be later.
    pub(crate) fn earliest(&self, answer: bool) -> Stage {
        let all = |inner: &[Condition]| inner.iter().map(|it| it.earliest(answer)).max();
        let one = |inner: &[Condition]| inner.iter().map(|it| it.earliest(answer)).min();
        match (self, answer) {
            (Condition::All(inner), true) | (Condition::Any(inner), false) => {
                all(inner).unwrap_or(Stage::Connect)
            }
            (Condition::All(inner), false) | (Condition::Any(inner), true) => {
                one(inner).unwrap_or(Stage::Message)
            }
            (Condition::Not(inner), _) => inner.earliest(!answer),
            (Condition::Test(question), _) => question.earliest(),
        }
    }

    /// Calls for every question in it.
    pub(crate) fn each(&self, call: &mut dyn FnMut(&dyn Test)) {
        match self {
            Condition::All(inner) | Condition::Any(inner) => {
                for it in inner {
                    it.each(call);
                }
            }
            Condition::Not(inner) => inner.each(call),
            Condition::Test(question) => call(question.test.as_ref()),
        }
    }

    /// The scanners whose answers could make it hold.
    pub(crate) fn engines(&self) -> Engines {
        match self {
            Condition::Test(question) => match question.test.engines() {
                Some(names) => Engines::Named(names.clone()),
                None if question.looks.at(Looks::SCAN) => Engines::Every,
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
