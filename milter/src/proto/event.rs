//! What a session tells its caller: one event for each frame, with the question that is to be answered.

use super::answer::{Answer, BodyAnswer, ConnectAnswer, Refusal, UnknownAnswer};
use super::command::{Client, CommandError, Path};
use super::end::EndOfMessage;
use super::flags::Actions;
use super::macros::Stage;
use super::negotiate::{Agreement, NegotiationError};
use bytes::Bytes;
use std::fmt;
use std::marker::PhantomData;

/// What one frame means.
#[derive(Debug)]
pub struct Turn {
    /// A message that the filter was working on ends here, before the event and without a verdict.
    pub aborted: bool,
    /// What is to be done.
    pub event: Event,
}

/// A question of the MTA to the filter, to be answered with an `A`.
#[derive(Debug)]
#[must_use = "the MTA may wait for an answer"]
pub struct Ask<A> {
    stage: Stage,
    kind: PhantomData<fn(A)>,
}

impl<A> Ask<A> {
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            kind: PhantomData,
        }
    }

    /// The question is answered, and cannot be again.
    pub(crate) fn settle(self) -> Stage {
        self.stage
    }

    /// The stage of the question.
    pub fn stage(&self) -> Stage {
        self.stage
    }
}

/// What a frame asks the filter to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// Nothing.
    Nothing,
    /// The session itself gave the answer, if one was due.
    Answered(Answered),
    /// The negotiation is over.
    Negotiated(Agreement),
    /// A client connected to the MTA.
    Connect(Client, Ask<ConnectAnswer>),
    /// The client said HELO or EHLO.
    Helo(Bytes, Ask<ConnectAnswer>),
    /// A message begins.
    Mail(Path, Ask<Answer>),
    /// One recipient more.
    Rcpt(Path, Ask<Answer>),
    /// A recipient that the MTA itself refused; it will not get the message.
    RejectedRcpt(Path),
    /// The client said DATA.
    Data(Ask<Answer>),
    /// A header field: its name, and every octet behind the colon with lines joined by LF.
    Header(Bytes, Bytes, Ask<Answer>),
    /// The header is over.
    EndOfHeaders(Ask<Answer>),
    /// A piece of the body.
    Body(Bytes, Ask<BodyAnswer>),
    /// The message is complete; the octets, mostly none, are the last piece of its body.
    EndOfMessage(Bytes, EndOfMessage),
    /// The client said something that the MTA does not know.
    Unknown(Bytes, Ask<UnknownAnswer>),
    /// The MTA ends the connection.
    Quit,
    /// The connection ends, and another one begins on the same socket.
    NewConnection,
}

/// Why the session answered by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The filter does not want to see this.
    Unwanted,
    /// The last word on this message was said before.
    Over,
    /// The MTA lacks these actions that the filter needs: the message is refused for now.
    Missing(Actions),
    /// The command of this stage does not fit here: the message is refused for now.
    Misplaced(Stage),
}

/// How the end of a message is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Deliver it, with the changes that were written.
    Deliver,
    /// Throw it away, telling the client that all is well.
    Discard,
    /// Refuse it; changes that were written do not count.
    Refuse(Refusal),
}

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// A packet that cannot be understood.
    Command(CommandError),
    /// The versions do not fit.
    Negotiation(NegotiationError),
    /// A command, by its letter, before the negotiation.
    NotNegotiated(u8),
    /// A second negotiation.
    Renegotiated,
    /// The former question was not answered: a mistake of the caller.
    Unanswered,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(_) => f.write_str("a packet cannot be understood"),
            Self::Negotiation(_) => f.write_str("the negotiation failed"),
            Self::NotNegotiated(letter) => {
                write!(
                    f,
                    "the command '{}' came before the negotiation",
                    letter.escape_ascii()
                )
            }
            Self::Renegotiated => f.write_str("a second negotiation on one connection"),
            Self::Unanswered => f.write_str("the former command was not answered"),
        }
    }
}

impl std::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Command(error) => Some(error),
            Self::Negotiation(error) => Some(error),
            _ => None,
        }
    }
}
