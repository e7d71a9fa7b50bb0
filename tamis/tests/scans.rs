//! Scanners that lose patience: one message with the scan of it begun anew.

mod support;

use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::clamd::{Clamd as Daemon, SIGNATURE, eicar};
use tamis::inspect::{Engine, Inspection, Site};
use tamis_rules::{Envelope, Sources, load};
use tamis_scan::{
    Bounds, Clamd, ClamdSettings, Pieces, Probe, Reason, Report, Scan, Scanner, Unscanned,
};
use tokio_stream::StreamExt;

const HEAD: &[u8] = b"From: a@example.com\r\nSubject: x\r\n\r\n";

/// What the only scanner says of a message of these pieces, with a pause before each.
async fn result(scanner: Arc<dyn Scanner>, pieces: &[&[u8]], pause: Duration) -> String {
    let policy = load(&Sources::preset("default").expect("a preset")).expect("a policy");
    let engine = Engine::new("test", scanner);
    let site = Site {
        engines: vec![engine],
        ..Site::default()
    };
    let envelope = Envelope::default();
    let mut inspection = Inspection::begin(Arc::new(site), Arc::new(policy), envelope);
    for piece in pieces {
        tokio::time::sleep(pause).await;
        let piece = Bytes::copy_from_slice(piece);
        inspection.push(piece).await.expect("spooled");
    }
    let judged = inspection.finish().await.expect("spooled");
    let carried_out = tokio::task::spawn_blocking(|| judged.carry_out());
    let outcome = carried_out.await.expect("no panic");
    let report = outcome.expect("carried out").report;
    let scan = report.scans.first().expect("a scan");
    let detail = scan.detail.clone().unwrap_or_default();
    format!("{} {detail}", scan.result).trim_end().to_owned()
}

/// A scanner that has no answer so many times, and then finds how many octets there are.
#[derive(Debug)]
struct Late {
    reason: Reason,
    failures: usize,
    begun: AtomicUsize,
}

impl Scanner for Late {
    fn name(&self) -> &'static str {
        "late"
    }

    fn start(&self, _: &tamis_scan::Envelope) -> Scan {
        let fails = self.begun.fetch_add(1, Ordering::Relaxed) < self.failures;
        let reason = self.reason;
        let bounds = Bounds {
            total: Duration::from_secs(5),
            max_bytes: u64::MAX,
        };
        Scan::start(bounds, move |mut pieces: Pieces| async move {
            if fails {
                return Report::unscanned(reason, "not now");
            }
            let mut size = 0;
            while let Some(Ok(piece)) = pieces.next().await {
                size += piece.len();
            }
            Report::found(size.to_string().as_bytes())
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async { Err(Unscanned::new(Reason::Failed, "a test")) })
    }
}

#[tokio::test]
async fn a_scanner_without_an_answer_is_asked_once_more() {
    for (reason, failures, expected, begun) in [
        (Reason::Timeout, 0, "found 200035", 1),
        (Reason::Timeout, 1, "found 200035", 2),
        (Reason::Io, 2, "unscanned io", 2),
        (Reason::TooLarge, 1, "unscanned too-large", 1),
        (Reason::LimitExceeded, 1, "unscanned limit-exceeded", 1),
    ] {
        let late = Arc::new(Late {
            reason,
            failures,
            begun: AtomicUsize::new(0),
        });
        let scanner = Arc::clone(&late) as Arc<dyn Scanner>;
        let body = [vec![b'x'; 199_998], b"\r\n".to_vec()].concat();
        let found = result(scanner, &[HEAD, &body], Duration::ZERO).await;
        assert_eq!(found, expected, "{reason} {failures}");
        assert_eq!(late.begun.load(Ordering::Relaxed), begun, "{reason}");
    }
}

#[tokio::test]
async fn mail_that_arrives_more_slowly_than_clamd_waits_is_scanned() {
    let Some(daemon) = support::ready(Daemon::start(&["CommandReadTimeout 1"])) else {
        return;
    };
    let address = daemon.tcp().parse().expect("an address");
    let clamd: Arc<dyn Scanner> = Arc::new(Clamd::new(address, ClamdSettings::default()));
    let pause = Duration::from_millis(1_500);
    let start = [HEAD, &vec![b'x'; 20_000]].concat();
    let found = format!("found {SIGNATURE}");
    let eicar = eicar();
    let (harmless, harmful): ([&[u8]; 2], [&[u8]; 2]) = ([&start, b"bye"], [&start, &eicar]);
    let results = tokio::join!(
        result(Arc::clone(&clamd), &harmless, pause),
        result(Arc::clone(&clamd), &harmful, pause)
    );
    assert_eq!(results, ("clean".to_owned(), found));
}
