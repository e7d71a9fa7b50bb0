//! One scan: the end that is fed while the mail arrives, and the task at the other end that talks to the scanner.
//!
//! ```text
//!            pieces of 16 to 64 KiB, at most 4 under way
//! Scan::feed ───────────────────────────────────────────▶ Pieces ─▶ task ─▶ scanner
//! Scan::finish ◀──────────────────────── Report ──────────────────────┘
//! ```
//!
//! The end of the message is said by a mark of its own. A channel that closes without it is a message that was broken off,
//! so a scan that is dropped can never be taken for a scan of a shorter message.

use crate::{Reason, Report, Unscanned};
use bytes::{Bytes, BytesMut};
use std::{
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};
use tokio_stream::Stream;

/// What one scan may cost, whatever the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// From the start of the scan to the report, the arrival of the mail included.
    pub total: Duration,
    /// Bytes of one message. A larger one is [`Reason::TooLarge`]: the scanner never sees a part in place of the whole.
    pub max_bytes: u64,
}

/// A scan under way. Dropping it ends it at once and closes the connection to the scanner.
pub struct Scan {
    /// `None` once there is nobody to feed.
    feed: Option<mpsc::Sender<Piece>>,
    /// Small chunks wait here until they are worth a packet.
    gathered: BytesMut,
    /// Bytes that may still be fed.
    room: u64,
    /// Whether the task has been told of the end of the message.
    heard_all: Arc<AtomicBool>,
    /// Set by our side, and stronger than what the scanner says.
    given_up: Option<Unscanned>,
    task: JoinHandle<Report>,
}

impl Scan {
    /// Begins a scan: `run` gets the message piece by piece and gives the report.
    ///
    /// This is how a [`Scanner`](crate::Scanner) is written. `run` is polled in a task of its own, is cancelled when the
    /// `Scan` is dropped and when `bounds.total` is over. A [`Report::Clean`] or [`Report::Scored`] of a task that has not
    /// read `Pieces` to their end counts as [`Reason::Garbled`].
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with time enabled.
    pub fn start<F>(bounds: Bounds, run: impl FnOnce(Pieces) -> F) -> Self
    where
        F: Future<Output = Report> + Send + 'static,
    {
        let (feed, pieces) = mpsc::channel(PIECES_UNDER_WAY);
        let heard_all = Arc::new(AtomicBool::new(false));
        let scanning = run(Pieces {
            receiver: pieces,
            ended: false,
            heard_all: Arc::clone(&heard_all),
        });
        let task = tokio::spawn(async move {
            let Ok(report) = timeout(bounds.total, scanning).await else {
                return Report::unscanned(
                    Reason::Timeout,
                    &format!("no report within {:?}", bounds.total),
                );
            };
            report
        });
        Scan {
            feed: Some(feed),
            gathered: BytesMut::new(),
            room: bounds.max_bytes,
            heard_all,
            given_up: None,
            task,
        }
    }

