//! Everything that a rule may look at. The program fills it in; nothing here reads a message or asks a scanner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use tamis_sanitize::Reading;

pub use crate::scan::{FieldChange, Opinion, ScanFact, ScanResult, Score};

/// What is known of one transaction at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// How far the transaction has come: what belongs to a later stage is not known yet.
    pub stage: Stage,
    /// Who sends what to whom.
    pub envelope: &'a Envelope,
    /// The message, once it has been read.
    pub message: Option<&'a Reading>,
    /// What each scanner said.
    pub scans: &'a [ScanFact],
}

/// The stages of a transaction, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A client has connected: its address and name are known.
    Connect,
    /// It has greeted.
    Helo,
    /// MAIL FROM: the sender, the login and the direction are known.
    Mail,
    /// RCPT TO: the envelope carries the one recipient that is asked about.
    Rcpt,
    /// The end of the message: everything is known.
    Message,
}

impl Stage {
    /// Every stage, in the order of a transaction.
    pub const ALL: [Stage; 5] = [
        Stage::Connect,
        Stage::Helo,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Message,
    ];

    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Helo => "helo",
            Stage::Mail => "mail",
            Stage::Rcpt => "rcpt",
            Stage::Message => "message",
        }
    }
}

/// Who sends what to whom. What a stage brings and is absent all the same counts as not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the client; none for a local one.
    pub client: Option<IpAddr>,
    /// Host name of the client, as the MTA has verified it.
    pub client_name: Option<String>,
    /// What the client calls itself in HELO or EHLO.
    pub helo: Option<String>,
    /// The MTA's name for the service that the client has connected to.
    pub listener: Option<String>,
    /// The login of an authenticated client.
    pub authenticated: Option<String>,
    /// What protects the connection, known from MAIL FROM on.
    pub tls: Option<Tls>,
    /// Address in MAIL FROM without angle brackets; empty for the null sender.
    pub sender: Option<String>,
    /// Addresses in RCPT TO without angle brackets. At [`Stage::Rcpt`] the one that is asked about.
    pub recipients: Vec<String>,
    /// Which way the message goes, as the program has worked out.
    pub direction: Option<Direction>,
    /// The queue id that the MTA has given.
    pub queue_id: Option<String>,
    /// What the MTA has said beside, by name without braces.
    pub macros: BTreeMap<String, String>,
    /// When it happens, in the time of the site.
    pub moment: Option<Moment>,
    /// What the meters say, this transaction included. A meter that is not here does not count it.
    pub meters: Vec<MeterFact>,
}

/// What protects a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The version, such as `TLSv1.3`.
    pub version: String,
    /// The cipher, such as `TLS_AES_256_GCM_SHA384`.
    pub cipher: Option<String>,
}

/// A moment of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Days since Monday, 0 to 6.
    pub weekday: u8,
    /// Minutes since midnight, 0 to 1439.
    pub minute: u16,
}

/// What a meter says of one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterFact {
    /// Name of the meter in the policy.
    pub meter: String,
    /// How much was used in each of its windows, in the order of its limits; none if the store did not answer.
    pub used: Option<Vec<u64>>,
    /// Whether that is more than one of the limits allows.
    pub exceeded: bool,
}

/// Which way a message goes, seen from the own site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From outside to us.
    Inbound,
    /// From us to outside.
    Outbound,
    /// From us to us.
    Internal,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Direction; 3] = [Direction::Inbound, Direction::Outbound, Direction::Internal];

    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
            Direction::Internal => "internal",
        }
    }

    /// The direction of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What a policy wants to have done for one message: work that nobody asks for need not be done.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Scanners that rules ask for by name.
    pub engines: BTreeSet<String>,
    /// Whether a rule asks for the answer of whichever scanner there is: all of them are wanted.
    pub every_engine: bool,
    /// Whether a rule looks at the message itself.
    pub message: bool,
    /// Whether a rule could change the message (beside the repair of what is ambiguous).
    pub edit: bool,
    /// Whether a rule could keep the message or a part of it.
    pub keep: bool,
    /// Whether a rule compares the digests of parts.
    pub digests: bool,
}

impl Needs {
    /// Whether the answer of that scanner is wanted.
    pub fn engine(&self, name: &str) -> bool {
        self.every_engine || self.engines.contains(name)
    }
}
