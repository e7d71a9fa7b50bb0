//! The laws of a session: what is played with here is told at each step what it must not have said. The tests play with
//! made-up sequences of commands, the fuzzer with whatever it thinks of.

use bytes::BytesMut;
use tamis_milter::proto::event::{Ask, Conclusion, Event, SessionError};
use tamis_milter::proto::frame::{Deframer, Frame};
use tamis_milter::proto::macros::Stage;
use tamis_milter::proto::session::Session;
use tamis_milter::{Answer, BodyAnswer, ConnectAnswer, Protocol, Refusal, UnknownAnswer, Wish};

/// Commands with payloads that fit them.
pub(crate) const FITTING: [(u8, &str); 15] = [
    (b'C', "h\0U"),
    (b'H', "x\0"),
    (b'M', "<a>\0"),
    (b'R', "<b>\0"),
    (b'T', ""),
    (b'L', "A\0 b\0"),
    (b'N', ""),
    (b'B', "text"),
    (b'E', ""),
    (b'E', "last"),
    (b'A', ""),
    (b'K', ""),
    (b'U', "FOO\0"),
    (b'D', "Mi\x001\0"),
    (b'D', "R{rcpt_mailer}\0error\0"),
];

/// Everything that can be cut from these octets; `None` at the end if they are refused.
pub(crate) fn frames(deframer: &mut Deframer, octets: &[u8]) -> Vec<Option<Frame>> {
    deframer.push(octets);
    let mut frames = Vec::new();
    loop {
        match deframer.cut() {
            Ok(Some(frame)) => frames.push(Some(frame)),
            Ok(None) => return frames,
            Err(_) => {
                frames.push(None);
                return frames;
            }
        }
    }
}

/// What the filter answers, as far as the stage allows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    Continue,
    Skip,
    Accept,
    Discard,
    Refuse,
    Fail,
}

/// A session that is played with, and what must be true of its answers.
pub(crate) struct Play {
    pub(crate) session: Session,
    pub(crate) out: BytesMut,
    agreed: Protocol,
    /// Something was said of this message after which it must not be delivered.
    doomed: bool,
}

impl Play {
    pub(crate) fn new(wish: Protocol, offer: u32) -> Self {
        let mut session = Session::new(Wish::new().protocol(wish));
        let mut out = BytesMut::new();
        let payload = [6, 0x1FF, offer].map(u32::to_be_bytes).concat();
        session
            .receive(
                Frame {
                    letter: b'O',
                    payload: payload.into(),
                },
                &mut out,
            )
            .expect("negotiation");
        let agreed = session.agreement().expect("agreement").protocol;
        Self {
            session,
            out: BytesMut::new(),
            agreed,
            doomed: false,
        }
    }

    /// One command and its answers. If the session ends with it, nothing was said that lets mail pass.
    pub(crate) fn step(
        &mut self,
        letter: u8,
        payload: Vec<u8>,
        mood: Mood,
    ) -> Result<(), SessionError> {
        let before = self.session.in_message();
        let frame = Frame {
            letter,
            payload: payload.into(),
        };
        let received = self.session.receive(frame, &mut self.out);
        let turn = match received {
            Ok(turn) => turn,
            Err(error) => {
                let said = frames(&mut Deframer::new(), &self.out);
                let passes = |frame: &Frame| matches!(frame.letter, b'a' | b'c' | b's');
                assert!(!said.iter().flatten().any(passes), "{error}");
                return Err(error);
            }
        };
        assert!(before || !turn.aborted, "no message, nothing to abort");
        if turn.aborted || matches!(letter, b'M' | b'A' | b'K' | b'C') {
            self.doomed = false;
        }
        if letter == b'O' {
            self.agreed = self.session.agreement().expect("agreement").protocol;
            let said = frames(&mut Deframer::new(), &std::mem::take(&mut self.out));
            let letters: Vec<u8> = said.iter().flatten().map(|frame| frame.letter).collect();
            assert_eq!(letters, b"O", "negotiated again");
            return Ok(());
        }
        self.react(turn.event, mood);
        let replies = frames(&mut Deframer::new(), &std::mem::take(&mut self.out));
        self.check(letter, &replies);
        if letter == b'E' {
            self.doomed = false;
        }
        Ok(())
    }

