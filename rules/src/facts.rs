//! Everything that a rule may look at. The program fills it in; nothing here reads a message or asks a scanner.

use std::collections::BTreeSet;
use std::net::IpAddr;
use tamis_sanitize::Reading;

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

/// Who sends what to whom. What a stage brings and is absent all the same counts as not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the client; none for a local one.
    pub client: Option<IpAddr>,
    /// Host name of the client, as the MTA has verified it.
    pub client_name: Option<String>,
    /// What the client calls itself in HELO or EHLO.
    pub helo: Option<String>,
    /// The login of an authenticated client.
    pub authenticated: Option<String>,
    /// Address in MAIL FROM without angle brackets; empty for the null sender.
    pub sender: Option<String>,
    /// Addresses in RCPT TO without angle brackets. At [`Stage::Rcpt`] the one that is asked about.
    pub recipients: Vec<String>,
    /// Which way the message goes, as the program has worked out.
    pub direction: Option<Direction>,
    /// The queue id that the MTA has given.
    pub queue_id: Option<String>,
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

/// What one scanner said of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFact {
    /// The name that the configuration gives the scanner.
    pub engine: String,
    /// What it said.
    pub result: ScanResult,
}

/// The answer of a scanner, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanResult {
    /// It has seen everything and found nothing.
    Clean,
    /// It has found what the signature names.
    Found {
        /// Name of the signature.
        signature: String,
    },
    /// There is no answer that could be relied on. Never the same as clean.
    Unscanned {
        /// The stable name of the reason, such as `timeout`.
        reason: String,
    },
}

impl ScanResult {
    /// The word used in policies and reports.
    pub const fn name(&self) -> &'static str {
        match self {
            ScanResult::Clean => "clean",
            ScanResult::Found { .. } => "found",
            ScanResult::Unscanned { .. } => "unscanned",
        }
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
}

impl Needs {
    /// Whether the answer of that scanner is wanted.
    pub fn engine(&self, name: &str) -> bool {
        self.every_engine || self.engines.contains(name)
    }
}
