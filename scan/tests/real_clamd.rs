//! The scanner against a real clamd, started here with a database of one signature.

#[path = "../../tamis/tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use std::time::Duration;
use support::clamd::{Clamd as Daemon, SIGNATURE, eicar};
use tamis_scan::{Clamd, ClamdSettings, Envelope, Reason, Report, Scanner};

/// The report of the clamd at `address` on `message`, fed in chunks of `size` bytes.
async fn scan(address: &str, message: &[u8], size: usize) -> Report {
    report(&clamd(address), message, size).await
}

fn clamd(address: &str) -> Clamd {
    Clamd::new(
        address.parse().expect("an address"),
        ClamdSettings::default(),
    )
}

async fn report(clamd: &Clamd, message: &[u8], size: usize) -> Report {
    let mut scan = clamd.start(&Envelope::default());
    for chunk in message.chunks(size) {
        scan.feed(Bytes::copy_from_slice(chunk)).await;
    }
    scan.finish().await
}

#[track_caller]
fn assert_unscanned(report: &Report, expected: Reason) {
    assert!(
        matches!(report, Report::Unscanned(unscanned) if unscanned.reason() == expected),
        "{report}"
    );
}

fn found() -> Report {
    Report::found(SIGNATURE.as_bytes())
}

/// A message with `body` somewhere behind `bytes` bytes of text.
fn message(bytes: usize, body: &[u8]) -> Vec<u8> {
    let mut message = b"From: a@example.org\r\nSubject: test\r\n\r\n".to_vec();
    message.extend(
        b"Nothing to see in this line.\r\n"
            .iter()
            .cycle()
            .take(bytes),
    );
    message.extend_from_slice(b"\r\n");
    message.extend_from_slice(body);
    message
}

#[tokio::test]
async fn tells_clean_from_infected_over_both_kinds_of_socket() {
    let Some(daemon) = support::ready(Daemon::start(&[])) else {
        return;
    };
    for address in [daemon.unix(), daemon.tcp()] {
        for size in [1, 17, 4096, 65_536, 1 << 20] {
            // A scan of nothing but packets of one byte is slow enough with a few kilobytes.
            let bytes = if size == 1 { 3_000 } else { 300_000 };
            assert_eq!(
                scan(&address, &message(bytes, b"bye"), size).await,
                Report::Clean,
                "{address} {size}"
            );
            assert_eq!(
                scan(&address, &message(bytes, &eicar()), size).await,
                found(),
                "{address} {size}"
            );
        }
        assert_eq!(
            scan(&address, b"", 1).await,
            Report::Clean,
            "nothing in an empty message"
        );
    }
}

#[tokio::test]
async fn answers_ping_and_version() {
    let Some(mut daemon) = support::ready(Daemon::start(&[])) else {
        return;
    };
    for address in [daemon.unix(), daemon.tcp()] {
        let clamd = clamd(&address);
        assert_eq!(clamd.ping().await, Ok(()));
        let version = clamd.probe().await.expect("a version");
        assert!(version.as_str().starts_with("ClamAV "), "{version}");
        daemon.stop();
        assert_eq!(
            clamd.probe().await.map_err(|error| error.reason()),
            Err(Reason::Unreachable)
        );
        daemon.restart();
    }
}

#[tokio::test]
async fn hears_that_the_stream_is_too_long_for_clamd() {
    let Some(daemon) = support::ready(Daemon::start(&["StreamMaxLength 1M"])) else {
        return;
    };
    for address in [daemon.unix(), daemon.tcp()] {
        for size in [1_000, 65_536, 8 << 20] {
            let report = scan(&address, &message(8 << 20, &eicar()), size).await;
            assert_eq!(
                report,
                Report::unscanned(Reason::LimitExceeded, "INSTREAM size limit exceeded. ERROR")
            );
        }
    }
}

#[tokio::test]
async fn takes_what_clamd_did_not_look_at_for_unscanned() {
    let Some(daemon) = support::ready(Daemon::start(&["MaxFileSize 1M", "MaxScanSize 1M"])) else {
        return;
    };
    let report = scan(&daemon.unix(), &message(3 << 20, b"bye"), 65_536).await;
    assert_unscanned(&report, Reason::LimitExceeded);
}

#[tokio::test]
async fn tells_when_clamd_will_not_wait_for_the_mail() {
    let settings = ["CommandReadTimeout 1", "ReadTimeout 1"];
    let Some(daemon) = support::ready(Daemon::start(&settings)) else {
        return;
    };
    let mut scans = Vec::new();
    for address in [daemon.unix(), daemon.tcp()] {
        let mut scan = clamd(&address).start(&Envelope::default());
        scan.feed(Bytes::from(vec![b'x'; 65_536])).await;
        scans.push(scan);
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    for scan in scans {
        let expected = Report::unscanned(Reason::Timeout, "COMMAND READ TIMED OUT");
        assert_eq!(scan.finish().await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bridges_a_restart_and_a_reload() {
    let Some(mut daemon) = support::ready(Daemon::start(&[])) else {
        return;
    };
    let clamd = clamd(&daemon.unix());
    for _ in 0..3 {
        daemon.stop();
        let mut scan = clamd.start(&Envelope::default());
        scan.feed(eicar().into()).await;
        let report = tokio::spawn(scan.finish());
        tokio::time::sleep(Duration::from_millis(100)).await;
        tokio::task::block_in_place(|| daemon.restart());
        assert_eq!(report.await.expect("a report"), found());
    }
    for _ in 0..20 {
        daemon.reload();
        assert_eq!(report(&clamd, &eicar(), 64).await, found());
    }
}

#[tokio::test]
async fn scans_many_messages_at_once() {
    let Some(daemon) = support::ready(Daemon::start(&[])) else {
        return;
    };
    for clamd in [clamd(&daemon.tcp()), clamd(&daemon.unix())] {
        let scan = |number: u32| {
            let clamd = clamd.clone();
            let body = if number.is_multiple_of(2) {
                eicar()
            } else {
                b"bye".to_vec()
            };
            tokio::spawn(async move { report(&clamd, &message(100_000, &body), 10_000).await })
        };
        let scans: Vec<_> = (0..200).map(|number| (number, scan(number))).collect();
        for (number, scan) in scans {
            let expected = if number.is_multiple_of(2) {
                found()
            } else {
                Report::Clean
            };
            assert_eq!(scan.await.expect("a report"), expected, "message {number}");
        }
    }
}
