//! The negotiation: the MTA offers, the filter takes of it what it wants, and nothing that was not offered.

use super::command::Offer;
use super::flags::{Actions, Protocol};
use super::frame::{self, PAYLOAD_MAX, SEND_MAX};
use super::macros::Stage;
use bytes::BytesMut;
use std::fmt;

/// Highest version of the protocol that is spoken.
pub const VERSION: u32 = 6;

/// Largest payload of the middle size class, in octets.
const PAYLOAD_256K_MAX: usize = (1 << 18) - 1;

/// What an offer of nothing means: the abilities of the first version of the protocol.
const OLD_ACTIONS: Actions = Actions::from_bits(0xF);
const OLD_PROTOCOL: Protocol = Protocol::from_bits(0x3F);

/// What a filter wants of an MTA.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    needed: Actions,
    useful: Actions,
    protocol: Protocol,
    macros: Vec<(u32, Vec<u8>)>,
}

impl Wish {
    /// Every command, every answer, no changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Actions without which mail cannot be filtered: if the MTA lacks one, every message is refused for now.
    #[must_use]
    pub fn needs(mut self, actions: Actions) -> Self {
        self.needed = self.needed | actions.without(Actions::CHOOSE_MACROS);
        self
    }

    /// Actions that are used where the MTA has them.
    #[must_use]
    pub fn likes(mut self, actions: Actions) -> Self {
        self.useful = self.useful | actions.without(Actions::CHOOSE_MACROS);
        self
    }

    /// Steps to leave out, answers not to wait for ([`Protocol::ALL_OMITTED`], [`Protocol::ALL_SILENT`]), and
    /// [`Protocol::REJECTED_RECIPIENTS`]. The other bits are the library's own business.
    ///
    /// What the MTA does not offer is made up for: unwanted commands are answered and not shown. An answer other than
    /// "continue" to a silent command is given to the next command that has an answer.
    #[must_use]
    pub fn protocol(mut self, bits: Protocol) -> Self {
        let own = Protocol::ALL_OMITTED | Protocol::ALL_SILENT | Protocol::REJECTED_RECIPIENTS;
        self.protocol = self.protocol | (bits & own);
        self
    }

    /// The macros wanted at one stage, instead of the MTA's usual ones, where the MTA lets filters choose.
    ///
    /// For the end of the header and the end of the message use [`Wish::macros_of_message`]. An empty list, a
    /// stage without a list of its own and a name with blanks or NUL are refused.
    pub fn macros(mut self, stage: Stage, names: &[&str]) -> Result<Self, InvalidMacros> {
        let number = match stage {
            Stage::Connect => 0,
            Stage::Helo => 1,
            Stage::Mail => 2,
            Stage::Rcpt => 3,
            Stage::Data => 4,
            _ => return Err(InvalidMacros),
        };
        self.set_list(number, names)?;
        Ok(self)
    }

    /// The macros wanted with header fields and their end, and with the body and the end of the message.
    ///
    /// Both at once, because Sendmail looks at the wrong one of the two if only one is given.
    pub fn macros_of_message(
        mut self,
        header: &[&str],
        end: &[&str],
    ) -> Result<Self, InvalidMacros> {
        self.set_list(6, header)?;
        self.set_list(5, end)?;
        Ok(self)
    }

