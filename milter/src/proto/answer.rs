//! What a filter may answer, one type for each kind of stage: what MTAs misunderstand there cannot be said.

use super::frame;
use super::reply::Reply;
use bytes::BytesMut;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Permanently, in the MTA's words (5xx).
    Reject,
    /// For now, in the MTA's words (4xx).
    TempFail,
    /// In these words. Code 421 makes the MTA close the SMTP session.
    Reply(Reply),
}

/// The answer to connect and HELO. There is no "discard": MTAs deliver everything unfiltered after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectAnswer {
    /// Go on.
    Continue,
    /// Do not filter anything of this SMTP session.
    Accept,
    /// Refuse the client.
    Refuse(Refusal),
}

/// The answer to MAIL, RCPT, DATA, a header field and the end of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Continue,
    /// Do not filter the rest of this message.
    Accept,
    /// Tell the client that all is well, and throw the message away.
    Discard,
    /// Refuse: the recipient at RCPT, the message elsewhere.
    Refuse(Refusal),
}

/// The answer to a piece of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyAnswer {
    /// Go on.
    Continue,
    /// No more of the body is needed; the end of the message still comes.
    Skip,
    /// Do not filter the rest of this message.
    Accept,
    /// Tell the client that all is well, and throw the message away.
    Discard,
    /// Refuse the message.
    Refuse(Refusal),
}

/// The answer to an unknown SMTP command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownAnswer {
    /// Let the MTA answer.
    Continue,
    /// Refuse the command.
    Refuse(Refusal),
}

/// An answer that ends something, as it stays on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Final {
    /// `a`
    Accept,
    /// `d`
    Discard,
    /// `r`, `t` or `y`
    Refuse(Refusal),
}

/// Any answer, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `c`
    Continue,
    /// `s`
    Skip,
    /// `a`, `d`, `r`, `t` or `y`
    Final(Final),
}

impl From<Refusal> for ConnectAnswer {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<ConnectAnswer> for Outcome {
    fn from(answer: ConnectAnswer) -> Self {
        match answer {
            ConnectAnswer::Continue => Self::Continue,
            ConnectAnswer::Accept => Self::Final(Final::Accept),
            ConnectAnswer::Refuse(refusal) => Self::Final(Final::Refuse(refusal)),
        }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Continue => Self::Continue,
            Answer::Accept => Self::Final(Final::Accept),
            Answer::Discard => Self::Final(Final::Discard),
            Answer::Refuse(refusal) => Self::Final(Final::Refuse(refusal)),
        }
    }
}

impl From<Refusal> for BodyAnswer {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<BodyAnswer> for Outcome {
    fn from(answer: BodyAnswer) -> Self {
        match answer {
            BodyAnswer::Continue => Self::Continue,
            BodyAnswer::Skip => Self::Skip,
            BodyAnswer::Accept => Self::Final(Final::Accept),
            BodyAnswer::Discard => Self::Final(Final::Discard),
            BodyAnswer::Refuse(refusal) => Self::Final(Final::Refuse(refusal)),
        }
    }
}

impl From<Refusal> for UnknownAnswer {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<UnknownAnswer> for Outcome {
    fn from(answer: UnknownAnswer) -> Self {
        match answer {
            UnknownAnswer::Continue => Self::Continue,
            UnknownAnswer::Refuse(refusal) => Self::Final(Final::Refuse(refusal)),
        }
    }
}

impl Outcome {
    /// Appends the packet.
    pub(crate) fn put(&self, out: &mut BytesMut) {
        match self {
            Self::Continue => frame::put(out, b'c', &[]),
            Self::Skip => frame::put(out, b's', &[]),
            Self::Final(last) => last.put(out),
        }
    }
}

impl Final {
    /// Appends the packet.
    pub(crate) fn put(&self, out: &mut BytesMut) {
        match self {
            Self::Accept => frame::put(out, b'a', &[]),
            Self::Discard => frame::put(out, b'd', &[]),
            Self::Refuse(Refusal::Reject) => frame::put(out, b'r', &[]),
            Self::Refuse(Refusal::TempFail) => frame::put(out, b't', &[]),
            Self::Refuse(Refusal::Reply(reply)) => frame::put(out, b'y', &[&reply.payload()]),
        }
    }
}
