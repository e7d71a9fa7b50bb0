//! Laws that hold for any input: any fragmentation, any octets, any order of commands.

mod play;

use bytes::{Bytes, BytesMut};
use play::{FITTING, Mood, Play, frames};
use proptest::collection::vec;
use proptest::prelude::*;
use tamis_milter::proto::event::Event;
use tamis_milter::proto::frame::{Deframer, Frame};
use tamis_milter::proto::session::Session;
use tamis_milter::{Answer, HeaderValue, Protocol, Refusal, Reply, Wish};

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
    let fitting = prop::sample::select(FITTING.to_vec());
    fitting.prop_map(|(letter, payload)| (letter, payload.as_bytes().to_vec()))
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
            play.step(letter, payload, mood).expect("command");
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
