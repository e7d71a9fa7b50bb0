//! The conversation with one MTA: what may come when, and that each command gets exactly the answer that it waits for.

use super::answer::{ConnectAnswer, Final, Outcome, Refusal};
use super::command::{Command, CommandError, Offer};
use super::end::{EndOfMessage, Seen};
use super::event::{Answered, Ask, Conclusion, Event, SessionError, Turn};
use super::flags::Protocol;
use super::frame::Frame;
use super::macros::{Macros, Stage};
use super::negotiate::{Agreement, Wish, omission};
use super::order::Writing;
use super::phase::{Phase, Step, stage_of, step};
use bytes::{Bytes, BytesMut};

/// The state of one connection from an MTA. Frames go in, events come out; for each event with an [`Ask`] the answer
/// goes in before the next frame.
#[derive(Debug)]
pub struct Session {
    wish: Wish,
    agreement: Option<Agreement>,
    /// The next command may be a negotiation though there was one: a new connection begins on the same socket.
    renewed: bool,
    phase: Phase,
    macros: Macros,
    seen: Seen,
    skipping: bool,
    /// The last word on the whole connection.
    verdict: Option<Final>,
    unanswered: bool,
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
            self.refuse_malformed(error, out);
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
                    self.macros.set(stage, pairs);
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

    /// The commands that make up a message.
    fn message(&mut self, command: Command, out: &mut BytesMut) -> Turn {
        let Some(stage) = stage_of(&command) else {
            return Turn {
                aborted: false,
                event: Event::Nothing,
            };
        };
        let without_mail = self.has(Protocol::NO_MAIL);
        match step(&self.phase, stage, without_mail) {
            Step::Begin => {
                let aborted = self.in_message();
                self.finish_message();
                self.phase = Phase::Envelope;
                Turn {
                    aborted,
                    event: self.begin(stage, command, out),
                }
            }
            Step::First(phase) => {
                self.phase = phase;
                self.macros.begin(Stage::Mail);
                Turn {
                    aborted: false,
                    event: self.begin(stage, command, out),
                }
            }
            Step::Go(phase) => {
                self.phase = phase;
                self.macros.begin(stage);
                Turn {
                    aborted: false,
                    event: self.deliver(stage, command, out),
                }
            }
            Step::Repeat(last) => Turn {
                aborted: false,
                event: self.repeat(stage, last, Answered::Over, out),
            },
            Step::Misplaced => {
                let aborted = self.in_message();
                let refused = Final::Refuse(Refusal::TempFail);
                Turn {
                    aborted,
                    event: self.repeat(stage, refused, Answered::Misplaced(stage), out),
                }
            }
        }
    }

    /// The first command of a message.
    fn begin(&mut self, stage: Stage, command: Command, out: &mut BytesMut) -> Event {
        self.macros.begin(stage);
        let shown = !self.wish.omits(Protocol::NO_HEADER);
        self.seen = if shown {
            Seen::default()
        } else {
            Seen::unknown()
        };
        if let Some(verdict) = self.verdict.clone() {
            return self.repeat(stage, verdict, Answered::Over, out);
        }
        let missing = self
            .agreement
            .map(|agreement| agreement.missing)
            .unwrap_or_default();
        if !missing.is_empty() {
            return self.repeat(
                stage,
                Final::Refuse(Refusal::TempFail),
                Answered::Missing(missing),
                out,
            );
        }
        self.deliver(stage, command, out)
    }

    /// The command has its place: shows it to the filter unless that did not want it.
    fn deliver(&mut self, stage: Stage, command: Command, out: &mut BytesMut) -> Event {
        let without_body = self.skipping || self.is_unwanted(Stage::Body);
        match command {
            Command::EndOfMessage(last) => {
                self.unanswered = true;
                let last = if without_body { Bytes::new() } else { last };
                Event::EndOfMessage(
                    last,
                    EndOfMessage::new(self.writing(), std::mem::take(&mut self.seen)),
                )
            }
            Command::Rcpt(path) if self.is_rejected_by_mta() => {
                self.put(stage, &Outcome::Continue, out);
                Event::RejectedRcpt(path)
            }
            Command::Body(_) if self.skipping && self.has(Protocol::SKIP) => {
                self.put(stage, &Outcome::Skip, out);
                Event::Answered(Answered::Unwanted)
            }
            Command::Body(_) if without_body => self.pass_over(stage, out),
            _ if self.is_unwanted(stage) => self.pass_over(stage, out),
            Command::Mail(path) => Event::Mail(path, self.ask(stage)),
            Command::Rcpt(path) => Event::Rcpt(path, self.ask(stage)),
            Command::Data => Event::Data(self.ask(stage)),
            Command::Header(name, value) => {
                self.seen.note(&name);
                Event::Header(name, self.with_space(value), self.ask(stage))
            }
            Command::EndOfHeaders => Event::EndOfHeaders(self.ask(stage)),
            Command::Body(chunk) => Event::Body(chunk, self.ask(stage)),
            _ => Event::Nothing,
        }
    }