    fn set_list(&mut self, number: u32, names: &[&str]) -> Result<(), InvalidMacros> {
        let good =
            |name: &&str| !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_graphic());
        if names.is_empty() || names.len() > 100 || !names.iter().all(good) {
            return Err(InvalidMacros);
        }
        let list = names.join(" ").into_bytes();
        if list.len() > 4096 {
            return Err(InvalidMacros);
        }
        self.macros.retain(|(known, _)| *known != number);
        self.macros.push((number, list));
        Ok(())
    }

    /// Whether the filter does not want to see what this bit is about.
    pub(crate) fn omits(&self, bit: Protocol) -> bool {
        self.protocol.contains(bit)
    }

    /// Takes of the offer what is wanted.
    pub fn settle(&self, offer: Offer) -> Result<Agreement, NegotiationError> {
        if offer.version < 2 {
            return Err(NegotiationError(offer.version));
        }
        let offered_actions = if offer.actions.is_empty() {
            OLD_ACTIONS
        } else {
            offer.actions
        };
        let offered = if offer.protocol.is_empty() {
            OLD_PROTOCOL
        } else {
            offer.protocol
        };
        let choose = if self.macros.is_empty() {
            Actions::NONE
        } else {
            Actions::CHOOSE_MACROS
        };
        let sizes = [Protocol::PAYLOAD_1M, Protocol::PAYLOAD_256K];
        let size = sizes
            .into_iter()
            .find(|size| offered.contains(*size))
            .unwrap_or_default();
        let wanted = self.protocol | Protocol::SKIP | Protocol::LEADING_SPACE | size;
        Ok(Agreement {
            version: offer.version.min(VERSION),
            actions: offered_actions & (self.needed | self.useful | choose),
            protocol: offered & wanted,
            missing: self.needed.without(offered_actions),
        })
    }

    /// The answer to the offer.
    pub(crate) fn put(&self, agreement: &Agreement, out: &mut BytesMut) {
        let mut lists = Vec::new();
        if agreement.actions.contains(Actions::CHOOSE_MACROS) {
            for (number, names) in &self.macros {
                lists.extend_from_slice(&number.to_be_bytes());
                lists.extend_from_slice(names);
                lists.push(0);
            }
        }
        let version = agreement.version.to_be_bytes();
        let actions = agreement.actions.bits().to_be_bytes();
        let protocol = agreement.protocol.bits().to_be_bytes();
        frame::put(out, b'O', &[&version, &actions, &protocol, &lists]);
    }
}

/// What both sides agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Version of the protocol, 2 to 6.
    pub version: u32,
    /// What may be changed.
    pub actions: Actions,
    /// What is left out, and which commands are not answered.
    pub protocol: Protocol,
    /// What the filter needs and the MTA does not have. Not empty: no message can be filtered here.
    pub missing: Actions,
}

impl Agreement {
    /// Whether this was agreed on.
    pub fn has(&self, bit: Protocol) -> bool {
        self.protocol.contains(bit)
    }

    /// Largest payload that may be sent to this MTA, in octets.
    pub fn payload_max(&self) -> usize {
        if self.has(Protocol::PAYLOAD_1M) {
            PAYLOAD_MAX
        } else if self.has(Protocol::PAYLOAD_256K) {
            PAYLOAD_256K_MAX
        } else {
            SEND_MAX
        }
    }

    /// Whether the command of this stage gets no answer.
    pub fn is_silent(&self, stage: Stage) -> bool {
        let bit = match stage {
            Stage::Connect => Protocol::SILENT_CONNECT,
            Stage::Helo => Protocol::SILENT_HELO,
            Stage::Mail => Protocol::SILENT_MAIL,
            Stage::Rcpt => Protocol::SILENT_RCPT,
            Stage::Data => Protocol::SILENT_DATA,
            Stage::Header => Protocol::SILENT_HEADER,
            Stage::EndOfHeaders => Protocol::SILENT_END_OF_HEADERS,
            Stage::Body => Protocol::SILENT_BODY,
            Stage::Unknown => Protocol::SILENT_UNKNOWN,
            Stage::EndOfMessage => return false,
        };
        self.has(bit)
    }
}

/// The bit that leaves the command of this stage out.
pub(crate) fn omission(stage: Stage) -> Option<Protocol> {
    Some(match stage {
        Stage::Connect => Protocol::NO_CONNECT,
        Stage::Helo => Protocol::NO_HELO,
        Stage::Mail => Protocol::NO_MAIL,
        Stage::Rcpt => Protocol::NO_RCPT,
        Stage::Data => Protocol::NO_DATA,
        Stage::Header => Protocol::NO_HEADER,
        Stage::EndOfHeaders => Protocol::NO_END_OF_HEADERS,
        Stage::Body => Protocol::NO_BODY,
        Stage::Unknown => Protocol::NO_UNKNOWN,
        Stage::EndOfMessage => return None,
    })
}

/// The MTA speaks a version of the protocol, 0 or 1, that nothing in use speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NegotiationError(pub u32);

impl fmt::Display for NegotiationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the MTA speaks version {} of the milter protocol, 2 is the oldest supported",
            self.0
        )
    }
}

impl std::error::Error for NegotiationError {}

/// A list of macros that cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMacros;

impl fmt::Display for InvalidMacros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a list of macros has 1 to 100 names without blanks, for a stage that has a list",
        )
    }
}

impl std::error::Error for InvalidMacros {}
