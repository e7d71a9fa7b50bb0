//! The listener: HTTP/1.1 with GET alone, bounded in every way.

use super::pages::Pages;
use crate::exit::{Exit, Failure};
use crate::untrusted::plain;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tracing::warn;

/// Most connections at one time; more wait in the queue of the socket.
const CONNECTIONS: usize = 64;

/// How long a request line and its fields may take to arrive.
const REQUEST: Duration = Duration::from_secs(10);

/// How long a connection may last in all. Each has one request.
const WHOLE: Duration = Duration::from_secs(30);

/// Most octets of a request.
const BUFFER: usize = 16 << 10;

/// How long to wait when no connection can be taken, such as for want of descriptors.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// A listener that answers whoever asks how the daemon is.
#[derive(Debug)]
pub struct Endpoint {
    listener: TcpListener,
}

impl Endpoint {
    /// Listens at an address. The failure names it.
    pub async fn bind(address: SocketAddr) -> Result<Self, Failure> {
        let cannot = |error: io::Error| {
            let exit = match error.kind() {
                io::ErrorKind::PermissionDenied => Exit::NoPermission,
                io::ErrorKind::AddrInUse => Exit::Unavailable,
                _ => Exit::CannotCreate,
            };
            let text = format!("cannot listen for metrics on {address}: {}", plain(&error));
            Failure::new(exit, text)
        };
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        Ok(Endpoint { listener })
    }

    /// The address, with the port that the system has chosen if it was to choose one.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the daemon ends.
    pub async fn serve(self, pages: Arc<Pages>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let told = Arc::new(AtomicBool::new(false));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    warn!(problem = plain(&error), "metrics: no connection");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            let (pages, told) = (Arc::clone(&pages), Arc::clone(&told));
            tokio::spawn(async move {
                let whole = async {
                    if is_mta(&stream).await {
                        complain(&told);
                    } else {
                        // What goes wrong with a connection is the affair of its other end.
                        let _ = connection(stream, pages).await;
                    }
                };
                let _ = tokio::time::timeout(WHOLE, whole).await;
                drop(place);
            });
        }
    }
}

/// Whether the first words are those of an MTA that looks for a milter: a packet of less than 16 MiB whose command is O.
async fn is_mta(stream: &TcpStream) -> bool {
    let mut first = [0; 5];
    let seen = tokio::time::timeout(REQUEST, stream.peek(&mut first)).await;
    matches!(seen, Ok(Ok(5))) && matches!(first, [0, _, _, _, b'O'])
}

/// Says so, once: the MTA tries it again with every message.
fn complain(told: &AtomicBool) {
    if !told.swap(true, Ordering::Relaxed) {
        warn!(
            "an mta takes the port of metrics for that of the milter, see listen in the configuration"
        );
    }
}

async fn connection(stream: TcpStream, pages: Arc<Pages>) -> hyper::Result<()> {
    let answer = service_fn(move |request: Request<Incoming>| {
        let pages = Arc::clone(&pages);
        async move { Ok::<_, Infallible>(answer(&request, &pages).await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST)
        .max_buf_size(BUFFER)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), answer)
        .await
}

async fn answer(request: &Request<Incoming>, pages: &Pages) -> Response<Full<Bytes>> {
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    let plain = |status: StatusCode, says: &'static str| {
        let mut response = Response::new(Full::from(says));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, text.clone());
        response
    };
    if request.method() != Method::GET {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        let headers = response.headers_mut();
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    let Some((status, kind, content)) = pages.at(request.uri().path()).await else {
        let says = "there are /metrics, /healthz, /readyz and /status\n";
        return plain(StatusCode::NOT_FOUND, says);
    };
    let mut response = Response::new(Full::from(content));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
