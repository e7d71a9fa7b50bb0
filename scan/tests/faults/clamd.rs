//! clamd.

use crate::{
    LATE, SOON,
    fake::{Fake, Step},
    fed, free_place, is_unscanned,
};
use bytes::Bytes;
use std::time::{Duration, Instant};
use tamis_scan::{Clamd, ClamdSettings, Envelope, Reason, Report, Scan, Scanner, Timeouts};
use tokio::time::{sleep, timeout};

/// What a clamd does that works.
const CLEAN: [Step; 2] = [Step::HearAll, Step::Say(b"stream: OK\0")];

fn patient() -> ClamdSettings {
    ClamdSettings {
        timeouts: Timeouts {
            connect: LATE,
            write: LATE,
            answer: LATE,
        },
        total: LATE,
        max_bytes: 1 << 30,
        sessions: 0,
        idle: LATE,
    }
}

fn start(address: &str, settings: ClamdSettings) -> Scan {
    Clamd::new(address.parse().expect("an address"), settings).start(&Envelope::default())
}

/// The report that a message of `bytes` bytes gets from the fake, which must come before `LATE`.
async fn report(script: &[Step], settings: ClamdSettings, bytes: usize) -> Report {
    let fake = Fake::start(script).await;
    fed(start(&fake.address, settings), bytes).await
}

/// Checks the reason that a short message remains unscanned for when clamd acts like this.
async fn check(script: &[Step], settings: ClamdSettings, expected: Reason) {
    let report = report(script, settings, 100_000).await;
    assert!(is_unscanned(&report, expected), "{script:?}: {report}");
}

