//! Plays a case: the gate with scripted scanners and disks that break, before a scripted MTA.

use crate::case::{Case, Deadline, Failure, State};
use crate::mail::{self, Mail};
use crate::model::Course;
use crate::mta::{ACTIONS, Mta, PROTOCOL, Packet, Server};
use crate::policies::{self, Given};
use crate::scanner::Scripted;
use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tamis::capture::{CaptureSettings, Captures};
use tamis::gate::{Gate, Routes};
use tamis::inspect::{Engine, Patience, Site};
use tamis::meter::{LocalSettings, Meters};
use tamis::quarantine::Store;
use tamis::spool::{Shared, SpoolSettings};
use tamis_milter::server::{Listener, Settings};
use tamis_rules::{Policy, Sources, load};
use tamis_sanitize::Limits;
use tokio::net::UnixStream;

/// What the MTA is told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Accepted,
    Rejected,
    Deferred,
    Discarded,
    /// Nothing: the connection is over, or the message was broken off. MTAs put such mail off.
    Gone,
}

/// Long enough for whatever does not hang, short enough for what does.
const SHORT: Duration = Duration::from_millis(40);
const LONG: Duration = Duration::from_mins(1);

/// Steps of a session that are not answered, in the bits of the protocol.
const SILENT: [(u8, u32); 8] = [
    (b'C', 0x1000),
    (b'H', 0x2000),
    (b'M', 0x4000),
    (b'R', 0x8000),
    (b'T', 0x1_0000),
    (b'L', 0x80),
    (b'N', 0x4_0000),
    (b'B', 0x8_0000),
];

/// Steps that are left out.
const LEFT_OUT: [(u8, u32); 8] = [
    (b'C', 0x1),
    (b'H', 0x2),
    (b'M', 0x4),
    (b'R', 0x8),
    (b'B', 0x10),
    (b'L', 0x20),
    (b'N', 0x40),
    (b'T', 0x200),
];

struct World {
    dir: tempfile::TempDir,
    policy: Arc<ArcSwap<Policy>>,
    /// The policy of the message that is on its way, in our words, and that of the next one.
    given: &'static Given,
    next: &'static Given,
    scanners: [Scripted; 2],
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A directory that was there is none any more.
    fn lose(&self, name: &str) {
        let path = self.path(name);
        if path.exists() {
            std::fs::rename(&path, self.path(&format!("{name}.gone"))).expect("moved");
            std::fs::write(&path, b"no directory").expect("written");
        }
    }
}

fn policy(number: usize) -> (Policy, &'static Given) {
    let given = policies::ALL.get(number).expect("a policy");
    let policy = load(&Sources::new("test.toml", given.text)).expect("a policy");
    (policy, given)
}

/// Plays a case: what the MTA is told of each message, and what is wrong with that.
pub(crate) async fn play(case: &Case) -> (Vec<Answer>, Vec<String>) {
    let parent = if Path::new("/dev/shm").is_dir() {
        PathBuf::from("/dev/shm")
    } else {
        std::env::temp_dir()
    };
    let dir = tempfile::tempdir_in(parent).expect("a directory");
    let (policy, given) = policy(case.policy);
    let total = if case.hangs() && case.deadline == Deadline::Scan {
        SHORT
    } else {
        LONG
    };
    let scanners =
        [0, 1].map(|number: usize| Scripted::new(case.engines[number].acts.clone(), total));
    let mut world = World {
        dir,
        policy: Arc::new(ArcSwap::from_pointee(policy)),
        given,
        next: given,
        scanners,
    };
    let socket = world.path("socket");
    let address = format!("unix:{}", socket.display())
        .parse()
        .expect("an address");
    let listener = Listener::bind(&address, None).await.expect("bound");
    let site = Arc::new(site(case, &world));
    let meters = Meters::local(LocalSettings::default());
    let gate = Gate::new(site, Arc::clone(&world.policy), Routes::default(), meters);
    let mut settings = Settings::default();
    settings.end = if case.hangs() && case.deadline == Deadline::Server {
        SHORT
    } else {
        LONG
    };
    let server = Server::on(listener, 0, gate, settings);
    let mut mta = Mta::new(UnixStream::connect(&socket).await.expect("a connection"));
    let (mut answers, mut complaints) = (Vec::new(), Vec::new());
    let mut session = Session::new(&mut mta, case);
    for mail in &case.mails {
        let (answer, body) = session.message(mail, &mut world).await;
        answers.push(answer);
        let captures = world.given.captures.then(|| world.path("captures"));
        let quarantine = world.path("quarantine");
        let course = Course {
            case,
            policy: world.given,
            mail,
            answer,
            body: &body,
            scanners: &world.scanners,
            quarantine: &quarantine,
            captures: captures.as_deref(),
        };
        complaints.extend(
            course
                .complaint()
                .map(|complaint| format!("{complaint}: {answers:?} {case:#?}")),
        );
        if answer == Answer::Gone && session.is_over {
            break;
        }
    }
    drop(mta);
    drop(server);
    (answers, complaints)
}

