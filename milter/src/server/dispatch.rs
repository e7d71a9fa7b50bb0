//! From an event to the handler's method, and from its answer to the MTA.

use super::connection::{Connection, Lost};
use super::consult::{Failure, consult, deadline};
use super::filter::{Filter, Handler};
use super::log::{Escaped, queue_id};
use crate::proto::answer::{Answer, Outcome as Said, Refusal};
use crate::proto::event::{Answered, Ask, Event};
use crate::proto::macros::{Macros, Stage};
use crate::proto::negotiate::Agreement;
use crate::proto::reply::Reply;
use tracing::{debug, warn};

/// Asks the handler and answers the MTA. The parts of the connection are borrowed one by one, which a method could not. The
/// question has its place only while it is asked: a connection is silent for most of its life.
macro_rules! ask {
    ($connection:ident, $ask:ident, |$handler:ident, $macros:ident| $question:expr) => {{
        let until = deadline($connection.settings.command);
        let ($handler, $macros) = (&mut $connection.handler, $connection.session.macros());
        let _: &Macros = $macros;
        let question = Box::pin(async { $question.await });
        let answer = consult(until, &mut $connection.course, question).await;
        $connection.settle($ask, answer).await
    }};
}

impl<F: Filter> Connection<F> {
    /// Does what an event asks for. False when the connection is to be closed.
    pub(super) async fn act(&mut self, event: Event) -> Result<bool, Lost> {
        match event {
            Event::Connect(client, ask) => ask!(self, ask, |handler, macros| handler
                .connect(&client, macros)),
            Event::Helo(name, ask) => {
                ask!(self, ask, |handler, macros| handler.helo(&name, macros));
            }
            Event::Mail(_, ask) if self.is_draining() => {
                self.session
                    .answer(ask, Answer::Refuse(shutting_down()), &mut self.out);
            }
            Event::Mail(path, ask) => {
                ask!(self, ask, |handler, macros| handler.mail(&path, macros));
            }
            Event::Rcpt(path, ask) => {
                ask!(self, ask, |handler, macros| handler.rcpt(&path, macros));
            }
            Event::Data(ask) => ask!(self, ask, |handler, macros| handler.data(macros)),
            Event::Header(name, value, ask) => {
                ask!(self, ask, |handler, macros| handler
                    .header(&name, &value, macros));
            }
            Event::EndOfHeaders(ask) => {
                ask!(self, ask, |handler, macros| handler.end_of_headers(macros));
            }
            Event::Body(piece, ask) => ask!(self, ask, |handler, _macros| handler.body(piece)),
            Event::Unknown(line, ask) => {
                ask!(self, ask, |handler, macros| handler.unknown(&line, macros));
            }
            Event::RejectedRcpt(path) => {
                let told = Box::pin(self.handler.rejected_rcpt(&path, self.session.macros()));
                let until = deadline(self.settings.command);
                note(consult(until, &mut self.course, told).await);
            }
            Event::EndOfMessage(last, end) => Box::pin(self.end_of_message(last, end)).await?,
            Event::Negotiated(agreement) => Box::pin(self.negotiated(agreement)).await,
            Event::Answered(why) => explain(why),
            Event::NewConnection => Box::pin(self.begin_again()).await,
            Event::Quit => return Ok(false),
            Event::Nothing => {}
        }
        Ok(true)
    }

    /// Another SMTP session begins on the same connection.
    async fn begin_again(&mut self) {
        self.close().await;
        self.handler = self.filter.handler();
        if let Some(agreement) = self.session.agreement().copied() {
            self.negotiated(agreement).await;
        }
    }

    async fn negotiated(&mut self, agreement: Agreement) {
        let Agreement {
            version,
            actions,
            protocol,
            missing,
        } = agreement;
        debug!(version, %actions, %protocol, %missing, "negotiated");
        let told = Box::pin(self.handler.negotiated(&agreement));
        let until = deadline(self.settings.command);
        note(consult(until, &mut self.course, told).await);
    }

    /// Gives the handler's answer to the MTA, or "try again later" if there is none.
    async fn settle<A: Into<Said>>(&mut self, ask: Ask<A>, answer: Result<A, Failure>) {
        match answer {
            Ok(answer) => self.session.answer(ask, answer, &mut self.out),
            Err(failure) => {
                let stage = ask.stage();
                let lost = self.session.in_message() && stage != Stage::Unknown;
                warn!(
                    queue_id = queue_id(self.session.macros()).filter(|_| lost),
                    verdict = "tempfail",
                    ?stage,
                    failure = %Escaped(failure.to_string().as_bytes()),
                    "filter failed"
                );
                self.session.fail(ask, &mut self.out);
                if lost {
                    self.abort().await;
                }
            }
        }
    }
}

/// The answer to a new message while the server stops. MTAs close the SMTP session on 421, so the client comes back.
fn shutting_down() -> Refusal {
    Reply::new(
        421,
        (3, 2),
        "The mail filter is restarting, try again later",
    )
    .map_or(Refusal::TempFail, Refusal::Reply)
}

fn note(told: Result<(), Failure>) {
    if let Err(failure) = told {
        warn!(failure = %Escaped(failure.to_string().as_bytes()), "filter failed");
    }
}

fn explain(why: Answered) {
    match why {
        Answered::Unwanted | Answered::Over => {}
        Answered::Missing(missing) => {
            warn!(%missing, "message refused for now, the mta does not offer what the filter needs");
        }
        Answered::Misplaced(stage) => warn!(
            ?stage,
            "message refused for now, a command was out of place"
        ),
    }
}
