//! A connection to a scanner that cannot hang, cannot flood us, and loses no answer.
//!
//! Scanners answer before they have heard everything when they refuse to hear more (clamd: `INSTREAM size limit exceeded`),
//! and close. A client that only writes then sees a broken pipe and never the answer. So every write looks first whether
//! there is something to read; if there is, the write fails and the answer is kept in [`Wire::heard`].

use crate::{Reason, Timeouts, Unscanned, connect::Socket};
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    time::{Sleep, sleep, timeout},
};

/// One connection to a scanner.
pub(crate) struct Wire {
    socket: Box<dyn Socket>,
    timeouts: Timeouts,
    /// Runs while a write is waiting, and from the first read on.
    alarm: Option<Pin<Box<Sleep>>>,
    /// All that the scanner has said.
    heard: Vec<u8>,
    /// The most that it may say, in bytes.
    reply_limit: usize,
    reading: bool,
}

impl Wire {
    pub(crate) fn new(socket: Box<dyn Socket>, timeouts: Timeouts, reply_limit: usize) -> Self {
        Wire {
            socket,
            timeouts,
            alarm: None,
            heard: Vec::new(),
            reply_limit,
            reading: false,
        }
    }

    /// What the scanner has said up to now, if it said anything.
    pub(crate) fn heard(&self) -> Option<&[u8]> {
        Some(self.heard.as_slice()).filter(|heard| !heard.is_empty())
    }

    /// The connection, once a conversation has come to its end.
    pub(crate) fn into_socket(self) -> Box<dyn Socket> {
        self.socket
    }

    /// Reads what is left of an answer on a connection that broke, as long as it is not `whole`. The rest of it is there
    /// already or never comes.
    pub(crate) async fn hear_out(&mut self, whole: impl Fn(&[u8]) -> bool) {
        let rest = async {
            while !whole(&self.heard) && self.heard.len() <= self.reply_limit {
                if self.socket.read_buf(&mut self.heard).await? == 0 {
                    break;
                }
            }
            io::Result::Ok(())
        };
        // Whether the end came, an error or the deadline: what has been heard is all there is.
        let _ = timeout(LAST_WORDS, rest).await;
    }

    /// Looks for an answer without waiting. True when there is one, or the connection is closed.
    fn answers_early(&mut self, context: &mut Context<'_>) -> bool {
        let mut bytes = [0; 512];
        let mut buffer = ReadBuf::new(&mut bytes);
        match Pin::new(&mut self.socket).poll_read(context, &mut buffer) {
            Poll::Ready(_) => {
                self.heard.extend_from_slice(buffer.filled());
                true
            }
            Poll::Pending => false,
        }
    }

    /// Waits for the alarm, which is set to `limit` from now unless it is set already.
    fn poll_alarm(
        &mut self,
        context: &mut Context<'_>,
        limit: Duration,
        missing: &str,
    ) -> Poll<io::Error> {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(limit)));
        alarm.as_mut().poll(context).map(|()| {
            let text = format!("{missing} for {limit:?}");
            io::Error::new(io::ErrorKind::TimedOut, text)
        })
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        if wire.answers_early(context) {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "closed before the end of the data",
            )));
        }
        match Pin::new(&mut wire.socket).poll_write(context, bytes) {
            Poll::Ready(written) => {
                wire.alarm = None;
                Poll::Ready(written)
            }
            Poll::Pending => wire
                .poll_alarm(context, wire.timeouts.write, "took no data")
                .map(Err),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if !wire.reading {
            wire.reading = true;
            wire.alarm = None;
        }
        // Never set anew: an answer that drips in byte by byte has the time of one answer.
        if let Poll::Ready(late) = wire.poll_alarm(context, wire.timeouts.answer, "no whole answer")
        {
            return Poll::Ready(Err(late));
        }
        let before = out.filled().len();
        ready!(Pin::new(&mut wire.socket).poll_read(context, out))?;
        wire.heard
            .extend_from_slice(out.filled().get(before..).unwrap_or_default());
        if wire.heard.len() > wire.reply_limit {
            // Whoever returns an error must not have read anything.
            out.set_filled(before);
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "an answer without end",
            )));
        }
        Poll::Ready(Ok(()))
    }
}

/// The reason that an error of a [`Wire`] is.
pub(crate) fn reason(error: &io::Error) -> Unscanned {
    let reason = match error.kind() {
        io::ErrorKind::TimedOut => Reason::Timeout,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Reason::Garbled,
        io::ErrorKind::Interrupted => Reason::Stopped,
        _ => Reason::Io,
    };
    Unscanned::new(reason, &error.to_string())
}

/// For the rest of an answer on a connection that broke.
const LAST_WORDS: Duration = Duration::from_secs(1);
