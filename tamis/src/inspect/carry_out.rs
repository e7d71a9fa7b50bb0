//! Carries a decision out: the message is rewritten, the result is read again, and what was removed is kept, in this order
//! and before anybody is answered.

use super::again::Origins;
use super::banner;
use super::canonical::{self, Form};
use super::keep;
use super::outcome::{Delivered, Fate, Outcome};
use super::plan::{Planned, plan};
use super::report::Report;
use super::{Came, Site, facts, judged_reading, reader};
use crate::quarantine::{Id, What};
use crate::spool::Spool;
use std::io;
use std::sync::Arc;
use std::time::Instant;
use tamis_rules::{Decision, Delivery, Envelope, Policy, Reason, Reply, ScanFact, Verdict, Way};
use tamis_sanitize::repair::RepairOptions;
use tamis_sanitize::{Event, MessageMap, Piece, Plan, Reading, Rewrite, rewrite};

/// A message that was read to its end, and what the policy says of it.
#[derive(Debug)]
pub struct Judged {
    pub(super) site: Arc<Site>,
    pub(super) policy: Arc<Policy>,
    pub(super) envelope: Envelope,
    pub(super) came: Came,
    pub(super) form: Form,
    pub(super) scans: Vec<ScanFact>,
    pub(super) decision: Decision,
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

    /// The message as it came, read.
    pub fn reading(&self) -> &Reading {
        &self.came.reading
    }

    /// Does what the policy says. Blocks: files are written, and quarantine is durable when this returns. An error is a
    /// failure of the disk; nothing may be delivered then.
    pub fn carry_out(mut self) -> io::Result<Outcome> {
        let (mut report, started) = (Report::of(&self), self.started);
        let verdict = std::mem::replace(&mut self.decision.verdict, Verdict::Discard);
        let site = Arc::clone(&self.site);
        site.tally.count(&self.decision);
        let fate = match verdict {
            Verdict::Deliver(delivery) => self.deliver(&delivery, &mut report),
            Verdict::Reject(reply) => self.refuse(Fate::Reject(reply), &mut report),
            Verdict::TempFail(reply) => self.refuse(Fate::TempFail(reply), &mut report),
            Verdict::Discard => self.refuse(Fate::Discard, &mut report),
        };
        let fate = fate.inspect_err(|_| forget(&site, &report))?;
        report.close(&fate, started.elapsed());
        Ok(Outcome { fate, report })
    }

    fn refuse(&self, fate: Fate, report: &mut Report) -> io::Result<Fate> {
        if self.decision.keep {
            self.keep_message(report)?;
        }
        Ok(fate)
    }

    fn deliver(self, delivery: &Delivery, report: &mut Report) -> io::Result<Fate> {
        if self.decision.keep {
            self.keep_message(report)?;
        }
        if self.policy.is_observed() {
            return Ok(Fate::Deliver(Box::new(Delivered::untouched(
                self.came.spool,
            ))));
        }
        if is_for_nobody(&self.envelope, delivery) {
            return Ok(Fate::Discard);
        }
        let Reading::Whole(map) = judged_reading(&self.came, &self.form) else {
            return Ok(self.deliver_unread(delivery, report));
        };
        if let Form::Unsafe(why) = self.form {
            return Ok(unsafe_result(why, report));
        }
        let seed = if delivery.is_untouched() {
            [0; 16]
        } else {
            canonical::seed(self.spool())?
        };
        let mut planned = plan(
            map,
            delivery,
            &RepairOptions::from(&canonical::treatment(&self.policy)),
            self.site.quarantine.is_some(),
            seed,
        )?;
        let bannered = match &delivery.banner {
            Some(text) => banner::put(map, self.spool(), text, &mut planned.plan)?,
            None => Vec::new(),
        };
        let rewritten = rewrite(map, &planned.plan);
        let after = if rewritten.is_identity() {
            None
        } else {
            let origins = Origins::new(map, delivery, &bannered, &rewritten.message(map));
            match self.read_again(&origins, &rewritten.message(map))? {
                Ok(after) => Some(after),
                Err(reason) => return Ok(unsafe_result(reason, report)),
            }
        };
        self.keep_parts(map, &planned, report)?;
        report.changes(map, delivery, &planned.repairs, &rewritten);
        report.canonical(&self.form);
        self.keep_what_was_left_out(report)?;
        let delivered = self.delivered(rewritten, after);
        Ok(Fate::Deliver(Box::new(delivered.sent(delivery))))
    }

    /// What is delivered: as it came, as it was made canonical, or as the rewrite makes it of either.
    fn delivered(self, rewrite: Rewrite, after: Option<MessageMap>) -> Delivered {
        let Came { reading, spool, .. } = self.came;
        let changed = !rewrite.is_identity();
        match self.form {
            Form::Canonical(anew) => anew.delivered(reading.map(), rewrite, after),
            _ if changed => Delivered::rewritten(spool, reading.map(), rewrite, after),
            _ => Delivered::untouched(spool),
        }
    }

    /// The octets that are judged and edited.
    fn spool(&self) -> &Spool {
        match &self.form {
            Form::Canonical(anew) => &anew.spool,
            Form::AsItCame | Form::Unsafe(_) => &self.came.spool,
        }
    }

