//! What of a message quarantine keeps, and how it writes that down.

use super::Site;
use super::canonical::Form;
use super::judged::{Judged, built_in};
use super::plan::Planned;
use super::report::Report;
use crate::quarantine::{EnvelopeRecord, Id, PartRecord, Record, RuleRecord, What};
use std::io;
use tamis_rules::{Envelope, Reason};
use tamis_sanitize::{Kind, MessageMap, Part};

impl Judged {
    pub(super) fn keep_parts(
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
            let record = record(
                id.clone(),
                part_record(part),
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

    pub(super) fn keep_message(&self, report: &mut Report) -> io::Result<()> {
        let nothing = built_in("quarantine", "quarantine", None);
        let reason = self.decision.reasons.last().unwrap_or(&nothing);
        self.keep_as_it_came(reason, report)
    }

    /// Keeps the message as it came if its canonical form lacks something of it, and it is not kept already.
    pub(super) fn keep_what_was_left_out(&self, report: &mut Report) -> io::Result<()> {
        match &self.form {
            Form::Canonical(anew) if !anew.dropped.is_empty() && !self.decision.keep => {
                self.keep_as_it_came(&built_in("canonical-form", "quarantine", None), report)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn keep_as_it_came(&self, reason: &Reason, report: &mut Report) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        let id = Id::new()?;
        let record = record(id.clone(), What::Message, &self.envelope, reason);
        store
            .keep(record, &mut self.came.spool.reader())
            .map_err(|error| io::Error::other(error.to_string()))?;
        report.kept(&id, None);
        Ok(())
    }
}

/// Takes out what was kept of a message that comes again: with each try there would be one copy more.
pub(super) fn forget(site: &Site, report: &Report) {
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

/// The record of a message or a part that a rule has taken out.
fn record(id: Id, what: What, envelope: &Envelope, reason: &Reason) -> Record {
    let mut record = Record::new(id, envelope_record(envelope), what);
    record.queue_id.clone_from(&envelope.queue_id);
    record.rule = Some(RuleRecord {
        name: reason.rule.to_string(),
        file: reason.file.to_string(),
        line: reason.line,
    });
    record.reason = reason.to_string();
    record
}

/// A part as its record tells it.
fn part_record(part: &Part) -> What {
    What::Part(PartRecord {
        number: part.number().to_owned(),
        name: part.names().first().map(|name| name.text.clone()),
        declared_type: part.media_type().to_owned(),
        detected_type: part.detected_type().map(str::to_owned),
        kinds: part
            .kinds()
            .iter()
            .map(Kind::name)
            .map(str::to_owned)
            .collect(),
        encoding: part.encoding().name().to_owned(),
        header_bytes: part.header().len(),
    })
}

fn envelope_record(envelope: &Envelope) -> EnvelopeRecord {
    EnvelopeRecord {
        client: envelope.client.map(|client| client.to_string()),
        client_name: envelope.client_name.clone(),
        helo: envelope.helo.clone(),
        authenticated: envelope.authenticated.clone(),
        sender: envelope.sender.clone(),
        recipients: envelope.recipients.clone(),
        direction: envelope
            .direction
            .map(|direction| direction.name().to_owned()),
    }
}