#[tokio::test]
async fn garbage_is_neither_clean_nor_found() {
    for answer in [
        &b"stream: OK"[..],
        b"stream: OK\n",
        b"stream: O",
        b"stream: OK\0stream: OK\0",
        b"\0\0\0\0",
        b"\xff\xfe\x00\x01\x80",
        b"1: stream: OK\0",
        b"stream: X\r\n FOUND\0",
        b"/etc/passwd: X FOUND\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
    ] {
        check(
            &[Step::HearAll, Step::Say(answer)],
            patient(),
            Reason::Garbled,
        )
        .await;
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    check(
        &[Step::HearAll, Step::Flood(1 << 30)],
        patient(),
        Reason::Garbled,
    )
    .await;
    check(
        &[
            Step::HearAll,
            Step::Say(b"stream: "),
            Step::Flood(1 << 17),
            Step::Say(b" FOUND\0"),
        ],
        patient(),
        Reason::Garbled,
    )
    .await;
    check(&[Step::Flood(1 << 30)], patient(), Reason::Garbled).await;
}

#[tokio::test]
async fn a_clamd_that_hangs_is_left_in_time() {
    let answer_soon = ClamdSettings {
        timeouts: Timeouts {
            answer: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    check(&[Step::HearAll, Step::Hang], answer_soon, Reason::Timeout).await;
    check(
        &[Step::HearAll, Step::Say(b"stream: OK\0"), Step::Hang],
        answer_soon,
        Reason::Timeout,
    )
    .await;
    check(
        &[
            Step::HearAll,
            Step::Drip(b"stream: OK\0", SOON / 4),
            Step::Hang,
        ],
        answer_soon,
        Reason::Timeout,
    )
    .await;
    let total_soon = ClamdSettings {
        total: SOON,
        ..patient()
    };
    check(&[Step::HearAll, Step::Hang], total_soon, Reason::Timeout).await;
}

#[tokio::test]
async fn a_clamd_that_reads_nothing_is_left_in_time() {
    let settings = ClamdSettings {
        timeouts: Timeouts {
            write: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    for script in [&[Step::Hang][..], &[Step::Hear(100_000), Step::Hang]] {
        // More than the buffers of any socket.
        let report = report(script, settings, 64 << 20).await;
        assert_eq!(
            report,
            Report::unscanned(Reason::Timeout, "took no data for 300ms")
        );
    }
}

#[tokio::test]
async fn a_clamd_that_is_slow_but_works_has_its_time() {
    // The whole takes much longer than any single wait may.
    let pause = Duration::from_millis(3);
    let limit = Duration::from_secs(1);
    let settings = ClamdSettings {
        timeouts: Timeouts {
            write: limit,
            answer: limit,
            ..patient().timeouts
        },
        ..patient()
    };
    let begin = Instant::now();
    let script = [Step::HearSlowly(pause), Step::Say(b"stream: OK\0")];
    assert_eq!(report(&script, settings, 40 << 20).await, Report::Clean);
    assert!(begin.elapsed() > limit, "or this tests nothing");
}

#[tokio::test]
async fn a_connection_that_closes_is_no_answer() {
    check(&[], patient(), Reason::Io).await;
    check(&[Step::Hear(10)], patient(), Reason::Io).await;
    check(&[Step::HearAll], patient(), Reason::Io).await;
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_data_is_not_believed() {
    for (answer, expected) in [
        (&b"stream: OK\0"[..], Reason::Garbled),
        (b"stream: X FOUND\0", Reason::Garbled),
        (
            b"INSTREAM size limit exceeded. ERROR\0",
            Reason::LimitExceeded,
        ),
    ] {
        for then in [&[][..], &[Step::Drain]] {
            let script = [&[Step::Hear(10), Step::Say(answer)], then].concat();
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
            assert!(
                matches!(&report, Report::Unscanned(why) if why.reason() == expected),
                "{script:?}: {report}"
            );
        }
    }
}

#[tokio::test]
async fn a_complaint_that_comes_in_bits_is_heard_out() {
    let complaint = b"INSTREAM size limit exceeded. ERROR\0";
    for then in [&[][..], &[Step::Drain]] {
        let drip = [
            Step::Hear(10),
            Step::Drip(complaint, Duration::from_millis(2)),
        ];
        let report = report(&[&drip, then].concat(), patient(), 40 << 20).await;
        assert_eq!(
            report,
            Report::unscanned(Reason::LimitExceeded, "INSTREAM size limit exceeded. ERROR")
        );
    }
}

#[tokio::test]
async fn a_signature_is_made_printable() {
    let script = [
        Step::HearAll,
        Step::Say(b"stream: \x1b]0;owned\x07\xe2\x80\xaeX FOUND\0"),
    ];
    let report = report(&script, patient(), 10).await;
    assert_eq!(
        report.to_string(),
        "found \\x1b]0;owned\\x07\\xe2\\x80\\xaeX"
    );
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    for address in ["tcp:127.0.0.1:1", "unix:/nonexistent/clamd.sock"] {
        let settings = ClamdSettings {
            timeouts: Timeouts {
                connect: SOON,
                ..patient().timeouts
            },
            ..patient()
        };
        let mut scan = start(address, settings);
        scan.feed(Bytes::from_static(b"x")).await;
        let report = scan.finish().await;
        assert!(
            matches!(&report, Report::Unscanned(why) if why.reason() == Reason::Unreachable),
            "{report}"
        );
    }
}

#[tokio::test]
async fn a_clamd_that_is_started_meanwhile_is_waited_for() {
    let place = free_place().await;
    let mut scan = start(&place, patient());
    scan.feed(Bytes::from_static(b"x")).await;
    sleep(SOON).await;
    let fake = Fake::start_at(&place, &CLEAN).await;
    assert_eq!(scan.finish().await, Report::Clean);
    assert!(fake.heard().await.ended);
}

#[tokio::test]
async fn only_the_first_message_waits_for_a_clamd_that_is_down() {
    let place = free_place().await;
    let wait = Duration::from_secs(2);
    let settings = ClamdSettings {
        timeouts: Timeouts {
            connect: wait,
            ..patient().timeouts
        },
        ..patient()
    };
    let clamd = Clamd::new(place.parse().expect("an address"), settings);
    for (message, waits) in [(1, true), (2, false), (3, false)] {
        let begin = Instant::now();
        let report = clamd.start(&Envelope::default()).finish().await;
        assert_eq!(report.name(), "unscanned");
        assert_eq!(
            begin.elapsed() >= wait,
            waits,
            "message {message}: {report}"
        );
    }
    // As soon as it is back, it is used again, and waited for again.
    for _ in 0..2 {
        let fake = Fake::start_at(&place, &CLEAN).await;
        assert_eq!(
            clamd.start(&Envelope::default()).finish().await,
            Report::Clean
        );
        fake.heard().await;
    }
    let begin = Instant::now();
    assert_eq!(
        clamd.start(&Envelope::default()).finish().await.name(),
        "unscanned"
    );
    assert!(begin.elapsed() >= wait);
}

#[tokio::test]
async fn a_slow_mail_does_not_hold_clamd_for_ever() {
    let fake = Fake::start(&[Step::HearAll]).await;
    let mut scan = start(
        &fake.address,
        ClamdSettings {
            total: SOON,
            ..patient()
        },
    );
    scan.feed(Bytes::from(vec![b'm'; 100_000])).await;
    sleep(SOON * 2).await;
    assert!(scan.is_over());
    assert!(
        !fake.heard().await.ended,
        "the connection was closed in the middle"
    );
    assert_eq!(
        scan.finish().await,
        Report::unscanned(Reason::Timeout, "no report within 300ms")
    );
}

#[tokio::test]
async fn feeding_a_scan_that_is_over_costs_nothing() {
    let fake = Fake::start(&[]).await;
    let mut scan = start(&fake.address, patient());
    let chunk = Bytes::from(vec![b'm'; 1 << 20]);
    let begin = Instant::now();
    for _ in 0..100_000 {
        scan.feed(chunk.clone()).await;
    }
    assert!(begin.elapsed() < LATE && scan.is_over());
    let report = scan.finish().await;
    assert!(
        matches!(&report, Report::Unscanned(why) if why.reason() == Reason::Io),
        "{report}"
    );
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_never_handed_over_as_whole() {
    for (bytes, expected) in [(100_000, true), (100_001, false), (1_000_000, false)] {
        let fake = Fake::start(&CLEAN).await;
        let mut scan = start(
            &fake.address,
            ClamdSettings {
                max_bytes: 100_000,
                ..patient()
            },
        );
        for chunk in vec![b'm'; bytes].chunks(30_000) {
            scan.feed(Bytes::copy_from_slice(chunk)).await;
            // So that there is a connection before the limit is reached.
            sleep(Duration::from_millis(20)).await;
        }
        let report = scan.finish().await;
        if expected {
            assert_eq!(report, Report::Clean);
        } else {
            assert!(
                matches!(&report, Report::Unscanned(why) if why.reason() == Reason::TooLarge),
                "{report}"
            );
        }
        assert_eq!(fake.heard().await.ended, expected);
    }
}

#[tokio::test]
async fn a_dropped_scan_closes_its_connection_at_once() {
    for stage in ["fed", "finishing"] {
        let fake = Fake::start(&[Step::HearAll, Step::Drain]).await;
        let mut scan = start(&fake.address, patient());
        scan.feed(Bytes::from(vec![b'm'; 200_000])).await;
        sleep(SOON / 3).await;
        if stage == "finishing" {
            assert!(
                timeout(SOON, scan.finish()).await.is_err(),
                "the fake never answers"
            );
        } else {
            drop(scan);
        }
        let heard = timeout(LATE / 2, fake.heard())
            .await
            .expect("the fake sees the end of the connection");
        assert_eq!(heard.ended, stage == "finishing");
    }
}

#[tokio::test]
async fn a_slow_scanner_slows_the_mail_and_a_gap_is_noticed() {
    let fake = Fake::start(&[Step::Hang]).await;
    let mut scan = start(&fake.address, patient());
    let mut fed = 0_u64;
    let chunk = Bytes::from(vec![b'm'; 65_536]);
    while timeout(SOON, scan.feed(chunk.clone())).await.is_ok() {
        fed += 1;
        assert!(fed < 4_096, "feeding does not wait for the scanner");
    }
    // The call that waited was dropped, so the scanner would miss its bytes.
    assert!(scan.is_over());
    assert_eq!(
        scan.finish().await,
        Report::unscanned(Reason::Stopped, "feeding was broken off")
    );
}

#[tokio::test]
async fn the_scanner_hears_every_byte_in_packets_of_sensible_size() {
    let message: Vec<u8> = (0..700_000_u32)
        .map(|number| number.to_le_bytes()[usize::from(number % 3 == 0)])
        .collect();
    for size in [
        1, 78, 4_096, 16_383, 16_384, 65_535, 65_536, 65_537, 700_000,
    ] {
        let fake = Fake::start(&CLEAN).await;
        let mut scan = start(&fake.address, patient());
        for chunk in message.chunks(size) {
            scan.feed(Bytes::copy_from_slice(chunk)).await;
        }
        assert_eq!(scan.finish().await, Report::Clean);
        let heard = fake.heard().await;
        assert!(heard.ended && heard.message == message, "chunks of {size}");
        assert!(
            heard.pieces.iter().all(|&piece| piece <= 65_536),
            "chunks of {size}: {:?}",
            heard.pieces
        );
        assert!(
            heard.pieces.len() < 50,
            "chunks of {size}: {:?}",
            heard.pieces
        );
    }
}

#[tokio::test]
async fn a_scanner_is_not_believed_when_it_did_not_hear_everything() {
    let bounds = tamis_scan::Bounds {
        total: LATE,
        max_bytes: 1_000,
    };
    let deaf = Scan::start(bounds, |_| std::future::ready(Report::Clean));
    assert_eq!(
        deaf.finish().await,
        Report::unscanned(Reason::Garbled, "clean before the end of the data")
    );
    let crash = Scan::start(bounds, crash);
    assert_eq!(
        crash.finish().await,
        Report::unscanned(Reason::Failed, "our side of the scan panicked")
    );
    let refused = Scan::refused(tamis_scan::Unscanned::new(Reason::Unreachable, "for now"));
    assert_eq!(
        refused.finish().await,
        Report::unscanned(Reason::Unreachable, "for now")
    );
}

async fn crash(pieces: tamis_scan::Pieces) -> Report {
    drop(pieces);
    panic!("on purpose")
}
