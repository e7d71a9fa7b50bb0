//! spamd.

use crate::{
    LATE, SOON,
    fake::{Fake, Step},
    fed, free_place, is_unscanned,
};
use bytes::Bytes;
use std::time::Duration;
use tamis_scan::{
    Envelope, Reason, Report, Scan, Scanner, Spamd, SpamdSettings, SpamdUser, Timeouts, Unscanned,
};
use tokio::time::{sleep, timeout};

const GOOD: &[u8] =
    b"SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 15.0 / 5.0\r\n\r\nGTUBE";

/// What a spamd does that works.
const WORKS: [Step; 2] = [Step::HearToClose, Step::Say(GOOD)];

fn patient() -> SpamdSettings {
    SpamdSettings {
        timeouts: Timeouts {
            connect: LATE,
            write: LATE,
            answer: LATE,
        },
        total: LATE,
        max_bytes: 1 << 30,
        user: SpamdUser::Recipient,
    }
}

fn start(address: &str, settings: SpamdSettings) -> Scan {
    let envelope = Envelope {
        recipients: vec!["anna@example.org".to_owned()],
        ..Envelope::default()
    };
    Spamd::new(address.parse().expect("an address"), settings).start(&envelope)
}

/// Checks the reason that a message of `bytes` bytes remains unscanned for when spamd acts like this.
async fn check(script: &[Step], settings: SpamdSettings, bytes: usize, expected: Reason) {
    let fake = Fake::start(script).await;
    let report = fed(start(&fake.address, settings), bytes).await;
    assert!(is_unscanned(&report, expected), "{script:?}: {report}");
}

#[tokio::test]
async fn hears_every_byte_and_the_user() {
    for bytes in [0, 1, 16_383, 16_384, 700_000] {
        let fake = Fake::start(&WORKS).await;
        let report = fed(start(&fake.address, patient()), bytes).await;
        assert_eq!(report.to_string(), "scored 15");
        let heard = fake.heard().await;
        assert!(heard.ended);
        assert_eq!(heard.message.len(), bytes);
        assert_eq!(
            heard.head,
            "SYMBOLS SPAMC/1.5\r\nUser: anna@example.org\r\n\r\n"
        );
    }
}

