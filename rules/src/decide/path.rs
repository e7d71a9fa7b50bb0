//! The way to a decision: what came of each rule that was asked, for people who want to know why.

use crate::decide::ask::Answer;
use crate::rule::Rule;
use crate::view::View;
use std::fmt;
use std::sync::Arc;

/// What came of the rules, in their order.
pub(crate) type Path = Vec<Step>;

/// The way to the decision for recipients about whom every rule says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The recipients; none where no recipient is known.
    pub recipients: Vec<String>,
    /// What came of the rules that were asked, in their order.
    pub steps: Vec<Step>,
}

/// What came of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Name of the rule.
    pub rule: Arc<str>,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Its line in that file, from 1.
    pub line: u32,
    /// What came of it.
    pub came: Came,
    /// Whether it is only observed.
    pub observed: bool,
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It holds; for so many parts or scans if it is about these.
    Fired(usize),
    /// It does not hold, because of this condition; of a rule about parts, no part fulfils all of them.
    Not(Option<String>),
    /// What it looks at is not known.
    Unknown,
}

impl Step {
    pub(crate) fn of(rule: &Rule, answer: &Answer<'_>, view: &View<'_>) -> Self {
        Step {
            rule: rule.name.clone(),
            file: rule.file.clone(),
            line: rule.line,
            came: match answer {
                Answer::Yes(hits) => Came::Fired(hits.len()),
                Answer::No => Came::Not(rule.condition.failing(view)),
                Answer::Unknown => Came::Unknown,
            },
            observed: rule.observe,
        }
    }
}

/// `no-programs (policy.toml:12): part.kind does not hold`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let observed = if self.observed { ", observed" } else { "" };
        write!(f, "{} ({}:{}{observed}): ", self.rule, self.file, self.line)?;
        match &self.came {
            Came::Fired(1) => f.write_str("holds"),
            Came::Fired(count) => write!(f, "holds, {count} times"),
            Came::Not(Some(key)) => write!(f, "{key} does not hold"),
            Came::Not(None) => f.write_str("no part or scan fulfils all of it"),
            Came::Unknown => f.write_str("not known"),
        }
    }
}
