//! Carries a decision out: the message is rewritten, the result is read again, and what was removed is kept, in this order
//! and before anybody is answered.

use super::Site;
use super::again::Origins;
use super::keep;
use super::outcome::{Delivered, Fate, Outcome};
use super::plan::{Planned, plan};
use super::report::Report;
use crate::quarantine::{Id, What};
use crate::spool::{CHUNK, Spool};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;
use tamis_rules::{
    Decision, Delivery, Envelope, Facts, Policy, Reason, Reply, ScanFact, Stage, Verdict,
};
use tamis_sanitize::{Event, MessageMap, Needs, Piece, Plan, Reader, Reading, rewrite};

/// A message that was read to its end, and what the policy says of it.
#[derive(Debug)]
pub struct Judged {
    pub(super) site: Arc<Site>,
    pub(super) policy: Arc<Policy>,
    pub(super) envelope: Envelope,
    pub(super) reading: Reading,
    pub(super) spool: Spool,
    pub(super) scans: Vec<ScanFact>,
    pub(super) decision: Decision,
    pub(super) started: Instant,
}

impl Judged {
    /// What the policy says, before anything of it is done.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// What was read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Does what the policy says. Blocks: files are written, and quarantine is durable when this returns. An error is a
    /// failure of the disk; nothing may be delivered then.
    pub fn carry_out(mut self) -> io::Result<Outcome> {
        let (mut report, started) = (Report::of(&self), self.started);
        let verdict = std::mem::replace(&mut self.decision.verdict, Verdict::Discard);
        let site = Arc::clone(&self.site);
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

    fn deliver(mut self, delivery: &Delivery, report: &mut Report) -> io::Result<Fate> {
        if self.decision.keep {
            self.keep_message(report)?;
        }
        let Reading::Whole(map) = &self.reading else {
            return Ok(self.deliver_unread(delivery, report));
        };
        let seed = if delivery.parts.is_empty() {
            [0; 16]
        } else {
            self.seed()?
        };
        let planned = plan(map, delivery, self.site.quarantine.is_some(), seed)?;
        let rewritten = rewrite(map, &planned.plan);
        if rewritten.is_identity() {
            return Ok(Fate::Deliver(Delivered::untouched(self.spool)));
        }
        let after = match self.read_again(map, delivery, &rewritten.message(map))? {
            Ok(after) => after,
            Err(reason) => return Ok(unsafe_result(reason, report)),
        };
        self.keep_parts(map, &planned, report)?;
        report.changes(map, delivery, &planned.repairs, &rewritten);
        let spool = std::mem::replace(&mut self.spool, Spool::new(self.site.spool.clone()));
        Ok(Fate::Deliver(Delivered::rewritten(
            spool,
            map,
            rewritten,
            Some(after),
        )))
    }

    /// A message that was read in part can be delivered if policy says so, and its header edited if that was read whole.
    /// Its body stays as it came.
    fn deliver_unread(mut self, delivery: &Delivery, report: &mut Report) -> Fate {
        let seen = self.reading.map();
        let header = delivery.header_edits(seen);
        if !header.is_empty() && !self.reading.has_whole_header() {
            return unsafe_result("the header section was not read to its end", report);
        }
        let rewritten = rewrite(
            seen,
            &Plan {
                header,
                ..Plan::default()
            },
        );
        if rewritten.is_identity() {
            return Fate::Deliver(Delivered::untouched(self.spool));
        }
        let spool = std::mem::replace(&mut self.spool, Spool::new(self.site.spool.clone()));
        Fate::Deliver(Delivered::rewritten(
            spool,
            self.reading.map(),
            rewritten,
            None,
        ))
    }

    /// Reads the result as its recipient will, and asks the policy again: what is delivered has nothing that policy
    /// removes. Gives the map of the result, or why it cannot be delivered.
    fn read_again(
        &self,
        before: &MessageMap,
        delivery: &Delivery,
        result: &[Piece],
    ) -> io::Result<Result<MessageMap, &'static str>> {
        let mut reader = Reader::new(Needs::default(), self.site.limits.clone());
        for chunk in self.spool.splice(result) {
            reader.push(&chunk?);
            while reader.next() != Event::NeedInput {}
        }
        let reading = reader.finish();
        let facts = Facts {
            stage: Stage::Message,
            envelope: &self.envelope,
            message: Some(&reading),
            scans: &self.scans,
        };
        let verdict = self.policy.decide(&facts).verdict;
        let origins = Origins::new(before, delivery, result);
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
                .keep(record, &mut self.spool.range(part.entity()))
                .map_err(|error| io::Error::other(error.to_string()))?;
            report.kept(id, Some(part));
        }
        Ok(())
    }

    fn keep_message(&self, report: &mut Report) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        let id = Id::new()?;
        let nothing = built_in("quarantine", "quarantine", None);
        let reason = self.decision.reasons.last().unwrap_or(&nothing);
        let record = keep::record(id.clone(), What::Message, &self.envelope, reason);
        store
            .keep(record, &mut self.spool.reader())
            .map_err(|error| io::Error::other(error.to_string()))?;
        report.kept(&id, None);
        Ok(())
    }

    /// Octets that the sender of the message cannot have known: its own digest.
    fn seed(&self) -> io::Result<[u8; 16]> {
        let mut digest = Sha256::new();
        let mut reader = self.spool.reader();
        let mut buffer = vec![0; CHUNK];
        loop {
            let length = reader.read(&mut buffer)?;
            if length == 0 {
                break;
            }
            digest.update(buffer.get(..length).unwrap_or_default());
        }
        let mut seed = [0; 16];
        seed.iter_mut()
            .zip(digest.finalize())
            .for_each(|(to, from)| *to = from);
        Ok(seed)
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
