//! The other side: asking a daemon for a page.

use crate::untrusted::plain;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use std::{error, fmt, io};
use tokio::net::TcpStream;

/// Most octets of a page.
const PAGE: usize = 4 << 20;

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why there is no page.
#[derive(Debug)]
#[non_exhaustive]
pub enum AskError {
    /// Nobody answers there.
    Connect(SocketAddr, io::Error),
    /// Somebody answers, but not as Tamis does.
    Answer(SocketAddr, String),
    /// It took too long.
    Timeout(SocketAddr),
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AskError::Connect(address, error) => {
                write!(f, "cannot reach {address}: {}", plain(error))
            }
            AskError::Answer(address, why) => write!(f, "no answer of Tamis at {address}: {why}"),
            AskError::Timeout(address) => write!(f, "no answer from {address} in time"),
        }
    }
}

impl error::Error for AskError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            AskError::Connect(_, error) => Some(error),
            AskError::Answer(..) | AskError::Timeout(_) => None,
        }
    }
}

/// The page of the daemon at `address`: its status of HTTP and its content.
pub async fn ask(address: SocketAddr, path: &str) -> Result<(u16, String), AskError> {
    let asked = tokio::time::timeout(PATIENCE, fetch(address, path)).await;
    asked.unwrap_or(Err(AskError::Timeout(address)))
}

async fn fetch(address: SocketAddr, path: &str) -> Result<(u16, String), AskError> {
    let odd = |error: &dyn error::Error| AskError::Answer(address, error.to_string());
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| AskError::Connect(address, error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| odd(&error))?;
    let request = Request::get(path)
        .header(HOST, address.to_string())
        .body(Empty::<Bytes>::new())
        .map_err(|error| odd(&error))?;
    let talk = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| odd(&error))?;
        let status = response.status().as_u16();
        let content = Limited::new(response.into_body(), PAGE).collect().await;
        let content = content
            .map_err(|error| AskError::Answer(address, error.to_string()))?
            .to_bytes();
        Ok((status, String::from_utf8_lossy(&content).into_owned()))
    };
    // The talk needs the connection to be driven, and says itself how that went.
    let drive = async {
        let _ = connection.await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        page = talk => page,
        () = drive => Err(AskError::Timeout(address)),
    }
}
