//! Making a connection to a scanner.

use crate::{Address, Reason, Unscanned};
use std::{fmt, io, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    time::{sleep, timeout},
};

/// A connection, of whatever kind.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Socket for S {}

/// Tries once, for `limit` at most.
pub(crate) async fn once(address: &Address, limit: Duration) -> Result<Box<dyn Socket>, Unscanned> {
    match timeout(limit, open(address)).await {
        Ok(opened) => opened.map_err(|error| unreachable(address, &error)),
        Err(_) => Err(unreachable(
            address,
            &format_args!("no connection within {limit:?}"),
        )),
    }
}

/// Tries until `limit` is over, as long as what is wrong may pass: a scanner that is started again has no socket for a
/// moment, and the queue of a unix socket may be full.
pub(crate) async fn insist(
    address: &Address,
    limit: Duration,
) -> Result<Box<dyn Socket>, Unscanned> {
    let mut last = None;
    let trying = async {
        loop {
            match open(address).await {
                Err(error) if may_pass(&error) => last = Some(error),
                result => break result,
            }
            sleep(PAUSE).await;
        }
    };
    let result = timeout(limit, trying).await;
    match (result, last) {
        (Ok(opened), _) => opened.map_err(|error| unreachable(address, &error)),
        (Err(_), Some(error)) => Err(unreachable(
            address,
            &format_args!("{error} (tried for {limit:?})"),
        )),
        (Err(_), None) => Err(unreachable(
            address,
            &format_args!("no connection within {limit:?}"),
        )),
    }
}

async fn open(address: &Address) -> io::Result<Box<dyn Socket>> {
    Ok(match address {
        Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
        Address::Tcp { host, port } => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            // What belongs together may be several writes; the next must not wait for an acknowledgement.
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
    })
}

fn may_pass(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound | io::ErrorKind::WouldBlock
    )
}

fn unreachable(address: &Address, why: &dyn fmt::Display) -> Unscanned {
    Unscanned::new(Reason::Unreachable, &format!("{address}: {why}"))
}

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
