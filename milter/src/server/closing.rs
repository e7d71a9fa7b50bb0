//! The end of a message: long work with signs of progress, then changes, the new body, and one last word.

use super::connection::{Connection, Lost, send};
use super::consult::{Course, Failure, deadline, guarded, reached};
use super::filter::{Body, Delivery, Filter, Handler, Outcome, Verdict};
use super::log::{Escaped, queue_id};
use super::settings::Settings;
use super::stream::Stream;
use crate::proto::answer::{BodyAnswer, Refusal};
use crate::proto::end::{EditError, EndOfMessage};
use crate::proto::event::Conclusion;
use crate::proto::flags::Actions;
use crate::proto::macros::Macros;
use bytes::{Bytes, BytesMut};
use std::future::Future;
use std::pin::pin;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use tracing::warn;

impl<F: Filter> Connection<F> {
    /// Brings a message to its end. Only a lost connection is an error: everything else ends with an answer.
    pub(super) async fn end_of_message(
        &mut self,
        last: Bytes,
        mut end: EndOfMessage,
    ) -> Result<(), Lost> {
        let question = judge(&mut self.handler, last, self.session.macros());
        let mut work = Work {
            stream: &self.stream,
            out: &mut self.out,
            course: &mut self.course,
            settings: &self.settings,
            deadline: deadline(self.settings.end),
            ticks: ticks(&self.settings),
        };
        let conclusion = match work.conclude(&mut end, question).await {
            Ok(conclusion) => conclusion,
            Err(Wrong::Connection(lost)) => return Err(lost),
            Err(Wrong::Message(failure)) => {
                warn!(
                    queue_id = queue_id(self.session.macros()),
                    verdict = "tempfail",
                    failure = %Escaped(failure.to_string().as_bytes()),
                    "message refused for now"
                );
                self.abort().await;
                Conclusion::Refuse(Refusal::TempFail)
            }
        };
        self.session.conclude(end, conclusion, &mut self.out);
        self.stream.relax();
        self.budget.refill();
        Ok(())
    }
}

/// The handler's verdict, after the last piece of the body if that came along.
async fn judge<H: Handler>(handler: &mut H, last: Bytes, macros: &Macros) -> Outcome<Verdict> {
    if !last.is_empty() {
        match handler.body(last).await? {
            BodyAnswer::Continue | BodyAnswer::Skip => {}
            BodyAnswer::Accept => return Ok(Verdict::accept()),
            BodyAnswer::Discard => return Ok(Verdict::Discard),
            BodyAnswer::Refuse(refusal) => return Ok(Verdict::Refuse(refusal)),
        }
    }
    handler.end_of_message(macros).await
}

/// When signs of progress are due.
fn ticks(settings: &Settings) -> Interval {
    let mut ticks = interval_at(deadline(settings.progress), settings.progress);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// What goes wrong on the way: with the message, then the MTA is told, or with the connection.
enum Wrong {
    Message(Failure),
    Connection(Lost),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Message(failure)
    }
}

impl From<EditError> for Wrong {
    fn from(error: EditError) -> Self {
        Self::Message(Failure::Error(Box::new(error)))
    }
}

impl From<Lost> for Wrong {
    fn from(lost: Lost) -> Self {
        Self::Connection(lost)
    }
}

/// What is needed while the MTA waits: the way to tell it so, and how long it may take.
struct Work<'a> {
    stream: &'a Stream,
    out: &'a mut BytesMut,
    course: &'a mut watch::Receiver<Course>,
    settings: &'a Settings,
    deadline: Instant,
    ticks: Interval,
}

impl Work<'_> {
    async fn conclude(
        &mut self,
        end: &mut EndOfMessage,
        question: impl Future<Output = Outcome<Verdict>>,
    ) -> Result<Conclusion, Wrong> {
        let question = pin!(question);
        match self.wait(end, guarded(question)).await? {
            Verdict::Discard => Ok(Conclusion::Discard),
            Verdict::Refuse(refusal) => Ok(Conclusion::Refuse(refusal)),
            Verdict::Deliver(delivery) => {
                self.deliver(end, delivery).await?;
                Ok(Conclusion::Deliver)
            }
        }
    }

    /// Sends changes and new body. The first piece is made before anything is sent, as signs of progress end with it.
    async fn deliver(&mut self, end: &mut EndOfMessage, delivery: Delivery) -> Result<(), Wrong> {
        if delivery.body.is_some() && !end.can_replace_body() {
            return Err(EditError::NotAgreed(Actions::REPLACE_BODY).into());
        }
        let mut changes = BytesMut::new();
        end.edits(&delivery.edits, &mut changes)?;
        let size = end.payload_max();
        let mut next = match delivery.body {
            None => None,
            Some(body) => Some(self.wait(end, pull(body, size)).await?),
        };
        self.out.extend_from_slice(&changes);
        while let Some((piece, rest)) = next {
            end.body(&piece, self.out)?;
            self.flush().await?;
            next = match rest {
                None => None,
                Some(body) => Some(self.wait(end, pull(body, size)).await?),
            };
        }
        Ok(())
    }

    /// Waits for work within the deadline, telling the MTA that it goes on while that is allowed.
    async fn wait<T>(
        &mut self,
        end: &EndOfMessage,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Wrong> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                () = sleep_until(self.deadline) => return Err(Failure::Late.into()),
                done = &mut work => return done.map_err(Wrong::Message),
                () = reached(self.course, Course::Stopping) => return Err(Failure::Stopping.into()),
                _ = self.ticks.tick() => end.progress(self.out),
            }
            self.flush().await?;
        }
    }

    async fn flush(&mut self) -> Result<(), Lost> {
        send(self.stream, self.out, self.settings).await
    }
}

/// Pulls about one packet of this size of the new body, and what is left of it. Reading may block, so it has a thread of its own.
async fn pull(mut body: Body, size: usize) -> Result<(BytesMut, Option<Body>), Failure> {
    let pulled = tokio::task::spawn_blocking(move || {
        let mut piece = BytesMut::new();
        while piece.len() < size {
            match body.next() {
                None => return Ok((piece, None)),
                Some(Ok(more)) => piece.extend_from_slice(&more),
                Some(Err(error)) => return Err(Failure::Error(Box::new(error))),
            }
        }
        Ok((piece, Some(body)))
    });
    pulled.await.unwrap_or(Err(Failure::Panic))
}
