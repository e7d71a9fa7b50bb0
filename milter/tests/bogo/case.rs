//! One case: a filter, what a hostile MTA sends to it, and what must come back.

use crate::mta::probe::Act;
use bytes::Bytes;
use tamis_milter::{
    Actions, Body, Delivery, EnvelopeAddress, EnvelopeEdit, HeaderEdit, HeaderName, HeaderValue,
    Nth, Parameters, Place, Protocol, Refusal, Wish,
};

/// A named case. The script is explained in `script.rs`.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) wish: Wish,
    pub(crate) does: Vec<(&'static str, Does)>,
    pub(crate) script: String,
    pub(crate) shows: Option<Vec<String>>,
}

impl Case {
    /// A filter that wishes for nothing and goes on with everything.
    pub(crate) fn new(name: impl Into<String>, script: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            wish: Wish::new(),
            does: Vec::new(),
            script: script.into(),
            shows: None,
        }
    }

    pub(crate) fn needs(mut self, bits: u32) -> Self {
        self.wish = self.wish.needs(Actions::from_bits(bits));
        self
    }

    pub(crate) fn likes(mut self, bits: u32) -> Self {
        self.wish = self.wish.likes(Actions::from_bits(bits));
        self
    }

    pub(crate) fn protocol(mut self, bits: Protocol) -> Self {
        self.wish = self.wish.protocol(bits);
        self
    }

    pub(crate) fn wishing(mut self, wish: Wish) -> Self {
        self.wish = wish;
        self
    }

    /// The filter does this when it is shown that line.
    pub(crate) fn when(mut self, line: &'static str, does: Does) -> Self {
        self.does.push((line, does));
        self
    }

    /// All that the filter is shown, in this order; without it nothing but the laws of `run.rs` is looked at.
    pub(crate) fn shows<S: AsRef<str>>(mut self, lines: &[S]) -> Self {
        self.shows = Some(lines.iter().map(|line| line.as_ref().to_owned()).collect());
        self
    }
}

/// What the filter of a case may do.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    Accept,
    Discard,
    Reject,
    TempFail,
    Reply(&'static str),
    Skip,
    Fail,
    Panic,
    /// One change of each kind.
    Changes,
    /// Replaces the body by pieces of these lengths.
    Body(&'static [usize]),
    /// Works for this many milliseconds.
    Works(u64),
    /// Works for this many milliseconds on each of three pieces of a new body.
    SlowBody(u64),
    /// A new body that breaks off after one full packet.
    BrokenBody,
}

impl Does {
    pub(crate) fn act(self) -> Act {
        match self {
            Self::Accept => Act::Accept,
            Self::Discard => Act::Discard,
            Self::Reject => Act::Refuse(Refusal::Reject),
            Self::TempFail => Act::Refuse(Refusal::TempFail),
            Self::Reply(text) => Act::Refuse(Refusal::Reply(text.parse().expect("reply"))),
            Self::Skip => Act::Skip,
            Self::Fail => Act::Fail,
            Self::Panic => Act::Panic,
            Self::Changes => Act::Deliver(changes()),
            Self::Body(lengths) => body(Box::new(
                lengths
                    .iter()
                    .map(|length| Ok(Bytes::from(vec![b'n'; *length]))),
            )),
            Self::Works(time) => Act::Work(std::time::Duration::from_millis(time)),
            Self::SlowBody(time) => body(Box::new((0..3).map(move |_| {
                std::thread::sleep(std::time::Duration::from_millis(time));
                Ok(Bytes::from(vec![b'n'; 70_000]))
            }))),
            Self::BrokenBody => body(Box::new((0..2).map(|number| match number {
                0 => Ok(Bytes::from(vec![b'n'; 65_535])),
                _ => Err(std::io::Error::other("disk gone")),
            }))),
        }
    }
}

fn body(body: Body) -> Act {
    Act::Deliver(Delivery {
        edits: tamis_milter::Edits::new(),
        body: Some(body),
    })
}

/// One change of each kind, given in an order in which they must not be sent.
fn changes() -> Delivery {
    let name = |name| HeaderName::new(name).expect("name");
    let value = |value: &str| HeaderValue::new(value.as_bytes()).expect("value");
    let address = |address: &str| EnvelopeAddress::new(address.as_bytes()).expect("address");
    let mut delivery = Delivery::default();
    delivery
        .edits
        .header(HeaderEdit::Insert(Place::Top, name("X-Top"), value("1")))
        .header(HeaderEdit::Append(name("X-End"), value("2")))
        .header(HeaderEdit::Change(name("A"), Nth::FIRST, value("3")))
        .envelope(EnvelopeEdit::Add(address("c"), Parameters::none()))
        .envelope(EnvelopeEdit::Remove(address("<b>")))
        .envelope(EnvelopeEdit::Sender(address("<>"), Parameters::none()))
        .quarantine("odd")
        .expect("reason");
    delivery
}
