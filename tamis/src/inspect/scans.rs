//! The scans of one message: started when it begins, fed while it arrives, asked when it ends.

use bytes::Bytes;
use std::sync::Arc;
use tamis_rules::{Needs, ScanFact, ScanResult};
use tamis_scan::{Report, Scan, Scanner};

/// A scanner under the name that the configuration gives it.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The name, as policies say it.
    pub name: String,
    /// The scanner.
    pub scanner: Arc<dyn Scanner>,
}

/// The scans that run for one message.
#[derive(Debug)]
pub(super) struct Scans(Vec<(String, Scan)>);

impl Scans {
    /// Starts the scanners whose answers the policy wants.
    pub(super) fn start(engines: &[Engine], needs: &Needs) -> Self {
        let wanted = engines.iter().filter(|engine| needs.engine(&engine.name));
        Scans(
            wanted
                .map(|engine| (engine.name.clone(), engine.scanner.start()))
                .collect(),
        )
    }

    /// Hands on the next octets of the message.
    pub(super) async fn feed(&mut self, bytes: Bytes) {
        for (_, scan) in &mut self.0 {
            scan.feed(bytes.clone()).await;
        }
    }

    /// What each scanner says of the whole message. Each has a deadline of its own.
    pub(super) async fn finish(self) -> Vec<ScanFact> {
        let mut facts = Vec::with_capacity(self.0.len());
        for (engine, scan) in self.0 {
            facts.push(ScanFact {
                engine,
                result: result(scan.finish().await),
            });
        }
        facts
    }
}

/// A report as a fact. What this program does not know is no answer, never a clean one.
fn result(report: Report) -> ScanResult {
    match report {
        Report::Clean => ScanResult::Clean,
        Report::Found { signature } => ScanResult::Found {
            signature: signature.to_string(),
        },
        Report::Unscanned(unscanned) => ScanResult::Unscanned {
            reason: unscanned.reason().name().to_owned(),
        },
        _ => ScanResult::Unscanned {
            reason: "unknown-report".to_owned(),
        },
    }
}
