//! rspamd.

use crate::{
    LATE, SOON,
    fake::{Fake, Step},
    fed, free_place, is_unscanned,
};
use bytes::Bytes;
use std::time::Duration;
use tamis_scan::{
    Envelope, Reason, Rspamd, RspamdPassword, RspamdSettings, Scan, Scanner, Timeouts, Unscanned,
};
use tokio::time::{sleep, timeout};

const GOOD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 61\r\nConnection: close\r\n\r\n\
    {\"score\":7.5,\"required_score\":15.0,\"action\":\"add header\" } \r\n";

/// What an rspamd does that works.
const WORKS: [Step; 2] = [Step::HearRequest, Step::Say(GOOD)];

fn patient() -> RspamdSettings {
    RspamdSettings {
        timeouts: Timeouts {
            connect: LATE,
            write: LATE,
            answer: LATE,
        },
        total: LATE,
        max_bytes: 1 << 30,
        password: RspamdPassword::new("open sesame"),
    }
}

fn start(address: &str, settings: RspamdSettings) -> Scan {
    let envelope = Envelope {
        client: "192.0.2.1".parse().ok(),
        helo: Some("x\r\nip: 127.0.0.1".to_owned()),
        sender: Some(String::new()),
        recipients: vec!["anna@example.org".to_owned(), "ben@example.org".to_owned()],
        ..Envelope::default()
    };
    Rspamd::new(address.parse().expect("an address"), settings).start(&envelope)
}

/// Checks the reason that a message of `bytes` bytes remains unscanned for when rspamd acts like this.
async fn check(script: &[Step], settings: RspamdSettings, bytes: usize, expected: Reason) {
    let fake = Fake::start(script).await;
    let report = fed(start(&fake.address, settings), bytes).await;
    assert!(is_unscanned(&report, expected), "{script:?}: {report}");
}

/// Checks the reason for an answer after the whole of a message.
async fn check_answer(answer: &'static [u8], expected: Reason) {
    let script = [Step::HearRequest, Step::Say(answer)];
    check(&script, patient(), 100_000, expected).await;
}

#[tokio::test]
async fn hears_every_byte_and_the_envelope() {
    for bytes in [0, 1, 16_383, 16_384, 700_000] {
        let fake = Fake::start(&WORKS).await;
        let address = fake.address.clone();
        let report = fed(start(&address, patient()), bytes).await;
        assert_eq!(report.to_string(), "scored 7.5");
        let heard = fake.heard().await;
        assert!(heard.ended);
        assert_eq!(heard.message.len(), bytes);
        let host = address.trim_start_matches("tcp:");
        let host = format!("host: {host}\r\n");
        let mut lines: Vec<_> = heard.head.split_inclusive("\r\n").collect();
        assert_eq!(lines.remove(0), "POST /checkv2 HTTP/1.1\r\n");
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "\r\n",
                "connection: close\r\n",
                "from: <>\r\n",
                &host,
                "ip: 192.0.2.1\r\n",
                "password: open sesame\r\n",
                "rcpt: <anna@example.org>\r\n",
                "rcpt: <ben@example.org>\r\n",
                "transfer-encoding: chunked\r\n",
            ]
        );
    }
}

#[tokio::test]
async fn an_answer_in_chunks_or_without_length_is_heard() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"score\":7.5, \"a\r\nb\r\nction\":\"x\"}\r\n0\r\n\r\n"[..],
        b"HTTP/1.0 200 OK\r\n\r\n{\"score\":7.5,\"action\":\"x\"}",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"score\":7.5,\"action\":\"x\"}",
    ] {
        let fake = Fake::start(&[Step::HearRequest, Step::Say(answer)]).await;
        let report = fed(start(&fake.address, patient()), 100_000).await;
        assert_eq!(report.to_string(), "scored 7.5", "{}", answer.escape_ascii());
    }
}

#[tokio::test]
async fn garbage_is_no_opinion() {
    for answer in [
        &b"\xff\xfe\x00\x01\x80\r\n\r\n"[..],
        b"SPAMD/1.1 0 EX_OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\na b: 1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{\"score\":NaN,\"action\":\"no action\"}",
        b"HTTP/1.1 200 OK\r\n\r\n{\"score\":0,\"action\":\"no action\"",
    ] {
        check_answer(answer, Reason::Garbled).await;
    }
    check_answer(
        b"HTTP/1.1 500 invalid command\r\n\r\n{\"error\":\"x\"}",
        Reason::Failed,
    )
    .await;
    check_answer(b"HTTP/1.1 200 OK\r\n\r\n{\"error\":\"x\"}", Reason::Failed).await;
    check_answer(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", Reason::Failed).await;
}

#[tokio::test]
async fn a_cut_answer_is_no_answer() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\n"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"score\":0,\"action\":\"no action\"}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n{\"score\":7.5,\"action\":\"x\"}\r\n",
        b"HTTP",
        b"",
    ] {
        check_answer(answer, Reason::Io).await;
    }
    for script in [&[][..], &[Step::Hear(10)], &[Step::Hear(50_000)]] {
        check(script, patient(), 100_000, Reason::Io).await;
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    for begin in [
        &b"HTTP/1.1 200 OK\r\n\r\n{"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"",
    ] {
        let script = [Step::HearRequest, Step::Say(begin), Step::Flood(1 << 30)];
        check(&script, patient(), 100_000, Reason::Garbled).await;
    }
}

