//! What a filter may change in a message.
//!
//! The protocol counts header fields in two ways that must not be mixed up: [`Nth`] is one of the fields of a name, and
//! [`Place`] is a position in the whole header.

use super::envelope::{Address, Parameters};
use super::field::{HeaderName, HeaderValue};
use super::flags::Actions;
use super::invalid::InvalidEdit;
use std::num::NonZeroU32;

/// Longest reason to hold a message, in octets.
const REASON_MAX: usize = 1000;

/// One of the fields of a name, counted from 1 over the fields that the filter was shown. The order is that of the
/// message as it came: edits do not shift each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nth(NonZeroU32);

impl Nth {
    /// The first field of a name.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The field of this number; `None` for 0.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl From<NonZeroU32> for Nth {
    fn from(number: NonZeroU32) -> Self {
        Self(number)
    }
}

/// A position in the whole header. Others mean different things to different MTAs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Above everything, the MTA's own `Received` as well.
    Top,
    /// Right below the `Received` that the MTA adds.
    BelowReceived,
}

/// One change of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderEdit {
    /// Gives a field another value.
    Change(HeaderName, Nth, HeaderValue),
    /// Takes a field out.
    Delete(HeaderName, Nth),
    /// Puts a field near the top. Several at one place stand in the order in which they were given.
    Insert(Place, HeaderName, HeaderValue),
    /// Puts a field at the end; Sendmail puts it above the first field of the same name if there is one.
    Append(HeaderName, HeaderValue),
}

/// One change of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeEdit {
    /// Another sender.
    Sender(Address, Parameters),
    /// One recipient more.
    Add(Address, Parameters),
    /// One recipient less. The address must be that of the RCPT command, octet by octet. A message that loses its last
    /// recipient vanishes: discard it instead.
    Remove(Address),
}

/// Changes of header, envelope and fate of a message. The replacement of the body is not here, because it is streamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    header: Vec<HeaderEdit>,
    envelope: Vec<EnvelopeEdit>,
    quarantine: Option<String>,
}

impl Edits {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the header. Of several changes of one field the last one counts.
    pub fn header(&mut self, edit: HeaderEdit) -> &mut Self {
        self.header.push(edit);
        self
    }

    /// Changes the envelope; carried out in the given order.
    pub fn envelope(&mut self, edit: EnvelopeEdit) -> &mut Self {
        self.envelope.push(edit);
        self
    }

    /// Has the MTA hold the message, for a reason of printable characters that lands in its log.
    pub fn quarantine(&mut self, reason: &str) -> Result<&mut Self, InvalidEdit> {
        if reason.is_empty() || reason.len() > REASON_MAX || reason.chars().any(char::is_control) {
            return Err(InvalidEdit::Reason);
        }
        self.quarantine = Some(reason.to_owned());
        Ok(self)
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.header.is_empty() && self.envelope.is_empty() && self.quarantine.is_none()
    }

    /// The changes of the header, as they were given.
    pub fn header_edits(&self) -> &[HeaderEdit] {
        &self.header
    }

    /// The changes of the envelope.
    pub fn envelope_edits(&self) -> &[EnvelopeEdit] {
        &self.envelope
    }

    /// Why the message is held.
    pub fn quarantine_reason(&self) -> Option<&str> {
        self.quarantine.as_deref()
    }

    /// What of this cannot be done with the given actions.
    pub fn lacking(&self, allowed: Actions) -> Actions {
        let header = self.header.iter().map(HeaderEdit::action);
        let quarantine = self.quarantine.iter().map(|_| Actions::QUARANTINE);
        let needed = header
            .chain(quarantine)
            .fold(Actions::NONE, |sum, action| sum | action);
        let lacking = self.envelope.iter().map(|edit| edit.lacking(allowed));
        lacking.fold(needed.without(allowed), |sum, action| sum | action)
    }
}

impl HeaderEdit {
    fn action(&self) -> Actions {
        match self {
            Self::Change(..) | Self::Delete(..) => Actions::CHANGE_HEADER,
            Self::Insert(..) | Self::Append(..) => Actions::ADD_HEADER,
        }
    }
}

impl EnvelopeEdit {
    /// A plain recipient can be added by either of two actions.
    fn lacking(&self, allowed: Actions) -> Actions {
        let with = Actions::ADD_RECIPIENT_WITH_PARAMETERS;
        match self {
            Self::Sender(..) => Actions::CHANGE_SENDER.without(allowed),
            Self::Remove(_) => Actions::REMOVE_RECIPIENT.without(allowed),
            Self::Add(..) if allowed.contains(with) => Actions::NONE,
            Self::Add(_, parameters) if parameters.as_str().is_empty() => {
                Actions::ADD_RECIPIENT.without(allowed)
            }
            Self::Add(..) => with,
        }
    }
}
