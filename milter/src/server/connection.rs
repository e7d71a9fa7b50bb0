//! One connection of an MTA: frames come in, the session says what they mean, answers go out.

use super::budget::Budget;
use super::consult::{Course, deadline, guarded};
use super::filter::{Filter, Handler};
use super::log::Chain;
use super::settings::Settings;
use super::stream::Stream;
use crate::proto::event::SessionError;
use crate::proto::frame::{Deframer, Frame, FrameError};
use crate::proto::session::Session;
use bytes::BytesMut;
use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::{debug, warn};

/// Memory of the answers that a silent connection keeps, in octets.
const OUT_KEPT: usize = 64;

/// One connection and all that it needs.
pub(crate) struct Connection<F: Filter> {
    pub(super) stream: Stream,
    pub(super) session: Session,
    pub(super) handler: F::Handler,
    pub(super) filter: Arc<F>,
    pub(super) settings: Arc<Settings>,
    pub(super) course: watch::Receiver<Course>,
    pub(super) out: BytesMut,
    pub(super) budget: Budget,
    deframer: Deframer,
}

/// Why a connection ended other than by the MTA's wish.
#[derive(Debug)]
pub(crate) enum Lost {
    Frame(FrameError),
    Session(SessionError),
    Io(io::Error),
    Idle,
    Slow,
    Unread,
    Flood,
    Cut,
    Stopping,
}

impl<F: Filter> Connection<F> {
    pub(crate) fn new(
        stream: Stream,
        filter: Arc<F>,
        settings: Arc<Settings>,
        course: watch::Receiver<Course>,
    ) -> Self {
        Self {
            session: Session::new(filter.wish()),
            budget: Budget::new(settings.packets),
            handler: filter.handler(),
            stream,
            filter,
            settings,
            course,
            out: BytesMut::new(),
            deframer: Deframer::new(),
        }
    }

    /// Serves the connection until it ends.
    pub(crate) async fn run(mut self: Box<Self>) {
        debug!(peer = %self.stream, "mta connected");
        match self.converse().await {
            Ok(()) => debug!(peer = %self.stream, "mta disconnected"),
            Err(lost) => warn!(peer = %self.stream, reason = %lost, "connection lost"),
        }
        if self.session.in_message() {
            self.abort().await;
        }
        self.close().await;
    }

    async fn converse(&mut self) -> Result<(), Lost> {
        while let Some(frame) = self.next_frame().await? {
            if !self.budget.pays(&frame) {
                self.session.refuse(frame.letter, &mut self.out);
                self.flush().await?;
                return Err(Lost::Flood);
            }
            let turn = match self.session.receive(frame, &mut self.out) {
                Ok(turn) => turn,
                Err(error) => {
                    self.flush().await?;
                    return Err(Lost::Session(error));
                }
            };
            if turn.aborted {
                self.abort().await;
            }
            // In a place of its own, which a silent connection does not keep.
            let goes_on = Box::pin(self.act(turn.event)).await?;
            self.flush().await?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// The next frame; `None` at a proper end, that of the MTA or ours.
    async fn next_frame(&mut self) -> Result<Option<Frame>, Lost> {
        let mut begun = None;
        loop {
            if let Some(frame) = self.deframer.cut().map_err(Lost::Frame)? {
                return Ok(Some(frame));
            }
            let partial = !self.deframer.is_empty();
            if !partial {
                if self.may_end() {
                    // What came in the meantime still gets its answer: unread, it would tear down the connection.
                    match self.stream.try_read(self.deframer.buffer()) {
                        Ok(read) if read > 0 => continue,
                        _ => return Ok(None),
                    }
                }
                self.deframer.release();
            }
            // MTAs begin at once; who says nothing is none, and must not take the place of one for hours.
            let limit = if partial || self.session.agreement().is_none() {
                self.settings.packet
            } else {
                self.settings.idle
            };
            let until = match begun.filter(|_| partial) {
                Some(until) => until,
                None => deadline(limit),
            };
            begun = partial.then_some(until);
            let read = tokio::select! {
                biased;
                read = self.stream.read(self.deframer.buffer()) => read.map_err(Lost::Io)?,
                course = self.course.changed() => match course {
                    Ok(()) if *self.course.borrow() < Course::Stopping => continue,
                    _ => return Err(Lost::Stopping),
                },
                () = tokio::time::sleep_until(until) => {
                    return Err(if partial { Lost::Slow } else { Lost::Idle });
                }
            };
            match (read, partial) {
                (0, false) => return Ok(None),
                (0, true) => return Err(Lost::Cut),
                _ => {}
            }
        }
    }

    /// Whether the server wants to end and nothing is in the way.
    fn may_end(&self) -> bool {
        self.is_draining() && !self.session.in_message()
    }

    pub(super) fn is_draining(&self) -> bool {
        *self.course.borrow() >= Course::Draining
    }

    /// Sends what was written.
    pub(super) async fn flush(&mut self) -> Result<(), Lost> {
        send(&self.stream, &mut self.out, &self.settings).await
    }

    /// Tells the handler that its message is lost.
    pub(super) async fn abort(&mut self) {
        let told = pin!(async {
            self.handler.abort().await;
            Ok(())
        });
        let told = timeout(self.settings.command, guarded(told));
        report("abort", told.await);
    }

    /// Tells the handler that the connection is over.
    pub(super) async fn close(&mut self) {
        let told = pin!(async {
            self.handler.close().await;
            Ok(())
        });
        let told = timeout(self.settings.command, guarded(told));
        report("close", told.await);
    }
}

/// Sends what was written, in bounded time, and gives large buffers back.
pub(super) async fn send(
    stream: &Stream,
    out: &mut BytesMut,
    settings: &Settings,
) -> Result<(), Lost> {
    if out.is_empty() {
        return Ok(());
    }
    let sent = timeout(settings.write, stream.write(out)).await;
    if out.capacity() > OUT_KEPT {
        *out = BytesMut::new();
    }
    sent.map_err(|_| Lost::Unread)?.map_err(Lost::Io)
}

/// Logs that the handler failed where the MTA waits for nothing.
fn report<E: fmt::Display, T>(stage: &'static str, told: Result<Result<(), E>, T>) {
    match told {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => warn!(stage, %failure, "filter failed"),
        Err(_) => warn!(stage, failure = "too late", "filter failed"),
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Session(error) => Chain(error).fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::Idle => f.write_str("nothing came for too long"),
            Self::Slow => f.write_str("a packet was not completed in time"),
            Self::Unread => f.write_str("an answer was not read in time"),
            Self::Flood => f.write_str("too many packets that end no message"),
            Self::Cut => f.write_str("the connection ended inside a packet"),
            Self::Stopping => f.write_str("the server stops"),
        }
    }
}
