//! Making a connection to a scanner.

use crate::{Address, Reason, Unscanned};
use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    time::{sleep, timeout},
};

/// A connection, of whatever kind.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Socket for S {}

/// Makes connections to one scanner and remembers whether it is down. Clones share what they know.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    address: Address,
    /// Whether the last scan found nobody there.
    down: Arc<AtomicBool>,
}

impl Connector {
    pub(crate) fn new(address: Address) -> Self {
        Connector {
            address,
            down: Arc::default(),
        }
    }

    /// A connection to ask something at start-up: that nobody is there is told at once.
    pub(crate) async fn once(&self, limit: Duration) -> Result<Box<dyn Socket>, Unscanned> {
        once(&self.address, limit).await
    }

    /// A connection for a scan. The mail waits for it, but not message after message for a scanner that is down.
    pub(crate) async fn for_scan(&self, limit: Duration) -> Result<Box<dyn Socket>, Unscanned> {
        let socket = if self.down.load(Ordering::Relaxed) {
            once(&self.address, limit.min(WHILE_DOWN)).await
        } else {
            insist(&self.address, limit).await
        };
        self.down.store(socket.is_err(), Ordering::Relaxed);
        socket
    }
}

/// Tries once, for `limit` at most.
async fn once(address: &Address, limit: Duration) -> Result<Box<dyn Socket>, Unscanned> {
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
async fn insist(address: &Address, limit: Duration) -> Result<Box<dyn Socket>, Unscanned> {
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

/// For a connection to a scanner that was not there a moment ago.
const WHILE_DOWN: Duration = Duration::from_millis(500);
