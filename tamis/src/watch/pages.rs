//! What the endpoint answers, path by path.

use super::process::Process;
use super::readiness::Readiness;
use super::status::{QuarantineStatus, Status};
use crate::inspect::Site;
use crate::metrics::labels::{Engine, Outcome, Version};
use crate::metrics::{Families, State};
use crate::policy::Current;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tamis_scan::Printable;

/// Longest wait for the size of the quarantine.
const USAGE: Duration = Duration::from_secs(5);

/// How often a scanner is asked whether it is there, unless mail has shown it meanwhile.
const ASK: Duration = Duration::from_secs(30);

/// One answer: status of HTTP, type of the content, and the content.
pub(super) type Page = (u16, &'static str, String);

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that can be asked of a running daemon.
#[derive(Debug)]
pub struct Pages {
    site: Arc<Site>,
    policy: Current,
    readiness: Readiness,
}

impl Pages {
    /// Of the daemon that has this site and is ruled by this policy.
    pub fn new(site: Arc<Site>, policy: Current) -> Self {
        Pages {
            site,
            policy,
            readiness: Readiness::default(),
        }
    }

    /// The page at a path; none if there is none.
    pub(super) async fn at(&self, path: &str) -> Option<Page> {
        match path {
            "/metrics" => Some(self.metrics()),
            "/healthz" => Some((200, TEXT, "alive\n".to_owned())),
            "/readyz" => Some(self.ready().await),
            "/status" => Some(self.status().await),
            _ => None,
        }
    }

    fn metrics(&self) -> Page {
        self.refresh();
        match self.site.metrics.families().text() {
            Ok(text) => (200, METRICS, text),
            Err(_) => (
                500,
                TEXT,
                "the metrics could not be written out\n".to_owned(),
            ),
        }
    }

    async fn ready(&self) -> Page {
        let found = self.readiness.look(&self.site).await;
        let (status, first) = if found.problems.is_empty() {
            (200, "ready\n")
        } else {
            (503, "not ready\n")
        };
        let lines = found.problems.iter().chain(&found.remarks);
        let text = lines.fold(first.to_owned(), |text, line| text + line + "\n");
        (status, TEXT, text)
    }

    async fn status(&self) -> Page {
        let found = self.readiness.look(&self.site).await;
        let quarantine = self.quarantine().await;
        let status = Status::of(&self.site, &self.policy.policy(), found, quarantine);
        match serde_json::to_string(&status) {
            Ok(json) => (200, JSON, json + "\n"),
            Err(error) => (500, TEXT, format!("{error}\n")),
        }
    }

    async fn quarantine(&self) -> Option<QuarantineStatus> {
        let store = self.site.quarantine.clone()?;
        let dir = store.dir().display().to_string();
        let counting = tokio::task::spawn_blocking(move || store.usage());
        let usage = match tokio::time::timeout(USAGE, counting).await {
            Ok(Ok(Ok(usage))) => Some(usage),
            _ => None,
        };
        Some(QuarantineStatus {
            dir,
            entries: usage.map(|usage| usage.entries),
            bytes: usage.map(|usage| usage.octets),
        })
    }

    /// Brings up to date what is not counted when it happens.
    fn refresh(&self) {
        let families = self.site.metrics.families();
        process(families);
        let bypassed = self.site.bypass.active().is_some();
        families.bypass_active.set(i64::from(bypassed));
        let most = i64::try_from(self.site.room.most()).unwrap_or(i64::MAX);
        families.bytes_in_flight_most.set(most);
        families.policy.clear();
        let version = self.policy.policy().version().to_owned();
        families.policy.get_or_create(&Version { version }).set(1);
        for engine in &self.site.engines {
            let heard = self.site.metrics.board().of(&engine.name);
            let up = heard.is_some_and(|heard| heard.state == State::Up);
            let engine = engine.name.clone();
            let gauge = families.scanner_up.get_or_create(&Engine { engine });
            gauge.set(i64::from(up));
        }
        let Some(notifier) = &self.site.notifier else {
            return;
        };
        let counted = notifier.counted();
        for (result, count) in [
            ("sent", counted.sent),
            ("failed", counted.failed),
            ("dropped", counted.dropped),
        ] {
            let counter = families.notices.get_or_create(&Outcome { result });
            // Two who ask at the same time see the same number.
            counter
                .inner()
                .store(count, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

fn process(families: &Families) {
    let Process {
        resident,
        open_fds,
        max_fds,
    } = Process::now();
    for (gauge, value) in [
        (&families.resident, resident),
        (&families.open_fds, open_fds),
        (&families.max_fds, max_fds),
    ] {
        gauge.set(value.unwrap_or_default());
    }
}

/// Asks every scanner again and again whether it is there, so that its state is known also when there is no mail.
pub async fn ask_scanners(site: Arc<Site>) {
    loop {
        tokio::time::sleep(ASK).await;
        for engine in &site.engines {
            let heard = site.metrics.board().of(&engine.name);
            if heard.is_some_and(|heard| heard.at.elapsed() < ASK) {
                continue;
            }
            let since = Instant::now();
            let answer = engine.scanner.probe().await;
            let answer = answer.as_ref().map(Printable::as_str);
            site.metrics.probed(&engine.name, answer, since.elapsed());
        }
    }
}
