//! One request and its answer, within deadlines and limits.

use super::{
    request,
    watched::{Progress, Watched},
};
use crate::{Pieces, Reason, Timeouts, Unscanned, connect::Socket, wire};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body, Frame, Incoming},
    client::conn::http1,
    header::{HeaderValue, SERVER},
};
use hyper_util::rt::TokioIo;
use std::{
    error::Error,
    future::pending,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{select, time::sleep};
use tokio_stream::Stream;

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// What the other side calls itself.
    pub(super) server: Option<HeaderValue>,
    pub(super) body: Bytes,
    /// Whether it began before the whole message was sent.
    pub(super) is_early: bool,
}

/// A connection for one request.
pub(super) struct Exchange {
    socket: Box<dyn Socket>,
    timeouts: Timeouts,
}

impl Exchange {
    pub(super) fn new(socket: Box<dyn Socket>, timeouts: Timeouts) -> Self {
        Exchange { socket, timeouts }
    }

    /// Asks rspamd whether it is there.
    pub(super) async fn ping(self, host: &str) -> Result<Answer, Unscanned> {
        let mut request = Request::get("/ping").body(Empty::new()).map_err(bad)?;
        *request.headers_mut() = request::bare_fields(host);
        let progress = Progress::default();
        progress.end();
        self.send(request, progress).await
    }

    /// Has rspamd look at a message.
    pub(super) async fn check(
        self,
        fields: HeaderMap,
        pieces: Pieces,
    ) -> Result<Answer, Unscanned> {
        let progress = Progress::default();
        let body = Message {
            pieces,
            progress: progress.clone(),
        };
        let mut request = Request::post("/checkv2").body(body).map_err(bad)?;
        *request.headers_mut() = fields;
        self.send(request, progress).await
    }

    async fn send<B>(self, request: Request<B>, progress: Progress) -> Result<Answer, Unscanned>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let socket = Watched::new(self.socket, progress.clone(), self.timeouts.write);
        let mut http = http1::Builder::new();
        http.max_buf_size(BUFFER).max_headers(FIELDS);
        let (mut sender, connection) = http
            .handshake(TokioIo::new(socket))
            .await
            .map_err(|error| reason(&error))?;
        let exchange = async {
            let response = sender.send_request(request).await;
            read(response.map_err(|error| reason(&error))?).await
        };
        let driven = async {
            // What is wrong with the connection is told to the exchange.
            let _ = connection.await;
            pending().await
        };
        let limit = self.timeouts.answer;
        let late = async {
            progress.sent().await;
            sleep(limit).await;
            let text = format!("no whole answer for {limit:?}");
            Err(Unscanned::new(Reason::Timeout, &text))
        };
        select! {
            answer = exchange => answer,
            never = driven => never,
            late = late => late,
        }
        .map(|answer| Answer {
            is_early: progress.is_early(),
            ..answer
        })
    }
}

/// The body of a request: the message as it arrives.
struct Message {
    pieces: Pieces,
    progress: Progress,
}

impl Body for Message {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let message = self.get_mut();
        let piece = ready!(Pin::new(&mut message.pieces).poll_next(context));
        if piece.is_none() {
            message.progress.end();
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, Unscanned> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, REPLY_LIMIT).collect().await;
    Ok(Answer {
        status: head.status,
        server: head.headers.get(SERVER).cloned(),
        body: body.map_err(|error| reason(error.as_ref()))?.to_bytes(),
        is_early: false,
    })
}

/// The reason that an error of HTTP is, by what caused it.
fn reason(error: &(dyn Error + 'static)) -> Unscanned {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return wire::reason(error);
        }
        if error.is::<LengthLimitError>() {
            return Unscanned::new(Reason::Garbled, "an answer without end");
        }
        cause = error.source();
    }
    let http = error.downcast_ref::<hyper::Error>();
    let is_parse = http.is_some_and(|error| error.is_parse() || error.is_parse_too_large());
    if is_parse {
        return Unscanned::new(Reason::Garbled, &format!("unexpected answer: {error}"));
    }
    Unscanned::new(Reason::Io, &error.to_string())
}

/// A request of ours that cannot be written, which is not known to happen.
fn bad(error: impl Error) -> Unscanned {
    Unscanned::new(Reason::Failed, &error.to_string())
}

/// Bytes of a reply.
const REPLY_LIMIT: usize = 1 << 20;

/// Bytes of the head of a reply, and of what is held before it is sent.
const BUFFER: usize = 64 << 10;

/// Header fields of a reply.
const FIELDS: usize = 50;

#[cfg(test)]
mod tests {
    use super::Exchange;
    use crate::{Bounds, Reason, Report, Scan, Timeouts, rspamd::reply};
    use bytes::Bytes;
    use hyper::HeaderMap;
    use std::time::Duration;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::sleep,
    };

    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"score\":0,\"action\":\"no action\"}";

    /// The report of one who has read at least so many bytes of a request with a message of 100,000 when it answers, and
    /// rests after each piece. Its socket holds 1,000.
    async fn report(heard: usize, rest: Duration) -> Report {
        let bounds = Bounds {
            total: Duration::from_mins(10),
            max_bytes: 1 << 20,
        };
        let (ours, mut theirs) = duplex(1_000);
        let mut scan = Scan::start(bounds, |pieces| async move {
            let exchange = Exchange::new(Box::new(ours), Timeouts::default());
            let answer = exchange.check(HeaderMap::new(), pieces).await;
            answer.map_or_else(Report::from, |answer| reply::report(&answer))
        });
        scan.feed(Bytes::from(vec![b'm'; 100_000])).await;
        let rspamd = tokio::spawn(async move {
            let mut request = Vec::new();
            while request.len() < heard && !request.ends_with(b"\r\n0\r\n\r\n") {
                theirs.read_buf(&mut request).await.expect("the request");
                sleep(rest).await;
            }
            theirs.write_all(ANSWER).await.expect("room for an answer");
            theirs
        });
        let report = scan.finish().await;
        drop(rspamd);
        report
    }

    #[tokio::test]
    async fn who_answers_before_it_can_have_heard_all_is_not_believed() {
        for heard in [100, 50_000, 98_000] {
            let report = report(heard, Duration::ZERO).await;
            assert!(
                matches!(&report, Report::Unscanned(why) if why.reason() == Reason::Garbled),
                "{heard}: {report}"
            );
        }
        let report = report(usize::MAX, Duration::ZERO).await;
        assert_eq!(report.name(), "scored");
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_takes_nothing_at_all_takes_too_long() {
        // More than a hundred rests: the whole takes much longer than any single wait may.
        let report = report(usize::MAX, Duration::from_secs(2)).await;
        assert_eq!(report.name(), "scored", "{report}");
        let late = self::report(usize::MAX, Duration::from_secs(31)).await;
        assert!(
            matches!(&late, Report::Unscanned(why) if why.reason() == Reason::Timeout),
            "{late}"
        );
    }
}
