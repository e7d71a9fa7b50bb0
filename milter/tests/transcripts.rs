//! Replays the conversations of the folder `transcripts`, octet by octet, through the session alone.

use bytes::{Bytes, BytesMut};
use std::path::Path;
use tamis_milter::proto::answer::Outcome;
use tamis_milter::proto::end::EndOfMessage;
use tamis_milter::proto::event::{Ask, Conclusion, Event};
use tamis_milter::proto::frame::{Deframer, Frame};
use tamis_milter::proto::session::Session;
use tamis_milter::{
    Actions, Answer, BodyAnswer, ConnectAnswer, Edits, HeaderEdit, HeaderName, HeaderValue, Nth,
    Place, Protocol, Refusal, UnknownAnswer, Wish,
};

#[test]
fn every_transcript_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = std::fs::read_to_string(&path).expect("text");
            Replay::new(&text, &path.file_name().expect("name").to_string_lossy()).run();
            count += 1;
        }
    }
    assert!(count > 8, "only {count} transcripts");
}

/// A transcript at one line of it.
struct Replay<'a> {
    name: String,
    lines: std::iter::Peekable<std::vec::IntoIter<(usize, &'a str)>>,
    session: Session,
    out: BytesMut,
    at: usize,
}

impl<'a> Replay<'a> {
    fn new(text: &'a str, name: &str) -> Self {
        let numbered = text
            .lines()
            .enumerate()
            .map(|(number, line)| (number + 1, line));
        let (wishes, lines): (Vec<_>, Vec<_>) = numbered
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .partition(|(_, line)| line.starts_with("wish "));
        let wish = wishes
            .iter()
            .fold(Wish::new(), |wish, (_, line)| match *line {
                "wish silent" => wish.protocol(Protocol::ALL_SILENT),
                "wish omit" => wish.protocol(Protocol::ALL_OMITTED),
                "wish rejected" => wish.protocol(Protocol::REJECTED_RECIPIENTS),
                "wish all" => wish.likes(Actions::from_bits(0xFF)),
                other => panic!("{name}: {other}"),
            });
        let lines = lines.into_iter().peekable();
        Self {
            name: name.to_owned(),
            lines,
            session: Session::new(wish),
            out: BytesMut::new(),
            at: 0,
        }
    }

    fn run(mut self) {
        while let Some(sent) = self.take("> ") {
            let (letter, payload) = packet(sent);
            let frame = self.frame(letter, &payload);
            let turn = self
                .session
                .receive(frame, &mut self.out)
                .unwrap_or_else(|error| panic!("{}: {error}", self.place()));
            assert_eq!(
                turn.aborted,
                self.take("! ").is_some(),
                "{}: aborted",
                self.place()
            );
            while let Some(known) = self.take("= ") {
                let (name, value) = known.split_once(' ').expect("name and value");
                let value = Some(value.as_bytes()).filter(|value| *value != b"-");
                assert_eq!(
                    self.session.macros().get(name),
                    value,
                    "{}: {name}",
                    self.place()
                );
            }
            self.react(turn.event);
            self.compare();
        }
        assert_eq!(self.lines.next(), None, "{}", self.name);
    }

