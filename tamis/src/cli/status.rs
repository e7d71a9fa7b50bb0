//! `tamis status`: how the daemon is.

use super::site::runtime;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::output::{self, Table};
use crate::room::Descriptors;
use crate::untrusted::Untrusted;
use crate::watch::{ScannerStatus, Status as Page, ask};
use clap::Args;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where the daemon answers unless something else is said.
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9811);

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Configuration file of the daemon, which says where it answers ([metrics] listen)
    #[arg(short, long, value_name = "FILE", conflicts_with = "address")]
    config: Option<PathBuf>,
    /// Where it answers; 127.0.0.1:9811 if nothing is said
    #[arg(long, value_name = "ADDRESS:PORT")]
    address: Option<SocketAddr>,
    /// The page as the daemon gives it, on one line
    #[arg(long, conflicts_with = "nagios")]
    json: bool,
    /// One line and an exit status as Nagios and its kin want them: 0 well, 1 warning, 2 critical
    #[arg(long)]
    nagios: bool,
}

impl Status {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let found = self.address().and_then(fetch);
        let page = match found {
            Err(failure) if self.nagios => {
                say(&format!("TAMIS CRITICAL - {failure}"))?;
                return Ok(Exit::Critical);
            }
            other => other?,
        };
        if self.nagios {
            let (word, exit) = match (page.problems.is_empty(), page.is_well()) {
                (false, _) => ("CRITICAL", Exit::Critical),
                (true, false) => ("WARNING", Exit::Refused),
                (true, true) => ("OK", Exit::Done),
            };
            say(&format!("TAMIS {word} - {}", nagios(&page)))?;
            return Ok(exit);
        }
        if self.json {
            say(&output::json_line(&page))?;
        } else {
            say(&table(&page).to_string())?;
        }
        Ok(if page.is_well() {
            Exit::Done
        } else {
            Exit::Refused
        })
    }

    fn address(&self) -> Result<SocketAddr, Failure> {
        let Some(config) = &self.config else {
            return Ok(self.address.unwrap_or(ADDRESS));
        };
        Config::read(config)?.metrics.listen.ok_or_else(|| {
            let text = "the daemon tells nobody how it is: put listen = \"127.0.0.1:9811\" under [metrics] of its configuration";
            Failure::new(Exit::Unavailable, text)
        })
    }
}

fn fetch(address: SocketAddr) -> Result<Page, Failure> {
    let unavailable = |why: &dyn std::fmt::Display| Failure::new(Exit::Unavailable, why);
    let asked = runtime(1)?.block_on(ask(address, "/status"));
    let (status, content) = asked.map_err(|error| unavailable(&error))?;
    let page = serde_json::from_str(&content).ok();
    page.filter(|_| status == 200).ok_or_else(|| {
        unavailable(&format!(
            "what answers at {address} is not the status of Tamis: {}",
            Untrusted::new(content.lines().next().unwrap_or_default()).limit(80)
        ))
    })
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(|error| output::failed(&error))
}

/// The page for people.
fn table(page: &Page) -> Table {
    let mut table = Table::default();
    let state = if page.is_well() {
        "all is well"
    } else {
        "not all is well"
    };
    table.row(
        "tamis",
        &*format!(
            "{} up for {}, process {}: {state}",
            page.version,
            span(page.uptime),
            page.pid
        ),
    );
    for problem in &page.problems {
        table.row("problem", problem.as_str());
    }
    for remark in &page.remarks {
        table.row("remark", remark.as_str());
    }
    if let Some(until) = page.bypass_until {
        let left = until.saturating_sub(page.started.saturating_add(page.uptime));
        let says = format!(
            "mail passes uninspected for another {}; tamis bypass off ends it",
            span(left)
        );
        table.row("bypass", &*says);
    }
    table.row("policy", &*policy(page));
    table.row("messages", &*counts(page));
    table.row(
        "in flight",
        &*format!(
            "{} of {} messages, {} of {}, {} of {} connections",
            page.in_flight,
            page.descriptors.messages,
            octets(page.bytes_in_flight.try_into().unwrap_or(0)),
            octets(page.bytes_in_flight_most),
            page.connections,
            page.descriptors.connections
        ),
    );
    for one in &page.scanners {
        table.row("scanner", &*scanner(one));
    }
    if let Some(quarantine) = &page.quarantine {
        let holds = match (quarantine.entries, quarantine.bytes) {
            (Some(entries), Some(bytes)) => format!("{entries} entries, {}", octets(bytes)),
            _ => "not counted in time".to_owned(),
        };
        table.row("quarantine", &*format!("{holds}, {}", quarantine.dir));
    }
    if let Some(open) = page.open_descriptors {
        let Descriptors { most, reserved, .. } = page.descriptors;
        let descriptors = format!("{open} of {most}, {reserved} in reserve");
        table.row("descriptors", &*descriptors);
    }
    let confined = match page.confined.words() {
        words if words.is_empty() => "no".to_owned(),
        words => words,
    };
    table.row("confined", &*confined);
    if let Some(memory) = page.memory {
        table.row("memory", &*octets(memory.try_into().unwrap_or(0)));
    }
    table
}

