//! The scanner against a real c-icap that asks a real clamd.

#[path = "../../tamis/tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use support::{
    clamd::{Clamd, SIGNATURE, eicar},
    icap::CIcap,
    ready,
};
use tamis_scan::{Envelope, Icap, IcapMethod, IcapSettings, Reason, Report, Scanner};

fn icap(service: &str, method: IcapMethod) -> Icap {
    let settings = IcapSettings {
        method,
        ..IcapSettings::default()
    };
    Icap::new(service.parse().expect("a service"), settings)
}

async fn report(icap: &Icap, message: &[u8], size: usize) -> Report {
    let mut scan = icap.start(&Envelope::default());
    for chunk in message.chunks(size) {
        scan.feed(Bytes::copy_from_slice(chunk)).await;
    }
    scan.finish().await
}

/// The EICAR test file in base64, in a message behind so many bytes of text.
fn infected(bytes: usize) -> Vec<u8> {
    let text = b"We met at ten and spoke of the garden.\r\n";
    let mut message = b"From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\n"
        .to_vec();
    message.extend(text.iter().cycle().take(bytes));
    message.extend_from_slice(
        b"\r\n--b\r\nContent-Type: application/octet-stream; name=x.com\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    message.extend_from_slice(
        b"WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=",
    );
    message.extend_from_slice(b"\r\n--b--\r\n");
    message
}

fn servers(further: &str) -> Option<(Clamd, CIcap)> {
    let clamd = ready(Clamd::start(&[]))?;
    let server = ready(CIcap::start(&clamd.unix(), further))?;
    Some((clamd, server))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clamd_finds_behind_it_is_found() {
    let Some((_clamd, server)) = servers("") else {
        return;
    };
    for method in [IcapMethod::Respmod, IcapMethod::Reqmod] {
        let scanner = icap(&server.service("avscan"), method);
        for (bytes, size) in [(10, 1), (400, 17), (300_000, 4_096), (3_000_000, 1 << 20)] {
            let place = format!("{method:?} {bytes} {size}");
            let mut clean = infected(bytes);
            clean.truncate(clean.len() - 60);
            assert_eq!(
                report(&scanner, &clean, size).await,
                Report::Clean,
                "{place} {}",
                server.log()
            );
            let found = report(&scanner, &infected(bytes), size).await;
            assert_eq!(
                found,
                Report::found(SIGNATURE.as_bytes()),
                "{place} {}",
                server.log()
            );
        }
        assert_eq!(
            report(&scanner, &eicar(), 7).await,
            Report::found(SIGNATURE.as_bytes())
        );
        assert_eq!(report(&scanner, b"", 1).await, Report::Clean);
        let says = scanner.probe().await.expect("it answers");
        assert!(
            says.as_str().contains("virus_scan") || says.as_str().contains("C-ICAP"),
            "{says}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_behind_it_that_is_away_is_no_clean_mail() {
    let Some((mut clamd, server)) = servers("") else {
        return;
    };
    let scanner = icap(&server.service("avscan"), IcapMethod::Respmod);
    assert_eq!(report(&scanner, b"hello", 7).await, Report::Clean);
    clamd.stop();
    let away = report(&scanner, b"hello", 7).await;
    assert_eq!(away.name(), "unscanned", "{away}");
    clamd.restart();
    assert_eq!(report(&scanner, b"hello", 7).await, Report::Clean);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_are_not_there_scan_nothing() {
    let Some((_clamd, server)) = servers("") else {
        return;
    };
    let missing = icap(&server.service("nothing"), IcapMethod::Respmod);
    let Report::Unscanned(unscanned) = report(&missing, b"hello", 7).await else {
        panic!("a service that is not there answers");
    };
    assert_eq!(unscanned.reason(), Reason::Failed, "{unscanned}");
    assert!(missing.probe().await.is_err());
    // Nor does one that only sends back what it gets.
    let echo = icap(&server.service("echo"), IcapMethod::Respmod);
    let echoed = report(&echo, &eicar(), 7).await;
    assert_eq!(echoed.name(), "unscanned", "{echoed}");
}
