//! A service of an ICAP server (RFC 3507), as virus scanners offer it: one connection for each message.
//!
//! ```text
//! RESPMOD, the heads of an HTTP message ──▶ server
//! chunks of the message, as it arrives  ──▶
//!                                       ◀── 204, or 200 with another HTTP message
//! ```
//!
//! No preview is offered, and an answer that comes before the last chunk counts only if it says that something was found: a
//! server that has seen the beginning has not seen the message.

mod reply;
mod request;
mod service;

use crate::{
    Bounds, Envelope, Pieces, Printable, Probe, Reason, Report, Scan, Scanner, Timeouts, Unscanned,
    connect::Connector,
    timeouts::within,
    wire::{self, Wire},
};
use std::{io, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_stream::StreamExt;

pub use service::{IcapService, IcapServiceError};

/// What the message is handed over as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IcapMethod {
    /// The body of an answer, which is what virus scanners are made for (RFC 3507, section 4.9).
    #[default]
    Respmod,
    /// The body of a request, as of an upload (section 4.8).
    Reqmod,
}

impl IcapMethod {
    /// Both, with their names.
    pub const ALL: [(&'static str, IcapMethod); 2] = [
        ("respmod", IcapMethod::Respmod),
        ("reqmod", IcapMethod::Reqmod),
    ];

    fn name(self) -> &'static str {
        match self {
            IcapMethod::Respmod => "RESPMOD",
            IcapMethod::Reqmod => "REQMOD",
        }
    }
}

/// How long an ICAP server may take, how much it is handed, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcapSettings {
    /// What the message is handed over as.
    pub method: IcapMethod,
    /// For each step of a conversation.
    pub timeouts: Timeouts,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. 100 MiB by default. Many servers pass what is larger than a limit of their own as if it was clean.
    pub max_bytes: u64,
}

impl Default for IcapSettings {
    fn default() -> Self {
        IcapSettings {
            method: IcapMethod::default(),
            timeouts: Timeouts::default(),
            total: Duration::from_mins(2),
            max_bytes: 100 << 20,
        }
    }
}

/// A service of an ICAP server. Cheap to clone; it holds no connection.
///
/// Its report is [`Report::Clean`] for `204 No Content`, and [`Report::Found`] where a field names what was found or the answer
/// holds an HTTP message that refuses. Other content in the place of the message is [`Reason::Failed`].
#[derive(Clone, Debug)]
pub struct Icap {
    service: IcapService,
    connector: Connector,
    settings: IcapSettings,
}

impl Icap {
    /// This service. No connection is made yet.
    pub fn new(service: IcapService, settings: IcapSettings) -> Self {
        Icap {
            connector: Connector::new(service.address().clone()),
            service,
            settings,
        }
    }

    async fn scan(&self, mut pieces: Pieces) -> Result<Report, Unscanned> {
        // The connection is made when there is something to say: for a small message when all of it is there.
        let first = pieces.next().await.transpose();
        let first = first.map_err(|error| wire::reason(&error))?;
        let timeouts = self.settings.timeouts;
        let socket = self.connector.for_scan(timeouts.connect).await?;
        let wire = Wire::new(socket, timeouts, REPLY_LIMIT);
        let mut begin = request::begin(&self.service, self.settings.method);
        if let Some(first) = first.filter(|first| !first.is_empty()) {
            begin.extend(chunked(&first));
        }
        Ok(talk(wire, &begin, pieces).await)
    }
}

impl Scanner for Icap {
    fn name(&self) -> &'static str {
        "icap"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            total: self.settings.total,
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, _: &Envelope) -> Scan {
        let icap = self.clone();
        Scan::start(self.bounds(), |pieces| async move {
            let report = icap.scan(pieces).await;
            report.unwrap_or_else(Report::from)
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(within(self.settings.total, async {
            let timeouts = self.settings.timeouts;
            let socket = self.connector.once(timeouts.connect).await?;
            let mut wire = Wire::new(socket, timeouts, REPLY_LIMIT);
            let answer = ask(&mut wire, &request::options(&self.service)).await;
            let answer = answer.map_err(|error| wire::reason(&error))?;
            let says = reply::options(&answer)?;
            Ok(Printable::new(says.as_bytes(), SERVICE_LIMIT))
        }))
    }
}

async fn talk(mut wire: Wire, begin: &[u8], pieces: Pieces) -> Report {
    match converse(&mut wire, begin, pieces).await {
        Ok(answer) => reply::report(&answer),
        Err(error) => broken(wire, &error).await,
    }
}

/// Sends the whole message, and reads as much of the answer as matters.
async fn converse(wire: &mut Wire, begin: &[u8], mut pieces: Pieces) -> io::Result<Vec<u8>> {
    wire.write_all(begin).await?;
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        if !piece.is_empty() {
            wire.write_all(&chunked(&piece)).await?;
        }
    }
    wire.write_all(request::END).await?;
    hear(wire).await
}

async fn ask(wire: &mut Wire, request: &[u8]) -> io::Result<Vec<u8>> {
    wire.write_all(request).await?;
    hear(wire).await
}

async fn hear(wire: &mut Wire) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    while !reply::is_whole(&answer) && wire.read_buf(&mut answer).await? > 0 {}
    Ok(answer)
}

/// What to say when the conversation broke: what the server said before, if it said anything, tells more than the error.
async fn broken(mut wire: Wire, error: &io::Error) -> Report {
    let hung_up = matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::NotConnected
    );
    if !hung_up {
        return wire::reason(error).into();
    }
    wire.hear_out(reply::is_whole).await;
    match wire.heard() {
        Some(answer) => reply::early(answer),
        None => Report::unscanned(Reason::Io, "closed before the end of the data"),
    }
}

/// A chunk of a body (RFC 9112, section 7.1).
fn chunked(piece: &[u8]) -> Vec<u8> {
    [&request::chunk(piece.len()), piece, b"\r\n"].concat()
}

/// Bytes of a reply.
const REPLY_LIMIT: usize = 64 << 10;

/// Characters of what a service says of itself.
const SERVICE_LIMIT: usize = 128;