fn policy(page: &Page) -> String {
    let now = page.started.saturating_add(page.uptime);
    let ago = |at: i64| span(now.saturating_sub(at));
    let mut text = format!(
        "{}, {} rules, read {} ago",
        page.policy,
        page.rules,
        ago(page.policy_loaded)
    );
    if let Some((at, false)) = page.last_reload {
        let _ = write!(
            text,
            "; what was read {} ago has a fault and does not rule",
            ago(at)
        );
    }
    text
}

fn counts(page: &Page) -> String {
    let order = ["deliver", "reject", "tempfail", "discard", "error"];
    let counts = order.iter().filter_map(|verdict| {
        let count = page.messages.get(*verdict)?;
        Some(format!("{verdict} {count}"))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn scanner(scanner: &ScannerStatus) -> String {
    let mut text = format!("{} {}", scanner.name, scanner.state);
    if let (Some(latency), Some(ago)) = (scanner.latency_ms, scanner.heard_ago) {
        let _ = write!(
            text,
            ", {latency} ms, {} ago",
            span(ago.try_into().unwrap_or(i64::MAX))
        );
    }
    let _ = write!(
        text,
        ", {} answers, {} failures",
        scanner.answers, scanner.failures
    );
    let more = scanner.reason.as_ref().or(scanner.says.as_ref());
    text + &more.map(|more| format!(": {more}")).unwrap_or_default()
}

/// What is wrong, or the counts; then the figures behind the bar that Nagios draws.
fn nagios(page: &Page) -> String {
    let bypass = page
        .bypass_until
        .map(|_| "mail passes uninspected".to_owned());
    let wrong = page.problems.iter().chain(&page.remarks).chain(&bypass);
    let wrong: Vec<String> = wrong
        .map(|text| Untrusted::new(text).to_string().replace('|', "/"))
        .collect();
    let says = if wrong.is_empty() {
        format!("{} up for {}", page.version, span(page.uptime))
    } else {
        wrong.join("; ")
    };
    let figures = page
        .messages
        .iter()
        .map(|(verdict, count)| format!("{verdict}={count}c"));
    let figures: Vec<_> = figures.collect();
    format!(
        "{says} | {} in_flight={}",
        figures.join(" "),
        page.in_flight
    )
}

/// Seconds in the two largest units that say something.
fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match () {
        () if days > 0 => format!("{days} d {} h", hours % 24),
        () if hours > 0 => format!("{hours} h {} min", minutes % 60),
        () if minutes > 0 => format!("{minutes} min {} s", seconds % 60),
        () => format!("{seconds} s"),
    }
}

/// A size in a unit that keeps it short.
fn octets(size: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let unit = units.iter().find(|(_, unit)| size >= *unit);
    match unit {
        Some((name, unit)) => format!(
            "{}.{} {name}",
            size / unit,
            (size % unit).saturating_mul(10) / unit
        ),
        None => format!("{size} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::{octets, span};

    #[test]
    fn spans_and_sizes_are_short() {
        assert_eq!(span(-1), "0 s");
        assert_eq!(span(59), "59 s");
        assert_eq!(span(61), "1 min 1 s");
        assert_eq!(span(7_260), "2 h 1 min");
        assert_eq!(span(90_000), "1 d 1 h");
        assert_eq!(octets(1_023), "1023 B");
        assert_eq!(octets(1_536), "1.5 KiB");
        assert_eq!(octets(u64::MAX), "17179869183.9 GiB");
    }
}