    /// A message that was read in part can be delivered if policy says so, and its header edited if that was read whole.
    /// Its body stays as it came.
    fn deliver_unread(self, delivery: &Delivery, report: &mut Report) -> Fate {
        let Came { reading, spool, .. } = self.came;
        let seen = reading.map();
        let header = delivery.header_edits(seen);
        if !header.is_empty() && !reading.has_whole_header() {
            return unsafe_result("the header section was not read to its end", report);
        }
        let rewritten = rewrite(
            seen,
            &Plan {
                header,
                ..Plan::default()
            },
        );
        let delivered = if rewritten.is_identity() {
            Delivered::untouched(spool)
        } else {
            Delivered::rewritten(spool, seen, rewritten, None)
        };
        Fate::Deliver(Box::new(delivered.sent(delivery)))
    }

    /// Reads the result as its recipient will, and asks the policy again: what is delivered has nothing that policy
    /// removes. Gives the map of the result, or why it cannot be delivered.
    fn read_again(
        &self,
        origins: &Origins<'_>,
        result: &[Piece],
    ) -> io::Result<Result<MessageMap, &'static str>> {
        let mut reader = reader(self.came.digests, &self.site.limits);
        for chunk in self.spool().splice(result) {
            reader.push(&chunk?);
            while reader.next() != Event::NeedInput {}
        }
        let mut reading = reader.finish();
        if let Reading::Whole(map) = &mut reading {
            origins.tell_inside(map);
        }
        let facts = facts(&self.envelope, &reading, &self.scans);
        let verdict = self.policy.decide(&facts).verdict;
        Ok(match reading {
            Reading::Whole(map) if !origins.is_settled(&verdict, &map) => {
                Err("the result still has what policy removes")
            }
            Reading::Whole(map) if !origins.keeps_all(&map) => {
                Err("the result has lost what policy leaves")
            }
            Reading::Whole(map) => Ok(map),
            Reading::Cut { .. } => Err("the result is beyond a limit"),
        })
    }

    fn keep_parts(
        &self,
        map: &MessageMap,
        planned: &Planned,
        report: &mut Report,
    ) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        for (decision, id) in &planned.kept {
            let part = map.part(decision.part);
            let record = keep::record(
                id.clone(),
                keep::part(part),
                &self.envelope,
                &decision.reason,
            );
            store
                .keep(record, &mut self.spool().range(part.entity()))
                .map_err(|error| io::Error::other(error.to_string()))?;
            report.kept(id, Some(part));
        }
        Ok(())
    }

    fn keep_message(&self, report: &mut Report) -> io::Result<()> {
        let nothing = built_in("quarantine", "quarantine", None);
        let reason = self.decision.reasons.last().unwrap_or(&nothing);
        self.keep_as_it_came(reason, report)
    }

    /// Keeps the message as it came if its canonical form lacks something of it, and it is not kept already.
    fn keep_what_was_left_out(&self, report: &mut Report) -> io::Result<()> {
        match &self.form {
            Form::Canonical(anew) if !anew.dropped.is_empty() && !self.decision.keep => {
                self.keep_as_it_came(&built_in("canonical-form", "quarantine", None), report)
            }
            _ => Ok(()),
        }
    }

    fn keep_as_it_came(&self, reason: &Reason, report: &mut Report) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        let id = Id::new()?;
        let record = keep::record(id.clone(), What::Message, &self.envelope, reason);
        store
            .keep(record, &mut self.came.spool.reader())
            .map_err(|error| io::Error::other(error.to_string()))?;
        report.kept(&id, None);
        Ok(())
    }
}

/// Takes out what was kept of a message that comes again: with each try there would be one copy more.
fn forget(site: &Site, report: &Report) {
    let Some(store) = &site.quarantine else {
        return;
    };
    for kept in &report.kept {
        if let Ok(id) = kept.id.parse() {
            // A copy too many does less harm than another error.
            let _ = store.remove(&id);
        }
    }
}

/// Whether rules take out the last recipient. Without an envelope, as in batch work, nobody is taken out.
fn is_for_nobody(envelope: &Envelope, delivery: &Delivery) -> bool {
    let edits = &delivery.envelope;
    let stays = |recipient: &String| !edits.remove.contains(recipient);
    !edits.remove.is_empty() && edits.add.is_empty() && !envelope.recipients.iter().any(stays)
}

/// The reason for what holds without a rule.
fn built_in(name: &str, action: &str, detail: Option<&str>) -> Reason {
    Reason {
        rule: name.into(),
        file: Reason::BUILT_IN.into(),
        line: 0,
        action: action.into(),
        part: None,
        detail: detail.map(str::to_owned),
    }
}

/// An edit has brought something to light that policy removes: the structure was ambiguous, and is not delivered.
fn unsafe_result(why: &str, report: &mut Report) -> Fate {
    report
        .reasons
        .push(built_in("unsafe-result", "tempfail", Some(why)));
    match Reply::new(451, (4, 7, 1), "message could not be made safe") {
        Ok(reply) => Fate::TempFail(reply),
        Err(_) => Fate::Discard,
    }
}
