//! Meters: what is counted of the traffic, under which key, and how much of it is within limits.
//!
//! ```toml
//! [meter.sender-hour]
//! key    = "authenticated"                       # or several: ["client", "sender_domain"]
//! counts = "recipients"
//! limits = ["200 in 1h", "1000 in 1d"]
//! ```

use crate::facts::{Envelope, Stage};

use crate::pattern::{Unit, amount, domain};
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use crate::syntax::suggest;
use ipnet::IpNet;
use std::net::IpAddr;

/// Most limits of one meter.
const LIMITS_MOST: usize = 4;
/// Longest window in seconds: 31 days.
const WINDOW_MOST: u64 = 31 * 86_400;

/// A meter as the policy defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Its name.
    pub name: String,
    /// What is counted apart: together, the values of these are the key.
    pub key: Vec<KeyPart>,
    /// What is counted.
    pub counts: Counts,
    /// How much of it is allowed in which time.
    pub limits: Vec<Limit>,
}

/// How much is allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most that is within the limit.
    pub quota: u64,
    /// The time in seconds.
    pub window: u64,
}

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($variant:ident, $name:literal, $stage:ident, $says:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type { $(#[doc = $says] $variant,)* }

        impl $type {
            /// Each with the word that policies have for it, and what it is.
            pub const ALL: &[($type, &str, &str)] = &[$(($type::$variant, $name, $says),)*];

            /// The stage from which on it is known.
            pub const fn stage(self) -> Stage {
                match self { $($type::$variant => Stage::$stage,)* }
            }

            /// The word that policies have for it.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }
        }
    };
}

words! {
    /// What a meter counts.
    Counts {
        Connections, "connections", Connect, "Connections of clients to the MTA, refused ones as well.";
        Messages, "messages", Mail, "Messages, counted at MAIL FROM.";
        Recipients, "recipients", Rcpt, "Recipients that were accepted.";
        RejectedRecipients, "rejected_recipients", Rcpt, "Recipients that the MTA refused; not every MTA tells.";
        DistinctRecipients, "distinct_recipients", Rcpt, "Different recipients: each is counted once in a window.";
        Octets, "octets", Message, "Octets of messages that were delivered.";
    }
}

words! {
    /// What can be part of the key of a meter.
    KeyPart {
        Client, "client", Connect, "Address of the client.";
        ClientNetwork, "client_network", Connect, "Network of the client: the first 24 bits of an IPv4 address, 64 of an IPv6 address.";
        ClientName, "client_name", Connect, "Host name of the client.";
        Listener, "listener", Connect, "The MTA's name for the service.";
        Helo, "helo", Helo, "The name in HELO or EHLO.";
        Authenticated, "authenticated", Mail, "The login of the client.";
        Sender, "sender", Mail, "Address in MAIL FROM.";
        SenderDomain, "sender_domain", Mail, "Domain of the address in MAIL FROM.";
        Recipient, "recipient", Rcpt, "Address in RCPT TO.";
        RecipientDomain, "recipient_domain", Rcpt, "Domain of the address in RCPT TO.";
    }
}

impl Meter {
    /// The stage from which on it says something.
    pub fn stage(&self) -> Stage {
        let parts = self.key.iter().map(|part| part.stage());
        parts.fold(self.counts.stage(), Stage::max)
    }

    /// Whether each recipient has a count of its own.
    pub fn is_by_recipient(&self) -> bool {
        self.key.iter().any(|part| part.stage() == Stage::Rcpt)
    }

    /// The key that this transaction is counted under; none if a part of it is not there: then it is not counted.
    pub fn key_of(&self, envelope: &Envelope, recipient: Option<&str>) -> Option<String> {
        let values: Option<Vec<String>> = self
            .key
            .iter()
            .map(|part| part.value(envelope, recipient))
            .collect();
        Some(values?.join("\u{1f}"))
    }

    /// Reads the table of a meter, and reports everything that is wrong with it.
    pub(crate) fn read(name: &str, table: &Table<'_>, problems: &mut Problems) -> Option<Self> {
        table.only(&["key", "counts", "limits"], "key of a meter", problems);
        let key = needed("key", table, problems).and_then(|node| words(node, "key", problems));
        let counts = needed("counts", table, problems);
        let counts = counts.and_then(|node| counts_of(node, problems));
        let unit = match counts {
            Some(Counts::Octets) => Unit::Octets,
            _ => Unit::Count,
        };
        let limits = needed("limits", table, problems);
        let limits = limits.and_then(|node| limits_of(node, unit, problems));
        let meter = Meter {
            name: name.to_owned(),
            key: key?,
            counts: counts?,
            limits: limits?,
        };
        meter.check(table, problems)?;
        Some(meter)
    }

    /// What is counted at a stage can only be counted under what is known then.
    fn check(&self, table: &Table<'_>, problems: &mut Problems) -> Option<()> {
        let early = self.key.iter().find(|part| {
            let later = part.stage() > self.counts.stage();
            let once = self.counts.stage() > Stage::Rcpt && part.stage() == Stage::Rcpt;
            once || (later && self.counts != Counts::Messages) || part.stage() > Stage::Rcpt
        });
        let Some(part) = early else { return Some(()) };
        let (counts, part) = (self.counts.name(), part.name());
        let message = format!("{counts} cannot be counted by {part}");
        let problem = problems.report(Fault::Conflict, table.place, message);
        problem.help(match self.counts {
            Counts::Connections => "of a connection only the client and the listener are known",
            _ => "a message has several recipients: count recipients, or choose another key",
        });
        None
    }
}

impl KeyPart {
    fn value(self, envelope: &Envelope, recipient: Option<&str>) -> Option<String> {
        let lower = |text: &str| text.to_lowercase();
        let some = |text: &Option<String>| text.as_deref().map(lower);
        match self {
            KeyPart::Client => Some(envelope.client?.to_string()),
            KeyPart::ClientNetwork => network(envelope.client?),
            KeyPart::ClientName => some(&envelope.client_name),
            KeyPart::Listener => some(&envelope.listener),
            KeyPart::Helo => some(&envelope.helo),
            KeyPart::Authenticated => some(&envelope.authenticated),
            KeyPart::Sender => some(&envelope.sender),
            KeyPart::SenderDomain => envelope.sender.as_deref().map(domain).map(lower),
            KeyPart::Recipient => recipient.map(lower),
            KeyPart::RecipientDomain => recipient.map(domain).map(lower),
        }
    }
}

fn network(address: IpAddr) -> Option<String> {
    let length = match address {
        IpAddr::V4(_) => 24,
        IpAddr::V6(_) => 64,
    };
    Some(IpNet::new(address, length).ok()?.trunc().to_string())
}

fn needed<'a>(key: &str, table: &Table<'a>, problems: &mut Problems) -> Option<Node<'a>> {
    let node = table.get(key);
    if node.is_none() {
        let message = format!("a meter needs `{key}`");
        problems.report(Fault::MissingKey, table.place, message);
    }
    node
}

