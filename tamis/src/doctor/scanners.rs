//! Whether scanners answer, and whether they look at all they are given.

use super::Finding;
use crate::config::Config;
use crate::inspect::Engine;
use crate::sight::{self, Flaw};

/// Everything that is wrong with the scanners; the quick way is to ask whether they are there.
pub(super) async fn look(config: &Config, quick: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.scanners.is_empty() {
        findings.push(
            Finding::note("no-scanner", "no virus scanner is asked")
                .why("Policy goes by what parts are, not by what is known of them.")
                .todo("in the configuration of Tamis:\n[scanner.clamd]\naddress = \"unix:/run/clamav/clamd.ctl\""),
        );
    }
    for scanner in &config.scanners {
        let engine = scanner.engine();
        if let Err(unscanned) = engine.scanner.probe().await {
            findings.push(
                Finding::error("scanner-unreachable", format!("scanner {} does not answer: {unscanned}", engine.name))
                    .why("What it cannot scan is deferred, unless the policy says otherwise.")
                    .todo(format!("start it, or correct the address under [scanner.{}]; clamd takes a minute to load its database", engine.name)),
            );
        } else if !quick {
            let flaws = sight::look(&engine, config.limits.message_bytes).await;
            findings.extend(flaws.iter().map(|flaw| finding(&engine, flaw)));
        }
    }
    findings
}

/// A flaw, with what is bad about it and what can be done.
fn finding(engine: &Engine, flaw: &Flaw) -> Finding {
    let what = format!("scanner {} {flaw}", engine.name);
    match flaw {
        Flaw::Harmless(_) => Finding::error("scanner-cries-wolf", what).todo("look at its database"),
        Flaw::Blind(_) => Finding::error("scanner-blind", what)
            .why("It finds no viruses, or does not look into mail at all.")
            .todo("in clamd.conf:\nScanMail yes\nAlertExceedsMax yes"),
        Flaw::BlindDeep(_) => Finding::warning("scanner-blind", what)
            .why("It gives up at a limit of its own and does not say so. Tamis hands it what lies that deep by itself.")
            .todo("in clamd.conf:\nScanMail yes\nAlertExceedsMax yes"),
        Flaw::BlindLarge(size) => Finding::error("scanner-blind-large", what)
            .why("It gives up at a limit of its own and does not say so.")
            .todo(format!("in clamd.conf:\nAlertExceedsMax yes\nStreamMaxLength {size}\nMaxScanSize {size}\nMaxFileSize {size}")),
        Flaw::Limit(size) => Finding::note("scanner-limit", what)
            .why("The policy decides about such a message unscanned.")
            .todo(format!("in clamd.conf:\nStreamMaxLength {size}\nor in the configuration of Tamis:\n[limits]\nmessage_size = \"...\"")),
        Flaw::FailsLarge(..) => Finding::warning("scanner-fails-large", what)
            .why("Large messages are deferred, unless the policy says otherwise.")
            .todo("a longer timeout for the scanner, or a smaller message_size under [limits]"),
    }
}
