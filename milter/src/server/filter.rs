//! What someone who writes a filter sees: one [`Filter`], which makes one [`Handler`] for each connection.

use crate::proto::answer::{Answer, BodyAnswer, ConnectAnswer, Refusal, UnknownAnswer};
use crate::proto::command::{Client, Path};
use crate::proto::edit::Edits;
use crate::proto::macros::Macros;
use crate::proto::negotiate::{Agreement, Wish};
use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::io;

/// Any error of a filter.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler's method gives back. An error, a panic and an answer that comes too late are the same to the MTA:
/// "try again later", for the whole message.
pub type Outcome<T> = Result<T, BoxError>;

/// A filter: what it wants of MTAs, and a handler for each of their connections.
pub trait Filter: Send + Sync + 'static {
    /// Handles one connection.
    type Handler: Handler;

    /// What is wanted of every MTA. Asked once for each connection.
    fn wish(&self) -> Wish {
        Wish::new()
    }

    /// A handler for a new connection.
    fn handler(&self) -> Self::Handler;
}

/// Handles one connection of an MTA: a client, and the messages that it sends one after the other.
///
/// Every method has a default that goes on. The MTA waits while a method works, and nothing more is read from it. All
/// strings are octets as the client sent them.
///
/// After a failed method the handler goes on to be used: [`Handler::abort`] is called, and the next message begins.
pub trait Handler: Send + 'static {
    /// What this MTA agreed to.
    fn negotiated(&mut self, agreement: &Agreement) -> impl Future<Output = Outcome<()>> + Send {
        let _ = agreement;
        async { Ok(()) }
    }

    /// A client connected to the MTA.
    fn connect(
        &mut self,
        client: &Client,
        macros: &Macros,
    ) -> impl Future<Output = Outcome<ConnectAnswer>> + Send {
        let _ = (client, macros);
        async { Ok(ConnectAnswer::Continue) }
    }

    /// The client said HELO or EHLO; again after STARTTLS, or at will, even inside a message.
    fn helo(
        &mut self,
        name: &[u8],
        macros: &Macros,
    ) -> impl Future<Output = Outcome<ConnectAnswer>> + Send {
        let _ = (name, macros);
        async { Ok(ConnectAnswer::Continue) }
    }

    /// A message begins. The queue id, macro `i`, may not be known yet.
    fn mail(
        &mut self,
        sender: &Path,
        macros: &Macros,
    ) -> impl Future<Output = Outcome<Answer>> + Send {
        let _ = (sender, macros);
        async { Ok(Answer::Continue) }
    }

    /// One recipient more. A refusal is about this recipient alone.
    ///
    /// Mail submitted on the MTA's host itself must not be refused here: Postfix would try again every second.
    fn rcpt(
        &mut self,
        recipient: &Path,
        macros: &Macros,
    ) -> impl Future<Output = Outcome<Answer>> + Send {
        let _ = (recipient, macros);
        async { Ok(Answer::Continue) }
    }

    /// A recipient that the MTA refused; only if the filter asked for these.
    fn rejected_rcpt(
        &mut self,
        recipient: &Path,
        macros: &Macros,
    ) -> impl Future<Output = Outcome<()>> + Send {
        let _ = (recipient, macros);
        async { Ok(()) }
    }

    /// The client said DATA. After a refusal, or if something else refuses, RCPT and DATA may come again.
    fn data(&mut self, macros: &Macros) -> impl Future<Output = Outcome<Answer>> + Send {
        let _ = macros;
        async { Ok(Answer::Continue) }
    }

    /// A header field: its name, and every octet behind the colon, lines joined by LF.
    fn header(
        &mut self,
        name: &[u8],
        value: &[u8],
        macros: &Macros,
    ) -> impl Future<Output = Outcome<Answer>> + Send {
        let _ = (name, value, macros);
        async { Ok(Answer::Continue) }
    }

    /// The header is over.
    fn end_of_headers(&mut self, macros: &Macros) -> impl Future<Output = Outcome<Answer>> + Send {
        let _ = macros;
        async { Ok(Answer::Continue) }
    }

    /// A piece of the body, cut anywhere. Keeping it keeps the buffer it was read into, so copy what is kept for long.
    fn body(&mut self, piece: Bytes) -> impl Future<Output = Outcome<BodyAnswer>> + Send {
        let _ = piece;
        async { Ok(BodyAnswer::Continue) }
    }

    /// The message is complete. This is the place for long work, and the only one for changes.
    fn end_of_message(&mut self, macros: &Macros) -> impl Future<Output = Outcome<Verdict>> + Send {
        let _ = macros;
        async { Ok(Verdict::accept()) }
    }

    /// The message did not end as the handler said: given up by the client or the MTA, the connection lost, the handler
    /// failed or was too late, or its changes could not be sent. Not called after an answer that ended the message.
    fn abort(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// The connection is over. Called once.
    fn close(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// The client said something that the MTA does not know. Changes nothing about the message.
    fn unknown(
        &mut self,
        line: &[u8],
        macros: &Macros,
    ) -> impl Future<Output = Outcome<UnknownAnswer>> + Send {
        let _ = (line, macros);
        async { Ok(UnknownAnswer::Continue) }
    }
}

/// What becomes of a complete message.
#[derive(Debug)]
pub enum Verdict {
    /// It is delivered, changed or not.
    Deliver(Delivery),
    /// The client is told that all is well, and the message is thrown away.
    Discard,
    /// It is refused.
    Refuse(Refusal),
}

impl Verdict {
    /// Delivered as it came.
    pub fn accept() -> Self {
        Self::Deliver(Delivery::default())
    }
}

impl From<Refusal> for Verdict {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Edits> for Verdict {
    fn from(edits: Edits) -> Self {
        Self::Deliver(Delivery { edits, body: None })
    }
}

/// A new body, pulled piece by piece while it is sent, on a thread where reading may block. Lines end with CRLF; pieces
/// may end anywhere. An error ends the message as "try again later".
pub type Body = Box<dyn Iterator<Item = io::Result<Bytes>> + Send>;

/// The changes of a message that is delivered.
#[derive(Default)]
pub struct Delivery {
    /// Changes of header, envelope and fate.
    pub edits: Edits,
    /// What takes the place of the body; `None` leaves it, an iterator without pieces empties it.
    pub body: Option<Body>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("edits", &self.edits)
            .field("body", &self.body.as_ref().map(|_| "replaced"))
            .finish()
    }
}
