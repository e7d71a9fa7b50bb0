//! A message that was read to its end, and what the policy says of it.

use super::canonical::Form;
use super::scans::Asking;
use super::{Came, Site, facts, judged_reading, judged_spool};
use crate::poison::{Entered, Ledger, OnPoison};
use crate::spool::Spool;
use std::sync::Arc;
use std::time::Instant;
use tamis_rules::{Beside, Decision, Envelope, Observed, Policy, Reason, ScanFact, Verdict, Way};
use tamis_sanitize::Reading;
use tokio::runtime::Handle;

/// Octets of a message that may be read once more where nothing may block, if its header section is mended: as much as
/// comes in four pieces of a body.
const LIGHT: u64 = 256 << 10;

/// A message that was read to its end, and what the policy says of it.
#[derive(Debug)]
pub struct Judged {
    pub(super) site: Arc<Site>,
    pub(super) policy: Arc<Policy>,
    pub(super) envelope: Envelope,
    pub(super) came: Came,
    pub(super) form: Form,
    pub(super) scans: Vec<ScanFact>,
    pub(super) asking: Asking,
    /// Where scanners are asked about the result of an edit.
    pub(super) runtime: Handle,
    pub(super) decision: Decision,
    /// Says that the message is inspected.
    pub(super) entered: Option<Entered>,
    pub(super) started: Instant,
}

impl Judged {
    /// What the policy says, before anything of it is done.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// What came of each rule that was asked, for each group of recipients about whom all rules say the same.
    pub fn way(&self) -> Vec<Way> {
        let reading = judged_reading(&self.came, &self.form);
        let facts = facts(&self.envelope, reading, &self.scans);
        self.policy.explain(&facts).1
    }

    /// Whether nothing has to be done but to answer: no file is touched, nobody is asked, and little is computed. Then
    /// [`Judged::carry_out`] may be called where nothing may block. A header section may still be mended.
    pub fn is_light(&self) -> bool {
        let decision = &self.decision;
        let untouched = match &decision.verdict {
            Verdict::Deliver(delivery) => delivery.is_untouched(),
            Verdict::Reject(_) | Verdict::TempFail(_) | Verdict::Discard => true,
        };
        untouched
            && !decision.keep
            && decision.beside.capture.is_none()
            && decision.beside.notify.is_empty()
            && matches!(self.form, Form::AsItCame)
            && (self.is_flawless() || self.is_short() && !self.asking.asks_anybody())
    }

    /// Whether it may be read once more where nothing may block.
    fn is_short(&self) -> bool {
        !self.came.spool.is_on_disk() && self.came.spool.len() <= LIGHT
    }

    /// Whether there is nothing to mend, for which it would be read once more.
    fn is_flawless(&self) -> bool {
        let map = judged_reading(&self.came, &self.form).map();
        map.defects().is_empty()
    }

    /// The message as it came, read.
    pub fn reading(&self) -> &Reading {
        &self.came.reading
    }

    /// The octets that are judged and edited.
    pub(super) fn spool(&self) -> &Spool {
        judged_spool(&self.came, &self.form)
    }
}

/// What becomes of a message that is not inspected because that has failed so often, as the configuration has it.
pub(super) fn poisoned(site: &Site, failures: u32) -> Decision {
    let wanted = site.ledger.as_ref().map(Ledger::outcome);
    // Without a quarantine it would be lost.
    let outcome = wanted
        .filter(|it| *it != OnPoison::Quarantine || site.quarantine.is_some())
        .unwrap_or_default();
    site.metrics.poisoned();
    Decision {
        verdict: outcome.verdict(),
        keep: outcome == OnPoison::Quarantine,
        settled: true,
        reasons: vec![because_of(failures, outcome.name())],
        beside: Beside::default(),
        observed: Observed::default(),
    }
}

/// What a rule says of a message that is not inspected, with what nobody may overlook: that it was not.
pub(super) fn uninspected(mut decision: Decision, failures: u32) -> Decision {
    let is_told = |reason: &Reason| &*reason.rule == POISON && &*reason.file == Reason::BUILT_IN;
    if !decision.reasons.iter().any(is_told) {
        let action = decision.verdict.name();
        decision.reasons.push(because_of(failures, action));
    }
    decision
}

/// The reason of all that is done with a message that is not inspected.
const POISON: &str = "poison";

fn because_of(failures: u32, action: &str) -> Reason {
    let why = format!("{failures} inspections of it did not come to their end");
    built_in(POISON, action, Some(&why))
}

/// The reason for what holds without a rule.
pub(super) fn built_in(name: &str, action: &str, detail: Option<&str>) -> Reason {
    Reason {
        rule: name.into(),
        file: Reason::BUILT_IN.into(),
        line: 0,
        action: action.into(),
        part: None,
        detail: detail.map(str::to_owned),
    }
}
