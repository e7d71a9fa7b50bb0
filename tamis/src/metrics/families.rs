//! The metrics by name, and the registry that writes them out.

use super::labels::{
    Action, Defect, Direction, Early, Engine, Message, NoRoom, Outcome, Scan, Unread, Version,
};
use super::story::Story;
use crate::room::Full;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::SystemTime;

/// Seconds that a message or a scan may take, up to the deadline of MTAs.
const SECONDS: [f64; 13] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
];

/// What verdicts messages can have; `error` if something of ours failed.
pub(crate) const VERDICTS: [&str; 5] = ["deliver", "reject", "tempfail", "discard", "error"];

/// Octets of messages: 1 KiB to 256 MiB, each four times the one before.
const OCTETS: [f64; 10] = [
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
];

type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

macro_rules! families {
    ($($field:ident: $type:ty = $new:expr, $name:literal, $unit:expr, $help:literal;)*) => {
        /// Every metric, each in a field of its own.
        #[derive(Debug)]
        #[allow(dead_code, reason = "some are set once, and only the registry reads them")]
        pub(crate) struct Families {
            registry: Registry,
            $(#[doc = $help] pub(crate) $field: $type,)*
        }

        impl Default for Families {
            fn default() -> Self {
                let mut registry = Registry::default();
                $(
                    let $field: $type = $new;
                    match $unit {
                        None => registry.register($name, $help, $field.clone()),
                        Some(unit) => registry.register_with_unit($name, $help, unit, $field.clone()),
                    }
                )*
                let families = Families { registry, $($field,)* };
                families.begin_at_zero();
                families
            }
        }

        /// Name, unit, type and meaning of every metric.
        fn table() -> Vec<(&'static str, Option<Unit>, &'static str, &'static str)> {
            vec![$(($name, $unit, stringify!($type), $help),)*]
        }
    };
}

families! {
    messages: Family<Message, Counter> = Family::default(), "tamis_messages", NONE, "Messages that came to their end";
    refused_early: Family<Early, Counter> = Family::default(), "tamis_refused_early", NONE, "Clients, senders and recipients that were refused before the message was there";
    bypassed: Counter = Counter::default(), "tamis_bypassed_messages", NONE, "Messages let through uninspected because inspection was switched off";
    bypass_active: Gauge = Gauge::default(), "tamis_bypass_active", NONE, "Whether inspection is switched off";
    message_seconds: Seconds<Direction> = by_seconds(), "tamis_message", Some(Unit::Seconds), "From the first octet of a message to its verdict";
    message_bytes: Histogram = Histogram::new(OCTETS), "tamis_message_size", Some(Unit::Bytes), "Size of messages as they came";
    bytes_in_flight: Gauge = Gauge::default(), "tamis_in_flight", Some(Unit::Bytes), "Octets of messages that have no verdict yet";
    bytes_in_flight_most: Gauge = Gauge::default(), "tamis_in_flight_most", Some(Unit::Bytes), "Most octets of messages that have no verdict yet; what goes beyond it is refused for now";
    no_room: Family<NoRoom, Counter> = Family::default(), "tamis_no_room", NONE, "Messages refused for now because there were too many octets, or too many messages, on their way";
    messages_in_flight: Gauge = Gauge::default(), "tamis_messages_in_flight", NONE, "Messages that have no verdict yet";
    connections_open: Gauge = Gauge::default(), "tamis_connections_open", NONE, "Connections of MTAs that are open";
    connections: Counter = Counter::default(), "tamis_connections", NONE, "Connections of MTAs that were opened";
    defects: Family<Defect, Counter> = Family::default(), "tamis_defects", NONE, "Messages with a defect of this kind; those of the class limit went beyond a limit";
    edits: Family<Action, Counter> = Family::default(), "tamis_edits", NONE, "Changes made to messages";
    scans: Family<Scan, Counter> = Family::default(), "tamis_scans", NONE, "Answers of scanners";
    scan_seconds: Seconds<Engine> = by_seconds(), "tamis_scan", Some(Unit::Seconds), "From the end of a message to the answer of a scanner";
    scanner_up: Family<Engine, Gauge> = Family::default(), "tamis_scanner_up", NONE, "Whether a scanner answered when it was last asked";
    quarantine_writes: Counter = Counter::default(), "tamis_quarantine_writes", NONE, "Messages and parts that quarantine has kept";
    quarantine_failures: Counter = Counter::default(), "tamis_quarantine_failures", NONE, "Messages and parts that quarantine could not keep";
    poisoned: Counter = Counter::default(), "tamis_poisoned_messages", NONE, "Messages that were not inspected because inspections of them did not come to their end";
    captures: Family<Outcome, Counter> = Family::default(), "tamis_captures", NONE, "Copies of messages that rules asked for";
    notices: Family<Outcome, Counter> = Family::default(), "tamis_notices", NONE, "Notices that rules asked for";
    unread: Family<Unread, Counter> = Family::default(), "tamis_unread_containers", NONE, "Containers that were not looked into to their end; failed tells of the decoder";
    reloads: Family<Outcome, Counter> = Family::default(), "tamis_reloads", NONE, "How often the policy was read again";
    policy: Family<Version, Gauge> = Family::default(), "tamis_policy_info", NONE, "The version of the policy that rules";
    policy_loaded: Gauge = now(), "tamis_policy_loaded_timestamp", Some(Unit::Seconds), "When the policy that rules was read";
    build: Family<Version, Gauge> = this_version(), "tamis_build_info", NONE, "The version of the program";
    started: Gauge = now(), "process_start_time", Some(Unit::Seconds), "When the program was started";
    resident: Gauge = Gauge::default(), "process_resident_memory", Some(Unit::Bytes), "Memory of the program that is in use";
    open_fds: Gauge = Gauge::default(), "process_open_fds", NONE, "File descriptors that are open";
    max_fds: Gauge = Gauge::default(), "process_max_fds", NONE, "Most file descriptors that may be open";
}

const NONE: Option<Unit> = None;

/// A metric as documentation tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The name under which it is asked for; of a histogram, without `_bucket`, `_sum` or `_count`.
    pub name: String,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// What it says.
    pub help: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// Every metric.
pub fn described() -> Vec<Described> {
    let describe = |(name, unit, of, help): (&str, Option<Unit>, &str, &'static str)| {
        let kind = match () {
            () if of.contains("Counter") => "counter",
            () if of.contains("Gauge") => "gauge",
            () => "histogram",
        };
        let unit = unit.map(|unit| format!("_{}", unit.as_str()));
        let end = if kind == "counter" { "_total" } else { "" };
        let name = format!("{name}{}{end}", unit.unwrap_or_default());
        let labels = labels_of(of);
        Described {
            name,
            kind,
            help,
            labels,
        }
    };
    table().into_iter().map(describe).collect()
}

/// The labels of a metric of this type: of `Family<Scan, Counter>` those of a scan.
fn labels_of(of: &str) -> &'static [&'static str] {
    let of = of.split_once('<').map_or("", |(_, rest)| rest);
    match of.split([',', '>']).next().unwrap_or_default().trim() {
        "Message" => &["verdict", "direction"],
        "Direction" => &["direction"],
        "Early" => &["stage", "verdict"],
        "Defect" => &["defect", "class"],
        "Scan" => &["engine", "result", "reason"],
        "Engine" => &["engine"],
        "Action" => &["action"],
        "Outcome" => &["result"],
        "Unread" => &["reason"],
        "NoRoom" => &["full"],
        "Version" => &["version"],
        _ => &[],
    }
}

