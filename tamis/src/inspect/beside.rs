//! What rules want beside the verdict: copies of the message, and notices about it.
//!
//! The copy of what came is on disk before anything else is done, the copy of what is delivered before anybody is answered.
//! Notices come last, and nobody waits for them.

use super::Site;
use super::judged::Judged;
use super::notes::{CaptureNote, NoticeNote};
use super::outcome::{Delivered, Fate};
use super::record::record;
use super::report::Report;
use crate::capture::{Captures, OnFailure};
use crate::notify::{About, Told};
use crate::quarantine::{CopyOf, Id, Record, What};
use crate::spool::Spool;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::Arc;
use tamis_rules::{Capture, Decision, Envelope, Notification, Reason};
use tamis_sanitize::MessageMap;

/// What is wanted for one message.
#[derive(Debug)]
pub(super) struct Beside {
    site: Arc<Site>,
    envelope: Envelope,
    policy: String,
    capture: Option<(Capture, Reason)>,
    notify: Vec<Notification>,
    auto_submitted: bool,
}

impl Beside {
    /// What the policy wants for a message; none for most.
    pub(super) fn of(judged: &Judged) -> Option<Self> {
        let beside = &judged.decision.beside;
        let wanted = beside.capture.is_some() || !beside.notify.is_empty();
        wanted.then(|| Beside {
            site: Arc::clone(&judged.site),
            envelope: judged.envelope.clone(),
            policy: judged.policy.version().to_owned(),
            capture: beside.capture.clone(),
            notify: beside.notify.clone(),
            auto_submitted: is_auto_submitted(judged.came.reading.map()),
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

    /// Sends the notices.
    pub(super) fn tell(&self, report: &mut Report) {
        let id = report.kept.first().map(|kept| kept.id.clone());
        let about = About {
            envelope: &self.envelope,
            auto_submitted: self.auto_submitted,
            id: id.as_deref(),
        };
        for notification in &self.notify {
            let told = tell(&self.site, &about, notification);
            report.notified.extend(notes(notification, &told));
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
            None => note.failed = Some("no store was given for copies".to_owned()),
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

/// Sends the notices about something that was refused before there was a message. What has no sender may be a notice.
pub fn tell_early(site: &Site, envelope: &Envelope, decision: &Decision) {
    let about = About {
        envelope,
        auto_submitted: envelope.sender.as_deref() == Some(""),
        id: None,
    };
    for notification in &decision.beside.notify {
        tell(site, &about, notification);
    }
}

fn tell(site: &Site, about: &About<'_>, notification: &Notification) -> Vec<(Arc<str>, Told)> {
    let off = || {
        let to = notification.to.iter();
        to.map(|address| (Arc::clone(address), Told::Off)).collect()
    };
    let notifier = site.notifier.as_ref();
    notifier.map_or_else(off, |notifier| notifier.tell(about, notification))
}

/// One note for all addresses of which the same became.
fn notes(notification: &Notification, told: &[(Arc<str>, Told)]) -> Vec<NoticeNote> {
    let results: BTreeSet<Told> = told.iter().map(|(_, told)| *told).collect();
    let note = |result: Told| NoticeNote {
        to: told
            .iter()
            .filter(|(_, told)| *told == result)
            .map(|(address, _)| address.to_string())
            .collect(),
        rule: notification.reason.rule.to_string(),
        result: result.name(),
    };
    results.into_iter().map(note).collect()
}

/// Whether a message says that no person has sent it (RFC 3834, section 5).
fn is_auto_submitted(map: &MessageMap) -> bool {
    let field = map.root().field("auto-submitted");
    field.is_some_and(|field| {
        let value = String::from_utf8_lossy(field.raw_value());
        let word = value.split([';', '(']).next().unwrap_or_default();
        !word.trim().eq_ignore_ascii_case("no")
    })
}

/// The recipients to whom it is delivered, instead of those for whom it came.
fn address(record: &mut Record, delivered: &Delivered) {
    let edits = delivered.envelope();
    let recipients = &mut record.envelope.recipients;
    recipients.retain(|recipient| !edits.remove.contains(recipient));
    recipients.extend(edits.add.iter().map(ToString::to_string));
}