    /// Says the last word on this message, once more or for the first time.
    fn repeat(&mut self, stage: Stage, last: Final, why: Answered, out: &mut BytesMut) -> Event {
        self.put(stage, &Outcome::Final(last.clone()), out);
        if stage == Stage::EndOfMessage {
            self.finish_message();
        } else {
            self.phase = Phase::Over(last);
        }
        Event::Answered(why)
    }

    /// A message, if there is one, ends without a verdict.
    fn ending(&mut self, event: Event) -> Turn {
        let aborted = self.in_message();
        self.finish_message();
        Turn { aborted, event }
    }

    fn finish_message(&mut self) {
        self.phase = Phase::Idle;
        self.skipping = false;
        self.seen = Seen::default();
        self.macros.end_message();
    }

    /// Notes an answer that ends something. The refusal of a recipient, or of DATA, leaves the transaction open,
    /// unless the MTA does not hear it: then the message must not pass.
    fn last_word(&mut self, stage: Stage, last: Final) {
        let silent = self.is_silent(stage);
        match (stage, &last) {
            (Stage::Unknown | Stage::EndOfMessage, _) => {}
            (Stage::Connect | Stage::Helo, _) => self.verdict = Some(last),
            (Stage::Rcpt | Stage::Data, Final::Refuse(_)) if !silent => {}
            (Stage::Rcpt, Final::Refuse(_)) => {
                self.phase = Phase::Over(Final::Refuse(Refusal::TempFail));
            }
            _ => self.phase = Phase::Over(last),
        }
    }

    fn pass_over(&self, stage: Stage, out: &mut BytesMut) -> Event {
        self.put(stage, &Outcome::Continue, out);
        Event::Answered(Answered::Unwanted)
    }

    fn ask<A>(&mut self, stage: Stage) -> Ask<A> {
        self.unanswered = true;
        Ask::new(stage)
    }

    fn put(&self, stage: Stage, outcome: &Outcome, out: &mut BytesMut) {
        if !self.is_silent(stage) {
            outcome.put(out);
        }
    }

    /// A command that an MTA waits on but that cannot be read is refused before the connection is closed: a plain close
    /// would let the MTA choose what becomes of the message.
    fn refuse_malformed(&self, error: CommandError, out: &mut BytesMut) {
        if let (Some(stage), Some(_)) = (Stage::of(error.letter), &self.agreement) {
            self.put(
                stage,
                &Outcome::Final(Final::Refuse(Refusal::TempFail)),
                out,
            );
        }
    }

    /// All octets behind the colon. Without the agreement the MTA took one space off.
    fn with_space(&self, value: Bytes) -> Bytes {
        if self.has(Protocol::LEADING_SPACE) {
            return value;
        }
        [b" ", value.as_ref()].concat().into()
    }

    fn writing(&self) -> Writing {
        Writing {
            actions: self
                .agreement
                .map(|agreement| agreement.actions)
                .unwrap_or_default(),
            leading_space: self.has(Protocol::LEADING_SPACE),
        }
    }

    fn is_rejected_by_mta(&self) -> bool {
        self.has(Protocol::REJECTED_RECIPIENTS)
            && self.macros.get_at(Stage::Rcpt, "rcpt_mailer") == Some(b"error")
    }

    fn is_unwanted(&self, stage: Stage) -> bool {
        omission(stage).is_some_and(|bit| self.wish.omits(bit))
    }

    fn is_silent(&self, stage: Stage) -> bool {
        self.agreement
            .is_some_and(|agreement| agreement.is_silent(stage))
    }

    fn has(&self, bit: Protocol) -> bool {
        self.agreement.is_some_and(|agreement| agreement.has(bit))
    }
}