impl Families {
    /// What alerts look at is there from the beginning: a counter that first appears with 1 has not risen for Prometheus.
    fn begin_at_zero(&self) {
        for verdict in VERDICTS {
            for direction in tamis_rules::Direction::ALL.map(tamis_rules::Direction::name) {
                let label = Message { verdict, direction };
                drop(self.messages.get_or_create(&label));
            }
        }
        for result in ["ok", "failed"] {
            drop(self.reloads.get_or_create(&Outcome { result }));
        }
        for result in ["kept", "failed"] {
            drop(self.captures.get_or_create(&Outcome { result }));
        }
        for full in Full::ALL.map(Full::name) {
            drop(self.no_room.get_or_create(&NoRoom { full }));
        }
        let reason = tamis_sanitize::map::Unread::Failed.name();
        drop(self.unread.get_or_create(&Unread { reason }));
    }

    /// All of them in the format that Prometheus reads.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Counts what there is to tell of one message.
    pub(crate) fn story(&self, story: &Story) {
        for &(defect, class) in &story.defects {
            self.defects.get_or_create(&Defect { defect, class }).inc();
        }
        for &action in &story.actions {
            self.edits.get_or_create(&Action { action }).inc();
        }
        self.quarantine_writes.inc_by(story.kept as u64);
        for &kept in &story.captures {
            let result = if kept { "kept" } else { "failed" };
            self.captures.get_or_create(&Outcome { result }).inc();
        }
        for &reason in &story.unread {
            self.unread.get_or_create(&Unread { reason }).inc();
        }
    }

    /// The policy that rules was read at this moment.
    pub(crate) fn policy_loaded_now(&self) {
        self.policy_loaded.set(seconds(SystemTime::now()));
    }
}

fn by_seconds<L>() -> Seconds<L>
where
    L: Clone + std::hash::Hash + Eq,
{
    Family::new_with_constructor(|| Histogram::new(SECONDS))
}

fn now() -> Gauge {
    let gauge = Gauge::default();
    gauge.set(seconds(SystemTime::now()));
    gauge
}

fn this_version() -> Family<Version, Gauge> {
    let family = Family::<Version, Gauge>::default();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    family.get_or_create(&Version { version }).set(1);
    family
}

/// Whole seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
