//! The checked policy, and the questions that it answers.

use crate::action::{EnvelopeEffect, HeaderEffect};
use crate::decide::decision::{Decision, Verdict};
use crate::decide::merge::merge;
use crate::decide::path::{Step, Way};
use crate::decide::poison;
use crate::decide::walk::{Walk, refusal_of_command};
use crate::earliest::earliest_refusal;
use crate::facts::{Envelope, Facts, Needs, Stage};
use crate::groups::{Asked, Group, Recipients};
use crate::meter::Meter;
use crate::needs;
use crate::rule::Rule;
use crate::rule_summary::RuleSummary;
use crate::settings::Settings;
use crate::summary::{ListSummary, Statement};
use crate::syntax::diagnostic::Diagnostic;
use crate::trial::Trial;
use crate::view::memo::Memo;
use std::collections::BTreeSet;
use tamis_sanitize::{FieldName, Treatment};

/// A policy without a fault. [`load`](crate::load()) is the only way to get one.
#[derive(Debug)]
pub struct Policy {
    rules: Vec<Rule>,
    /// Everything that rules compare recipients with.
    recipients: Recipients,
    /// Fields that only this site may write, because a rule writes them.
    own_fields: Vec<FieldName>,
    /// Macros of the MTA that rules ask about.
    macros: BTreeSet<String>,
    trials: Vec<Trial>,
    settings: Settings,
}

impl Policy {
    pub(crate) fn new(
        rules: Vec<Rule>,
        mut recipients: Recipients,
        trials: Vec<Trial>,
        settings: Settings,
    ) -> Self {
        let effects = rules.iter().flat_map(|rule| &rule.actions.header);
        let own_fields = effects.filter_map(HeaderEffect::own_field).collect();
        let removes = |effect: &EnvelopeEffect| matches!(effect, EnvelopeEffect::Remove);
        let mut envelope = rules.iter().flat_map(|rule| &rule.actions.envelope);
        recipients.all_are_told = envelope.any(removes);
        let mut macros = BTreeSet::new();
        for rule in &rules {
            rule.condition
                .each(&mut |test| macros.extend(test.macro_name().map(str::to_owned)));
        }
        Policy {
            rules,
            recipients,
            own_fields,
            macros,
            trials,
            settings,
        }
    }

    /// Which defects are repaired before delivery. It is the same for every message.
    pub fn treatment(&self) -> &Treatment {
        &self.settings.treatment
    }

    /// Whether the policy only says what it would do: every message is delivered as it came.
    pub fn is_observed(&self) -> bool {
        self.settings.observe
    }

    /// The macros of the MTA that rules ask about, without braces: [`Envelope::macros`] needs no others.
    pub fn macros(&self) -> impl Iterator<Item = &str> {
        self.macros.iter().map(String::as_str)
    }