fn words(node: Node<'_>, what: &str, problems: &mut Problems) -> Option<Vec<KeyPart>> {
    let known: Vec<&str> = KeyPart::ALL.iter().map(|(_, name, _)| *name).collect();
    let texts = node.texts(problems)?;
    let mut parts = Vec::new();
    for text in &texts {
        match KeyPart::ALL.iter().find(|(_, name, _)| *name == text.text) {
            Some((part, ..)) => parts.push(*part),
            None => problems.unknown(Fault::UnknownValue, *text, what, &known),
        }
    }
    (parts.len() == texts.len()).then_some(parts)
}

fn counts_of(node: Node<'_>, problems: &mut Problems) -> Option<Counts> {
    let text = node.text(problems)?;
    let found = Counts::ALL.iter().find(|(_, name, _)| *name == text.text);
    if found.is_none() {
        let known: Vec<&str> = Counts::ALL.iter().map(|(_, name, _)| *name).collect();
        problems.unknown(Fault::UnknownValue, text, "thing to count", &known);
    }
    found.map(|(counts, ..)| *counts)
}

fn limits_of(node: Node<'_>, unit: Unit, problems: &mut Problems) -> Option<Vec<Limit>> {
    let texts = node.texts(problems)?;
    if texts.len() > LIMITS_MOST {
        let message = format!("a meter has at most {LIMITS_MOST} limits");
        problems.report(Fault::TooLarge, node.place, message);
        return None;
    }
    let limits: Vec<Option<Limit>> = texts
        .iter()
        .map(|text| limit(text, unit).or_else(|| refuse(*text, unit, problems)))
        .collect();
    limits.into_iter().collect()
}

/// `200 in 1h`.
fn limit(text: &Text<'_>, unit: Unit) -> Option<Limit> {
    let (quota, window) = text.text.split_once(" in ")?;
    let window = seconds(window.trim())?;
    let quota = amount(quota, unit)?;
    (1..=WINDOW_MOST)
        .contains(&window)
        .then_some(Limit { quota, window })
}

/// `30s`, `10m`, `1h`, `1d`.
fn seconds(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(end)?;
    let factor = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn refuse(text: Text<'_>, unit: Unit, problems: &mut Problems) -> Option<Limit> {
    let message = format!("`{}` is no limit", text.text);
    let problem = problems.report(Fault::BadQuantity, text.place, message);
    problem.help(match unit {
        Unit::Octets => suggest::one_of(&["\"100MiB in 1h\"", "\"1GiB in 1d\""]),
        Unit::Count => suggest::one_of(&["\"20 in 1m\"", "\"200 in 1h\"", "\"1000 in 1d\""]),
    });
    None
}