fn site(case: &Case, world: &World) -> Site {
    let engine = |number: usize, name: &str| Engine {
        feeds: case.engines[number].feeds,
        ..Engine::new(name, Arc::new(world.scanners[number].clone()))
    };
    let patience = if case.hangs() && case.deadline == Deadline::Message {
        SHORT
    } else {
        LONG
    };
    std::fs::create_dir(world.path("spool")).expect("a directory");
    // Policies that need a store have one, whether they come first or later.
    let store = Store::create(&world.path("quarantine")).expect("a store");
    let captures =
        Captures::create(&CaptureSettings::new(world.path("captures"))).expect("a store");
    let mut limits = Limits::default();
    limits.parts = case.parts;
    Site {
        engines: vec![engine(0, "one"), engine(1, "two")],
        patience: Patience(patience),
        quarantine: Some(store),
        captures: Some(captures),
        limits,
        spool: SpoolSettings {
            threshold: case.threshold,
            memory: Shared::new(0),
            dir: world.path("spool"),
        },
        ..Site::default()
    }
}

/// A connection of the MTA.
struct Session<'m> {
    mta: &'m mut Mta,
    case: &'m Case,
    protocol: u32,
    begun: bool,
    /// What fails has failed.
    failed: bool,
    is_over: bool,
}

/// Why a message does not go on.
enum Stop {
    Answered(Answer),
    Aborted,
}

impl<'m> Session<'m> {
    fn new(mta: &'m mut Mta, case: &'m Case) -> Self {
        Session {
            mta,
            case,
            protocol: 0,
            begun: false,
            failed: false,
            is_over: false,
        }
    }

    /// Sends a message, unless something ends it before, and gives the answer with the body that is delivered.
    async fn message(&mut self, mail: &Mail, world: &mut World) -> (Answer, Vec<u8>) {
        match self.all(mail, world).await {
            Ok(packets) => {
                let last = packets.last().map_or(b't', |(letter, _)| *letter);
                let new: Vec<u8> = packets
                    .iter()
                    .filter(|(letter, _)| *letter == b'b')
                    .flat_map(|(_, body)| body.clone())
                    .collect();
                let body = if packets.iter().any(|(letter, _)| *letter == b'b') {
                    new
                } else {
                    mail.body()
                };
                (
                    answer_of(last, packets.last().map_or(&[], |(_, payload)| payload)),
                    body,
                )
            }
            Err(Stop::Answered(answer)) => (answer, mail.body()),
            Err(Stop::Aborted) => (Answer::Gone, Vec::new()),
        }
    }

