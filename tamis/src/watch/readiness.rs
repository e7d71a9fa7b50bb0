//! Whether the daemon can do its work: the disk takes mail, and the scanners were heard of.

use crate::inspect::Site;
use crate::metrics::State;
use crate::spool::Spool;
use crate::untrusted::plain;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long what was found on disk counts: whoever asks more often makes no more work.
const FRESH: Duration = Duration::from_secs(1);

/// Longest wait for the disk.
const DISK: Duration = Duration::from_secs(5);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Why the daemon cannot do its work.
    pub(super) problems: Vec<String>,
    /// What is wrong, and does not keep it from its work.
    pub(super) remarks: Vec<String>,
}

/// Looks, and remembers for a moment what was found on disk.
#[derive(Debug, Default)]
pub(super) struct Readiness(Mutex<Option<(Instant, Vec<String>)>>);

impl Readiness {
    /// What is wrong just now.
    pub(super) async fn look(&self, site: &Arc<Site>) -> Found {
        let mut found = Found {
            problems: self.disk(site).await,
            remarks: Vec::new(),
        };
        for engine in &site.engines {
            let name = &engine.name;
            match site.metrics.board().of(name).map(|heard| heard.state) {
                Some(State::Up) => {}
                Some(State::Down(reason, _)) => found
                    .remarks
                    .push(format!("scanner {name} does not answer: {reason}")),
                None => found
                    .problems
                    .push(format!("scanner {name} was not heard of yet")),
            }
        }
        found
    }

    async fn disk(&self, site: &Arc<Site>) -> Vec<String> {
        let mut known = self.0.lock().await;
        if let Some((at, problems)) = &*known
            && at.elapsed() < FRESH
        {
            return problems.clone();
        }
        let looked = Arc::clone(site);
        let looking = tokio::task::spawn_blocking(move || disk(&looked));
        let problems = match tokio::time::timeout(DISK, looking).await {
            Ok(Ok(problems)) => problems,
            _ => vec!["the disk does not answer".to_owned()],
        };
        *known = Some((Instant::now(), problems.clone()));
        problems
    }
}

/// Tries whether messages can be spooled and kept. Blocks.
fn disk(site: &Site) -> Vec<String> {
    let spool = Spool::check(&site.spool)
        .err()
        .map(|error| error.to_string());
    let quarantine = site.quarantine.as_ref().and_then(|store| {
        let error = store.check().err()?;
        Some(format!("quarantine cannot be written: {}", plain(&error)))
    });
    spool.into_iter().chain(quarantine).collect()
}
