//! The daemon of `SpamAssassin`, asked with `SYMBOLS` of SPAMC/1.5 over TCP or a unix socket: one connection for each
//! message.
//!
//! `SYMBOLS` and not `HEADERS`, because its reply holds nothing but what spamd says: in a reply to `HEADERS` the header of
//! the message itself stands beside it, and fields that its sender wrote could be taken for spamd's.
//!
//! The request has no `Content-length`, since the mail is still arriving: the message ends where we close our half of the
//! connection. spamd keeps a process for each connection, and few of them, so the connection is made only when there is a
//! first piece of the message to send, which for a small message is when all of it is there.

mod fields;
mod reply;
mod request;
mod settings;

use crate::{
    Address, Bounds, Envelope, Pieces, Probe, Reason, Report, Scan, Scanner, Unscanned,
    connect::Connector,
    timeouts::within,
    wire::{self, Wire},
};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_stream::StreamExt;

pub use settings::{SpamdSettings, SpamdUser};

/// The daemon of `SpamAssassin`. Cheap to clone; it holds no connection.
///
/// Its report is [`Report::Scored`]: score, threshold, `spam` or `ham` as the action, the names of the rules that hit, and the
/// customary fields `X-Spam-Status`, `X-Spam-Level` and `X-Spam-Flag` as changes of the header, where those that the message
/// brought along go. An error that spamd tells of is [`Reason::Failed`], or [`Reason::Timeout`] where it had no time left.
#[derive(Clone, Debug)]
pub struct Spamd {
    connector: Connector,
    settings: SpamdSettings,
}

impl Spamd {
    /// The spamd at `address`. No connection is made yet.
    pub fn new(address: Address, settings: SpamdSettings) -> Self {
        Spamd {
            connector: Connector::new(address),
            settings,
        }
    }
}

impl Scanner for Spamd {
    fn name(&self) -> &'static str {
        "spamd"
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            total: self.settings.total,
            max_bytes: self.settings.max_bytes,
        }
    }

    fn start(&self, envelope: &Envelope) -> Scan {
        let request = request::symbols(self.settings.user.for_message(envelope));
        let spamd = self.clone();
        Scan::start(self.bounds(), |pieces| async move {
            let report = spamd.scan(&request, pieces).await;
            report.unwrap_or_else(Report::from)
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(within(self.settings.total, async {
            let timeouts = self.settings.timeouts;
            let socket = self.connector.once(timeouts.connect).await?;
            let mut wire = Wire::new(socket, timeouts, REPLY_LIMIT);
            match ask(&mut wire, request::PING).await {
                Ok(answer) => reply::pong(&answer),
                Err(error) => Err(wire::reason(&error)),
            }
        }))
    }
}

impl Spamd {
    async fn scan(&self, request: &[u8], mut pieces: Pieces) -> Result<Report, Unscanned> {
        let first = pieces.next().await.transpose();
        let first = first
            .map_err(|error| wire::reason(&error))?
            .unwrap_or_default();
        let timeouts = self.settings.timeouts;
        let socket = self.connector.for_scan(timeouts.connect).await?;
        let wire = Wire::new(socket, timeouts, REPLY_LIMIT);
        let begin = [request, &first].concat();
        Ok(talk(wire, &begin, pieces).await)
    }
}

async fn talk(mut wire: Wire, begin: &[u8], pieces: Pieces) -> Report {
    match converse(&mut wire, begin, pieces).await {
        Ok(answer) => reply::report(&answer),
        Err(error) => broken(wire, &error).await,
    }
}

/// Sends the whole message and reads the whole reply.
async fn converse(wire: &mut Wire, begin: &[u8], mut pieces: Pieces) -> io::Result<Vec<u8>> {
    wire.write_all(begin).await?;
    while let Some(piece) = pieces.next().await {
        wire.write_all(&piece?).await?;
    }
    wire.shutdown().await?;
    hear(wire).await
}

async fn ask(wire: &mut Wire, request: &[u8]) -> io::Result<Vec<u8>> {
    wire.write_all(request).await?;
    hear(wire).await
}

async fn hear(wire: &mut Wire) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    wire.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// What to say when the conversation broke: what spamd said before, if it said anything, tells more than the error.
async fn broken(mut wire: Wire, error: &io::Error) -> Report {
    let hung_up = matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::NotConnected
    );
    if hung_up {
        wire.hear_out(|heard| heard.ends_with(b"\n")).await;
        if let Some(answer) = wire.heard() {
            return reply::early(answer);
        }
        return Report::unscanned(Reason::Io, "closed before the end of the data");
    }
    wire::reason(error).into()
}

/// Bytes of a reply. The names of all rules of `SpamAssassin` together have less than 100,000.
const REPLY_LIMIT: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::{REPLY_LIMIT, talk};
    use crate::{Bounds, Reason, Report, Scan, Timeouts, wire::Wire};
    use bytes::Bytes;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const ANSWER: &[u8] =
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: False ; 0.0 / 5.0\r\n\r\n";

    /// The report of one who has read at least so many bytes of a message of 100,000 when it answers. Its socket holds
    /// 1,000.
    async fn report(heard: usize) -> Report {
        let bounds = Bounds {
            total: Duration::from_mins(10),
            max_bytes: 1 << 20,
        };
        let (ours, mut theirs) = duplex(1_000);
        let mut scan = Scan::start(bounds, |pieces| async move {
            let wire = Wire::new(Box::new(ours), Timeouts::default(), REPLY_LIMIT);
            talk(wire, b"", pieces).await
        });
        scan.feed(Bytes::from(vec![b'm'; 100_000])).await;
        let spamd = tokio::spawn(async move {
            let mut message = Vec::new();
            while message.len() < heard
                && theirs
                    .read_buf(&mut message)
                    .await
                    .is_ok_and(|size| size > 0)
            {}
            theirs.write_all(ANSWER).await.expect("room for an answer");
        });
        let report = scan.finish().await;
        spamd.await.expect("a spamd");
        report
    }

    #[tokio::test]
    async fn who_answers_before_it_can_have_heard_all_is_not_believed() {
        for heard in [100, 50_000, 98_000] {
            let report = report(heard).await;
            assert!(
                matches!(&report, Report::Unscanned(why) if why.reason() == Reason::Garbled),
                "{heard}: {report}"
            );
        }
        assert_eq!(report(usize::MAX).await.name(), "scored");
    }
}