    async fn all(&mut self, mail: &Mail, world: &mut World) -> Result<Vec<Packet>, Stop> {
        if !self.begun {
            self.begun = true;
            let [_, _, protocol] = self.mta.offer(6, ACTIONS, PROTOCOL).await;
            self.protocol = protocol;
            self.at(State::Connect, world).await?;
            self.step(b'C', b"mail.example.org\x004\x00\x19192.0.2.1\0")
                .await?;
            self.step(b'H', b"mail.example.org\0").await?;
        }
        self.at(State::Mail, world).await?;
        // A message keeps the policy with which it began.
        world.given = world.next;
        self.step(b'M', b"<a@example.org>\0").await?;
        self.at(State::Rcpt, world).await?;
        self.step(b'R', b"<b@example.net>\0").await?;
        self.step(b'T', b"").await?;
        self.at(State::Header, world).await?;
        for (name, value) in mail::header() {
            let value = if self.protocol & 0x10_0000 == 0 {
                value.trim_start().to_owned()
            } else {
                value
            };
            self.step(b'L', format!("{name}\0{value}\0").as_bytes())
                .await?;
        }
        self.at(State::EndOfHeaders, world).await?;
        self.step(b'N', b"").await?;
        self.at(State::Body, world).await?;
        for (number, piece) in mail.body().chunks(self.case.piece).enumerate() {
            if number == 1 {
                self.at(State::MoreBody, world).await?;
            }
            self.step(b'B', piece).await?;
        }
        self.at(State::End, world).await?;
        Ok(self.end().await)
    }

    /// Lets fail what is to fail in this state.
    async fn at(&mut self, state: State, world: &mut World) -> Result<(), Stop> {
        let Some((when, failure)) = self.case.fails else {
            return Ok(());
        };
        if when != state || self.failed {
            return Ok(());
        }
        self.failed = true;
        match failure {
            Failure::Spool => world.lose("spool"),
            Failure::Quarantine => world.lose("quarantine"),
            Failure::Captures => world.lose("captures"),
            Failure::Policy(number) => {
                let (policy, given) = policy(number);
                world.policy.store(Arc::new(policy));
                world.next = given;
            }
            Failure::Abort => {
                self.mta.raw_or_gone(&crate::mta::packet(b'A', b"")).await;
                return Err(Stop::Aborted);
            }
            Failure::HangUp => {
                self.is_over = true;
                self.mta.hang_up_or_gone().await;
                return Err(Stop::Aborted);
            }
        }
        Ok(())
    }

    /// Sends a command, and hears what comes of it.
    async fn step(&mut self, letter: u8, payload: &[u8]) -> Result<(), Stop> {
        let bit = |table: &[(u8, u32)]| {
            let mut table = table.iter();
            table.any(|(command, bit)| *command == letter && self.protocol & bit != 0)
        };
        if bit(&LEFT_OUT) {
            return Ok(());
        }
        let silent = bit(&SILENT);
        if !self.mta.try_raw(&crate::mta::packet(letter, payload)).await {
            return self.gone();
        }
        if silent {
            return Ok(());
        }
        let Some((answer, payload)) = self.mta.hear_or_end().await else {
            return self.gone();
        };
        match answer {
            b'c' => Ok(()),
            _ => Err(Stop::Answered(answer_of(answer, &payload))),
        }
    }

    fn gone(&mut self) -> Result<(), Stop> {
        self.is_over = true;
        Err(Stop::Answered(Answer::Gone))
    }

    /// Everything that comes at the end of a message.
    async fn end(&mut self) -> Vec<Packet> {
        let mut packets = Vec::new();
        if !self.mta.try_raw(&crate::mta::packet(b'E', b"")).await {
            self.is_over = true;
            return packets;
        }
        while let Some(packet) = self.mta.hear_or_end().await {
            let last = b"cadrty".contains(&packet.0);
            packets.push(packet);
            if last {
                return packets;
            }
        }
        self.is_over = true;
        packets.push((b'!', Vec::new()));
        packets
    }
}

fn answer_of(letter: u8, payload: &[u8]) -> Answer {
    match (letter, payload.first()) {
        (b'a' | b'c', _) => Answer::Accepted,
        (b'd', _) => Answer::Discarded,
        (b'r', _) | (b'y', Some(b'5')) => Answer::Rejected,
        (b't' | b'y', _) => Answer::Deferred,
        _ => Answer::Gone,
    }
}
