//! The checked policy, and the two questions that it answers.

use crate::action::HeaderEffect;
use crate::compare::Patterns;
use crate::condition::{Engines, Looks};
use crate::decide::decision::Decision;
use crate::decide::merge::merge;
use crate::decide::walk::Walk;
use crate::facts::{Envelope, Facts, Needs, ScanFact, ScanResult, Stage};
use crate::pattern::AddressSet;
use crate::rule::Rule;
use crate::view::View;
use crate::view::truth::Truth;
use std::collections::BTreeSet;
use tamis_sanitize::{FieldName, Treatment};

/// A policy without a fault. [`load`](crate::load()) is the only way to get one.
#[derive(Debug)]
pub struct Policy {
    rules: Vec<Rule>,
    /// Everything that rules compare recipients with.
    recipients: Vec<Patterns<AddressSet>>,
    treatment: Treatment,
    /// Fields that only this site may write, because a rule writes them.
    own_fields: Vec<FieldName>,
}

/// Recipients about whom every rule says the same.
struct Group<'e> {
    /// Which of the policy's recipient patterns match them.
    matches: Vec<bool>,
    first: Option<&'e str>,
}

impl Policy {
    pub(crate) fn new(
        rules: Vec<Rule>,
        recipients: Vec<Patterns<AddressSet>>,
        treatment: Treatment,
    ) -> Self {
        let effects = rules.iter().flat_map(|rule| &rule.actions.header);
        let own_fields = effects.filter_map(HeaderEffect::own_field).collect();
        Policy {
            rules,
            recipients,
            treatment,
            own_fields,
        }
    }

    /// Which defects are repaired before delivery. It is the same for every message.
    pub fn treatment(&self) -> &Treatment {
        &self.treatment
    }

    /// What has to be found out about a message with this envelope before [`Policy::decide`] can be asked at
    /// [`Stage::Message`]. Ask when all recipients are known.
    pub fn needs(&self, envelope: &Envelope) -> Needs {
        let facts = Facts {
            stage: Stage::Rcpt,
            envelope,
            message: None,
            scans: &[],
        };
        let mut needs = Needs {
            edit: !self.own_fields.is_empty(),
            message: !self.own_fields.is_empty(),
            ..Needs::default()
        };
        for group in self.groups(envelope) {
            self.group_needs(&View::new(&facts, Some(&group.matches)), &mut needs);
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
        if facts.stage < Stage::Rcpt {
            return self.walk(*facts, None, None).run(&self.rules);
        }
        let groups = self.groups(facts.envelope).into_iter();
        let decisions = groups.map(|group| self.decide_for(&group, facts));
        decisions
            .reduce(merge)
            .unwrap_or_else(|| self.walk(*facts, None, None).run(&self.rules))
    }

    /// What becomes of the message if all its recipients are of this group.
    fn decide_for(&self, group: &Group<'_>, facts: &Facts<'_>) -> Decision {
        let completed = self.with_missing(group, facts);
        let facts = Facts {
            scans: &completed,
            ..*facts
        };
        self.walk(facts, Some(&group.matches), group.first)
            .run(&self.rules)
    }

    fn walk<'a>(
        &'a self,
        facts: Facts<'a>,
        matches: Option<&'a [bool]>,
        recipient: Option<&'a str>,
    ) -> Walk<'a> {
        Walk::new(facts, matches, recipient, &self.own_fields)
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The recipients in groups about whom every rule says the same, in the order of the first of each. There is
    /// always one group.
    fn groups<'e>(&self, envelope: &'e Envelope) -> Vec<Group<'e>> {
        let mut seen = BTreeSet::new();
        let mut groups = Vec::new();
        for recipient in &envelope.recipients {
            let matches: Vec<bool> = self
                .recipients
                .iter()
                .map(|patterns| patterns.holds(recipient))
                .collect();
            if seen.insert(matches.clone()) {
                groups.push(Group {
                    matches,
                    first: Some(recipient),
                });
            }
            if self.recipients.is_empty() {
                break;
            }
        }
        if groups.is_empty() {
            groups.push(Group {
                matches: vec![false; self.recipients.len()],
                first: None,
            });
        }
        groups
    }

    fn group_needs(&self, view: &View<'_>, needs: &mut Needs) {
        for rule in &self.rules {
            let holds = rule.condition.ask(view);
            if holds == Truth::No {
                continue;
            }
            needs.edit |= rule.actions.edits();
            needs.keep |= rule.actions.keeps();
            if holds == Truth::Yes && rule.actions.finish.is_some() {
                break;
            }
            if holds == Truth::Unknown {
                needs.message |= rule.looks.at(Looks::MESSAGE);
                match &rule.engines {
                    Engines::None => {}
                    Engines::Named(names) => needs.engines.extend(names.iter().cloned()),
                    Engines::Every => needs.every_engine = true,
                }
            }
        }
    }

    /// The scans, and at the end of a message one that says so for each scanner that was asked for by name, for these
    /// recipients, and did not run.
    fn with_missing(&self, group: &Group<'_>, facts: &Facts<'_>) -> Vec<ScanFact> {
        let mut scans = facts.scans.to_vec();
        let names = |rule: &Rule| matches!(rule.engines, Engines::Named(_));
        if facts.stage < Stage::Message || !self.rules.iter().any(names) {
            return scans;
        }
        let before = Facts {
            stage: Stage::Rcpt,
            message: None,
            scans: &[],
            ..*facts
        };
        let mut needs = Needs::default();
        self.group_needs(&View::new(&before, Some(&group.matches)), &mut needs);
        for engine in needs.engines {
            if !scans.iter().any(|scan| scan.engine == engine) {
                let result = ScanResult::Unscanned {
                    reason: "missing".to_owned(),
                };
                scans.push(ScanFact { engine, result });
            }
        }
        scans
    }
}
