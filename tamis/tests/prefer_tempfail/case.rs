//! Cases: a policy, messages, scanners, and what fails when.

use crate::mail::{Kind, Mail};
use crate::policies;
use crate::scanner::Act;
use proptest::prelude::*;
use tamis::inspect::Feeds;
use tamis_scan::Reason;

/// Where a session stands: before this is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Connect,
    Mail,
    Rcpt,
    Header,
    EndOfHeaders,
    Body,
    MoreBody,
    End,
}

impl State {
    pub(crate) const ALL: [State; 8] = [
        State::Connect,
        State::Mail,
        State::Rcpt,
        State::Header,
        State::EndOfHeaders,
        State::Body,
        State::MoreBody,
        State::End,
    ];
}

/// What fails beside scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The directory of the spool is gone.
    Spool,
    /// The quarantine is gone.
    Quarantine,
    /// The store of copies is gone.
    Captures,
    /// The MTA breaks the message off, and goes on with the next.
    Abort,
    /// The MTA is gone.
    HangUp,
    /// Another policy takes the place of this one.
    Policy(usize),
}

impl Failure {
    /// What [`each_failure_at_each_state`] must put off.
    pub(crate) const NAMES: [&str; 12] = [
        "spool",
        "quarantine",
        "captures",
        "limit",
        "early clean",
        "early score",
        "no answer",
        "hangs",
        "panics",
        "panics at once",
        "refused",
        "deadline",
    ];

    fn name(self) -> &'static str {
        match self {
            Failure::Spool => "spool",
            Failure::Quarantine => "quarantine",
            Failure::Captures => "captures",
            Failure::Abort => "abort",
            Failure::HangUp => "hang up",
            Failure::Policy(_) => "policy",
        }
    }
}

/// Whose deadline ends a scan that hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    Scan,
    Message,
    Server,
}

#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) feeds: Feeds,
    pub(crate) acts: Vec<Act>,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) policy: usize,
    pub(crate) mails: Vec<Mail>,
    /// The scanners `one` and `two`.
    pub(crate) engines: [Engine; 2],
    pub(crate) fails: Option<(State, Failure)>,
    pub(crate) deadline: Deadline,
    /// A message may have so few parts.
    pub(crate) parts: u32,
    /// Octets of a message that stay in memory.
    pub(crate) threshold: usize,
    /// Octets of a body that are sent at once.
    pub(crate) piece: usize,
}

impl Case {
    /// Whether an MTA has to wait for a deadline.
    pub(crate) fn hangs(&self) -> bool {
        let mut acts = self.engines.iter().flat_map(|engine| &engine.acts);
        acts.any(|act| matches!(act, Act::Hangs(_)))
    }

    /// Whether it holds more parts than may be.
    pub(crate) fn is_beyond_a_limit(&self, mail: &Mail) -> bool {
        mail.parts.len() + 1 > self.parts as usize
    }

    /// Whether nothing fails, and no policy has anything against the last message.
    pub(crate) fn is_sound(&self) -> bool {
        let refused = |mail: &Mail| {
            let kept = self.policy == 4 && mail.has(Kind::Program);
            mail.has(Kind::Evil) || kept || self.is_beyond_a_limit(mail)
        };
        let mut acts = self.engines.iter().flat_map(|engine| &engine.acts);
        let scanned = acts.all(|act| self.failure(*act).is_none());
        scanned && self.fails.is_none() && !self.mails.last().is_some_and(refused)
    }

    /// What fails, and when.
    pub(crate) fn failures(&self) -> Vec<(&'static str, State)> {
        let mut all: Vec<_> = self
            .fails
            .iter()
            .map(|(state, failure)| (failure.name(), *state))
            .collect();
        let acts = self.engines.iter().filter_map(|engine| engine.acts.first());
        all.extend(acts.filter_map(|act| self.failure(*act)));
        let beyond = self.mails.iter().any(|mail| self.is_beyond_a_limit(mail));
        all.extend(beyond.then_some(("limit", State::Body)));
        all
    }

    fn failure(&self, act: Act) -> Option<(&'static str, State)> {
        let state = |after| match after {
            0 => State::Header,
            1..300 => State::EndOfHeaders,
            300..usize::MAX => State::Body,
            _ => State::End,
        };
        Some(match act {
            Act::Honest | Act::Scores | Act::Slow => return None,
            Act::EarlyClean(after) => ("early clean", state(after)),
            Act::EarlyScore(after) => ("early score", state(after)),
            Act::Fails(after, _) => ("no answer", state(after)),
            Act::Hangs(after) if self.deadline == Deadline::Scan => ("hangs", state(after)),
            Act::Hangs(after) => ("deadline", state(after)),
            Act::Panics(after) => ("panics", state(after)),
            Act::PanicsAtOnce => ("panics at once", State::Header),
            Act::Refused(_) => ("refused", State::Header),
        })
    }
}

/// After how many octets a scanner acts: at once, in the header, in the body, at the end.
const AFTER: [usize; 4] = [0, 100, 600, usize::MAX];

fn after() -> impl Strategy<Value = usize> {
    prop_oneof![prop::sample::select(AFTER.to_vec()), 0..2_000_usize]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        30 => Just(Act::Honest),
        6 => Just(Act::Scores),
        3 => Just(Act::Slow),
        2 => (0..2_000_usize).prop_map(Act::EarlyClean),
        2 => (0..2_000_usize).prop_map(Act::EarlyScore),
        6 => (after(), prop::sample::select(Reason::ALL.to_vec())).prop_map(|(after, reason)| Act::Fails(after, reason)),
        1 => after().prop_map(Act::Hangs),
        2 => after().prop_map(Act::Panics),
        1 => Just(Act::PanicsAtOnce),
        2 => prop::sample::select(Reason::ALL.to_vec()).prop_map(Act::Refused),
    ]
}

