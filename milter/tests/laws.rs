//! Laws that hold for any input: any fragmentation, any octets, any order of commands.

use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use tamis_milter::proto::event::{Ask, Conclusion, Event};
use tamis_milter::proto::frame::{Deframer, Frame};
use tamis_milter::proto::macros::Stage;
use tamis_milter::proto::session::Session;
use tamis_milter::{
    Answer, BodyAnswer, ConnectAnswer, HeaderValue, Protocol, Refusal, Reply, UnknownAnswer, Wish,
};

/// Everything that can be cut from these octets; `None` at the end if they are refused.
fn frames(deframer: &mut Deframer, octets: &[u8]) -> Vec<Option<Frame>> {
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

fn encoded(packets: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut octets = Vec::new();
    for (letter, payload) in packets {
        octets.extend_from_slice(
            &u32::try_from(payload.len() + 1)
                .expect("length")
                .to_be_bytes(),
        );
        octets.push(*letter);
        octets.extend_from_slice(payload);
    }
    octets
}

/// A command with a payload that mostly fits it.
fn command() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let fitting = prop::sample::select(vec![
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
    ]);
    fitting.prop_map(|(letter, payload)| (letter, payload.as_bytes().to_vec()))
}

/// What the filter answers, as far as the stage allows.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Continue,
    Skip,
    Accept,
    Discard,
    Refuse,
    Fail,
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        12 => Just(Mood::Continue),
        1 => Just(Mood::Skip),
        1 => Just(Mood::Accept),
        1 => Just(Mood::Discard),
        1 => Just(Mood::Refuse),
        1 => Just(Mood::Fail),
    ]
}

/// A session that is played with, and what must be true of its answers.
struct Play {
    session: Session,
    out: BytesMut,
    agreed: Protocol,
    /// Something was said of this message after which it must not be delivered.
    doomed: bool,
}

impl Play {
    fn new(wish: Protocol, offer: u32) -> Self {
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

    /// One command and its answers.
    fn step(&mut self, letter: u8, payload: Vec<u8>, mood: Mood) {
        let before = self.session.in_message();
        let frame = Frame {
            letter,
            payload: payload.into(),
        };
        let turn = self.session.receive(frame, &mut self.out).expect("command");
        assert!(before || !turn.aborted, "no message, nothing to abort");
        if turn.aborted || matches!(letter, b'M' | b'A' | b'K' | b'C') {
            self.doomed = false;
        }
        self.react(turn.event, mood);
        let replies = frames(&mut Deframer::new(), &std::mem::take(&mut self.out));
        self.check(letter, &replies);
        if letter == b'E' {
            self.doomed = false;
        }
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_fragmentation_gives_the_same_frames(
        packets in vec((any::<u8>(), vec(any::<u8>(), 0..40)), 0..10),
        cuts in vec(1_usize..20, 1..20),
    ) {
        let octets = encoded(&packets);
        let whole = frames(&mut Deframer::new(), &octets);
        prop_assert_eq!(whole.len(), packets.len());
        let (mut deframer, mut pieces, mut rest) = (Deframer::new(), Vec::new(), octets.as_slice());
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.extend(frames(&mut deframer, piece));
            rest = after;
        }
        prop_assert_eq!(pieces, whole);
        prop_assert!(deframer.is_empty());
    }

    #[test]
    fn any_octets_are_read_or_refused(octets in vec(any::<u8>(), 0..300)) {
        for frame in frames(&mut Deframer::new(), &octets).into_iter().flatten() {
            let _ = Session::new(Wish::new()).receive(frame, &mut BytesMut::new());
        }
    }

    #[test]
    fn any_payload_is_read_or_refused(letter in any::<u8>(), payload in vec(prop_oneof![Just(0), any::<u8>()], 0..60)) {
        let mut play = Play::new(Protocol::NONE, u32::MAX);
        let _ = play.session.receive(Frame { letter, payload: payload.into() }, &mut play.out);
    }

    #[test]
    fn every_command_gets_exactly_the_answer_that_is_due(
        wish in any::<u32>(),
        offer in prop_oneof![Just(0), Just(0x7F), Just(0x1F_FFFF), any::<u32>()],
        steps in vec((command(), mood()), 1..40),
    ) {
        // Half of the sessions show everything to the filter.
        let wish = if wish % 2 == 0 { wish & 0xFFFF_FC80 } else { wish };
        let mut play = Play::new(Protocol::from_bits(wish), offer);
        for ((letter, payload), mood) in steps {
            play.step(letter, payload, mood);
        }
    }

    #[test]
    fn any_text_becomes_a_reply_that_mtas_take(text in any::<String>(), code in 400_u16..600) {
        let reply = Reply::lossy(code, (7, 1), &text).expect("numbers");
        let Play { mut session, mut out, .. } = Play::new(Protocol::NONE, 0);
        let mail = Frame { letter: b'M', payload: Bytes::from_static(b"<a>\0") };
        let Event::Mail(_, ask) = session.receive(mail, &mut out).expect("mail").event else {
            panic!("not a question");
        };
        session.answer(ask, Answer::Refuse(Refusal::Reply(reply)), &mut out);
        let written = frames(&mut Deframer::new(), &out);
        let Some(Some(Frame { letter: b'y', payload })) = written.first() else {
            panic!("not a reply: {written:?}");
        };
        prop_assert_eq!(payload.iter().position(|octet| *octet == 0), Some(payload.len() - 1));
        let text = payload.strip_suffix(b"\0").expect("NUL at the end").to_vec();
        let text = String::from_utf8(text).expect("ascii");
        prop_assert_eq!(text.replace("%%", "").matches('%').count(), 0);
        let lines: Vec<&str> = text.split("\r\n").collect();
        for (number, line) in lines.iter().enumerate() {
            let separator = if number + 1 == lines.len() { ' ' } else { '-' };
            let start = format!("{code}{separator}{}.7.1 ", code / 100);
            prop_assert!(line.starts_with(&start), "{}", line);
            prop_assert!(line.bytes().all(|octet| matches!(octet, b' '..=b'~')));
            prop_assert!(line.replace("%%", "%").len() <= 510);
        }
    }

    #[test]
    fn a_value_that_is_taken_cannot_break_out_of_its_field(value in vec(prop_oneof![
        Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'\t'), Just(b'a'), any::<u8>()
    ], 0..60)) {
        if let Ok(checked) = HeaderValue::new(&value) {
            let octets = checked.as_bytes();
            prop_assert!(!octets.contains(&b'\r') && !octets.contains(&0));
            for line in octets.split(|octet| *octet == b'\n').skip(1) {
                prop_assert!(line.starts_with(b" ") || line.starts_with(b"\t"));
                prop_assert!(!line.trim_ascii().is_empty());
            }
            prop_assert_eq!(HeaderValue::new(octets), Ok(checked.clone()));
        }
    }
}
