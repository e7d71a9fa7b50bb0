//! The rules in their order, asked about one group of recipients.
//!
//! A rule whose answer is not known yet stops the walk only if it could end it: what it would add otherwise does not
//! change what the later rules say. The law at the end: what was not scanned, or not read to its end, is deferred unless
//! a rule that looks at that very fact has fired, or a rule has ended the walk.

use crate::action::Finish;
use crate::decide::ask::{Angles, Answer, Hit};
use crate::decide::decision::{Decision, Delivery, Reason, Verdict};
use crate::decide::law::{self, Law, Scanned};
use crate::decide::path::{Path, Step};
use crate::decide::wanted::{Wanted, matter, reason};
use crate::facts::{Envelope, Facts, ScanResult, Stage};
use crate::groups::Asked;
use crate::rule::Rule;
use crate::view::memo::Memo;
use crate::view::truth::Truth;
use crate::view::{Hidden, Tags, View};
use std::collections::BTreeSet;
use std::sync::Arc;
use tamis_sanitize::FieldName;

/// Most reasons that one rule in observation gives.
const OBSERVED_MOST: usize = 20;

/// One walk, and what it has come to so far.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    facts: Facts<'a>,
    view: View<'a>,
    angles: Angles<'a>,
    asked: Asked<'a>,
    /// Fields that only this site may write.
    own_fields: &'a [FieldName],
    wanted: Wanted,
    tags: Tags,
    /// What rules would have done that are only observed.
    observed: Vec<Reason>,
    /// Scanners without an answer that a rule has spoken about.
    spoken: BTreeSet<Scanned<'a>>,
    spoken_of_limit: bool,
    /// Whether a rule could not be answered.
    open: bool,
    path: Option<&'a mut Path>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        facts: Facts<'a>,
        memo: &'a Memo,
        asked: Asked<'a>,
        own_fields: &'a [FieldName],
    ) -> Self {
        Walk {
            facts,
            view: View::new(&facts, memo, asked.matches),
            angles: Angles::new(&facts, memo),
            asked,
            own_fields,
            wanted: Wanted::default(),
            tags: Tags::default(),
            observed: Vec::new(),
            spoken: BTreeSet::new(),
            spoken_of_limit: false,
            open: false,
            path: None,
        }
    }

    /// Notes of each rule what came of it.
    pub(crate) fn noting(mut self, path: &'a mut Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Asks the rules until one ends it.
    pub(crate) fn run(mut self, rules: &[Rule]) -> Decision {
        let speaks = |rule: &&Rule| !rule.is_apart();
        for rule in rules.iter().filter(speaks) {
            let answer = self.angles.ask(rule, &self.view.of_tags(Some(&self.tags)));
            self.note(rule, &answer);
            match answer {
                Answer::No => {}
                Answer::Yes(hits) if rule.observe => self.observe(rule, &hits),
                Answer::Unknown if rule.observe => {}
                Answer::Unknown => {
                    self.open = true;
                    self.tags.open.extend(rule.actions.tags.iter().cloned());
                    if rule.actions.finish.is_some() {
                        break;
                    }
                }
                Answer::Yes(hits) => {
                    self.apply(rule, &hits);
                    if let Some(finish) = &rule.actions.finish {
                        return self.finish(finish, rule, &hits);
                    }
                }
            }
        }
        self.end()
    }

    fn note(&mut self, rule: &Rule, answer: &Answer<'_>) {
        let view = self.view.of_tags(Some(&self.tags));
        if let Some(path) = &mut self.path {
            path.push(Step::of(rule, answer, &view));
        }
    }

    /// Does what a rule says, but for ending the walk.
    fn apply(&mut self, rule: &Rule, hits: &[Hit<'a>]) {
        for hit in hits {
            self.note_what_it_speaks_of(rule, hit);
        }
        self.wanted.apply(rule, hits, &self.facts, self.asked);
        self.tags.set.extend(rule.actions.tags.iter().cloned());
    }

    /// Notes what a rule would do.
    fn observe(&mut self, rule: &Rule, hits: &[Hit<'a>]) {
        let one = if rule.actions.part.is_some() {
            OBSERVED_MOST
        } else {
            1
        };
        let hits = hits.iter().take(one);
        self.observed
            .extend(hits.map(|hit| reason(rule, Some(hit))));
    }

    /// A rule speaks of a scan without an answer, or of a limit, if it would not be known to hold without that fact.
    fn note_what_it_speaks_of(&mut self, rule: &Rule, hit: &Hit<'a>) {
        let view = self.view.of_tags(Some(&self.tags));
        let view = view.of_part(hit.part).of_scan(hit.scan);
        let depends = |hidden| rule.condition.ask(&view.without(hidden)) == Truth::Unknown;
        let speaks_of_scan = hit.scan.is_some() && depends(Hidden::ScanResult);
        let cut = self
            .facts
            .message
            .is_some_and(|reading| reading.limit().is_some());
        let speaks_of_limit = !self.spoken_of_limit && cut && depends(Hidden::Limit);
        if let Some(scan) = hit.scan
            && matches!(scan.result, ScanResult::Unscanned { .. })
            && speaks_of_scan
        {
            self.spoken.insert(Scanned::of(scan));
        }
        self.spoken_of_limit |= speaks_of_limit;
    }

    /// A rule has ended the walk.
    fn finish(mut self, finish: &Finish, rule: &Rule, hits: &[Hit<'_>]) -> Decision {
        let tags: Vec<Arc<str>> = self.wanted.beside.tags.clone();
        let matter = matter(rule, hits.first(), &self.facts, self.asked, &tags);
        let verdict = match finish {
            Finish::Accept | Finish::Stop if self.open => return self.undecided(),
            Finish::Stop => return self.end(),
            Finish::Accept => match law::cut_and_edited(&self.facts, self.wanted.edits_parts()) {
                Some(law) => return self.defer(law),
                None => Verdict::Deliver(self.wanted.delivery(&self.facts, self.own_fields)),
            },
            Finish::Reject(reply) => Verdict::Reject(reply.render(&matter)),
            Finish::TempFail(reply) => Verdict::TempFail(reply.render(&matter)),
            Finish::Discard => Verdict::Discard,
        };
        Decision {
            keep: rule.actions.quarantine,
            ..self.decision(verdict)
        }
    }

    /// No rule has ended the walk, or none shall.
    fn end(mut self) -> Decision {
        if self.open || self.facts.stage < Stage::Message {
            return self.undecided();
        }
        let law = law::unscanned(&self.facts, &self.spoken)
            .or_else(|| law::cut(&self.facts, self.spoken_of_limit))
            .or_else(|| law::cut_and_edited(&self.facts, self.wanted.edits_parts()));
        if let Some(law) = law {
            return self.defer(law);
        }
        let verdict = Verdict::Deliver(self.wanted.delivery(&self.facts, self.own_fields));
        self.decision(verdict)
    }

    /// Something that matters is not known: before the end of the message the transaction goes on, at its end it is
    /// deferred.
    fn undecided(self) -> Decision {
        if self.facts.stage == Stage::Message {
            return self.defer(law::undecided());
        }
        Decision::new(Verdict::Deliver(Delivery::default()), false, Vec::new())
    }

    fn defer(mut self, law: Law) -> Decision {
        self.wanted.reasons.push(law.reason);
        self.decision(Verdict::TempFail(law.reply))
    }

    /// The end of the walk.
    fn decision(self, verdict: Verdict) -> Decision {
        let mut decision = Decision::new(verdict, true, self.wanted.reasons);
        decision.beside = self.wanted.beside;
        decision.observed.reasons = self.observed;
        decision
    }
}

/// The first rule about commands that holds for this one.
pub(crate) fn refusal_of_command(
    rules: &[Rule],
    envelope: &Envelope,
    command: &str,
) -> Option<Decision> {
    let facts = Facts {
        stage: Stage::Helo,
        envelope,
        message: None,
        scans: &[],
    };
    let memo = Memo::of(&facts);
    let view = View::new(&facts, &memo, None).of_command(command);
    let about_commands = |rule: &&Rule| rule.is_about_commands();
    let mut observed = Vec::new();
    for rule in rules.iter().filter(about_commands) {
        if rule.condition.ask(&view) != Truth::Yes {
            continue;
        }
        if rule.observe {
            observed.push(reason(rule, None));
            continue;
        }
        let matter = matter(rule, None, &facts, Asked::default(), &[]);
        let verdict = match &rule.actions.finish {
            Some(Finish::Reject(reply)) => Verdict::Reject(reply.render(&matter)),
            Some(Finish::TempFail(reply)) => Verdict::TempFail(reply.render(&matter)),
            _ => continue,
        };
        let mut decision = Decision::new(verdict, true, vec![reason(rule, None)]);
        decision.observed.reasons = observed;
        return Some(decision);
    }
    if observed.is_empty() {
        return None;
    }
    let mut decision = Decision::new(Verdict::Deliver(Delivery::default()), false, Vec::new());
    decision.observed.reasons = observed;
    Some(decision)
}
