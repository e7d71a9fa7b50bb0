//! The rules in their order, asked about one group of recipients.
//!
//! A rule whose answer is not known yet stops the walk only if it could end it: what it would add otherwise does not
//! change what the later rules say. The law at the end: what was not scanned, or not read to its end, is deferred unless
//! a rule that looks at that very fact has fired, or a rule has ended the walk.

use crate::action::{Finish, HeaderEffect, PartEffect, new_name};
use crate::ambiguity;
use crate::decide::ask::{Angles, Answer, Hit};
use crate::decide::decision::{
    Decision, Delivery, HeaderDecision, PartAction, PartDecision, PartNote, Reason, Verdict,
};
use crate::decide::law::{self, Law};
use crate::facts::{Facts, ScanFact, ScanResult, Stage};
use crate::rule::Rule;
use crate::text::harmless;
use crate::text::template::{Matter, Template};
use crate::view::subject::Subject;
use crate::view::truth::Truth;
use crate::view::{Hidden, View};
use std::collections::{BTreeMap, BTreeSet};
use tamis_sanitize::{FieldName, PartId, Treatment};

/// Longest header value that a rule sets, in characters.
const HEADER_LIMIT: usize = 900;

/// One walk, and what it has come to so far.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    facts: Facts<'a>,
    view: View<'a>,
    angles: Angles<'a>,
    recipient: Option<&'a str>,
    /// Fields that only this site may write.
    own_fields: &'a [FieldName],
    /// The parts that a rule has decided, and what becomes of those that do not just stay.
    parts: BTreeMap<PartId, Option<PartDecision>>,
    /// What lies inside parts and a rule leaves: that says nothing about what else lies there.
    spared: BTreeSet<(PartId, usize)>,
    header: Vec<HeaderDecision>,
    reasons: Vec<Reason>,
    /// Scanners without an answer that a rule has spoken about.
    spoken: BTreeSet<&'a str>,
    spoken_of_limit: bool,
    /// Whether a rule could not be answered.
    open: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        facts: Facts<'a>,
        matches: Option<&'a [bool]>,
        recipient: Option<&'a str>,
        own_fields: &'a [FieldName],
    ) -> Self {
        Walk {
            facts,
            view: View::new(&facts, matches),
            angles: Angles::new(&facts),
            recipient,
            own_fields,
            parts: BTreeMap::new(),
            spared: BTreeSet::new(),
            header: Vec::new(),
            reasons: Vec::new(),
            spoken: BTreeSet::new(),
            spoken_of_limit: false,
            open: false,
        }
    }

    /// Asks the rules until one ends it.
    pub(crate) fn run(mut self, rules: &[Rule]) -> Decision {
        for rule in rules {
            match self.angles.ask(rule, &self.view) {
                Answer::No => {}
                Answer::Unknown => {
                    self.open = true;
                    if rule.actions.finish.is_some() {
                        break;
                    }
                }
                Answer::Yes(hits) => {
                    self.apply(rule, &hits);
                    if let Some(finish) = &rule.actions.finish {
                        let matter = self.matter(rule, hits.first());
                        return self.finish(finish, &matter, rule.actions.quarantine);
                    }
                }
            }
        }
        self.end()
    }

    fn matter<'m>(&self, rule: &'m Rule, hit: Option<&Hit<'m>>) -> Matter<'m>
    where
        'a: 'm,
    {
        Matter {
            rule: &rule.name,
            envelope: self.facts.envelope,
            recipient: self.recipient,
            part: hit.and_then(|hit| hit.part),
            scan: hit.and_then(|hit| hit.scan),
        }
    }

    /// Does what a rule says, but for ending the walk.
    fn apply(&mut self, rule: &Rule, hits: &[Hit<'a>]) {
        for hit in hits {
            self.note_what_it_speaks_of(rule, hit);
        }
        let before = self.reasons.len();
        if let Some(effect) = &rule.actions.part {
            for hit in hits {
                self.apply_to_part(rule, effect, hit);
            }
        }
        let matter = self.matter(rule, hits.first());
        for effect in &rule.actions.header {
            self.apply_to_header(effect, &matter);
        }
        let says_more = rule.actions.part.is_none()
            || !rule.actions.header.is_empty()
            || rule.actions.finish.is_some();
        if self.reasons.len() == before && says_more {
            self.reasons.push(reason(rule, hits.first()));
        }
    }

    /// A rule speaks of a scan without an answer, or of a limit, if it would not be known to hold without that fact.
    fn note_what_it_speaks_of(&mut self, rule: &Rule, hit: &Hit<'a>) {
        let view = self.view.of_part(hit.part).of_scan(hit.scan);
        let depends = |hidden| rule.condition.ask(&view.without(hidden)) == Truth::Unknown;
        if let Some(ScanFact {
            engine,
            result: ScanResult::Unscanned { .. },
        }) = hit.scan
            && depends(Hidden::ScanResult)
        {
            self.spoken.insert(engine);
        }
        if !self.spoken_of_limit
            && self
                .facts
                .message
                .is_some_and(|reading| reading.limit().is_some())
        {
            self.spoken_of_limit = depends(Hidden::Limit);
        }
    }

    /// The first rule that holds for a part decides it, and what lies inside it. The first rule that holds for something
    /// inside decides that; anything but to leave it is done to the whole part.
    fn apply_to_part(&mut self, rule: &Rule, effect: &PartEffect, hit: &Hit<'a>) {
        let Some(subject) = hit.part else { return };
        let part = subject.part();
        if self.parts.contains_key(&part.id()) || self.spared.contains(&subject.key()) {
            return;
        }
        if subject.is_inside() && matches!(effect, PartEffect::Leave) {
            self.spared.insert(subject.key());
            return;
        }
        let matter = self.matter(rule, Some(hit));
        let action = match effect {
            PartEffect::Leave => None,
            PartEffect::Strip(notice) => Some(PartAction::Strip {
                notice: notice.as_ref().map(|notice| notice.bind(&matter)),
            }),
            PartEffect::Rename(template) => {
                let matter = Matter {
                    part: Some(Subject::of(part)),
                    ..matter
                };
                new_name(template, &matter).map(|to| PartAction::Rename { to })
            }
        };
        let reason = reason(rule, Some(hit));
        let decision = action.map(|action| PartDecision {
            part: part.id(),
            keep: matches!(action, PartAction::Strip { .. }) && !rule.actions.let_go,
            action,
            reason: reason.clone(),
        });
        if decision.is_some() || matches!(effect, PartEffect::Leave) {
            self.reasons.push(reason);
        }
        self.parts.insert(part.id(), decision);
    }

    fn apply_to_header(&mut self, effect: &HeaderEffect, matter: &Matter<'_>) {
        let render = |template: &Template| {
            harmless::one_line(&template.render(matter, harmless::line), HEADER_LIMIT)
        };
        let decision = match effect {
            HeaderEffect::Set(name, value) => HeaderDecision::Set {
                name: name.clone(),
                value: render(value),
            },
            HeaderEffect::TagSubject(prefix) => HeaderDecision::TagSubject {
                prefix: render(prefix),
            },
            HeaderEffect::AmbiguityResults {
                authserv_id,
                treatment,
            } => match self.ambiguity_results(authserv_id, treatment) {
                Some(decision) => decision,
                None => return,
            },
        };
        decision.add_to(&mut self.header);
    }

    fn ambiguity_results(
        &self,
        authserv_id: &str,
        treatment: &Treatment,
    ) -> Option<HeaderDecision> {
        let value = ambiguity::results(authserv_id, self.facts.message?, treatment);
        let name = FieldName::new(ambiguity::NAME).ok()?;
        Some(HeaderDecision::Set { name, value })
    }

    /// Removes the fields that only this site may write and that the message came with.
    fn remove_own_fields(&mut self) {
        let Some(reading) = self.facts.message else {
            return;
        };
        let fields = reading.map().root().fields();
        let forged = |name: &&FieldName| fields.iter().any(|field| field.is(name.as_str()));
        for name in self.own_fields.iter().filter(forged) {
            HeaderDecision::Remove { name: name.clone() }.add_to(&mut self.header);
        }
    }

    /// A rule has ended the walk.
    fn finish(mut self, finish: &Finish, matter: &Matter<'_>, keep: bool) -> Decision {
        let verdict = match finish {
            Finish::Accept if self.open => return self.undecided(),
            Finish::Accept => match law::cut_and_edited(&self.facts, self.edits_parts()) {
                Some(law) => return self.defer(law),
                None => Verdict::Deliver(self.delivery()),
            },
            Finish::Reject(reply) => Verdict::Reject(reply.render(matter)),
            Finish::TempFail(reply) => Verdict::TempFail(reply.render(matter)),
            Finish::Discard => Verdict::Discard,
        };
        Decision {
            verdict,
            keep,
            settled: true,
            reasons: self.reasons,
        }
    }

    /// No rule has ended the walk.
    fn end(self) -> Decision {
        if self.open || self.facts.stage < Stage::Message {
            return self.undecided();
        }
        let law = law::unscanned(&self.facts, &self.spoken)
            .or_else(|| law::cut(&self.facts, self.spoken_of_limit))
            .or_else(|| law::cut_and_edited(&self.facts, self.edits_parts()));
        if let Some(law) = law {
            return self.defer(law);
        }
        let mut walk = self;
        let verdict = Verdict::Deliver(walk.delivery());
        Decision {
            verdict,
            keep: false,
            settled: true,
            reasons: walk.reasons,
        }
    }

    /// Something that matters is not known: before the end of the message the transaction goes on, at its end it is
    /// deferred.
    fn undecided(self) -> Decision {
        if self.facts.stage == Stage::Message {
            return self.defer(law::undecided());
        }
        let verdict = Verdict::Deliver(Delivery::default());
        Decision {
            verdict,
            keep: false,
            settled: false,
            reasons: Vec::new(),
        }
    }

    fn defer(mut self, law: Law) -> Decision {
        self.reasons.push(law.reason);
        Decision {
            verdict: Verdict::TempFail(law.reply),
            keep: false,
            settled: true,
            reasons: self.reasons,
        }
    }

    fn edits_parts(&self) -> bool {
        self.parts.values().any(Option::is_some)
    }

    fn delivery(&mut self) -> Delivery {
        self.remove_own_fields();
        let parts = std::mem::take(&mut self.parts)
            .into_values()
            .flatten()
            .collect();
        Delivery {
            parts,
            header: std::mem::take(&mut self.header),
        }
    }
}

fn reason(rule: &Rule, hit: Option<&Hit<'_>>) -> Reason {
    let note = |subject: Subject<'_>| PartNote {
        id: subject.part().id(),
        number: subject.part().number().to_owned(),
        name: subject
            .name()
            .map(|name| harmless::line(&name, harmless::VALUE_LIMIT))
            .unwrap_or_default(),
    };
    Reason {
        rule: rule.name.clone(),
        file: rule.file.clone(),
        line: rule.line,
        action: rule.actions.label.clone(),
        part: hit.and_then(|hit| hit.part).map(note),
        detail: hit.and_then(|hit| hit.scan).map(law::scan_note),
    }
}
