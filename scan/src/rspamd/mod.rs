//! rspamd, asked with `POST /checkv2` over HTTP/1.1 on TCP or a unix socket: one connection for each message.
//!
//! The body goes in chunks while the mail arrives; the envelope goes in header fields before it ([`request`]). rspamd
//! begins when it has the last chunk, so a message that is broken off is never scanned as a shorter one. HTTP is spoken by
//! hyper; deadlines, the limit on replies and the answer that comes too early are here ([`exchange`]), and replies are read
//! to the letter ([`reply`], [`milter`]).

mod exchange;
mod milter;
mod reply;
mod request;
mod settings;
mod watched;

use crate::{
    Address, Bounds, Envelope, Pieces, Probe, Report, Scan, Scanner, Unscanned, connect::Connector,
    timeouts::within,
};
use exchange::Exchange;
use hyper::HeaderMap;

pub use settings::{RspamdPassword, RspamdSettings};

/// An rspamd. Cheap to clone; it holds no connection.
///
/// It is told of the whole [`Envelope`]. Its report is [`Report::Scored`]: score, threshold, action, the names of the symbols
/// with the highest scores first, another subject, and the header fields that its own milter would add and remove; other
/// proposals, such as other recipients or a DKIM signature, are not taken. A message that rspamd has skipped without doing
/// anything is not clean but [`Reason::Failed`](crate::Reason::Failed).
#[derive(Clone, Debug)]
pub struct Rspamd {
    connector: Connector,
    host: String,
    settings: RspamdSettings,
}

impl Rspamd {
    /// The rspamd at `address`, which is that of a normal worker (port 11333 unless it is set up otherwise), not of its
    /// milter (11332) or its controller (11334). No connection is made yet.
    pub fn new(address: Address, settings: RspamdSettings) -> Self {
        Rspamd {
            host: request::host(&address),
            connector: Connector::new(address),
            settings,
        }
    }
}

impl Scanner for Rspamd {
    fn name(&self) -> &'static str {
        "rspamd"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            total: self.settings.total,
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, envelope: &Envelope) -> Scan {
        let fields = request::fields(envelope, &self.host, self.settings.password.as_ref());
        let rspamd = self.clone();
        Scan::start(self.bounds(), |pieces| async move {
            let report = rspamd.scan(fields, pieces).await;
            report.unwrap_or_else(Report::from)
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(within(self.settings.total, async {
            let timeouts = self.settings.timeouts;
            let socket = self.connector.once(timeouts.connect).await?;
            let answer = Exchange::new(socket, timeouts).ping(&self.host).await?;
            reply::pong(&answer)
        }))
    }
}

impl Rspamd {
    async fn scan(&self, fields: HeaderMap, pieces: Pieces) -> Result<Report, Unscanned> {
        let timeouts = self.settings.timeouts;
        let socket = self.connector.for_scan(timeouts.connect).await?;
        let answer = Exchange::new(socket, timeouts).check(fields, pieces);
        Ok(reply::report(&answer.await?))
    }
}
