//! ICAP servers.

use crate::{
    LATE, SOON,
    fake::{Fake, Step},
    fed, free_place, is_unscanned,
};
use bytes::Bytes;
use std::time::Duration;
use tamis_scan::{
    Envelope, Icap, IcapService, IcapSettings, Reason, Report, Scan, Scanner, Timeouts,
};
use tokio::time::{sleep, timeout};

const CLEAN: &[u8] = b"ICAP/1.0 204 No Content\r\nISTag: \"x\"\r\n\r\n";
const FOUND: &[u8] =
    b"ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Evil;\r\nEncapsulated: res-hdr=0, null-body=24\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n";

fn patient() -> IcapSettings {
    IcapSettings {
        timeouts: Timeouts {
            connect: LATE,
            write: LATE,
            answer: LATE,
        },
        total: LATE,
        max_bytes: 1 << 30,
        ..IcapSettings::default()
    }
}

fn service(address: &str) -> IcapService {
    let host = address.trim_start_matches("tcp:");
    format!("icap://{host}/scan").parse().expect("a service")
}

fn start(address: &str, settings: IcapSettings) -> Scan {
    Icap::new(service(address), settings).start(&Envelope::default())
}

async fn report(script: &[Step], settings: IcapSettings, bytes: usize) -> Report {
    let fake = Fake::start(script).await;
    fed(start(&fake.address, settings), bytes).await
}

/// Checks the reason that a message of `bytes` bytes remains unscanned for when the server acts like this.
async fn check(script: &[Step], settings: IcapSettings, bytes: usize, expected: Reason) {
    let report = report(script, settings, bytes).await;
    assert!(is_unscanned(&report, expected), "{script:?}: {report}");
}

#[tokio::test]
async fn hears_every_byte() {
    for bytes in [0, 1, 16_383, 16_384, 700_000] {
        let fake = Fake::start(&[Step::HearIcap, Step::Say(CLEAN)]).await;
        let report = fed(start(&fake.address, patient()), bytes).await;
        assert_eq!(report, Report::Clean);
        let heard = fake.heard().await;
        assert!(heard.ended);
        assert_eq!(heard.message.len(), bytes);
        assert!(
            heard.head.starts_with("RESPMOD icap://127.0.0.1:"),
            "{}",
            heard.head
        );
        assert!(heard.head.contains("\r\nAllow: 204\r\n") && !heard.head.contains("Preview"));
    }
}

#[tokio::test]
async fn an_answer_that_ends_anywhere_is_never_clean() {
    for answer in [CLEAN, FOUND] {
        for end in 0..answer.len() {
            let script = [Step::HearIcap, Step::Say(&answer[..end])];
            let report = report(&script, patient(), 1_000).await;
            let found = answer == FOUND && report == Report::found(b"Evil");
            assert!(found || report.name() == "unscanned", "{end}: {report}");
        }
    }
}

#[tokio::test]
async fn garbage_is_no_answer() {
    for answer in [
        &b"HTTP/1.1 204 No Content\r\n\r\n"[..],
        b"ICAP/1.0 2O4 No Content\r\n\r\n",
        b"\xff\xfe\x00\x01\x80\r\n\r\n",
        b"stream: OK\0",
        b"ICAP/1.0 204 No Content\r\n: \r\nno colon\r\n\r\n",
    ] {
        check(
            &[Step::HearIcap, Step::Say(answer)],
            patient(),
            100_000,
            Reason::Garbled,
        )
        .await;
    }
    check(
        &[Step::HearIcap, Step::Flood(1 << 30)],
        patient(),
        100_000,
        Reason::Garbled,
    )
    .await;
}

#[tokio::test]
async fn a_server_that_hangs_is_left_in_time() {
    let with = |answer, write, total| IcapSettings {
        timeouts: Timeouts {
            answer,
            write,
            ..patient().timeouts
        },
        total,
        ..patient()
    };
    for script in [
        &[Step::HearIcap, Step::Hang][..],
        &[Step::HearIcap, Step::Say(b"ICAP/1.0 204"), Step::Hang],
        &[Step::HearIcap, Step::Drip(CLEAN, SOON / 4), Step::Hang],
    ] {
        check(script, with(SOON, LATE, LATE), 100_000, Reason::Timeout).await;
        check(script, with(LATE, LATE, SOON), 100_000, Reason::Timeout).await;
    }
    check(
        &[Step::Hang],
        with(LATE, SOON, LATE),
        64 << 20,
        Reason::Timeout,
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_closes_is_no_answer() {
    for script in [&[][..], &[Step::Hear(10)]] {
        check(script, patient(), 1_000_000, Reason::Io).await;
    }
}

#[tokio::test]
async fn an_answer_before_the_end_counts_if_something_was_found() {
    for (answer, expected) in [
        (
            CLEAN,
            "unscanned: garbled: clean before the end of the data",
        ),
        (FOUND, "found Evil"),
        (
            b"ICAP/1.0 503 Overloaded\r\n\r\n",
            "unscanned: busy: ICAP status 503",
        ),
    ] {
        for then in [&[][..], &[Step::Drain]] {
            let script = [&[Step::Hear(100), Step::Say(answer)], then].concat();
            let fake = Fake::start(&script).await;
            let mut scan = start(&fake.address, patient());
            timeout(LATE, async {
                while !scan.is_over() {
                    scan.feed(Bytes::from(vec![b'm'; 20_000])).await;
                    sleep(Duration::from_millis(5)).await;
                }
            })
            .await
            .expect("the answer is noticed while the mail arrives");
            assert_eq!(scan.finish().await.to_string(), expected, "{script:?}");
        }
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let soon = IcapSettings {
        timeouts: Timeouts {
            connect: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    let address = free_place().await;
    let report = fed(start(&address, soon.clone()), 100).await;
    assert!(is_unscanned(&report, Reason::Unreachable), "{report}");
    let refused = Icap::new(service(&address), soon).probe().await;
    assert_eq!(refused.expect_err("nobody").reason(), Reason::Unreachable);
}
