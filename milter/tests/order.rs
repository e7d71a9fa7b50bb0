//! The order of changes, carried out by models of both MTAs: they come to the same header, and it is the one that was asked for.

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;
use tamis_milter::proto::event::Event;
use tamis_milter::proto::frame::{Deframer, Frame};
use tamis_milter::proto::session::Session;
use tamis_milter::{Actions, Edits, HeaderEdit, HeaderName, HeaderValue, Nth, Place, Wish};

/// Name and value; a deleted field of the Sendmail model stays as a gap that counts.
type Field = (String, Option<String>);

/// How an MTA carries changes out.
#[derive(Clone, Copy, PartialEq)]
enum Mta {
    /// Closes the gap that a deletion leaves.
    Postfix,
    /// Keeps the gap.
    Sendmail,
}

const OWN: &str = "Received-By-The-MTA";

impl Mta {
    fn carry_out(self, fields: &mut Vec<Field>, frame: &Frame) {
        let number = || u32::from_be_bytes(*frame.payload.first_chunk().expect("number")) as usize;
        match frame.letter {
            b'h' => {
                let (name, value) = strings(&frame.payload);
                fields.push((name, Some(value)));
            }
            b'i' => {
                let (name, value) = strings(&frame.payload[4..]);
                fields.insert(number().min(fields.len()), (name, Some(value)));
            }
            b'm' => {
                let (name, value) = strings(&frame.payload[4..]);
                self.change(fields, &name, number(), value);
            }
            letter => panic!("unexpected {}", char::from(letter)),
        }
    }

    fn change(self, fields: &mut Vec<Field>, name: &str, number: usize, value: String) {
        let named = |field: &&mut Field| field.0.eq_ignore_ascii_case(name);
        let Some(field) = fields.iter_mut().filter(named).nth(number - 1) else {
            panic!("{name} {number} is not there");
        };
        field.1 = Some(value).filter(|value| !value.is_empty());
        if self == Self::Postfix {
            fields.retain(|field| field.1.is_some());
        }
    }
}

fn strings(payload: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(payload).into_owned();
    let mut strings = text.split('\0').map(str::to_owned);
    (
        strings.next().expect("name"),
        strings.next().expect("value"),
    )
}

/// What is asked for: the same as an edit, with small numbers.
#[derive(Clone, Debug)]
enum Ask {
    Change(usize),
    Delete(usize),
    Insert(Place),
    Append,
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        (0_usize..8).prop_map(Ask::Change),
        (0_usize..8).prop_map(Ask::Delete),
        Just(Ask::Insert(Place::Top)),
        Just(Ask::Insert(Place::BelowReceived)),
        Just(Ask::Append),
    ]
}

/// The packets of the changes, for a message with this header.
fn written(header: &[Field], edits: &Edits) -> Vec<Frame> {
    let mut session = Session::new(Wish::new().needs(Actions::ADD_HEADER | Actions::CHANGE_HEADER));
    let mut out = BytesMut::new();
    let offer = [6_u32, 0x1FF, 0].map(u32::to_be_bytes).concat();
    let mut commands = vec![(b'O', offer), (b'M', b"<a>\0".to_vec())];
    for (name, value) in header {
        commands.push((
            b'L',
            format!("{name}\0{}\0", value.as_deref().unwrap_or_default()).into_bytes(),
        ));
    }
    commands.push((b'E', Vec::new()));
    for (letter, payload) in commands {
        out.clear();
        match session
            .receive(
                Frame {
                    letter,
                    payload: payload.into(),
                },
                &mut out,
            )
            .expect("command")
            .event
        {
            Event::Mail(_, ask) | Event::Header(_, _, ask) => {
                session.answer(ask, tamis_milter::Answer::Continue, &mut out);
            }
            Event::EndOfMessage(_, end) => end.edits(edits, &mut out).expect("possible"),
            _ => {}
        }
    }
    let mut deframer = Deframer::new();
    deframer.push(&out);
    std::iter::from_fn(|| deframer.cut().expect("whole")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn both_mtas_come_to_the_header_that_was_asked_for(
        names in vec(prop::sample::select(vec!["A", "a", "B"]), 1..8),
        asks in vec(ask(), 0..8),
    ) {
        let header: Vec<Field> =
            names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), Some(format!("old {at}")))).collect();
        let mut edits = Edits::new();
        let mut kept = header.clone();
        let (mut top, mut below, mut end) = (Vec::new(), Vec::new(), Vec::new());
        for (number, ask) in asks.iter().enumerate() {
            let text = format!("new {number}");
            let value = HeaderValue::new(text.as_bytes()).expect("value");
            let fresh = format!("X-{number}");
            let name = HeaderName::new(&fresh).expect("name");
            let field = (fresh, Some(text.clone()));
            match ask {
                Ask::Insert(place) => {
                    edits.header(HeaderEdit::Insert(*place, name, value));
                    if *place == Place::Top { top.push(field) } else { below.push(field) }
                }
                Ask::Append => {
                    edits.header(HeaderEdit::Append(name, value));
                    end.push(field);
                }
                Ask::Change(at) | Ask::Delete(at) => {
                    let at = at % header.len();
                    let same = |field: &&Field| field.0.eq_ignore_ascii_case(&header[at].0);
                    let nth = u32::try_from(header[..=at].iter().filter(same).count()).expect("count");
                    let (name, nth) = (HeaderName::new(&header[at].0).expect("name"), Nth::new(nth).expect("nth"));
                    let delete = matches!(ask, Ask::Delete(_));
                    kept[at].1 = Some(text).filter(|_| !delete);
                    edits.header(if delete { HeaderEdit::Delete(name, nth) } else { HeaderEdit::Change(name, nth, value) });
                }
            }
        }
        kept.retain(|field| field.1.is_some());
        let own = vec![(OWN.to_owned(), Some(String::new()))];
        let expected = [top, own.clone(), below, kept, end].concat();
        for mta in [Mta::Postfix, Mta::Sendmail] {
            let mut fields = [own.clone(), header.clone()].concat();
            for frame in written(&header, &edits) {
                mta.carry_out(&mut fields, &frame);
            }
            fields.retain(|field| field.1.is_some());
            prop_assert_eq!(&fields, &expected);
        }
    }
}
