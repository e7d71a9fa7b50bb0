//! The meters of a policy, asked and charged as a transaction goes on.
//!
//! What a message or a recipient would use is asked for before the policy decides, and charged only if it was not refused:
//! a sender who is over a limit and tries again does not stay over it for ever. Two things count in any case: connections,
//! because to try is what is counted, and different recipients, because an address that comes again counts once.

use crate::meter::{Charge, Limit, Meter, Meters};
use std::time::Duration;
use tamis_rules::{Counts, Envelope, MeterFact, Policy};

/// The meters of the policy that a message is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter<'a> {
    pub(super) meters: &'a Meters,
    pub(super) policy: &'a Policy,
}

/// One thing that is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) what: Counts,
    pub(super) amount: u64,
    /// The recipient, where it is about one.
    pub(super) recipient: Option<&'a str>,
}

impl<'a> Counted<'a> {
    /// One of these.
    pub(super) const fn of(what: Counts, recipient: Option<&'a str>) -> Self {
        Counted {
            what,
            amount: 1,
            recipient,
        }
    }
}

impl Counter<'_> {
    /// What the meters would say with this, noted in the envelope.
    pub(super) async fn ask(&self, envelope: &mut Envelope, counted: Counted<'_>) {
        for (meter, key) in self.concerned(envelope, counted) {
            let stored = stored(meter);
            let distinct = match (counted.what, counted.recipient) {
                (Counts::DistinctRecipients, Some(recipient)) => Some(recipient.to_lowercase()),
                _ => None,
            };
            let charge = match (&distinct, counted.what) {
                (Some(recipient), _) => Charge::Distinct(recipient),
                (None, Counts::Connections) => Charge::Amount(counted.amount),
                (None, _) => Charge::Amount(0),
            };
            let charged = charge != Charge::Amount(0);
            let usage = self.meters.charge(&stored, &key, charge).await.ok();
            let more = if charged { 0 } else { counted.amount };
            let used = usage.map(|usage| -> Vec<u64> {
                let with = usage.0.iter().map(|used| used.saturating_add(more));
                with.collect()
            });
            note(envelope, meter, used);
        }
    }

    /// Charges what was not refused.
    pub(super) async fn charge(&self, envelope: &mut Envelope, counted: Counted<'_>) {
        if matches!(
            counted.what,
            Counts::Connections | Counts::DistinctRecipients
        ) {
            return;
        }
        for (meter, key) in self.concerned(envelope, counted) {
            let amount = Charge::Amount(counted.amount);
            let charged = self.meters.charge(&stored(meter), &key, amount).await;
            if counted.what == Counts::RejectedRecipients {
                note(envelope, meter, charged.ok().map(|usage| usage.0));
            }
        }
    }

    /// The meters that count such a thing, with the key that it is counted under.
    fn concerned(
        &self,
        envelope: &Envelope,
        counted: Counted<'_>,
    ) -> Vec<(&tamis_rules::Meter, String)> {
        let all = self.policy.meters().iter();
        all.filter(|meter| meter.counts == counted.what)
            .filter(|meter| counted.recipient.is_some() || !meter.is_by_recipient())
            .filter(|meter| {
                // Messages are counted once: at MAIL FROM, or for each recipient if the key has one.
                counted.what != Counts::Messages
                    || meter.is_by_recipient() == counted.recipient.is_some()
            })
            .filter_map(|meter| Some((meter, meter.key_of(envelope, counted.recipient)?)))
            .collect()
    }
}

/// What a meter says, in the place of what it said before.
fn note(envelope: &mut Envelope, meter: &tamis_rules::Meter, used: Option<Vec<u64>>) {
    let over = |used: &Vec<u64>| {
        let mut pairs = used.iter().zip(&meter.limits);
        pairs.any(|(used, limit)| *used > limit.quota)
    };
    let fact = MeterFact {
        meter: meter.name.clone(),
        exceeded: used.as_ref().is_some_and(over),
        used,
    };
    let known = envelope.meters.iter_mut();
    match known.into_iter().find(|known| known.meter == meter.name) {
        Some(known) => *known = fact,
        None => envelope.meters.push(fact),
    }
}

/// A meter in the words of the store.
fn stored(meter: &tamis_rules::Meter) -> Meter {
    let limit = |limit: &tamis_rules::Limit| Limit {
        quota: limit.quota,
        window: Duration::from_secs(limit.window),
    };
    Meter {
        name: meter.name.clone(),
        limits: meter.limits.iter().map(limit).collect(),
        distinct: meter.counts == Counts::DistinctRecipients,
    }
}