#[tokio::test]
async fn garbage_is_no_opinion() {
    for answer in [
        &b"SPAMD/1.1 0 EX_OK\r\n"[..],
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 15.0 / 5.0\r\n\r\nGTUB",
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 15.0 / 5.0\r\n\r\nGTUBE\r\n",
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: False ; nan / 5.0\r\n\r\n",
        b"\xff\xfe\x00\x01\x80",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ] {
        check(
            &[Step::HearToClose, Step::Say(answer)],
            patient(),
            100_000,
            Reason::Garbled,
        )
        .await;
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    for script in [
        &[Step::HearToClose, Step::Flood(1 << 30)][..],
        &[Step::HearToClose, Step::Say(GOOD), Step::Flood(1 << 30)],
        &[Step::Flood(1 << 30)],
    ] {
        check(script, patient(), 100_000, Reason::Garbled).await;
    }
}

#[tokio::test]
async fn a_spamd_that_hangs_is_left_in_time() {
    let answer_soon = SpamdSettings {
        timeouts: Timeouts {
            answer: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    for script in [
        &[Step::HearToClose, Step::Hang][..],
        &[Step::HearToClose, Step::Say(GOOD), Step::Hang],
        &[Step::HearToClose, Step::Drip(GOOD, SOON / 4), Step::Hang],
    ] {
        check(script, answer_soon.clone(), 100_000, Reason::Timeout).await;
    }
    let total_soon = SpamdSettings {
        total: SOON,
        ..patient()
    };
    check(
        &[Step::HearToClose, Step::Hang],
        total_soon,
        100_000,
        Reason::Timeout,
    )
    .await;
    let write_soon = SpamdSettings {
        timeouts: Timeouts {
            write: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    check(&[Step::Hang], write_soon, 64 << 20, Reason::Timeout).await;
}

#[tokio::test]
async fn a_connection_that_closes_is_no_answer() {
    for script in [&[][..], &[Step::Hear(10)], &[Step::HearToClose]] {
        check(script, patient(), 100_000, Reason::Io).await;
    }
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_data_is_not_believed() {
    for (answer, expected) in [
        (GOOD, Reason::Garbled),
        (b"SPAMD/1.1 0 EX_OK\r\n", Reason::Garbled),
        (
            b"SPAMD/1.0 76 Bad header line: (too many headers)\r\n",
            Reason::Failed,
        ),
        (b"SPAMD/1.0 79 Timeout: (300 second)\r\n", Reason::Timeout),
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
            let report = scan.finish().await;
            assert!(is_unscanned(&report, expected), "{script:?}: {report}");
        }
    }
}

#[tokio::test]
async fn a_complaint_that_comes_in_bits_is_heard_out() {
    let complaint = b"SPAMD/1.0 69 Service Unavailable: no SQL\r\n";
    for then in [&[][..], &[Step::Drain]] {
        let drip = [
            Step::Hear(10),
            Step::Drip(complaint, Duration::from_millis(2)),
        ];
        let fake = Fake::start(&[&drip, then].concat()).await;
        let report = fed(start(&fake.address, patient()), 40 << 20).await;
        assert_eq!(
            report.to_string(),
            "unscanned: failed: error 69: Service Unavailable: no SQL"
        );
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let soon = SpamdSettings {
        timeouts: Timeouts {
            connect: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    for address in [&free_place().await, "unix:/nonexistent/spamd.sock"] {
        let report = fed(start(address, soon.clone()), 100).await;
        assert!(is_unscanned(&report, Reason::Unreachable), "{report}");
        let spamd = Spamd::new(address.parse().expect("an address"), soon.clone());
        let refused = spamd.probe().await.expect_err("nobody is there");
        assert_eq!(refused.reason(), Reason::Unreachable);
    }
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_never_handed_over_as_whole() {
    for (bytes, expected) in [(100_000, true), (100_001, false)] {
        let fake = Fake::start(&WORKS).await;
        let small = SpamdSettings {
            max_bytes: 100_000,
            ..patient()
        };
        let mut scan = start(&fake.address, small);
        for chunk in vec![b'm'; bytes].chunks(30_000) {
            scan.feed(Bytes::copy_from_slice(chunk)).await;
        }
        let report = scan.finish().await;
        assert_eq!(
            is_unscanned(&report, Reason::TooLarge),
            !expected,
            "{report}"
        );
        assert_eq!(report.name() == "scored", expected, "{report}");
    }
}

#[tokio::test]
async fn no_process_of_spamd_waits_for_a_small_message() {
    // Nobody listens, which would be noticed at once if there were a connection.
    let soon = SpamdSettings {
        timeouts: Timeouts {
            connect: Duration::ZERO,
            ..patient().timeouts
        },
        ..patient()
    };
    let mut scan = start(&free_place().await, soon);
    scan.feed(Bytes::from_static(b"Subject: hello\r\n")).await;
    sleep(SOON).await;
    assert!(!scan.is_over());
    let report = scan.finish().await;
    assert!(is_unscanned(&report, Reason::Unreachable), "{report}");
}

#[tokio::test]
async fn what_is_not_spamd_does_not_answer_the_probe() {
    for (answer, expected) in [
        (&b"SPAMD/1.5 0 PONG\r\n"[..], Ok("SPAMD/1.5")),
        (b"PONG\r\n", Err(Reason::Garbled)),
        (b"", Err(Reason::Io)),
        (b"220 mail.example.org ESMTP\r\n", Err(Reason::Garbled)),
    ] {
        let fake = Fake::start(&[Step::Hear(8), Step::Say(answer)]).await;
        let spamd = Spamd::new(fake.address.parse().expect("an address"), patient());
        let probed = spamd.probe().await;
        let probed = probed.as_ref().map(AsRef::as_ref);
        assert_eq!(probed.map_err(Unscanned::reason), expected);
    }
    let fake = Fake::start(&[Step::Hang]).await;
    let soon = SpamdSettings {
        total: SOON,
        ..patient()
    };
    let spamd = Spamd::new(fake.address.parse().expect("an address"), soon);
    let late = spamd.probe().await.expect_err("no answer");
    assert_eq!(late.reason(), Reason::Timeout);
    assert!(matches!(Report::from(late), Report::Unscanned(_)));
}
