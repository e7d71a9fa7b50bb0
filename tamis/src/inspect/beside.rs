//! What rules want beside the verdict: copies of the message.
//!
//! The copy of what came is on disk before anything else is done, the copy of what is delivered before anybody is answered.

use super::Site;
use super::judged::Judged;
use super::outcome::{Delivered, Fate};
use super::record::record;
use super::report::{CaptureNote, Report};
use crate::capture::{Captures, OnFailure};
use crate::quarantine::{CopyOf, Id, Record, What};
use crate::spool::Spool;
use std::io::{self, Read};
use std::sync::Arc;
use tamis_rules::{Capture, Envelope, Reason};

/// What is wanted for one message.
#[derive(Debug)]
pub(super) struct Beside {
    site: Arc<Site>,
    envelope: Envelope,
    policy: String,
    capture: Option<(Capture, Reason)>,
}

impl Beside {
    /// What the policy wants for a message; none for most.
    pub(super) fn of(judged: &Judged) -> Option<Self> {
        let beside = &judged.decision.beside;
        beside.capture.is_some().then(|| Beside {
            site: Arc::clone(&judged.site),
            envelope: judged.envelope.clone(),
            policy: judged.policy.version().to_owned(),
            capture: beside.capture.clone(),
        })
    }

    /// Keeps the message as it came, if that is wanted.
    pub(super) fn before(&self, came: &Spool, report: &mut Report) -> io::Result<()> {
        match &self.capture {
            Some((capture, reason)) if capture.before => {
                let record = self.record(CopyOf::Before, reason)?;
                self.capture(record, came.len(), &mut came.reader(), report)
            }
            _ => Ok(()),
        }
    }

    /// Keeps the message as it is delivered, if it is and that is wanted.
    pub(super) fn after(&self, fate: &Fate, report: &mut Report) -> io::Result<()> {
        match (&self.capture, fate) {
            (Some((capture, reason)), Fate::Deliver(delivered)) if capture.after => {
                let mut record = self.record(CopyOf::After, reason)?;
                address(&mut record, delivered);
                self.capture(record, delivered.len(), &mut delivered.message(), report)
            }
            _ => Ok(()),
        }
    }

    fn record(&self, copy: CopyOf, reason: &Reason) -> io::Result<Record> {
        let id = Id::new()?;
        let mut record = record(id, What::Message, &self.envelope, &self.policy, reason);
        record.copy = Some(copy);
        Ok(record)
    }

    /// Without a store the report says that a copy was wanted. If there is one and it fails, the configuration says what
    /// then.
    fn capture(
        &self,
        record: Record,
        size: u64,
        octets: &mut dyn Read,
        report: &mut Report,
    ) -> io::Result<()> {
        let mut note = CaptureNote {
            copy: record.copy.map_or("", CopyOf::name),
            id: None,
            failed: None,
        };
        let keep = |captures: &Captures| captures.keep(record, size, octets);
        match self
            .site
            .captures
            .as_ref()
            .map(|it| (it.on_failure(), keep(it)))
        {
            None => note.failed = Some("there is no store for copies".to_owned()),
            Some((_, Ok(record))) => note.id = Some(record.id.to_string()),
            Some((OnFailure::TempFail, Err(error))) => {
                return Err(io::Error::other(error.to_string()));
            }
            Some((OnFailure::Continue, Err(error))) => note.failed = Some(error.to_string()),
        }
        report.captured.push(note);
        Ok(())
    }
}

/// The recipients to whom it is delivered, instead of those for whom it came.
fn address(record: &mut Record, delivered: &Delivered) {
    let edits = delivered.envelope();
    let recipients = &mut record.envelope.recipients;
    recipients.retain(|recipient| !edits.remove.contains(recipient));
    recipients.extend(edits.add.iter().map(ToString::to_string));
}
