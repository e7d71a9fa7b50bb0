//! Whether scanners answer, and whether they look at all they are given: one that says "clean" of what it did not look at is
//! found out with the EICAR test file, deep in a message and at the end of a large one.

use super::Finding;
use super::eicar;
use crate::config::Config;
use crate::inspect::Engine;
use bytes::Bytes;
use tamis_scan::{Envelope, Reason, Report};

/// Levels at which every scanner must find the test file.
const SHALLOW: [usize; 2] = [1, 16];

/// Levels at which it must find it, or say that it did not look.
const DEEP: [usize; 2] = [20, 64];

/// Octets of padding that are handed over at a time.
const CHUNK: usize = 64 << 10;

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
            findings.extend(sight(config, &engine).await);
        }
    }
    findings
}

/// What a scanner that answers does not see.
async fn sight(config: &Config, engine: &Engine) -> Vec<Finding> {
    let mut findings = Vec::new();
    let harmless = scan(engine, &eicar::harmless()).await;
    if matches!(harmless, Report::Found { .. }) {
        let what = format!(
            "scanner {} says of a harmless message: {harmless}",
            engine.name
        );
        findings.push(Finding::error("scanner-cries-wolf", what).todo("look at its database"));
    }
    let mut blind_at = None;
    for depth in SHALLOW.into_iter().chain(DEEP) {
        match scan(engine, &eicar::nested(depth)).await {
            Report::Clean => {
                blind_at = Some(depth);
                break;
            }
            // It does not look for viruses.
            Report::Scored(_) => return findings,
            Report::Found { .. } | Report::Unscanned(_) | _ => {}
        }
    }
    if let Some(depth) = blind_at {
        findings.push(blind(engine, depth));
        if SHALLOW.contains(&depth) {
            return findings;
        }
    }
    findings.extend(large(config, engine).await);
    findings
}

fn blind(engine: &Engine, depth: usize) -> Finding {
    let name = &engine.name;
    let what =
        format!("scanner {name} says \"clean\" of the EICAR test file below {depth} multiparts");
    let finding = if SHALLOW.contains(&depth) {
        Finding::error("scanner-blind", what)
            .why("It finds no viruses, or does not look into mail at all.")
    } else {
        Finding::warning("scanner-blind", what)
            .why("It gives up at a limit of its own and does not say so. Tamis hands it what lies that deep by itself.")
    };
    finding.todo("in clamd.conf:\nScanMail yes\nAlertExceedsMax yes")
}

/// The test file at the end of the largest message that Tamis would hand over.
async fn large(config: &Config, engine: &Engine) -> Option<Finding> {
    let size = config.limits.message_bytes;
    let (head, padding, tail) = eicar::large(size);
    let report = scan_large(engine, head, padding, tail).await;
    let name = &engine.name;
    let says = |why: &str| format!("scanner {name} {why} of a message of {} MiB", size >> 20);
    match report {
        Report::Clean => Some(
            Finding::error("scanner-blind-large", says("says \"clean\" of the EICAR test file at the end"))
                .why("It gives up at a limit of its own and does not say so.")
                .todo(format!("in clamd.conf:\nAlertExceedsMax yes\nStreamMaxLength {size}\nMaxScanSize {size}\nMaxFileSize {size}")),
        ),
        Report::Unscanned(unscanned) if matches!(unscanned.reason(), Reason::LimitExceeded | Reason::TooLarge) => Some(
            Finding::note("scanner-limit", says("does not take all"))
                .why("The policy decides about such a message unscanned.")
                .todo(format!("in clamd.conf:\nStreamMaxLength {size}\nor in the configuration of Tamis:\n[limits]\nmessage_size = \"...\"")),
        ),
        Report::Unscanned(unscanned) => Some(
            Finding::warning("scanner-fails-large", format!("scanner {name} has no answer for a message of {} MiB: {unscanned}", size >> 20))
                .why("Large messages are deferred, unless the policy says otherwise.")
                .todo("a longer timeout for the scanner, or a smaller message_size under [limits]"),
        ),
        _ => None,
    }
}

async fn scan(engine: &Engine, message: &[u8]) -> Report {
    let mut scan = engine.scanner.start(&Envelope::default());
    scan.feed(Bytes::copy_from_slice(message)).await;
    scan.finish().await
}

async fn scan_large(engine: &Engine, head: Vec<u8>, padding: u64, tail: Vec<u8>) -> Report {
    let mut scan = engine.scanner.start(&Envelope::default());
    scan.feed(Bytes::from(head)).await;
    let line = b"The quick brown fox jumps over the lazy dog again and again ..\r\n";
    let chunk = Bytes::from(line.repeat(CHUNK / line.len()));
    let mut left = padding;
    while left > 0 && !scan.is_over() {
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        scan.feed(chunk.slice(..take)).await;
        left = left.saturating_sub(take as u64);
    }
    scan.feed(Bytes::from(tail)).await;
    scan.finish().await
}