    /// The rest of the next line if it starts so.
    fn take(&mut self, start: &str) -> Option<&'a str> {
        let (number, line) = self.lines.next_if(|(_, line)| line.starts_with(start))?;
        self.at = number;
        line.strip_prefix(start)
    }

    fn place(&self) -> String {
        format!("{} line {}", self.name, self.at)
    }

    /// The frame after a way through the wire, one octet at a time.
    fn frame(&self, letter: u8, payload: &[u8]) -> Frame {
        let length = u32::try_from(payload.len() + 1)
            .expect("length")
            .to_be_bytes();
        let mut deframer = Deframer::new();
        let octets = [&length, [letter].as_slice(), payload].concat();
        for (at, octet) in octets.iter().enumerate() {
            assert_eq!(deframer.cut(), Ok(None), "{} octet {at}", self.place());
            deframer.push(&[*octet]);
        }
        deframer.cut().expect("fine").expect("whole")
    }

    fn react(&mut self, event: Event) {
        match event {
            Event::Connect(_, ask) => self.answer("connect", ask, |word| match word {
                Word::Accept => ConnectAnswer::Accept,
                Word::Refuse(refusal) => refusal.into(),
                _ => ConnectAnswer::Continue,
            }),
            Event::Helo(_, ask) => self.answer("helo", ask, |_| ConnectAnswer::Continue),
            Event::Mail(_, ask) => self.answer("mail", ask, Word::answer),
            Event::Rcpt(_, ask) => self.answer("rcpt", ask, Word::answer),
            Event::Data(ask) => self.answer("data", ask, Word::answer),
            Event::Header(_, _, ask) => self.answer("header", ask, Word::answer),
            Event::EndOfHeaders(ask) => self.answer("eoh", ask, Word::answer),
            Event::Body(_, ask) => self.answer("body", ask, |word| match word {
                Word::Skip => BodyAnswer::Skip,
                Word::Refuse(refusal) => refusal.into(),
                _ => BodyAnswer::Continue,
            }),
            Event::Unknown(_, ask) => self.answer("unknown", ask, |word| match word {
                Word::Refuse(refusal) => refusal.into(),
                _ => UnknownAnswer::Continue,
            }),
            Event::EndOfMessage(_, end) => self.end(end),
            _ => {}
        }
    }

    fn answer<A: Into<Outcome>>(&mut self, stage: &str, ask: Ask<A>, answer: impl Fn(Word) -> A) {
        let line = self
            .take("? ")
            .unwrap_or_else(|| panic!("{}: asked at {stage}", self.place()));
        let word = line
            .strip_prefix(stage)
            .unwrap_or_else(|| panic!("{}: asked at {stage}", self.place()))
            .trim();
        if word == "fail" {
            self.session.fail(ask, &mut self.out);
        } else {
            self.session
                .answer(ask, answer(Word::read(word)), &mut self.out);
        }
    }

    fn end(&mut self, mut end: EndOfMessage) {
        let verdict = self
            .take("? end ")
            .unwrap_or_else(|| panic!("{}: asked at the end", self.place()));
        let mut edits = Edits::new();
        let mut changes_sent = false;
        while let Some(change) = self.take("+ ") {
            let (verb, rest) = change.split_once(' ').unwrap_or((change, ""));
            match verb {
                "progress" => end.progress(&mut self.out),
                "body" => {
                    if !changes_sent {
                        end.edits(&edits, &mut self.out).expect("possible");
                        changes_sent = true;
                    }
                    end.body(&unescaped(rest), &mut self.out).expect("possible");
                }
                verb => {
                    edits.header(header_edit(verb, rest));
                }
            }
        }
        if !changes_sent {
            end.edits(&edits, &mut self.out).expect("possible");
        }
        let conclusion = match Word::read(verdict) {
            Word::Discard => Conclusion::Discard,
            Word::Refuse(refusal) => Conclusion::Refuse(refusal),
            _ => Conclusion::Deliver,
        };
        self.session.conclude(end, conclusion, &mut self.out);
    }

    /// What the MTA hears is what stands next.
    fn compare(&mut self) {
        let mut deframer = Deframer::new();
        deframer.push(&std::mem::take(&mut self.out));
        while let Some(Frame { letter, payload }) = deframer.cut().expect("fine") {
            let line = self
                .take("< ")
                .unwrap_or_else(|| panic!("{}: not expected {}", self.place(), char::from(letter)));
            let heard = (char::from(letter), payload.escape_ascii().to_string());
            let (letter, payload) = packet(line);
            let expected = (char::from(letter), payload.escape_ascii().to_string());
            assert_eq!(heard, expected, "{}", self.place());
        }
        assert_eq!(self.take("< "), None, "{}: not heard", self.place());
    }
}

/// What the filter says.
enum Word {
    Continue,
    Skip,
    Accept,
    Discard,
    Refuse(Refusal),
}

impl Word {
    fn read(word: &str) -> Self {
        match word {
            "continue" | "deliver" => Self::Continue,
            "skip" => Self::Skip,
            "accept" => Self::Accept,
            "discard" => Self::Discard,
            "reject" => Self::Refuse(Refusal::Reject),
            "tempfail" => Self::Refuse(Refusal::TempFail),
            word => {
                let reply = word.strip_prefix("reply ").expect("a known word");
                Self::Refuse(Refusal::Reply(reply.parse().expect("reply")))
            }
        }
    }

    fn answer(self) -> Answer {
        match self {
            Self::Accept => Answer::Accept,
            Self::Discard => Answer::Discard,
            Self::Refuse(refusal) => refusal.into(),
            Self::Continue | Self::Skip => Answer::Continue,
        }
    }
}

fn header_edit(verb: &str, rest: &str) -> HeaderEdit {
    let mut words = rest.splitn(
        if matches!(verb, "change" | "delete") {
            3
        } else {
            2
        },
        ' ',
    );
    let name = HeaderName::new(words.next().expect("name")).expect("name");
    let mut word = || words.next().expect("another word");
    let value = |word: &str| HeaderValue::new(&unescaped(word)).expect("value");
    let nth = |word: &str| Nth::new(word.parse().expect("number")).expect("from 1");
    match verb {
        "change" => {
            let nth = nth(word());
            HeaderEdit::Change(name, nth, value(word()))
        }
        "delete" => HeaderEdit::Delete(name, nth(word())),
        "top" => HeaderEdit::Insert(Place::Top, name, value(word())),
        "below" => HeaderEdit::Insert(Place::BelowReceived, name, value(word())),
        "append" => HeaderEdit::Append(name, value(word())),
        verb => panic!("unknown change {verb}"),
    }
}

/// Letter and payload of a line; the numbers of a negotiation are written in hexadecimal.
fn packet(line: &str) -> (u8, Vec<u8>) {
    let (letter, rest) = line.split_once(' ').unwrap_or((line, ""));
    let letter = *letter.as_bytes().first().expect("letter");
    if letter == b'O' {
        let number = |word: &str| u32::from_str_radix(word, 16).expect("number").to_be_bytes();
        return (letter, rest.split(' ').flat_map(number).collect());
    }
    (letter, unescaped(rest))
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = Bytes::copy_from_slice(text.as_bytes());
    while !rest.is_empty() {
        let (octet, used) = match rest.as_ref() {
            [b'\\', b'x', high, low, ..] => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("digits");
                (u8::from_str_radix(digits, 16).expect("digits"), 4)
            }
            [b'\\', b'0', ..] => (0, 2),
            [b'\\', b'n', ..] => (b'\n', 2),
            [b'\\', b'r', ..] => (b'\r', 2),
            [octet, ..] => (*octet, 1),
            [] => break,
        };
        octets.push(octet);
        rest = rest.slice(used..);
    }
    octets
}
