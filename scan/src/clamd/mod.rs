//! The daemon of `ClamAV`, asked with `INSTREAM` over TCP or a unix socket: one connection for each message.
//!
//! The commands are written by `clamav-client`. What it leaves to its caller is here: deadlines, a limit on replies, the
//! answer that clamd gives before it has heard everything ([`wire`]), and reading replies to the letter ([`reply`]).

mod reply;
mod settings;
mod wire;

use crate::{
    Address, Bounds, Envelope, Pieces, Printable, Probe, Reason, Report, Scan, Scanner, Unscanned,
    connect,
};
use clamav_client::tokio as client;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;
use wire::{Lent, Wire};

pub use settings::{ClamdSettings, ClamdTimeouts};

/// A clamd. Cheap to clone; it holds no connection.
#[derive(Clone, Debug)]
pub struct Clamd {
    address: Address,
    settings: ClamdSettings,
    /// Whether the last scan found nobody there. Shared by all clones.
    down: Arc<AtomicBool>,
}

impl Clamd {
    /// The clamd at `address`. No connection is made yet.
    pub fn new(address: Address, settings: ClamdSettings) -> Self {
        Clamd {
            address,
            settings,
            down: Arc::default(),
        }
    }

    /// Asks clamd whether it is there.
    pub async fn ping(&self) -> Result<(), Unscanned> {
        self.within_total(async {
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
        self.within_total(async {
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
        let mut wire = self.connect().await?;
        match client::scan_stream(pieces, Lent::new(&mut wire), Some(usize::MAX)).await {
            Ok(answer) => Ok(reply::report(&answer)),
            Err(error) => Ok(broken(wire, &error).await),
        }
    }

    /// A connection to ask something at start-up: that nobody is there is told at once.
    async fn connect_once(&self) -> Result<Wire, Unscanned> {
        let timeouts = self.settings.timeouts;
        let socket = connect::once(&self.address, timeouts.connect).await?;
        Ok(Wire::new(socket, timeouts))
    }

    /// A connection for a scan. The mail waits for it, but not message after message for a clamd that is down.
    async fn connect(&self) -> Result<Wire, Unscanned> {
        let timeouts = self.settings.timeouts;
        let socket = if self.down.load(Ordering::Relaxed) {
            connect::once(&self.address, timeouts.connect.min(WHILE_DOWN)).await
        } else {
            connect::insist(&self.address, timeouts.connect).await
        };
        self.down.store(socket.is_err(), Ordering::Relaxed);
        Ok(Wire::new(socket?, timeouts))
    }

    async fn within_total<T>(
        &self,
        answer: impl Future<Output = Result<T, Unscanned>>,
    ) -> Result<T, Unscanned> {
        let total = self.settings.total;
        timeout(total, answer).await.unwrap_or_else(|_| {
            Err(Unscanned::new(
                Reason::Timeout,
                &format!("no answer within {total:?}"),
            ))
        })
    }
}

/// What to say when the conversation broke: what clamd said before, if it said anything, tells more than the error.
async fn broken(mut wire: Wire, error: &io::Error) -> Report {
    if matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    ) {
        wire.hear_out().await;
        if let Some(answer) = wire.heard() {
            return reply::early(answer);
        }
    }
    wire::reason(error).into()
}

/// For a connection to a clamd that was not there a moment ago.
const WHILE_DOWN: Duration = Duration::from_millis(500);