    /// Whether a rule asks for copies of messages.
    pub fn captures(&self) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| !rule.actions.capture.is_none())
    }

    /// What is to be counted.
    pub fn meters(&self) -> &[Meter] {
        &self.settings.meters
    }

    /// Which text it was loaded from: 12 hexadecimal digits, the same for the same files.
    pub fn version(&self) -> &str {
        &self.settings.version
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The tests that it carries.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// The lists that it defines.
    pub fn lists(&self) -> &[ListSummary] {
        &self.settings.lists
    }

    /// What its files state beside rules and tests, each with its place, and what holds where they say nothing.
    pub fn statements(&self) -> &[Statement] {
        &self.settings.statements
    }

    /// What is worth a second look, though the policy is right: rules that can never hold, and the like.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.settings.warnings
    }

    /// The rules in their order, each with the stage at which it speaks.
    pub fn rules(&self) -> impl Iterator<Item = RuleSummary> {
        RuleSummary::all(&self.rules)
    }

    /// The first stage at which a message, or a recipient, may be refused: nothing is refused before. It may well be that
    /// nothing is refused then either.
    pub fn refuses_from(&self) -> Stage {
        if self.settings.observe {
            return Stage::Message;
        }
        let differing = self.settings.defer_differing.then_some(Stage::Rcpt);
        earliest_refusal(&self.rules).min(differing.unwrap_or(Stage::Message))
    }

    /// Whether rules speak of commands that the MTA does not know.
    pub fn speaks_of_commands(&self) -> bool {
        self.rules.iter().any(Rule::is_about_commands)
    }

    /// What has to be found out about a message with this envelope before [`Policy::decide`] can be asked at
    /// [`Stage::Message`]. Ask when all recipients are known.
    pub fn needs(&self, envelope: &Envelope) -> Needs {
        let mut needs = Needs {
            edit: !self.own_fields.is_empty(),
            message: !self.own_fields.is_empty(),
            ..Needs::default()
        };
        for group in self.recipients.groups(envelope) {
            needs::of_group(&self.rules, &group, envelope, &mut needs);
        }
        needs
    }

    /// What becomes of the message, or what can be said at this stage.
    ///
    /// Rules are asked in their order, each as early as everything that it and the deciding rules before it look at is
    /// known. With several recipients the policy is asked for each, and the strictest outcome is taken: reject before
    /// tempfail before quarantine before deliver; a part is taken out if one recipient's outcome says so; discarded is
    /// only what all outcomes discard.
    pub fn decide(&self, facts: &Facts<'_>) -> Decision {
        let decision = if facts.stage < Stage::Rcpt {
            let memo = Memo::of(facts);
            Walk::new(*facts, &memo, Asked::default(), &self.own_fields).run(&self.rules)
        } else {
            let groups = self.recipients.groups(facts.envelope).into_iter();
            let decisions = groups.map(|group| self.decide_for(&group, facts, None));
            let all = decisions.reduce(merge);
            // There is always one group.
            all.unwrap_or_else(|| Decision::new(Verdict::Discard, false, Vec::new()))
        };
        if self.settings.observe {
            return decision.only_observed();
        }
        decision
    }

    /// As [`Policy::decide`], with what came of each rule that was asked, for each group of recipients about whom every
    /// rule says the same.
    pub fn explain(&self, facts: &Facts<'_>) -> (Decision, Vec<Way>) {
        let mut paths = Vec::new();
        for group in self.recipients.groups_with_all(facts.envelope) {
            let mut path = Vec::new();
            self.decide_for(&group, facts, Some(&mut path));
            let recipients = group.recipients.iter().map(|it| (*it).to_owned());
            paths.push(Way {
                recipients: recipients.collect(),
                steps: path,
            });
        }
        (self.decide(facts), paths)
    }

    /// The refusal of a command that the MTA does not know, if a rule asks for one.
    pub fn decide_command(&self, envelope: &Envelope, command: &str) -> Option<Decision> {
        let decision = refusal_of_command(&self.rules, envelope, command)?;
        Some(if self.settings.observe {
            decision.only_observed()
        } else {
            decision
        })
    }

    /// What becomes of a message that is not inspected, because inspections of it did not come to their end: what rules about
    /// poison say, and `otherwise` for recipients of whom none speaks. The strictest outcome is taken. If the whole policy is
    /// only observed, it is `otherwise`.
    pub fn decide_poison(&self, envelope: &Envelope, otherwise: &Decision) -> Decision {
        let groups = self.recipients.groups(envelope).into_iter();
        let decisions = groups.map(|it| poison::decide(&self.rules, &it, envelope, otherwise));
        let decided = decisions.reduce(merge);
        let decided = decided.unwrap_or_else(|| otherwise.clone());
        if self.settings.observe {
            return Decision {
                observed: decided.only_observed().observed,
                ..otherwise.clone()
            };
        }
        decided
    }

    /// Whether a recipient is to be deferred because rules say other things about it than about the first one: the sender
    /// then sends it a message of its own.
    pub fn defers(&self, first: &str, recipient: &str) -> bool {
        self.settings.defer_differing
            && !self.settings.observe
            && self.recipients.differ(first, recipient)
    }

    /// What becomes of the message if all its recipients are of this group.
    fn decide_for(
        &self,
        group: &Group<'_>,
        facts: &Facts<'_>,
        path: Option<&mut Vec<Step>>,
    ) -> Decision {
        let completed = needs::with_missing(&self.rules, group, facts);
        let facts = Facts {
            scans: &completed,
            ..*facts
        };
        let memo = Memo::of(&facts);
        let walk = Walk::new(facts, &memo, group.asked(), &self.own_fields);
        match path {
            Some(path) => walk.noting(path).run(&self.rules),
            None => walk.run(&self.rules),
        }
    }
}