    fn react(&mut self, event: Event, mood: Mood) {
        match event {
            Event::Connect(_, ask) | Event::Helo(_, ask) => self.greet(ask, mood),
            Event::Mail(_, ask) | Event::Rcpt(_, ask) | Event::Header(_, _, ask) => {
                self.answer(ask, mood);
            }
            Event::Data(ask) | Event::EndOfHeaders(ask) => self.answer(ask, mood),
            Event::Body(_, ask) => {
                let answer = match mood {
                    Mood::Continue => BodyAnswer::Continue,
                    Mood::Skip => BodyAnswer::Skip,
                    Mood::Accept => BodyAnswer::Accept,
                    Mood::Discard => BodyAnswer::Discard,
                    Mood::Refuse | Mood::Fail => BodyAnswer::Refuse(Refusal::Reject),
                };
                self.doomed |= matches!(answer, BodyAnswer::Discard | BodyAnswer::Refuse(_));
                self.session.answer(ask, answer, &mut self.out);
            }
            Event::Unknown(_, ask) => {
                let answer = match mood {
                    Mood::Refuse => UnknownAnswer::Refuse(Refusal::Reject),
                    _ => UnknownAnswer::Continue,
                };
                self.session.answer(ask, answer, &mut self.out);
            }
            Event::EndOfMessage(_, end) => {
                let conclusion = match mood {
                    Mood::Refuse | Mood::Fail => Conclusion::Refuse(Refusal::TempFail),
                    Mood::Discard => Conclusion::Discard,
                    _ => Conclusion::Deliver,
                };
                end.progress(&mut self.out);
                assert!(
                    !self.doomed,
                    "the filter is asked again about a message that it refused"
                );
                self.session.conclude(end, conclusion, &mut self.out);
            }
            _ => {}
        }
    }

    fn greet(&mut self, ask: Ask<ConnectAnswer>, mood: Mood) {
        match mood {
            Mood::Fail => self.session.fail(ask, &mut self.out),
            Mood::Accept => self
                .session
                .answer(ask, ConnectAnswer::Accept, &mut self.out),
            Mood::Refuse => {
                self.session
                    .answer(ask, ConnectAnswer::Refuse(Refusal::Reject), &mut self.out);
            }
            _ => self
                .session
                .answer(ask, ConnectAnswer::Continue, &mut self.out),
        }
    }

    fn answer(&mut self, ask: Ask<Answer>, mood: Mood) {
        let stage = ask.stage();
        // The refusal of a recipient, or of DATA, is not that of the message, if the MTA hears it.
        let partial = match stage {
            Stage::Rcpt => !self.agreed.contains(Protocol::SILENT_RCPT),
            Stage::Data => !self.agreed.contains(Protocol::SILENT_DATA),
            _ => false,
        };
        match mood {
            Mood::Fail => {
                self.doomed = true;
                self.session.fail(ask, &mut self.out);
            }
            Mood::Refuse => {
                self.doomed |= !partial;
                self.session
                    .answer(ask, Answer::Refuse(Refusal::Reject), &mut self.out);
            }
            Mood::Discard => {
                self.doomed = true;
                self.session.answer(ask, Answer::Discard, &mut self.out);
            }
            Mood::Accept => self.session.answer(ask, Answer::Accept, &mut self.out),
            _ => self.session.answer(ask, Answer::Continue, &mut self.out),
        }
    }

    /// Exactly one last word where one is due, and none that the MTA would misunderstand.
    fn check(&self, letter: u8, replies: &[Option<Frame>]) {
        let letters: Vec<u8> = replies
            .iter()
            .map(|reply| reply.as_ref().expect("a whole packet").letter)
            .collect();
        let silent = match letter {
            b'C' => Protocol::SILENT_CONNECT,
            b'H' => Protocol::SILENT_HELO,
            b'M' => Protocol::SILENT_MAIL,
            b'R' => Protocol::SILENT_RCPT,
            b'T' => Protocol::SILENT_DATA,
            b'L' => Protocol::SILENT_HEADER,
            b'N' => Protocol::SILENT_END_OF_HEADERS,
            b'B' => Protocol::SILENT_BODY,
            b'U' => Protocol::SILENT_UNKNOWN,
            _ => Protocol::NONE,
        };
        let due =
            !b"ADKQ".contains(&letter) && (silent.is_empty() || !self.agreed.contains(silent));
        let context = format!("{} {letters:?}", char::from(letter));
        let allowed: &[u8] = match letter {
            b'C' | b'H' => b"carty",
            b'U' => b"crty",
            b'B' if self.agreed.contains(Protocol::SKIP) => b"cadrtys",
            _ => b"cadrty",
        };
        let finals: Vec<&u8> = letters.iter().filter(|letter| **letter != b'p').collect();
        assert_eq!(finals.len(), usize::from(due), "{context}");
        assert!(
            finals.iter().all(|letter| allowed.contains(letter)),
            "{context}"
        );
        assert!(
            letter == b'E' || finals.len() == letters.len(),
            "progress outside the end: {context}"
        );
        assert!(
            replies
                .iter()
                .flatten()
                .all(|reply| reply.payload.is_empty() || reply.letter == b'y')
        );
        if letter == b'E' && self.doomed {
            assert!(
                finals.iter().all(|letter| !b"ca".contains(letter)),
                "delivered: {context}"
            );
        }
    }
}
