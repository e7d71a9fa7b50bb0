//! The conversation with one MTA: what may come when, and that each command gets exactly the answer that it waits for.

use super::answer::{ConnectAnswer, Final, Outcome, Refusal};
use super::command::{Command, Offer};
use super::end::{EndOfMessage, Seen};
use super::event::{Answered, Ask, Conclusion, Event, SessionError, Turn};
use super::flags::Protocol;
use super::frame::Frame;
use super::macros::{Macros, Stage};
use super::negotiate::{Agreement, Wish, omission};
use super::phase::Phase;
use bytes::{Bytes, BytesMut};

/// The state of one connection from an MTA. Frames go in, events come out; for each event with an [`Ask`] the answer
/// goes in before the next frame.
#[derive(Debug)]
pub struct Session {
    pub(super) wish: Wish,
    pub(super) agreement: Option<Agreement>,
    /// The next command may be a negotiation though there was one: a new connection begins on the same socket.
    renewed: bool,
    pub(super) phase: Phase,
    pub(super) macros: Macros,
    pub(super) seen: Seen,
    pub(super) skipping: bool,
    /// The last word on the whole connection.
    pub(super) verdict: Option<Final>,
    pub(super) unanswered: bool,
}

impl Session {
    /// A connection before its negotiation.
    pub fn new(wish: Wish) -> Self {
        Self {
            wish,
            agreement: None,
            renewed: false,
            phase: Phase::Idle,
            macros: Macros::default(),
            seen: Seen::default(),
            skipping: false,
            verdict: None,
            unanswered: false,
        }
    }

    /// Takes one frame. What the session answers by itself is written to `out`, also when it fails: then it is to be
    /// sent, and the connection closed.
    pub fn receive(&mut self, frame: Frame, out: &mut BytesMut) -> Result<Turn, SessionError> {
        if self.unanswered {
            return Err(SessionError::Unanswered);
        }
        let letter = frame.letter;
        let command = Command::parse(frame).map_err(|error| {
            self.refuse(letter, out);
            SessionError::Command(error)
        })?;
        match command {
            Command::Negotiate(offer) => self.negotiate(offer, out),
            Command::Quit => Ok(self.ending(Event::Quit)),
            _ if self.agreement.is_none() => Err(SessionError::NotNegotiated(letter)),
            command => {
                self.renewed = false;
                Ok(self.command(command, out))
            }
        }
    }

    /// Answers a question. Nothing is written if the MTA does not wait for this answer; one that is not "continue" is
    /// then given to the next command that has an answer.
    pub fn answer<A: Into<Outcome>>(&mut self, ask: Ask<A>, answer: A, out: &mut BytesMut) {
        self.unanswered = false;
        let stage = ask.settle();
        let mut outcome = answer.into();
        if let Outcome::Final(last) = &outcome {
            self.last_word(stage, last.clone());
        }
        if outcome == Outcome::Skip {
            self.skipping = true;
            if !self.has(Protocol::SKIP) {
                outcome = Outcome::Continue;
            }
        }
        if stage == Stage::Unknown {
            self.macros.forget(stage);
        }
        self.put(stage, &outcome, out);
    }

    /// Answers a question that the filter failed to answer: "try again later", for the whole message at every stage
    /// of it.
    pub fn fail<A>(&mut self, ask: Ask<A>, out: &mut BytesMut) {
        self.unanswered = false;
        let stage = ask.settle();
        let failed = Final::Refuse(Refusal::TempFail);
        match stage {
            Stage::Unknown => self.macros.forget(Stage::Unknown),
            Stage::Connect | Stage::Helo => self.verdict = Some(failed.clone()),
            _ => self.phase = Phase::Over(failed.clone()),
        }
        self.put(stage, &Outcome::Final(failed), out);
    }

    /// Refuses for now what this command is about, if the MTA waits for its answer. To be said before a connection is
    /// closed because of it: a plain close would let the MTA choose what becomes of the message.
    pub fn refuse(&self, letter: u8, out: &mut BytesMut) {
        if let (Some(stage), Some(_)) = (Stage::of(letter), &self.agreement) {
            self.put(
                stage,
                &Outcome::Final(Final::Refuse(Refusal::TempFail)),
                out,
            );
        }
    }