fn engine() -> impl Strategy<Value = Engine> {
    let feeds =
        prop_oneof![3 => Just(Feeds::Message), 1 => Just(Feeds::Parts), 1 => Just(Feeds::Both)];
    (feeds, prop::collection::vec(act(), 1..4)).prop_map(|(feeds, acts)| Engine { feeds, acts })
}

fn mail() -> impl Strategy<Value = Mail> {
    let kind = prop_oneof![
        6 => Just(Kind::Text),
        4 => Just(Kind::Encoded),
        3 => Just(Kind::Program),
        1 => Just(Kind::Evil),
        2 => Just(Kind::Ambiguous),
        1 => Just(Kind::Large),
    ];
    prop::collection::vec(kind, 1..5).prop_map(|parts| Mail { number: 0, parts })
}

fn fails() -> impl Strategy<Value = Option<(State, Failure)>> {
    let failure = prop_oneof![
        2 => Just(Failure::Spool),
        2 => Just(Failure::Quarantine),
        2 => Just(Failure::Captures),
        1 => Just(Failure::Abort),
        1 => Just(Failure::HangUp),
        2 => (0..policies::ALL.len()).prop_map(Failure::Policy),
    ];
    let state = prop::sample::select(State::ALL.to_vec());
    prop::option::weighted(0.6, (state, failure))
}

/// Any case.
pub(crate) fn any() -> impl Strategy<Value = Case> {
    let deadline = prop::sample::select(vec![Deadline::Scan, Deadline::Message, Deadline::Server]);
    let limits = prop_oneof![9 => Just(100_u32), 1 => Just(3_u32)];
    let threshold = prop::sample::select(vec![0_usize, 500, 1 << 20]);
    let piece = prop::sample::select(vec![7_usize, 100, 4_096, 65_535]);
    (
        (0..policies::ALL.len(), prop::collection::vec(mail(), 1..3)),
        [engine(), engine()],
        fails(),
        (deadline, limits, threshold, piece),
    )
        .prop_map(
            |((policy, mut mails), engines, fails, (deadline, parts, threshold, piece))| {
                for (number, mail) in mails.iter_mut().enumerate() {
                    mail.number = number;
                }
                Case {
                    policy,
                    mails,
                    engines,
                    fails,
                    deadline,
                    parts,
                    threshold,
                    piece,
                }
            },
        )
}

/// A message in which everything matters, and a site that lets nothing pass.
fn strict() -> Case {
    let honest = Engine {
        feeds: Feeds::Message,
        acts: vec![Act::Honest],
    };
    Case {
        policy: 0,
        mails: vec![Mail {
            number: 0,
            parts: vec![
                Kind::Text,
                Kind::Text,
                Kind::Encoded,
                Kind::Program,
                Kind::Ambiguous,
            ],
        }],
        engines: [honest.clone(), honest],
        fails: None,
        deadline: Deadline::Scan,
        parts: 100,
        threshold: 0,
        piece: 300,
    }
}

/// Each failure at each state at which it can matter: all of them must be put off.
pub(crate) fn each_failure_at_each_state() -> Vec<Case> {
    let mut cases = Vec::new();
    for state in State::ALL {
        for (failure, policy) in [
            (Failure::Spool, 0),
            (Failure::Quarantine, 0),
            (Failure::Captures, 5),
        ] {
            // The message is written anew at its end: a spool that is gone by then is missed.
            cases.push(Case {
                policy,
                fails: Some((state, failure)),
                ..strict()
            });
        }
    }
    for after in AFTER {
        for feeds in [Feeds::Message, Feeds::Parts, Feeds::Both] {
            let early = after.min(500);
            let mut acts = vec![
                Act::EarlyClean(early),
                Act::EarlyScore(early),
                Act::Panics(after),
                Act::PanicsAtOnce,
            ];
            acts.extend(Reason::ALL.map(|reason| Act::Fails(after, reason)));
            acts.extend(Reason::ALL.map(Act::Refused));
            for act in acts {
                for policy in [0, 4, 5, 7] {
                    // Contents of parts are short.
                    let act = match act {
                        Act::EarlyClean(_) if feeds == Feeds::Parts => Act::EarlyClean(0),
                        Act::EarlyScore(_) if feeds == Feeds::Parts => Act::EarlyScore(0),
                        act => act,
                    };
                    cases.push(failing(feeds, act, Deadline::Scan, policy));
                }
            }
            for deadline in [Deadline::Scan, Deadline::Message, Deadline::Server] {
                cases.push(failing(feeds, Act::Hangs(after), deadline, 0));
            }
        }
    }
    for policy in [0, 3, 5, 6, 7] {
        cases.push(Case {
            policy,
            parts: 3,
            ..strict()
        });
    }
    cases
}

/// One of the scanners fails for good.
fn failing(feeds: Feeds, act: Act, deadline: Deadline, policy: usize) -> Case {
    let mut case = strict();
    case.policy = policy;
    case.deadline = deadline;
    case.engines[0] = Engine {
        feeds,
        acts: vec![act],
    };
    if policy == 4 {
        case.mails[0].parts.retain(|kind| *kind != Kind::Program);
    }
    case
}
