//! What is told of the rules of a policy: where each stands, what it does, and when it speaks.

use crate::facts::Stage;
use crate::rule::Rule;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A rule, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSummary {
    /// Its name.
    pub name: Arc<str>,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Its line in that file, from 1.
    pub line: u32,
    /// What it does, in the words of the policy.
    pub action: Arc<str>,
    /// What it asks, in the words of the policy.
    pub asks: String,
    /// When it speaks.
    pub speaks: Speaks,
    /// Whether it only says what it would do.
    pub observed: bool,
}

/// When a rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// When a command comes that the MTA does not know.
    Command,
    /// When a message comes that is not read.
    Poison,
    /// At this stage: everything that it and the deciding rules before it look at is known then.
    At(Stage),
}

impl Speaks {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Speaks::Command => "command",
            Speaks::Poison => "poison",
            Speaks::At(stage) => stage.name(),
        }
    }
}

impl RuleSummary {
    /// Every rule, in order.
    pub(crate) fn all(rules: &[Rule]) -> impl Iterator<Item = Self> {
        let mut stages = Stages::default();
        rules.iter().map(move |rule| RuleSummary {
            name: rule.name.clone(),
            file: rule.file.clone(),
            line: rule.line,
            action: rule.actions.label.clone(),
            asks: rule.condition.keys(),
            speaks: stages.of(rule),
            observed: rule.observe,
        })
    }
}

/// The stages of the rules so far.
#[derive(Debug)]
struct Stages {
    /// From here on everything is known that the deciding rules so far look at.
    decided: Stage,
    /// From here on it is known whether a tag is set.
    tags: BTreeMap<Arc<str>, Stage>,
}

impl Default for Stages {
    fn default() -> Self {
        Stages {
            decided: Stage::Connect,
            tags: BTreeMap::new(),
        }
    }
}

impl Stages {
    fn of(&mut self, rule: &Rule) -> Speaks {
        if rule.is_about_commands() {
            return Speaks::Command;
        }
        if rule.is_about_poison() {
            return Speaks::Poison;
        }
        let mut own = rule.since;
        rule.condition.each(&mut |test| {
            for tag in test.tags() {
                let set = self.tags.get(tag.as_str());
                own = own.max(set.copied().unwrap_or(Stage::Connect));
            }
        });
        for tag in &rule.actions.tags {
            let since = self.tags.entry(tag.clone()).or_insert(Stage::Connect);
            *since = (*since).max(own);
        }
        let refuses = rule.refuses();
        if rule.observe {
            return Speaks::At(if refuses { own } else { Stage::Message });
        }
        if rule.actions.finish.is_some() {
            self.decided = self.decided.max(own);
        }
        // What is not a refusal is only done at the end.
        Speaks::At(if refuses {
            self.decided
        } else {
            Stage::Message
        })
    }
}
