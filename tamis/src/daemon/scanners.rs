//! What the log is told of scanners when the daemon starts: whether they are there, and whether they look at all they are given.

use crate::inspect::{Engine, Site};
use crate::sight;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tamis_scan::{Printable, Unscanned};
use tracing::{info, warn};

/// Between two tries to reach a scanner that was not there.
const TRY_AGAIN: Duration = Duration::from_secs(15);

/// Says at once if a scanner is not there; mail is deferred until it is, as policy has it. Once it is there, says what it does
/// not see.
pub(super) async fn meet(engine: Engine, site: Arc<Site>) {
    let mut answer = ask(&engine, &site).await;
    if let Err(unscanned) = &answer {
        warn!(
            scanner = engine.name,
            reason = unscanned.reason().name(),
            detail = unscanned.detail().as_str(),
            "scanner does not answer"
        );
    }
    while answer.is_err() {
        tokio::time::sleep(TRY_AGAIN).await;
        answer = ask(&engine, &site).await;
    }
    if let Ok(version) = answer {
        info!(
            scanner = engine.name,
            version = version.as_str(),
            "scanner is there"
        );
    }
    let flaws = sight::look(&engine, site.limits.message_bytes).await;
    for flaw in &flaws {
        let says = flaw.to_string();
        if flaw.is_blindness() {
            warn!(
                scanner = engine.name,
                says, "scanner calls clean what it did not look at, see tamis doctor"
            );
        } else {
            info!(
                scanner = engine.name,
                says, "scanner does not see everything, see tamis doctor"
            );
        }
    }
    info!(
        scanner = engine.name,
        flaws = flaws.len(),
        "scanner has been looked at"
    );
}

async fn ask(engine: &Engine, site: &Site) -> Result<Printable, Unscanned> {
    let since = Instant::now();
    let answer = engine.scanner.probe().await;
    let says = answer.as_ref().map(Printable::as_str);
    site.metrics.probed(&engine.name, says, since.elapsed());
    answer
}
