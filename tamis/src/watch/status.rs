//! The state of the daemon in one page, for `tamis status`.

use super::process::Process;
use super::readiness::Found;
use crate::confined::Confined;
use crate::inspect::Site;
use crate::metrics::labels::Message;
use crate::metrics::{Heard, Metrics, State, VERDICTS, seconds};
use crate::room::Descriptors;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use tamis_rules::{Direction, Policy};

/// The state of the daemon.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Status {
    /// Version of the program.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// When it was started, in seconds since 1970.
    pub started: i64,
    /// How long it runs, in seconds.
    pub uptime: i64,
    /// Why it cannot do its work; empty if it can.
    pub problems: Vec<String>,
    /// What else is wrong.
    pub remarks: Vec<String>,
    /// Until when inspection is switched off, in seconds since 1970.
    pub bypass_until: Option<i64>,
    /// Version of the policy that rules.
    pub policy: String,
    /// How many rules it has.
    pub rules: usize,
    /// When it was read, in seconds since 1970.
    pub policy_loaded: i64,
    /// When it was last read again, and whether that went well.
    pub last_reload: Option<(i64, bool)>,
    /// Messages by verdict.
    pub messages: BTreeMap<String, u64>,
    /// Messages that have no verdict yet.
    pub in_flight: i64,
    /// Octets of these.
    pub bytes_in_flight: i64,
    /// Most octets that they may have together.
    #[serde(default)]
    pub bytes_in_flight_most: u64,
    /// Open connections of MTAs.
    pub connections: i64,
    /// Descriptors that are open.
    #[serde(default)]
    pub open_descriptors: Option<i64>,
    /// What there are of them, and what they are enough for.
    #[serde(default)]
    pub descriptors: Descriptors,
    /// What the process has given up; nothing was known of that by older versions.
    #[serde(default)]
    pub confined: Confined,
    /// Memory that is in use, in octets.
    pub memory: Option<i64>,
    /// The scanners of the configuration.
    pub scanners: Vec<ScannerStatus>,
    /// The quarantine, if there is one.
    pub quarantine: Option<QuarantineStatus>,
}

/// The state of a scanner.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ScannerStatus {
    /// Its name.
    pub name: String,
    /// `up`, `down`, or `unknown` before it was asked.
    pub state: String,
    /// Why it does not answer.
    pub reason: Option<String>,
    /// What it says of itself.
    pub says: Option<String>,
    /// How long its last answer took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// How long ago that was, in seconds.
    pub heard_ago: Option<u64>,
    /// How often it answered.
    pub answers: u64,
    /// How often it did not.
    pub failures: u64,
}

/// The state of the quarantine.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct QuarantineStatus {
    /// Its directory.
    pub dir: String,
    /// Entries in it; none if that could not be found out in time.
    pub entries: Option<u64>,
    /// Octets of them.
    pub bytes: Option<u64>,
}

impl Status {
    /// As it is now. The quarantine is looked at by the caller, because that takes a while.
    pub(super) fn of(
        site: &Site,
        policy: &Policy,
        found: Found,
        quarantine: Option<QuarantineStatus>,
    ) -> Self {
        let families = site.metrics.families();
        let started = families.started.get();
        let process = Process::now();
        let reload = site.metrics.board().last_reload();
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            started,
            uptime: seconds(SystemTime::now()).saturating_sub(started),
            problems: found.problems,
            remarks: found.remarks,
            bypass_until: (site.bypass.active()).map(|it| it.until.try_into().unwrap_or(i64::MAX)),
            policy: policy.version().to_owned(),
            rules: policy.len(),
            policy_loaded: families.policy_loaded.get(),
            last_reload: reload.map(|(at, ok)| (seconds(at), ok)),
            messages: messages(&site.metrics),
            in_flight: families.messages_in_flight.get(),
            bytes_in_flight: families.bytes_in_flight.get(),
            connections: families.connections_open.get(),
            bytes_in_flight_most: site.room.most(),
            open_descriptors: process.open_fds,
            descriptors: site.descriptors,
            confined: site.confined,
            memory: process.resident,
            scanners: scanners(site),
            quarantine,
        }
    }

    /// Whether everything is as it should be.
    pub fn is_well(&self) -> bool {
        self.problems.is_empty() && self.remarks.is_empty() && self.bypass_until.is_none()
    }
}

fn messages(metrics: &Metrics) -> BTreeMap<String, u64> {
    let ways: Vec<_> = Direction::ALL
        .map(Direction::name)
        .into_iter()
        .chain(["unknown"])
        .collect();
    let count = |verdict: &'static str| {
        let counts = ways.iter().map(|direction| {
            let label = Message { verdict, direction };
            let counter = metrics.families().messages.get(&label);
            counter.map_or(0, |counter| counter.get())
        });
        (verdict.to_owned(), counts.sum())
    };
    VERDICTS.into_iter().map(count).collect()
}

fn scanners(site: &Site) -> Vec<ScannerStatus> {
    let names = site.engines.iter().map(|engine| &engine.name);
    names
        .map(|name| scanner(name, site.metrics.board().of(name)))
        .collect()
}

fn scanner(name: &str, heard: Option<Heard>) -> ScannerStatus {
    let state = match heard.as_ref().map(|heard| &heard.state) {
        None => "unknown",
        Some(State::Up) => "up",
        Some(State::Down(..)) => "down",
    };
    let reason = heard.as_ref().and_then(|heard| match &heard.state {
        State::Up => None,
        State::Down(reason, detail) => Some(format!("{reason}: {detail}")),
    });
    let millis = |took: Duration| u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    ScannerStatus {
        name: name.to_owned(),
        state: state.to_owned(),
        reason,
        latency_ms: heard.as_ref().map(|heard| millis(heard.took)),
        heard_ago: heard.as_ref().map(|heard| heard.at.elapsed().as_secs()),
        answers: heard.as_ref().map_or(0, |heard| heard.answers),
        failures: heard.as_ref().map_or(0, |heard| heard.failures),
        says: heard.and_then(|heard| heard.says),
    }
}
