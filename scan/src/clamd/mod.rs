//! The daemon of `ClamAV`, asked with `INSTREAM` over TCP or a unix socket, on connections that are kept ([`session`]) or on
//! one for each message.
//!
//! The commands are written by `clamav-client`. What it leaves to its caller is here: deadlines, a limit on replies, the
//! answer that clamd gives before it has heard everything ([`Wire`]), and reading replies to the letter ([`reply`]).

mod idle;
mod lent;
mod remembered;
mod reply;
mod session;
mod settings;

use crate::{
    Address, Bounds, Envelope, Pieces, Printable, Probe, Report, Scan, Scanner, Unscanned,
    connect::{Connector, Socket},
    timeouts::within,
    wire::{self, Wire},
};
use clamav_client::tokio as client;
use idle::IdleSessions;
use lent::Lent;
use std::io;

pub use settings::ClamdSettings;

/// A clamd. Cheap to clone; clones share the connections that are kept.
#[derive(Clone, Debug)]
pub struct Clamd {
    connector: Connector,
    /// `None` if there is to be a connection for each scan.
    idle: Option<IdleSessions>,
    settings: ClamdSettings,
}

impl Clamd {
    /// The clamd at `address`. No connection is made yet.
    pub fn new(address: Address, settings: ClamdSettings) -> Self {
        Clamd {
            connector: Connector::new(address),
            idle: (settings.sessions > 0)
                .then(|| IdleSessions::new(settings.sessions, settings.idle)),
            settings,
        }
    }

    /// Asks clamd whether it is there.
    pub async fn ping(&self) -> Result<(), Unscanned> {
        within(self.settings.total, async {
            let mut wire = self.connect_once().await?;
            let answer = client::ping(Lent::new(&mut wire))
                .await
                .map_err(|error| wire::reason(&error))?;
            reply::pong(&answer)
        })
        .await
    }

    /// Asks clamd for its version and the age of its database: `ClamAV 1.4.3/27000/Mon Jan  1 00:00:00 2026`.
    pub async fn version(&self) -> Result<Printable, Unscanned> {
        within(self.settings.total, async {
            let mut wire = self.connect_once().await?;
            let answer = client::get_version(Lent::new(&mut wire))
                .await
                .map_err(|error| wire::reason(&error))?;
            reply::version(&answer)
        })
        .await
    }
}

impl Scanner for Clamd {
    fn name(&self) -> &'static str {
        "clamd"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            total: self.settings.total,
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, _: &Envelope) -> Scan {
        let clamd = self.clone();
        Scan::start(self.bounds(), |pieces| async move {
            clamd.scan(pieces).await.unwrap_or_else(Report::from)
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async {
            self.ping().await?;
            self.version().await
        })
    }
}

impl Clamd {
    async fn scan(&self, pieces: Pieces) -> Result<Report, Unscanned> {
        if let Some(idle) = &self.idle {
            return Ok(session::scan(self, idle, pieces).await);
        }
        let mut wire = self.connect().await?;
        match client::scan_stream(pieces, Lent::new(&mut wire), Some(usize::MAX)).await {
            Ok(answer) => Ok(reply::report(&answer)),
            Err(error) => Ok(broken(&mut wire, &error, reply::early).await),
        }
    }

    /// A connection to ask something at start-up.
    async fn connect_once(&self) -> Result<Wire, Unscanned> {
        let socket = self.connector.once(self.settings.timeouts.connect).await?;
        Ok(self.wire(socket))
    }

    /// A connection for a scan.
    async fn connect(&self) -> Result<Wire, Unscanned> {
        let limit = self.settings.timeouts.connect;
        let socket = self.connector.for_scan(limit).await?;
        Ok(self.wire(socket))
    }

    fn wire(&self, socket: Box<dyn Socket>) -> Wire {
        Wire::new(socket, self.settings.timeouts, REPLY_LIMIT)
    }
}

/// What to say when the conversation broke: what clamd said before, if it said anything, tells more than the error.
async fn broken(wire: &mut Wire, error: &io::Error, early: impl FnOnce(&[u8]) -> Report) -> Report {
    if session::closed(error) {
        wire.hear_out(|heard| heard.ends_with(b"\0")).await;
        if let Some(answer) = wire.heard() {
            return early(answer);
        }
    }
    wire::reason(error).into()
}

/// Bytes of an answer. Real ones have less than 200.
const REPLY_LIMIT: usize = 64 << 10;
