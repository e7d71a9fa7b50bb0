//! A connection of ours in the hands of `clamav-client`.

use crate::wire::Wire;
use clamav_client::tokio::TransportProtocol;
use std::{
    io,
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Lends a connection to one call of `clamav-client`, which would otherwise make it itself and drop it on error, and with
/// it the answer.
pub(super) struct Lent<S>(Mutex<Option<S>>);

impl<S> Lent<S> {
    pub(super) fn new(stream: S) -> Self {
        Lent(Mutex::new(Some(stream)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TransportProtocol for Lent<S> {
    type Stream = S;

    async fn connect(&self) -> io::Result<Self::Stream> {
        let lent = self.0.lock().ok().and_then(|mut stream| stream.take());
        lent.ok_or_else(|| io::Error::other("the connection was taken before"))
    }
}

/// A connection that seems to end where the answer does: `clamav-client` reads to the end, and a session goes on.
pub(super) struct OneAnswer<'a>(pub(super) &'a mut Wire);

impl AsyncRead for OneAnswer<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.heard().is_some_and(|heard| heard.ends_with(b"\0")) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut *self.0).poll_read(context, out)
    }
}

impl AsyncWrite for OneAnswer<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(context)
    }
}
