//! The scanner against a real clamd, started here with a database of one signature.

#[path = "../../tamis/tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use support::clamd::{Clamd as Daemon, SIGNATURE, eicar};
use tamis_scan::{Clamd, ClamdSettings, Envelope, Reason, Report, Scanner};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

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

/// Passes connections on to `address`; where it listens, and how many there were.
async fn counted(address: &str) -> (String, Arc<AtomicUsize>) {
    let address = address.trim_start_matches("tcp:").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = format!("tcp:{}", listener.local_addr().expect("its address"));
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.expect("a connection");
            counting.fetch_add(1, Ordering::SeqCst);
            let mut far = TcpStream::connect(&address).await.expect("clamd");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    (place, count)
}

/// A clamd whose sessions are kept for as long as any test runs.
fn keeping(address: &str, sessions: usize) -> Clamd {
    let settings = ClamdSettings {
        sessions,
        idle: Duration::from_mins(1),
        ..ClamdSettings::default()
    };
    Clamd::new(address.parse().expect("an address"), settings)
}

#[tokio::test]
async fn scans_go_over_one_connection_and_see_a_new_database() {
    let Some(daemon) = support::ready(Daemon::start(&[])) else {
        return;
    };
    let (address, connections) = counted(&daemon.tcp()).await;
    let clamd = keeping(&address, 8);
    for size in [1_000, 65_536] {
        for body in [eicar(), b"bye".to_vec()] {
            let expected = if body == b"bye" {
                Report::Clean
            } else {
                found()
            };
            assert_eq!(
                report(&clamd, &message(300_000, &body), size).await,
                expected
            );
        }
    }
    let news = message(10, b"what is new since this morning");
    assert_eq!(report(&clamd, &news, 64).await, Report::Clean);
    daemon.learn("News", b"what is new since this morning");
    daemon.reload();
    let learnt = async {
        while report(&clamd, &news, 64).await == Report::Clean {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(support::PATIENCE, learnt).await;
    waited.expect("the session has the new database");
    assert_eq!(
        report(&clamd, &news, 64).await,
        Report::found(b"News.UNOFFICIAL")
    );
    assert_eq!(connections.load(Ordering::SeqCst), 1);

    let clamd = keeping(&address, 0);
    for _ in 0..2 {
        assert_eq!(report(&clamd, &eicar(), 64).await, found());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_outlive_neither_clamd_nor_a_message() {
    let Some(mut daemon) = support::ready(Daemon::start(&["StreamMaxLength 1M"])) else {
        return;
    };
    for address in [daemon.unix(), daemon.tcp()] {
        let clamd = keeping(&address, 8);
        for _ in 0..3 {
            assert_eq!(report(&clamd, &eicar(), 64).await, found());
            tokio::task::block_in_place(|| daemon.restart());
            assert_eq!(report(&clamd, &eicar(), 64).await, found());
            let long = report(&clamd, &message(8 << 20, b"bye"), 65_536).await;
            assert_unscanned(&long, Reason::LimitExceeded);
        }
    }
}

#[tokio::test]
async fn a_session_that_clamd_has_given_up_is_not_used() {
    let settings = ["CommandReadTimeout 1", "ReadTimeout 1"];
    let Some(daemon) = support::ready(Daemon::start(&settings)) else {
        return;
    };
    let address = daemon.tcp();
    let clamd = keeping(&address, 8);
    assert_eq!(report(&clamd, &eicar(), 64).await, found());
    // A younger one: when clamd has closed it, the older one is closed as well.
    let younger = TcpStream::connect(address.trim_start_matches("tcp:"));
    let mut younger = younger.await.expect("clamd");
    younger.write_all(b"zIDSESSION\0").await.expect("taken");
    let mut words = Vec::new();
    let closed = tokio::time::timeout(support::PATIENCE, younger.read_to_end(&mut words));
    closed.await.expect("clamd gives up").expect("an end");
    assert_eq!(words, b"COMMAND READ TIMED OUT\n");
    assert_eq!(report(&clamd, &eicar(), 64).await, found());
}
