//! Everything that a rule may look at. The program fills it in; nothing here reads a message or asks a scanner.

use std::collections::{BTreeMap, BTreeSet};
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

/// What one scanner said of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFact {
    /// The name that the configuration gives the scanner.
    pub engine: String,
    /// What it said.
    pub result: ScanResult,
    /// How suspicious it finds the message, if it counts that.
    pub score: Option<Score>,
}

/// How suspicious a scanner finds a message: a number in thousandths, as exact as scanners print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub i64);

impl std::str::FromStr for Score {
    type Err = &'static str;

    /// Reads `5`, `-1.5` or `7.125`: at most nine digits before and three behind the point.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a number such as 5 or -1.5 is needed";
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let good = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !good(whole, 9) || !good(fraction, 3) {
            return Err(WANTED);
        }
        let number = format!("{whole}{fraction:0<3}");
        let number: i64 = number.parse().map_err(|_| WANTED)?;
        Ok(Score(number.saturating_mul(sign)))
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (
            self.0.unsigned_abs().div_euclid(1_000),
            self.0.unsigned_abs().rem_euclid(1_000),
        );
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}")?;
        match fraction {
            0 => Ok(()),
            _ => write!(f, ".{}", format!("{fraction:03}").trim_end_matches('0')),
        }
    }
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
    /// It has counted how suspicious the message is, and says nothing more.
    Scored,
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
            ScanResult::Scored => "scored",
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
    /// Whether a rule compares the digests of parts.
    pub digests: bool,
}

impl Needs {
    /// Whether the answer of that scanner is wanted.
    pub fn engine(&self, name: &str) -> bool {
        self.every_engine || self.engines.contains(name)
    }
}