#[tokio::test]
async fn an_rspamd_that_hangs_is_left_in_time() {
    let answer_soon = RspamdSettings {
        timeouts: Timeouts {
            answer: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n{\"score\"";
    for script in [
        &[Step::HearRequest, Step::Hang][..],
        &[Step::HearRequest, Step::Say(half), Step::Hang],
        &[Step::HearRequest, Step::Drip(GOOD, SOON / 4), Step::Hang],
    ] {
        check(script, answer_soon.clone(), 100_000, Reason::Timeout).await;
    }
    let total_soon = RspamdSettings {
        total: SOON,
        ..patient()
    };
    let script = [Step::HearRequest, Step::Hang];
    check(&script, total_soon, 100_000, Reason::Timeout).await;
    let write_soon = RspamdSettings {
        timeouts: Timeouts {
            write: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    for script in [&[Step::Hang][..], &[Step::Hear(100_000), Step::Hang]] {
        check(script, write_soon.clone(), 64 << 20, Reason::Timeout).await;
    }
}

#[tokio::test]
async fn a_slow_mail_is_not_taken_for_a_late_answer() {
    let answer_soon = RspamdSettings {
        timeouts: Timeouts {
            answer: SOON * 20,
            ..patient().timeouts
        },
        ..patient()
    };
    let fake = Fake::start(&WORKS).await;
    let mut scan = start(&fake.address, answer_soon);
    for _ in 0..8 {
        scan.feed(Bytes::from(vec![b'm'; 20_000])).await;
        sleep(SOON * 3).await;
    }
    assert_eq!(scan.finish().await.to_string(), "scored 7.5");
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_data_is_not_believed() {
    for (answer, expected) in [
        (GOOD, Reason::Garbled),
        (
            b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n",
            Reason::LimitExceeded,
        ),
        (
            b"HTTP/1.1 500 no\r\nContent-Length: 13\r\n\r\n{\"error\":\"x\"}",
            Reason::Failed,
        ),
    ] {
        for then in [&[Step::Drain][..], &[Step::Hang]] {
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
            // The same where all of the mail is there before the answer is looked at.
            let fake = Fake::start(&script).await;
            let report = fed(start(&fake.address, patient()), 40 << 20).await;
            assert!(is_unscanned(&report, expected), "{script:?}: {report}");
        }
    }
}

#[tokio::test]
async fn a_mail_that_is_broken_off_is_never_handed_over_as_whole() {
    for stage in ["dropped", "too large"] {
        let fake = Fake::start(&WORKS).await;
        let small = RspamdSettings {
            max_bytes: 100_000,
            ..patient()
        };
        let mut scan = start(&fake.address, small);
        scan.feed(Bytes::from(vec![b'm'; 90_000])).await;
        sleep(SOON).await;
        if stage == "dropped" {
            drop(scan);
        } else {
            scan.feed(Bytes::from(vec![b'm'; 20_000])).await;
            let report = scan.finish().await;
            assert!(is_unscanned(&report, Reason::TooLarge), "{report}");
        }
        assert!(!fake.heard().await.ended, "{stage}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let soon = RspamdSettings {
        timeouts: Timeouts {
            connect: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    for address in [&free_place().await, "unix:/nonexistent/rspamd.sock"] {
        let report = fed(start(address, soon.clone()), 100).await;
        assert!(is_unscanned(&report, Reason::Unreachable), "{report}");
        let rspamd = Rspamd::new(address.parse().expect("an address"), soon.clone());
        let refused = rspamd.probe().await.expect_err("nobody is there");
        assert_eq!(refused.reason(), Reason::Unreachable);
    }
}

#[tokio::test]
async fn what_is_not_rspamd_does_not_answer_the_probe() {
    for (answer, expected) in [
        (
            &b"HTTP/1.1 200 OK\r\nServer: rspamd/3.4\r\nContent-Length: 6\r\n\r\npong\r\n"[..],
            Ok("rspamd/3.4"),
        ),
        (
            b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n<html>",
            Err(Reason::Garbled),
        ),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", Err(Reason::Failed)),
        (b"220 mail.example.org ESMTP\r\n", Err(Reason::Garbled)),
        (b"", Err(Reason::Io)),
    ] {
        let fake = Fake::start(&[Step::HearRequest, Step::Say(answer)]).await;
        let rspamd = Rspamd::new(fake.address.parse().expect("an address"), patient());
        let probed = rspamd.probe().await;
        let probed = probed.as_ref().map(AsRef::as_ref);
        assert_eq!(probed.map_err(Unscanned::reason), expected);
    }
    let soon = RspamdSettings {
        timeouts: Timeouts {
            answer: SOON,
            ..patient().timeouts
        },
        ..patient()
    };
    let fake = Fake::start(&[Step::Hang]).await;
    let rspamd = Rspamd::new(fake.address.parse().expect("an address"), soon);
    let late = rspamd.probe().await.expect_err("no answer");
    assert_eq!(late.reason(), Reason::Timeout);
}