    /// Answers the end of a message.
    pub fn conclude(&mut self, _end: EndOfMessage, conclusion: Conclusion, out: &mut BytesMut) {
        self.unanswered = false;
        self.finish_message();
        let outcome = match conclusion {
            Conclusion::Deliver => Outcome::Continue,
            Conclusion::Discard => Outcome::Final(Final::Discard),
            Conclusion::Refuse(refusal) => Outcome::Final(Final::Refuse(refusal)),
        };
        outcome.put(out);
    }

    /// The macros that can be seen now.
    pub fn macros(&self) -> &Macros {
        &self.macros
    }

    /// What was agreed on, after the negotiation.
    pub fn agreement(&self) -> Option<&Agreement> {
        self.agreement.as_ref()
    }

    /// Whether the filter is at work on a message that has no verdict yet.
    pub fn in_message(&self) -> bool {
        !matches!(self.phase, Phase::Idle | Phase::Over(_))
    }

    fn negotiate(&mut self, offer: Offer, out: &mut BytesMut) -> Result<Turn, SessionError> {
        if self.agreement.is_some() && !self.renewed {
            return Err(SessionError::Renegotiated);
        }
        let agreement = self.wish.settle(offer).map_err(SessionError::Negotiation)?;
        self.wish.put(&agreement, out);
        self.agreement = Some(agreement);
        self.renewed = false;
        Ok(Turn {
            aborted: false,
            event: Event::Negotiated(agreement),
        })
    }

    fn command(&mut self, command: Command, out: &mut BytesMut) -> Turn {
        match command {
            Command::Macros(stage, pairs) => {
                if let Some(stage) = stage {
                    self.macros.set(stage, &pairs);
                }
                Turn {
                    aborted: false,
                    event: Event::Nothing,
                }
            }
            Command::Connect(client) => {
                let mut turn = self.ending(Event::Nothing);
                self.verdict = None;
                turn.event = self.greeting(Stage::Connect, out, |ask| Event::Connect(client, ask));
                turn
            }
            Command::Helo(name) => {
                let event = self.greeting(Stage::Helo, out, |ask| Event::Helo(name, ask));
                Turn {
                    aborted: false,
                    event,
                }
            }
            Command::Unknown(line) => Turn {
                aborted: false,
                event: self.unknown(line, out),
            },
            Command::Abort => self.ending(Event::Nothing),
            Command::QuitNewConnection => {
                let turn = self.ending(Event::NewConnection);
                self.macros = Macros::default();
                self.verdict = None;
                self.renewed = true;
                turn
            }
            command => self.message(command, out),
        }
    }

    /// Connect and HELO.
    fn greeting(
        &mut self,
        stage: Stage,
        out: &mut BytesMut,
        event: impl FnOnce(Ask<ConnectAnswer>) -> Event,
    ) -> Event {
        self.macros.begin(stage);
        if let Some(verdict) = self.verdict.clone() {
            self.put(stage, &Outcome::Final(verdict), out);
            return Event::Answered(Answered::Over);
        }
        if self.is_unwanted(stage) {
            return self.pass_over(stage, out);
        }
        event(self.ask(stage))
    }

    fn unknown(&mut self, line: Bytes, out: &mut BytesMut) -> Event {
        self.macros.begin(Stage::Unknown);
        if self.is_unwanted(Stage::Unknown) || self.verdict.is_some() {
            self.macros.forget(Stage::Unknown);
            return self.pass_over(Stage::Unknown, out);
        }
        Event::Unknown(line, self.ask(Stage::Unknown))
    }

    pub(super) fn pass_over(&self, stage: Stage, out: &mut BytesMut) -> Event {
        self.put(stage, &Outcome::Continue, out);
        Event::Answered(Answered::Unwanted)
    }

    pub(super) fn ask<A>(&mut self, stage: Stage) -> Ask<A> {
        self.unanswered = true;
        Ask::new(stage)
    }

    pub(super) fn put(&self, stage: Stage, outcome: &Outcome, out: &mut BytesMut) {
        if !self.is_silent(stage) {
            outcome.put(out);
        }
    }

    pub(super) fn is_unwanted(&self, stage: Stage) -> bool {
        omission(stage).is_some_and(|bit| self.wish.omits(bit))
    }

    pub(super) fn is_silent(&self, stage: Stage) -> bool {
        self.agreement
            .is_some_and(|agreement| agreement.is_silent(stage))
    }

    pub(super) fn has(&self, bit: Protocol) -> bool {
        self.agreement.is_some_and(|agreement| agreement.has(bit))
    }
}
