//! What the rules that fired want, as it comes together while they are asked.

use crate::action::{Capture, EnvelopeEffect, HeaderEffect, PartEffect, Relabel, new_name};
use crate::ambiguity;
use crate::decide::adopted::adopted;
use crate::decide::ask::Hit;
use crate::decide::decision::{
    Beside, Delivery, HeaderDecision, Notification, PartAction, PartDecision, PartNote, Reason,
};
use crate::decide::law;
use crate::decide::merge::changed;
use crate::facts::Facts;
use crate::groups::Asked;
use crate::rule::Rule;
use crate::text::harmless;
use crate::text::template::{Matter, Template};
use crate::view::subject::Subject;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tamis_sanitize::{FieldName, PartId, Treatment};

/// Longest header value that a rule sets, in characters.
const HEADER_LIMIT: usize = 900;
/// Most recipients that rules add to one message.
const ADDED_MOST: usize = 50;
/// Most reports that rules send of one message.
const REPORTS_MOST: usize = 5;
/// Most reasons that are told of one rule: of a rule about a thousand parts, the first.
const REASONS_MOST: usize = 100;

/// What the rules so far want.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// The parts that a rule has decided, and what becomes of those that do not just stay.
    parts: BTreeMap<PartId, Option<PartDecision>>,
    /// Parts that a rule has changed and left open to others.
    open: BTreeSet<PartId>,
    /// What lies inside parts and a rule leaves: that says nothing about what else lies there.
    spared: BTreeSet<(PartId, usize)>,
    delivery: Delivery,
    pub(crate) beside: Beside,
    pub(crate) reasons: Vec<Reason>,
}

impl Wanted {
    /// Does what a rule says, but for ending the walk.
    pub(crate) fn apply(
        &mut self,
        rule: &Rule,
        hits: &[Hit<'_>],
        facts: &Facts<'_>,
        asked: Asked<'_>,
    ) {
        let before = self.reasons.len();
        if let Some(effect) = &rule.actions.part {
            for hit in hits {
                self.apply_to_part(rule, effect, hit, facts, asked);
            }
        }
        let says_more = rule.actions.part.is_none()
            || !rule.actions.header.is_empty()
            || rule.actions.finish.is_some();
        if self.reasons.len() == before && says_more {
            self.reasons.push(reason(rule, hits.first()));
        }
        let matter = matter(rule, hits.first(), facts, asked, &self.beside.tags);
        let header = header_decisions(rule, &matter, facts);
        let hold = rule.actions.hold.as_ref();
        let hold = hold.map(|why| harmless::one_line(&why.render(&matter, harmless::line), 200));
        let wrap = rule
            .actions
            .wrap
            .as_ref()
            .map(|notice| notice.bind(&matter));
        let notify = rule.actions.notify.as_ref().map(|notify| Notification {
            to: notify.to.clone(),
            text: notify.text.bind(&matter),
            reason: reason(rule, hits.first()),
        });
        for decision in header {
            decision.add_to(&mut self.delivery.header);
        }
        let delivery = &mut self.delivery;
        delivery.hold = delivery.hold.take().or(hold);
        delivery.wrap = delivery.wrap.take().or(wrap);
        delivery.banner = delivery
            .banner
            .take()
            .or_else(|| rule.actions.banner.clone());
        for effect in &rule.actions.envelope {
            self.apply_to_envelope(effect, asked);
        }
        self.note(rule, hits.first(), notify);
    }

    /// What is done beside.
    fn note(&mut self, rule: &Rule, hit: Option<&Hit<'_>>, notify: Option<Notification>) {
        let beside = &mut self.beside;
        let capture: Capture = rule.actions.capture;
        if !capture.is_none() {
            match &mut beside.capture {
                Some((known, _)) => *known = known.and(capture),
                none => *none = Some((capture, reason(rule, hit))),
            }
        }
        if beside.notify.len() < REPORTS_MOST {
            beside.notify.extend(notify);
        }
        for tag in &rule.actions.tags {
            if !beside.tags.contains(tag) {
                beside.tags.push(Arc::clone(tag));
            }
        }
    }

    fn apply_to_envelope(&mut self, effect: &EnvelopeEffect, asked: Asked<'_>) {
        let envelope = &mut self.delivery.envelope;
        match effect {
            EnvelopeEffect::Add(addresses) => {
                for address in addresses {
                    if envelope.add.len() < ADDED_MOST && !envelope.add.contains(address) {
                        envelope.add.push(Arc::clone(address));
                    }
                }
            }
            EnvelopeEffect::Remove => {
                envelope.remove = asked.all.iter().map(|it| (*it).to_owned()).collect();
            }
        }
    }

    /// The first rule that holds for a part decides it, and what lies inside it. The first rule that holds for something
    /// inside decides that; anything but to leave it is done to the whole part.
    fn apply_to_part(
        &mut self,
        rule: &Rule,
        effect: &PartEffect,
        hit: &Hit<'_>,
        facts: &Facts<'_>,
        asked: Asked<'_>,
    ) {
        let Some(subject) = hit.part else { return };
        let part = subject.part();
        let open = self.open.contains(&part.id());
        let decided = self.parts.contains_key(&part.id()) && !open;
        if decided || self.spared.contains(&subject.key()) {
            return;
        }
        if matches!(effect, PartEffect::Leave) && (subject.is_inside() || open) {
            if subject.is_inside() {
                self.spared.insert(subject.key());
            } else {
                self.open.remove(&part.id());
            }
            return;
        }
        let matter = matter(rule, Some(hit), facts, asked, &self.beside.tags);
        let action = part_action(effect, subject, &matter);
        if action.is_some() || matches!(effect, PartEffect::Leave) {
            let told = self.reasons.iter().filter(|it| it.rule == rule.name);
            if told.count() < REASONS_MOST {
                self.reasons.push(reason(rule, Some(hit)));
            }
        }
        if rule.actions.goes_on {
            self.open.insert(part.id());
        } else {
            self.open.remove(&part.id());
        }
        let decision = action.map(|action| PartDecision {
            part: part.id(),
            keep: action.takes_out() && !rule.actions.let_go,
            action,
            reason: reason(rule, Some(hit)),
        });
        let before = self.parts.remove(&part.id()).flatten();
        let both = match (before, decision) {
            (Some(before), Some(new)) if !new.action.takes_out() => Some(PartDecision {
                action: changed(before.action, new.action),
                ..before
            }),
            (before, new) => new.or(before),
        };
        self.parts.insert(part.id(), both);
    }

    /// Removes the fields that only this site may write and that the message came with.
    fn remove_own_fields(&mut self, facts: &Facts<'_>, own_fields: &[FieldName]) {
        let Some(reading) = facts.message else {
            return;
        };
        let fields = reading.map().root().fields();
        let forged = |name: &&FieldName| fields.iter().any(|field| field.is(name.as_str()));
        for name in own_fields.iter().filter(forged) {
            HeaderDecision::Remove { name: name.clone() }.add_to(&mut self.delivery.header);
        }
    }

    pub(crate) fn edits_parts(&self) -> bool {
        self.parts.values().any(Option::is_some)
            || self.delivery.wrap.is_some()
            || self.delivery.banner.is_some()
    }

    /// Everything that is wanted of a message that is delivered.
    pub(crate) fn delivery(&mut self, facts: &Facts<'_>, own_fields: &[FieldName]) -> Delivery {
        self.remove_own_fields(facts, own_fields);
        let mut delivery = std::mem::take(&mut self.delivery);
        let parts = std::mem::take(&mut self.parts);
        delivery.parts = parts.into_values().flatten().collect();
        delivery
    }
}

/// What the variables of a rule's texts stand for.
pub(crate) fn matter<'m>(
    rule: &'m Rule,
    hit: Option<&Hit<'m>>,
    facts: &Facts<'m>,
    asked: Asked<'m>,
    tags: &'m [Arc<str>],
) -> Matter<'m> {
    Matter {
        rule: &rule.name,
        envelope: facts.envelope,
        recipient: asked.first,
        part: hit.and_then(|hit| hit.part),
        scan: hit.and_then(|hit| hit.scan),
        tags,
    }
}

