//! The part of a session that follows one message from its first command to its last word.

use super::answer::{Final, Outcome, Refusal};
use super::command::Command;
use super::end::{EndOfMessage, Seen};
use super::event::{Answered, Event, Turn};
use super::flags::Protocol;
use super::macros::Stage;
use super::order::Writing;
use super::phase::{Phase, Step, stage_of, step};
use super::session::Session;
use bytes::{Bytes, BytesMut};

impl Session {
    /// The commands that make up a message.
    pub(super) fn message(&mut self, command: Command, out: &mut BytesMut) -> Turn {
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
                let seen = std::mem::take(&mut self.seen);
                let payload_max = self.agreement.unwrap_or_default().payload_max();
                Event::EndOfMessage(last, EndOfMessage::new(self.writing(), seen, payload_max))
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
    pub(super) fn ending(&mut self, event: Event) -> Turn {
        let aborted = self.in_message();
        self.finish_message();
        Turn { aborted, event }
    }

    pub(super) fn finish_message(&mut self) {
        self.phase = Phase::Idle;
        self.skipping = false;
        self.seen = Seen::default();
        self.macros.end_message();
    }

    /// Notes an answer that ends something. The refusal of a recipient, or of DATA, leaves the transaction open,
    /// unless the MTA does not hear it: then the message must not pass.
    pub(super) fn last_word(&mut self, stage: Stage, last: Final) {
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
}
