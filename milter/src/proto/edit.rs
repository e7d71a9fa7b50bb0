//! What a filter may change in a message, in types that cannot hold what an MTA would misread.
//!
//! The protocol counts header fields in two ways that must not be mixed up: [`Nth`] is one of the fields of a name, and
//! [`Place`] is a position in the whole header.

use super::flags::Actions;
use std::fmt;
use std::num::NonZeroU32;

/// Longest name of a header field, in octets.
pub const NAME_MAX: usize = 400;

/// Longest value of a header field, in octets; with name and framing it fits one packet.
pub const VALUE_MAX: usize = 65_000;

/// Longest line of a header field, in octets (RFC 5322, section 2.1.1).
const LINE_MAX: usize = 998;

/// Longest envelope address, parameter or reason, in octets.
const TEXT_MAX: usize = 1000;

/// The name of a header field: octets 33 to 126 without the colon (RFC 5322, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// Checks a name.
    pub fn new(name: &str) -> Result<Self, InvalidEdit> {
        let good = |octet: u8| octet.is_ascii_graphic() && octet != b':';
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(good) {
            return Err(InvalidEdit::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a header field, without the space behind the colon and without the last line end.
///
/// Lines are separated by LF; each continuation starts with a blank and is not blank as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderValue(Vec<u8>);

impl HeaderValue {
    /// Checks a value. CRLF becomes LF, and a line that is too long for mail is folded where it has a blank.
    pub fn new(value: &[u8]) -> Result<Self, InvalidEdit> {
        if value.len() > VALUE_MAX {
            return Err(InvalidEdit::ValueLength);
        }
        let mut folded = Vec::with_capacity(value.len());
        for (number, line) in value.split(|octet| *octet == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.iter().any(|octet| matches!(octet, 0 | b'\r')) {
                return Err(InvalidEdit::Control);
            }
            if number > 0 {
                if !line.starts_with(b" ") && !line.starts_with(b"\t")
                    || line.trim_ascii().is_empty()
                {
                    return Err(InvalidEdit::Folding);
                }
                folded.push(b'\n');
            }
            // The name stands before the first line.
            fold(
                line,
                if number == 0 {
                    LINE_MAX - NAME_MAX
                } else {
                    LINE_MAX
                },
                &mut folded,
            );
        }
        Ok(Self(folded))
    }

    /// The octets, lines separated by LF.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Writes a line in pieces of at most `room` octets, broken before a blank that follows something else.
fn fold(line: &[u8], room: usize, out: &mut Vec<u8>) {
    let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
    let (mut rest, mut room) = (line, room);
    while rest.len() > room {
        let text = rest
            .iter()
            .position(|octet| !blank(octet))
            .unwrap_or(rest.len());
        let near = rest
            .get(..room)
            .and_then(|full| full.iter().rposition(blank))
            .filter(|at| *at > text);
        let far = || {
            rest.get(text..)
                .and_then(|tail| tail.iter().position(blank))
                .map(|at| text.saturating_add(at))
        };
        let Some((head, tail)) = near.or_else(far).and_then(|at| rest.split_at_checked(at)) else {
            break;
        };
        if tail.trim_ascii().is_empty() {
            break;
        }
        out.extend_from_slice(head);
        out.push(b'\n');
        (rest, room) = (tail, LINE_MAX);
    }
    out.extend_from_slice(rest);
}

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

/// An envelope address, with or without angle brackets; `<>` is the null sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Vec<u8>);

impl Address {
    /// Checks an address: no control characters, and none outside quotes of those that would make it two.
    pub fn new(address: &[u8]) -> Result<Self, InvalidEdit> {
        let inner = address
            .strip_prefix(b"<")
            .and_then(|rest| rest.strip_suffix(b">"));
        let bare = inner.unwrap_or(address);
        if bare.len() > TEXT_MAX || (address.is_empty()) || !is_single(bare) {
            return Err(InvalidEdit::Address);
        }
        Ok(Self(address.to_owned()))
    }

    /// As it was given.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// In angle brackets.
    pub(crate) fn bracketed(&self) -> Vec<u8> {
        if self.0.starts_with(b"<") {
            return self.0.clone();
        }
        [b"<", self.0.as_slice(), b">"].concat()
    }
}

fn is_single(address: &[u8]) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for octet in address {
        match octet {
            0..=31 | 127 => return false,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b' ' | b',' | b'<' | b'>' | b';' if !quoted => return false,
            _ => {}
        }
    }
    !quoted && !escaped
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

/// ESMTP parameters, only those that no MTA chokes on: `RET` and `ENVID` of a sender, `NOTIFY` and `ORCPT` of a
/// recipient (RFC 3461).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(String);

impl Parameters {
    /// No parameter.
    pub fn none() -> Self {
        Self::default()
    }

    /// Parameters of a sender.
    pub fn of_sender(parameters: &[&str]) -> Result<Self, InvalidEdit> {
        Self::checked(parameters, &["RET=", "ENVID="])
    }

    /// Parameters of a recipient.
    pub fn of_recipient(parameters: &[&str]) -> Result<Self, InvalidEdit> {
        Self::checked(parameters, &["NOTIFY=", "ORCPT="])
    }

    fn checked(parameters: &[&str], known: &[&str]) -> Result<Self, InvalidEdit> {
        for parameter in parameters {
            let starts = |key: &&str| {
                parameter
                    .get(..key.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(key))
            };
            let graphic = parameter.bytes().all(|octet| octet.is_ascii_graphic());
            if !graphic || parameter.len() > TEXT_MAX || !known.iter().any(starts) {
                return Err(InvalidEdit::Parameter);
            }
        }
        Ok(Self(parameters.join(" ")))
    }

    /// Separated by spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
        if reason.is_empty() || reason.len() > TEXT_MAX || reason.chars().any(char::is_control) {
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
            Self::Add(_, parameters) if parameters.0.is_empty() => {
                Actions::ADD_RECIPIENT.without(allowed)
            }
            Self::Add(..) => with,
        }
    }
}

/// Why a change cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEdit {
    /// The name of a field is empty, too long or has characters that a name cannot have.
    Name,
    /// The value of a field is too long.
    ValueLength,
    /// The value of a field has NUL or a lone CR.
    Control,
    /// A continuation line of a field does not start with a blank, or is blank.
    Folding,
    /// Not one envelope address.
    Address,
    /// A parameter that MTAs do not take from a filter.
    Parameter,
    /// The reason of a quarantine is empty, too long or has control characters.
    Reason,
}

impl fmt::Display for InvalidEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a field name is 1 to 400 printable ascii characters without space or colon",
            Self::ValueLength => "a field value has at most 65000 octets",
            Self::Control => "a field value cannot hold NUL or a lone CR",
            Self::Folding => "a continuation line of a field starts with a blank and is not blank",
            Self::Address => "not a single envelope address",
            Self::Parameter => "a sender has RET= and ENVID=, a recipient NOTIFY= and ORCPT=, and no other parameter",
            Self::Reason => "a reason to hold a message is 1 to 1000 printable characters",
        })
    }
}

impl std::error::Error for InvalidEdit {}
