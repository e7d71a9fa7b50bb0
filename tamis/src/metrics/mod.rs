//! What is counted: messages, scans, edits, refusals, and what was last heard of each scanner.
//!
//! ```text
//! gate, inspect, daemon ──▶ Metrics (counters, gauges, histograms; the board of scanners) ◀── watch (shows it)
//! ```
//!
//! Labels are words of the program, of the configuration or of the version of a policy: nothing that a message says ever
//! becomes one, so the number of series is bounded.

mod board;
mod families;
mod flight;
pub(crate) mod labels;
mod story;

pub use board::{Heard, State};
pub use families::{Described, described};
pub use flight::{Arriving, Open, Pending};
pub use story::Story;

pub(crate) use board::Board;
pub(crate) use families::{Families, VERDICTS, seconds};

use crate::room::Full;
use labels::{Early, NoRoom, Outcome, Scan};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tamis_rules::{Decision, Direction, Stage};
use tamis_scan::{Reason, Unscanned};

/// Where metrics are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsSettings {
    /// The address; none answers nobody.
    pub listen: Option<SocketAddr>,
}

/// Everything that is counted. Clones count into the same place.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    families: Families,
    board: Board,
}

impl Metrics {
    /// A connection of an MTA is open as long as the value lives.
    pub fn connection(&self) -> Open {
        Open::new(self.clone())
    }

    /// A message is in flight as long as the value lives.
    pub fn arriving(&self) -> Arriving {
        Arriving::new(self.clone())
    }

    /// A client, sender or recipient was refused before the message was there.
    pub fn refused_early(&self, stage: Stage, decision: &Decision) {
        let label = Early {
            stage: stage.name(),
            verdict: decision.verdict.name(),
        };
        self.families().refused_early.get_or_create(&label).inc();
    }

    /// A message has come to its end, and its verdict is worked out as long as the value lives.
    pub fn pending(&self, direction: Option<Direction>) -> Pending {
        Pending::new(self.clone(), direction)
    }

    /// A message was let through uninspected because somebody has switched inspection off.
    pub fn bypassed(&self) {
        self.families().bypassed.inc();
    }

    /// A scanner has given its report, so long after it had the whole message.
    pub fn scanned(&self, engine: &str, report: &tamis_scan::Report, took: Duration) {
        let reason = match report {
            tamis_scan::Report::Unscanned(unscanned) => unscanned.reason().name(),
            _ => "",
        };
        let label = Scan {
            engine: engine.to_owned(),
            result: report.name(),
            reason,
        };
        self.families().scans.get_or_create(&label).inc();
        self.families()
            .scan_seconds
            .get_or_create(&label.engine())
            .observe(took.as_secs_f64());
        match report {
            tamis_scan::Report::Unscanned(unscanned) if unscanned.reason().is_transient() => {
                self.board().silent(engine, unscanned, took);
            }
            // It was not asked, or would say the same of itself at any time.
            tamis_scan::Report::Unscanned(unscanned) if unscanned.reason() == Reason::TooLarge => {}
            _ => self.board().answered(engine, None, took),
        }
    }

    /// A scanner was asked whether it is there.
    pub fn probed(&self, engine: &str, answer: Result<&str, &Unscanned>, took: Duration) {
        match answer {
            Ok(says) => self.board().answered(engine, Some(says), took),
            Err(unscanned) => self.board().silent(engine, unscanned, took),
        }
    }

    /// A message was refused for now because it did not fit.
    pub fn no_room(&self, full: Full) {
        let full = full.name();
        self.families()
            .no_room
            .get_or_create(&NoRoom { full })
            .inc();
    }

    /// Quarantine could not keep something.
    pub fn quarantine_failed(&self) {
        self.families().quarantine_failures.inc();
    }

    /// A message is not inspected because inspections of it did not come to their end.
    pub fn poisoned(&self) {
        self.families().poisoned.inc();
    }

    /// The policy was read again, with success or not.
    pub fn reloaded(&self, ok: bool) {
        let label = Outcome {
            result: if ok { "ok" } else { "failed" },
        };
        self.families().reloads.get_or_create(&label).inc();
        self.board().reloaded(ok, SystemTime::now());
        if ok {
            self.families().policy_loaded_now();
        }
    }

    pub(crate) fn families(&self) -> &Families {
        &self.0.families
    }

    pub(crate) fn board(&self) -> &Board {
        &self.0.board
    }
}
