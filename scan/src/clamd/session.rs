//! Scans over connections that are kept: clamd's `IDSESSION`.
//!
//! There is one scan at a time on a connection, and clamd's number of it must be ours. Only a connection on which clamd has
//! given a whole answer, clean or found, is used again; after all else, and when a scan is dropped, it is closed.

use super::{
    Clamd, broken,
    idle::{IdleSessions, Session},
    lent::{Lent, OneAnswer},
    remembered::Remembered,
    reply,
};
use crate::{Pieces, Report};
use clamav_client::tokio as client;
use std::io;
use tokio::io::AsyncWriteExt as _;

/// Scans over an idle connection, or else a new one.
pub(super) async fn scan(clamd: &Clamd, idle: &IdleSessions, pieces: Pieces) -> Report {
    let mut pieces = Remembered::new(pieces);
    if let Some(session) = idle.take() {
        match ask(clamd, idle, session, &mut pieces).await {
            Asked::Answered(report) => return report,
            Asked::Silent(report) => {
                idle.clear();
                if !pieces.rewind() {
                    return report;
                }
            }
        }
    }
    pieces.forget();
    match begin(clamd).await {
        Ok(session) => match ask(clamd, idle, session, &mut pieces).await {
            Asked::Answered(report) | Asked::Silent(report) => report,
        },
        Err(report) => report,
    }
}

/// What came of a scan on one connection.
enum Asked {
    Answered(Report),
    /// The connection was closed without a word: clamd may have done that before it was asked.
    Silent(Report),
}

/// A new session.
async fn begin(clamd: &Clamd) -> Result<Session, Report> {
    let mut wire = clamd.connect().await.map_err(Report::from)?;
    match wire.write_all(b"zIDSESSION\0").await {
        Ok(()) => Ok(Session {
            socket: wire.into_socket(),
            scans: 0,
        }),
        Err(error) => Err(broken(&mut wire, &error, reply::early).await),
    }
}

async fn ask(
    clamd: &Clamd,
    idle: &IdleSessions,
    session: Session,
    pieces: &mut Remembered,
) -> Asked {
    let number = session.scans.saturating_add(1);
    let mut wire = clamd.wire(session.socket);
    let lent = Lent::new(OneAnswer(&mut wire));
    match client::scan_stream(pieces, lent, Some(usize::MAX)).await {
        Ok(answer) if answer.is_empty() => Asked::Silent(reply::report(&answer)),
        Ok(answer) => {
            let report = reply::in_session(&answer, number);
            if matches!(report, Report::Clean | Report::Found { .. }) {
                idle.put(Session {
                    socket: wire.into_socket(),
                    scans: number,
                });
            }
            Asked::Answered(report)
        }
        Err(error) => {
            let report = broken(&mut wire, &error, |answer| {
                reply::early_in_session(answer, number)
            })
            .await;
            if wire.heard().is_none() && closed(&error) {
                return Asked::Silent(report);
            }
            Asked::Answered(report)
        }
    }
}

/// Whether the error says that the other side is gone.
pub(super) fn closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    )
}
