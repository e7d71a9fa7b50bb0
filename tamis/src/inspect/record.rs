//! What is kept of a message, as its record tells it.

use crate::quarantine::{EnvelopeRecord, Id, PartRecord, Record, RuleRecord, What};
use tamis_rules::{Envelope, Reason};
use tamis_sanitize::{Kind, Part};

/// The record of a message or a part that a rule wants kept.
pub(super) fn record(
    id: Id,
    what: What,
    envelope: &Envelope,
    policy: &str,
    reason: &Reason,
) -> Record {
    let mut record = Record::new(id, envelope_record(envelope), what);
    record.queue_id.clone_from(&envelope.queue_id);
    record.rule = Some(RuleRecord {
        name: reason.rule.to_string(),
        file: reason.file.to_string(),
        line: reason.line,
    });
    record.policy = Some(policy.to_owned());
    record.reason = reason.to_string();
    record
}

/// A part as its record tells it.
pub(super) fn part_record(part: &Part) -> What {
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
