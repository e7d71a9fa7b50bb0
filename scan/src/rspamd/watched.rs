//! The socket under hyper, watched: writes have a deadline, and it is known whether the whole request was sent before the
//! other side began to answer.

use crate::connect::Socket;
use std::{
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
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::{Sleep, sleep},
};

/// How far a request has come. Clones tell of the same request.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Arc<Stages>);

#[derive(Debug, Default)]
struct Stages {
    /// hyper has taken the end of the body.
    ended: AtomicBool,
    /// The last byte of the request has gone into the socket.
    sent: AtomicBool,
    /// Something was heard before that.
    early: AtomicBool,
    /// Rung when the request is sent.
    bell: Notify,
}

impl Progress {
    /// The body has no more.
    pub(super) fn end(&self) {
        self.0.ended.store(true, Ordering::Relaxed);
    }

    /// Whether an answer began before the request was sent.
    pub(super) fn is_early(&self) -> bool {
        self.0.early.load(Ordering::Relaxed)
    }

    /// Waits until the whole request is sent. For one who waits.
    pub(super) async fn sent(&self) {
        self.0.bell.notified().await;
    }

    /// hyper flushes when nothing is left of what it has taken.
    fn flushed(&self) {
        if self.0.ended.load(Ordering::Relaxed) && !self.0.sent.swap(true, Ordering::Relaxed) {
            self.0.bell.notify_one();
        }
    }

    fn heard(&self) {
        if !self.0.sent.load(Ordering::Relaxed) {
            self.0.early.store(true, Ordering::Relaxed);
        }
    }
}

/// A socket that tells of its progress.
pub(super) struct Watched {
    socket: Box<dyn Socket>,
    progress: Progress,
    /// How long a write may wait.
    limit: Duration,
    /// Runs while one is waiting.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    pub(super) fn new(socket: Box<dyn Socket>, progress: Progress, limit: Duration) -> Self {
        Watched {
            socket,
            progress,
            limit,
            alarm: None,
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let watched = self.get_mut();
        if let Poll::Ready(written) = Pin::new(&mut watched.socket).poll_write(context, bytes) {
            watched.alarm = None;
            return Poll::Ready(written);
        }
        let limit = watched.limit;
        let alarm = watched.alarm.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(alarm.as_mut().poll(context));
        let text = format!("took no data for {limit:?}");
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        ready!(Pin::new(&mut watched.socket).poll_flush(context))?;
        watched.progress.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        let before = out.filled().len();
        ready!(Pin::new(&mut watched.socket).poll_read(context, out))?;
        if out.filled().len() > before {
            watched.progress.heard();
        }
        Poll::Ready(Ok(()))
    }
}
