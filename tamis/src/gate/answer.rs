//! Decisions and outcomes in the words of the milter protocol.

use crate::inspect::{Delivered, Fate};
use crate::room::Admitted;
use tamis_milter::{
    BoxError, Delivery, Edits, EnvelopeAddress as Mailbox, EnvelopeEdit, HeaderEdit, HeaderName,
    HeaderValue, Parameters, Place, Refusal, Reply, Verdict,
};
use tamis_rules::Decision;
use tamis_sanitize as sanitize;

/// The refusal that a settled decision asks for before the message is there.
pub(super) fn early_refusal(decision: &Decision) -> Option<Refusal> {
    if !decision.settled {
        return None;
    }
    match &decision.verdict {
        tamis_rules::Verdict::Reject(reply) => Some(refusal(reply, Refusal::Reject)),
        tamis_rules::Verdict::TempFail(reply) => Some(refusal(reply, Refusal::TempFail)),
        tamis_rules::Verdict::Deliver(_) | tamis_rules::Verdict::Discard => None,
    }
}

/// The refusal of a recipient about whom rules say other things than about the first one.
pub(super) fn send_apart() -> Refusal {
    let text = "send to this recipient in a message of its own";
    Reply::lossy(452, (5, 3), text).map_or(Refusal::TempFail, Refusal::Reply)
}

/// The refusal of a message that does not fit beside the others (RFC 3463, X.3.1).
pub(super) fn no_room() -> Refusal {
    let text = "too much mail is on its way, try again later";
    Reply::lossy(452, (3, 1), text).map_or(Refusal::TempFail, Refusal::Reply)
}

/// What the MTA is told at the end of a message. A new body keeps the place of the message until it is sent.
pub(super) fn verdict(fate: &Fate, place: Option<Admitted>) -> Result<Verdict, BoxError> {
    Ok(match fate {
        Fate::Deliver(delivered) => Verdict::Deliver(delivery(delivered, place)?),
        Fate::Reject(reply) => refusal(reply, Refusal::Reject).into(),
        Fate::TempFail(reply) => refusal(reply, Refusal::TempFail).into(),
        Fate::Discard => Verdict::Discard,
    })
}

/// The rule's own words; the MTA's if they do not fit the protocol.
fn refusal(reply: &tamis_rules::Reply, plain: Refusal) -> Refusal {
    let enhanced = reply.enhanced();
    let mut numbers = enhanced
        .split('.')
        .skip(1)
        .filter_map(|number| number.parse::<u16>().ok());
    let status = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    Reply::lossy(reply.code(), status, reply.text()).map_or(plain, Refusal::Reply)
}

fn delivery(delivered: &Delivered, place: Option<Admitted>) -> Result<Delivery, BoxError> {
    let mut edits = Edits::new();
    for edit in delivered.header_edits() {
        edits.header(header_edit(edit)?);
    }
    for address in &delivered.envelope().add {
        let address = Mailbox::new(format!("<{address}>").as_bytes())?;
        edits.envelope(EnvelopeEdit::Add(address, Parameters::none()));
    }
    for address in &delivered.envelope().remove {
        // Its octets are not known any more, and an MTA takes nobody out for another spelling.
        if address.contains(char::REPLACEMENT_CHARACTER) {
            return Err(format!("the recipient {address} cannot be named to the MTA").into());
        }
        let address = Mailbox::new(format!("<{address}>").as_bytes())?;
        edits.envelope(EnvelopeEdit::Remove(address));
    }
    if let Some(reason) = delivered.hold() {
        let plain = |c: char| {
            if c.is_ascii_graphic() || c == ' ' {
                c
            } else {
                '?'
            }
        };
        let reason: String = reason.chars().map(plain).collect();
        edits.quarantine(&reason)?;
    }
    let body = delivered.body().map(|body| {
        let body = body.inspect(move |_| _ = &place);
        Box::new(body) as tamis_milter::Body
    });
    Ok(Delivery { edits, body })
}

/// A field at the top stands where the filter saw the top: below what the MTA itself adds.
fn header_edit(edit: &sanitize::HeaderEdit) -> Result<HeaderEdit, BoxError> {
    let name_of = |name: &sanitize::FieldName| HeaderName::new(name.as_str());
    let value_of = |value: &sanitize::FieldValue| HeaderValue::new(value.as_bytes());
    Ok(match edit {
        sanitize::HeaderEdit::Change { name, nth, value } => {
            HeaderEdit::Change(name_of(name)?, (*nth).into(), value_of(value)?)
        }
        sanitize::HeaderEdit::Delete { name, nth } => {
            HeaderEdit::Delete(name_of(name)?, (*nth).into())
        }
        sanitize::HeaderEdit::Prepend { name, value } => {
            HeaderEdit::Insert(Place::BelowReceived, name_of(name)?, value_of(value)?)
        }
        sanitize::HeaderEdit::Append { name, value } => {
            HeaderEdit::Append(name_of(name)?, value_of(value)?)
        }
    })
}
