//! What is known beside the message of a test.

use crate::condition::weekday_of;
use crate::facts::{Direction, Envelope, MeterFact, Moment, Tls};
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::source::Text;
use crate::trial::scan::{self, GivenScan};

/// What is known beside the message of a test.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Who sends what to whom, when, and what the meters say.
    pub envelope: Envelope,
    /// What the scanners say.
    pub scans: Vec<GivenScan>,
    /// A command that the MTA does not know.
    pub command: Option<String>,
    /// Whether the message is not inspected, because that has failed again and again.
    pub poison: bool,
}

const KEYS: [&str; 17] = [
    "client",
    "client_name",
    "helo",
    "listener",
    "tls",
    "tls_cipher",
    "authenticated",
    "sender",
    "recipient",
    "direction",
    "macro",
    "time",
    "weekday",
    "meter",
    "scan",
    "command",
    "poison",
];

/// Reads the table `given`.
pub(super) fn read(table: &Table<'_>, loading: &mut Loading<'_>) -> Option<Given> {
    table.only(&KEYS, "key of what is given", loading);
    let mut given = Given::default();
    let mut good = true;
    for (key, node) in &table.entries {
        if KEYS.contains(&key.text) {
            good &= one(key.text, *node, &mut given, loading).is_some();
        }
    }
    good.then_some(given)
}

fn one(key: &str, node: Node<'_>, given: &mut Given, loading: &mut Loading<'_>) -> Option<()> {
    let envelope = &mut given.envelope;
    match key {
        "client" => envelope.client = Some(client(node, loading)?),
        "client_name" => envelope.client_name = Some(owned(node, loading)?),
        "helo" => envelope.helo = Some(owned(node, loading)?),
        "listener" => envelope.listener = Some(owned(node, loading)?),
        "authenticated" => envelope.authenticated = Some(owned(node, loading)?),
        "sender" => {
            let sender = owned(node, loading)?;
            envelope.sender = Some(if sender == "<>" {
                String::new()
            } else {
                sender
            });
        }
        "recipient" => {
            let texts = node.texts(loading)?;
            envelope.recipients = texts.iter().map(|text| text.text.to_owned()).collect();
        }
        "tls" if node.as_bool() == Some(false) => envelope.tls = None,
        "tls" => {
            let version = match node.as_bool() {
                Some(_) => "TLSv1.3".to_owned(),
                None => owned(node, loading)?,
            };
            envelope.tls.get_or_insert_default().version = version;
        }
        "tls_cipher" => {
            let cipher = owned(node, loading)?;
            let tls = envelope.tls.get_or_insert_with(|| Tls {
                version: "TLSv1.3".to_owned(),
                cipher: None,
            });
            tls.cipher = Some(cipher);
        }
        "direction" => envelope.direction = Some(direction(node, loading)?),
        "macro" => {
            for (name, value) in node.table(loading)?.entries {
                let name = name.text.trim_matches(['{', '}']).to_owned();
                envelope.macros.insert(name, owned(value, loading)?);
            }
        }
        "time" | "weekday" => moment(key, node, envelope, loading)?,
        "meter" => {
            for (name, value) in node.table(loading)?.entries {
                let fact = meter(name, value, loading)?;
                envelope.meters.push(fact);
            }
        }
        "scan" => {
            for table in node.tables(loading)? {
                given.scans.push(scan::read(&table, loading)?);
            }
        }
        "command" => given.command = Some(owned(node, loading)?),
        _ => given.poison = node.boolean(loading)?,
    }
    Some(())
}

fn owned(node: Node<'_>, loading: &mut Loading<'_>) -> Option<String> {
    Some(node.text(loading)?.text.to_owned())
}

fn client(node: Node<'_>, loading: &mut Loading<'_>) -> Option<std::net::IpAddr> {
    let text = node.text(loading)?;
    let address = text.text.parse().ok();
    if address.is_none() {
        let message = format!("`{}` is no IP address", text.text);
        let problem = loading.report(Fault::BadNetwork, text.place, message);
        problem.help("write 192.0.2.1 or 2001:db8::1");
    }
    address
}

fn direction(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Direction> {
    let text = node.text(loading)?;
    let found = Direction::from_name(text.text);
    if found.is_none() {
        let known = Direction::ALL.map(Direction::name);
        loading.unknown(Fault::UnknownValue, text, "direction", &known);
    }
    found
}

fn moment(
    key: &str,
    node: Node<'_>,
    envelope: &mut Envelope,
    loading: &mut Loading<'_>,
) -> Option<()> {
    let text = node.text(loading)?;
    let moment = envelope.moment.get_or_insert(Moment {
        weekday: 0,
        minute: 12 * 60,
    });
    let known = if key == "time" {
        crate::condition::minute_of(text.text).map(|minute| moment.minute = minute)
    } else {
        weekday_of(text.text).map(|day| moment.weekday = day)
    };
    if known.is_none() {
        let message = format!("`{}` is no {key}", text.text);
        let problem = loading.report(Fault::BadQuantity, text.place, message);
        problem.help("write time = \"23:30\", weekday = \"sat\"");
    }
    known
}

fn meter(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<MeterFact> {
    loading.meter(name)?;
    let limits = match loading.meters.get(name.text) {
        Some(Some(meter)) => meter.limits.clone(),
        _ => return None,
    };
    let over = |used: u64| limits.first().is_some_and(|limit| used > limit.quota);
    let (used, exceeded) = match (node.as_number(), node.as_text()) {
        (Some(used), _) => (Some(vec![used]), over(used)),
        (_, Some("exceeded")) => {
            let used = limits.iter().map(|limit| limit.quota.saturating_add(1));
            (Some(used.collect()), true)
        }
        (_, Some("unavailable")) => (None, false),
        _ => {
            let message = "a meter is given as \"exceeded\", \"unavailable\" or a number";
            loading.report(Fault::UnknownValue, node.place, message);
            return None;
        }
    };
    Some(MeterFact {
        meter: name.text.to_owned(),
        used,
        exceeded,
    })
}
