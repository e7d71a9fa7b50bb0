//! What the service manager is told (`sd_notify`): that the daemon is ready, reloads, ends, and that it lives.
//!
//! Without a service manager all of this does nothing.

use crate::inspect::{Inspection, Site};
use bytes::Bytes;
use sd_notify::NotifyState;
use std::sync::Arc;
use std::time::Duration;
use tamis_rules::{Envelope, Policy, Sources, load};
use tokio::time::timeout;
use tracing::{error, warn};

/// Everything is in place.
pub(super) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The policy is read again; [`ready`] says when that is over.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// The daemon ends, and messages have so long to come to theirs.
pub(super) fn stopping(drain: Duration) {
    let longer = drain.saturating_add(Duration::from_secs(10));
    let longer = u32::try_from(longer.as_micros()).unwrap_or(u32::MAX);
    tell(&[
        NotifyState::Stopping,
        NotifyState::ExtendTimeoutUsec(longer),
        NotifyState::Status("messages on their way come to their end"),
    ]);
}

/// Another process is the daemon from now on.
pub(super) fn handed_over(to: u32) {
    tell(&[
        NotifyState::MainPid(to),
        NotifyState::Status("handed over to a new process"),
    ]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!(
            problem = error.to_string(),
            "the service manager cannot be told"
        );
    }
}

/// Feeds the watchdog, if there is one, as long as a message can be judged: the threads that inspect and the spool must
/// work for that, and no scanner.
pub(super) async fn live(site: Arc<Site>) {
    let Some(watchdog) = sd_notify::watchdog_enabled() else {
        return;
    };
    let Some(policy) = canary_policy() else {
        return;
    };
    let every = watchdog / 3;
    loop {
        match timeout(every, canary(&site, &policy)).await {
            Ok(Ok(())) => tell(&[NotifyState::Watchdog]),
            Ok(Err(failure)) => error!(failure = failure.to_string(), "no message can be judged"),
            Err(_) => error!("no message can be judged in time"),
        }
        tokio::time::sleep(every).await;
    }
}

/// A policy that asks nobody.
fn canary_policy() -> Option<Arc<Policy>> {
    let policy = "[[rule]]\nname = \"canary\"\nwhen = { part.kind = \"executable\" }\nthen = { strip = true }\n";
    load(&Sources::new("canary", policy)).ok().map(Arc::new)
}

/// Judges a small message.
async fn canary(site: &Arc<Site>, policy: &Arc<Policy>) -> std::io::Result<()> {
    const MESSAGE: &[u8] = b"From: a@example.com\r\nSubject: canary\r\n\r\nStill singing.\r\n";
    let envelope = Envelope::default();
    let mut inspection = Inspection::begin(Arc::clone(site), Arc::clone(policy), envelope);
    inspection.push(Bytes::from_static(MESSAGE)).await?;
    inspection.finish().await.map(drop)
}
