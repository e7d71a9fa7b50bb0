//! Scanners that misbehave: whatever they do, the report comes in time and never says anything good of the message.

mod clamd;
mod clamd_sessions;
mod fake;
mod icap;
mod rspamd;
mod spamd;

use bytes::Bytes;
use std::time::Duration;
use tamis_scan::{Reason, Report, Scan};
use tokio::time::timeout;

/// A deadline that a test runs into.
const SOON: Duration = Duration::from_millis(300);

/// A deadline that no test here runs into, however busy the machine is.
const LATE: Duration = Duration::from_secs(30);

/// The report on a message of `bytes` bytes, which must come before `LATE`.
async fn fed(mut scan: Scan, bytes: usize) -> Report {
    let chunk = Bytes::from(vec![b'm'; 50_000]);
    let mut left = bytes;
    let scanned = timeout(LATE, async {
        while left > 0 {
            let size = left.min(chunk.len());
            scan.feed(chunk.slice(..size)).await;
            left -= size;
        }
        scan.finish().await
    });
    scanned.await.expect("the report comes in time")
}

fn is_unscanned(report: &Report, expected: Reason) -> bool {
    matches!(report, Report::Unscanned(unscanned) if unscanned.reason() == expected)
}

/// An address where nobody listens at this moment.
async fn free_place() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    listener.local_addr().expect("its address").to_string()
}