    /// A scan that is over before it began.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn refused(unscanned: Unscanned) -> Self {
        let task = tokio::spawn(async { Report::Clean });
        Scan {
            feed: None,
            gathered: BytesMut::new(),
            room: 0,
            heard_all: Arc::default(),
            given_up: Some(unscanned),
            task,
        }
    }

    /// Hands the next bytes of the message to the scanner.
    ///
    /// Waits while the scanner is slower than the mail, but not beyond the deadlines of the scan. Once the scan is over
    /// it does nothing and returns at once: the reason is told by [`finish`](Self::finish).
    ///
    /// A call that is dropped before it is done leaves a gap in what the scanner sees, so the scan ends as
    /// [`Reason::Stopped`].
    pub async fn feed(&mut self, chunk: Bytes) {
        if self.is_over() {
            return;
        }
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        let Some(room) = self.room.checked_sub(size) else {
            return self.give_up(Unscanned::new(
                Reason::TooLarge,
                "more bytes than are handed to this scanner",
            ));
        };
        self.room = room;
        if chunk.len() < GATHERED {
            self.gathered.extend_from_slice(&chunk);
            if self.gathered.len() >= GATHERED {
                self.send_gathered().await;
            }
            return;
        }
        self.send_gathered().await;
        self.send_pieces(chunk).await;
    }

    /// Whether the scan needs no more bytes, because the report stands or because it failed.
    pub fn is_over(&self) -> bool {
        self.given_up.is_some() || self.feed.as_ref().is_none_or(mpsc::Sender::is_closed)
    }

    /// Says that the message is complete and waits for the report, not beyond the deadlines of the scan.
    pub async fn finish(mut self) -> Report {
        self.send_gathered().await;
        self.send(Piece::End).await;
        if let Some(unscanned) = self.given_up.take() {
            return unscanned.into();
        }
        match (&mut self.task).await {
            Ok(report @ (Report::Clean | Report::Scored(_)))
                if !self.heard_all.load(Ordering::Acquire) =>
            {
                Report::unscanned(
                    Reason::Garbled,
                    &format!("{} before the end of the data", report.name()),
                )
            }
            Ok(report) => report,
            Err(error) if error.is_panic() => {
                Report::unscanned(Reason::Failed, "our side of the scan panicked")
            }
            Err(_) => Report::unscanned(Reason::Stopped, "the scan was cancelled"),
        }
    }

    /// Ends the scan from our side.
    fn give_up(&mut self, unscanned: Unscanned) {
        self.given_up.get_or_insert(unscanned);
        self.feed = None;
        self.gathered = BytesMut::new();
        self.task.abort();
    }

    async fn send_gathered(&mut self) {
        let gathered = self.gathered.split().freeze();
        self.send_pieces(gathered).await;
    }

    /// Sends in pieces of limited size, so that the channel is bounded in bytes too.
    async fn send_pieces(&mut self, mut chunk: Bytes) {
        while !chunk.is_empty() {
            let piece = chunk.split_to(chunk.len().min(PIECE));
            if !self.send(Piece::Bytes(piece)).await {
                return;
            }
        }
    }

    /// Whether the piece was taken. While it waits the scan counts as given up: if this future is dropped, it stays so.
    async fn send(&mut self, piece: Piece) -> bool {
        let Some(feed) = self.feed.take() else {
            return false;
        };
        let before = self
            .given_up
            .replace(Unscanned::new(Reason::Stopped, "feeding was broken off"));
        let sent = feed.send(piece).await.is_ok();
        self.given_up = before;
        if sent {
            self.feed = Some(feed);
        }
        sent
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("over", &self.is_over())
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

/// The message as the scanner's side gets it: a stream of pieces of at most 64 KiB that ends where the message ends.
///
/// An error in place of the end says that the message was broken off; there is no more after it.
#[derive(Debug)]
pub struct Pieces {
    receiver: mpsc::Receiver<Piece>,
    ended: bool,
    /// Told to the other side.
    heard_all: Arc<AtomicBool>,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let piece = ready!(self.receiver.poll_recv(context));
        Poll::Ready(match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => {
                self.ended = true;
                self.heard_all.store(true, Ordering::Release);
                None
            }
            None => {
                self.ended = true;
                Some(Err(io::Error::new(
                    io::ErrorKind::Interrupted,
                    "the message was broken off",
                )))
            }
        })
    }
}

/// What goes through the channel.
#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    End,
}

/// Pieces in the channel: with [`PIECE`] the bound of what a slow scanner holds in memory.
const PIECES_UNDER_WAY: usize = 4;

/// Bytes of one piece at most.
const PIECE: usize = 64 << 10;

/// Smaller chunks than this are gathered, so that a message fed line by line does not become a packet per line.
const GATHERED: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::{Bounds, Piece, Pieces, Scan};
    use crate::{Reason, Report};
    use bytes::Bytes;
    use std::time::Duration;
    use tokio_stream::StreamExt as _;

    const BOUNDS: Bounds = Bounds {
        total: Duration::from_mins(1),
        max_bytes: u64::MAX,
    };

    #[tokio::test]
    async fn an_answer_to_a_part_of_the_message_is_none_to_the_whole() {
        // Everything, the end included, waits in the channel when the task answers.
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let mut scan = Scan::start(BOUNDS, |mut pieces: Pieces| async move {
            let _ = told.await;
            pieces.next().await;
            Report::Clean
        });
        scan.feed(Bytes::from_static(b"some")).await;
        scan.send_gathered().await;
        assert!(scan.send(Piece::End).await);
        tell.send(()).expect("the task waits");
        let report = scan.finish().await;
        let Report::Unscanned(unscanned) = report else {
            panic!("{report}")
        };
        assert_eq!(unscanned.reason(), Reason::Garbled);
    }
}
