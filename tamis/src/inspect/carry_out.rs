//! Carries a decision out: the message is rewritten, the result is read and scanned again, and what was removed is kept, in
//! this order and before anybody is answered.

use super::banner;
use super::beside::Beside;
use super::canonical::{self, Form};
use super::edited::Edited;
use super::judged::{Judged, built_in};
use super::keep::forget;
use super::outcome::{Delivered, Fate, Outcome};
use super::plan::{Means, Planned, plan};
use super::report::Report;
use super::{Came, judged_reading};
use std::io;
use std::sync::Arc;
use tamis_rules::{Delivery, Envelope, Reply, ScanFact, Verdict};
use tamis_sanitize::repair::RepairOptions;
use tamis_sanitize::{MessageMap, PartId, Plan, Reading, Rewrite, rewrite};

impl Judged {
    /// Does what the policy says. Blocks: files are written, and what is kept of the message is durable when this returns.
    /// An error is a failure of the disk; nothing may be delivered then.
    ///
    /// # Panics
    /// In an async context, if scanners have to be asked about the result of an edit: call it on a thread that may block.
    /// They are asked in the runtime in which the inspection ran, so that has to be running.
    pub fn carry_out(mut self) -> io::Result<Outcome> {
        let (mut report, started) = (Report::of(&self), self.started);
        let entered = self.entered.take();
        let verdict = std::mem::replace(&mut self.decision.verdict, Verdict::Discard);
        let site = Arc::clone(&self.site);
        site.tally.count(&self.decision);
        let fate = self.do_all(verdict, &mut report);
        let fate = fate.inspect_err(|_| forget(&site, &report))?;
        report.close(&fate, started.elapsed());
        if let Some(entered) = entered {
            entered.passed();
        }
        Ok(Outcome { fate, report })
    }

    fn do_all(self, verdict: Verdict, report: &mut Report) -> io::Result<Fate> {
        let beside = Beside::of(&self);
        if let Some(beside) = &beside {
            beside.before(&self.came.spool, report)?;
        }
        let fate = match verdict {
            Verdict::Deliver(delivery) => self.deliver(&delivery, report),
            Verdict::Reject(reply) => self.refuse(Fate::Reject(reply), report),
            Verdict::TempFail(reply) => self.refuse(Fate::TempFail(reply), report),
            Verdict::Discard => self.refuse(Fate::Discard, report),
        }?;
        if let Some(beside) = &beside {
            beside.after(&fate, report)?;
            beside.tell(report);
        }
        Ok(fate)
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
        if self.policy.is_observed() || matches!(self.form, Form::Unread) {
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
        let mut planned = self.plan(map, delivery, report)?;
        let bannered = match &delivery.banner {
            Some(text) => banner::put(map, self.spool(), text, &mut planned.plan)?,
            None => Vec::new(),
        };
        let plan = std::mem::take(&mut planned.plan);
        let Edited { rewrite, after } = match self.edit(map, delivery, plan, &bannered)? {
            Ok(edited) => edited,
            Err(reason) => return Ok(unsafe_result(reason, report)),
        };
        if let Some(complaint) = self.scanned_again(map, delivery, &rewrite)? {
            return Ok(unsafe_result(&complaint, report));
        }
        self.keep_parts(map, &planned, report)?;
        report.changes(map, delivery, &planned.repairs, &rewrite);
        report.canonical(&self.form);
        self.keep_what_was_left_out(report)?;
        let delivered = self.delivered(rewrite, after);
        Ok(Fate::Deliver(Box::new(delivered.sent(delivery))))
    }

    /// What scanners have against a message with another body. One that only gets other header fields is not scanned again.
    fn scanned_again(
        &self,
        map: &MessageMap,
        delivery: &Delivery,
        rewrite: &Rewrite,
    ) -> io::Result<Option<String>> {
        if rewrite.body.is_none() || !self.asking.asks_anybody() {
            return Ok(None);
        }
        let result = rewrite.message(map);
        // What was said of a part that is taken out excuses nothing in what is left.
        let stays = |fact: &&ScanFact| fact.part.is_none_or(|part| !is_out(map, delivery, part));
        let before: Vec<ScanFact> = self.scans.iter().filter(stays).cloned().collect();
        let complaint = self.asking.complaint(&before, self.spool(), &result);
        self.runtime.block_on(complaint)
    }

    fn plan(&self, map: &MessageMap, delivery: &Delivery, report: &Report) -> io::Result<Planned> {
        let means = Means {
            repairs: RepairOptions::from(&canonical::treatment(&self.policy)),
            quarantine: self.site.quarantine.is_some(),
            kept_as: report.whole_is_kept_as(),
            seed: if delivery.is_untouched() {
                [0; 16]
            } else {
                canonical::seed(self.spool())?
            },
        };
        plan(map, delivery, &means)
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
}

/// Whether a part goes, by itself or with what holds it.
fn is_out(map: &MessageMap, delivery: &Delivery, part: PartId) -> bool {
    let goes = |id: PartId| {
        let mut decisions = delivery.parts.iter();
        decisions.any(|decision| decision.part == id && decision.action.takes_out())
    };
    goes(part) || map.ancestors(part).any(|holder| goes(holder.id()))
}

/// Whether rules take out the last recipient. Without an envelope, as in batch work, nobody is taken out.
fn is_for_nobody(envelope: &Envelope, delivery: &Delivery) -> bool {
    let edits = &delivery.envelope;
    let stays = |recipient: &String| !edits.remove.contains(recipient);
    !edits.remove.is_empty() && edits.add.is_empty() && !envelope.recipients.iter().any(stays)
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