fn part_action(
    effect: &PartEffect,
    subject: Subject<'_>,
    matter: &Matter<'_>,
) -> Option<PartAction> {
    let part = subject.part();
    match effect {
        PartEffect::Leave => None,
        PartEffect::Strip(notice) => Some(PartAction::Strip {
            notice: notice.as_ref().map(|notice| notice.bind(matter)),
        }),
        PartEffect::Replace(with) => Some(PartAction::Replace {
            with: Arc::clone(with),
        }),
        PartEffect::Change { rename, relabel } => {
            let whole = Matter {
                part: Some(Subject::of(part)),
                ..*matter
            };
            let name = rename
                .as_ref()
                .and_then(|template| new_name(template, &whole));
            let media_type = match relabel {
                None => None,
                Some(Relabel::To(media_type)) => Some(media_type.clone()),
                Some(Relabel::Detected) => part
                    .detected_type()
                    .and_then(|found| tamis_sanitize::plan::MediaType::new(found).ok()),
            };
            let media_type = media_type.filter(|it| it.as_str() != part.media_type());
            (name.is_some() || media_type.is_some())
                .then_some(PartAction::Change { name, media_type })
        }
    }
}

fn header_decisions(rule: &Rule, matter: &Matter<'_>, facts: &Facts<'_>) -> Vec<HeaderDecision> {
    let render = |template: &Template| {
        harmless::one_line(&template.render(matter, harmless::line), HEADER_LIMIT)
    };
    let decision = |effect: &HeaderEffect| {
        let decision = match effect {
            HeaderEffect::Set(name, value) => HeaderDecision::Set {
                name: name.clone(),
                value: render(value),
            },
            HeaderEffect::Add(name, value) => HeaderDecision::Add {
                name: name.clone(),
                value: render(value),
            },
            HeaderEffect::Insert(name, value) => HeaderDecision::Insert {
                name: name.clone(),
                value: render(value),
            },
            HeaderEffect::Change(name, value) => HeaderDecision::Change {
                name: name.clone(),
                value: render(value),
            },
            HeaderEffect::Remove(name) => HeaderDecision::Remove { name: name.clone() },
            HeaderEffect::TagSubject(prefix) => HeaderDecision::TagSubject {
                prefix: render(prefix),
            },
            HeaderEffect::AmbiguityResults {
                authserv_id,
                treatment,
            } => {
                return ambiguity_results(authserv_id, treatment, facts)
                    .into_iter()
                    .collect();
            }
            HeaderEffect::Adopt => return matter.scan.map(adopted).unwrap_or_default(),
        };
        vec![decision]
    };
    rule.actions.header.iter().flat_map(decision).collect()
}

fn ambiguity_results(
    authserv_id: &str,
    treatment: &Treatment,
    facts: &Facts<'_>,
) -> Option<HeaderDecision> {
    let value = ambiguity::results(authserv_id, facts.message?, treatment);
    let name = FieldName::new(ambiguity::NAME).ok()?;
    Some(HeaderDecision::Set { name, value })
}

/// A rule that fired, and what it is about.
pub(crate) fn reason(rule: &Rule, hit: Option<&Hit<'_>>) -> Reason {
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
