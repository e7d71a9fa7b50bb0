//! The scanner against a real spamd, started here without a network.

#[path = "../../tamis/tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use support::spamd::{Spamd as Daemon, gtube};
use tamis_scan::{
    Envelope, FieldChange, Opinion, Reason, Report, Scanner, Score, Spamd, SpamdSettings, SpamdUser,
};

fn spamd(address: &str) -> Spamd {
    let settings = SpamdSettings {
        user: SpamdUser::Recipient,
        ..SpamdSettings::default()
    };
    Spamd::new(address.parse().expect("an address"), settings)
}

/// The report on `message`, fed in chunks of `size` bytes, to this recipient.
async fn report(spamd: &Spamd, message: &[u8], size: usize, recipient: &str) -> Report {
    let envelope = Envelope {
        recipients: vec![recipient.to_owned()],
        ..Envelope::default()
    };
    let mut scan = spamd.start(&envelope);
    for chunk in message.chunks(size) {
        scan.feed(Bytes::copy_from_slice(chunk)).await;
    }
    scan.finish().await
}

#[track_caller]
fn opinion(report: Report) -> Opinion {
    let Report::Scored(opinion) = report else {
        panic!("an opinion: {report}");
    };
    *opinion
}

/// A message with `body` before `bytes` bytes of text: spamd looks at the first 50,000 bytes of a text only.
fn message(bytes: usize, body: &str) -> Vec<u8> {
    let mut message = b"Received: from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.net; Mon, 23 Nov 2026 10:00:01 +0000\r\n\
        From: Anna <anna@example.org>\r\nTo: Ben <ben@example.net>\r\nSubject: the minutes of Monday\r\n\
        Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <20261123100000.1@example.org>\r\n\
        X-Spam-Status: No, score=-100\r\n\r\n"
        .to_vec();
    message.extend_from_slice(body.as_bytes());
    message.extend(
        b"We met at ten and spoke of the garden.\r\n"
            .iter()
            .cycle()
            .take(bytes / 40 * 40),
    );
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_spam_from_ham_over_both_kinds_of_socket() {
    let Some(daemon) = support::ready(Daemon::start(&[], &[])) else {
        return;
    };
    let five = Score::from_thousandths(5_000);
    for spamd in [spamd(&daemon.tcp()), spamd(&daemon.unix())] {
        for (bytes, size) in [(40, 1), (400, 17), (100_000, 4_096), (1_000_000, 1 << 20)] {
            let ham =
                opinion(report(&spamd, &message(bytes, "Bye.\r\n"), size, "ben@example.net").await);
            assert!(ham.score < five, "{ham:?}");
            assert_eq!(ham.threshold, Some(five));
            let spam =
                opinion(report(&spamd, &message(bytes, &gtube()), size, "ben@example.net").await);
            assert!(spam.score >= Score::from_thousandths(990_000), "{spam:?}");
            assert!(spam.symbols.iter().any(|name| name.as_str() == "GTUBE"));
            let flag = FieldChange::Add {
                name: "X-Spam-Flag".to_owned(),
                value: "YES".to_owned(),
            };
            assert!(spam.fields.contains(&flag) && !ham.fields.contains(&flag));
        }
        assert_eq!(
            report(&spamd, b"", 1, "x@y").await.name(),
            "scored",
            "even an empty message"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn knows_rules_of_its_own_and_the_recipient() {
    let rules = [
        "body TAMIS_TEST /seventy seven/",
        "score TAMIS_TEST 12.5",
        "required_score 7.5",
    ];
    let Some(daemon) = support::ready(Daemon::start(&[], &rules)) else {
        return;
    };
    let spamd = spamd(&daemon.tcp());
    let seen = opinion(
        report(
            &spamd,
            &message(40, "seventy seven\r\n"),
            64,
            "ben@example.net",
        )
        .await,
    );
    assert!(
        seen.symbols
            .iter()
            .any(|name| name.as_str() == "TAMIS_TEST")
    );
    assert_eq!(seen.threshold, Some(Score::from_thousandths(7_500)));
    // A name that could end the request does not reach it.
    let hostile = "x\r\nCompress: zlib\r\n";
    let seen = report(&spamd, &message(40, "bye\r\n"), 64, hostile).await;
    assert_eq!(seen.name(), "scored");
    support::wait_for("the log", support::PATIENCE, || {
        let log = daemon.log();
        (log.contains("for ben@example.net:") && log.contains("for (unknown):")).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn hears_that_spamd_had_no_time() {
    let Some(daemon) = support::ready(Daemon::start(&["--timeout-child=1"], &[])) else {
        return;
    };
    let spamd = spamd(&daemon.tcp());
    let mut scan = spamd.start(&Envelope::default());
    scan.feed(Bytes::from(vec![b'x'; 65_536])).await;
    support::wait_for("spamd to lose patience", support::PATIENCE, || {
        daemon.log().contains("timeout:").then_some(())
    });
    let report = scan.finish().await;
    assert!(
        matches!(&report, Report::Unscanned(why) if why.reason() == Reason::Timeout),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_the_probe_and_many_at_once() {
    let Some(daemon) = support::ready(Daemon::start(&[], &[])) else {
        return;
    };
    let spamd = spamd(&daemon.tcp());
    let version = spamd.probe().await.expect("a version");
    assert_eq!(version.as_str(), "SPAMD/1.5");
    let scans: Vec<_> = (0..30)
        .map(|number| {
            let spamd = spamd.clone();
            let body = if number % 2 == 0 {
                gtube()
            } else {
                "bye".to_owned()
            };
            tokio::spawn(
                async move { report(&spamd, &message(20_000, &body), 10_000, "b@c").await },
            )
        })
        .collect();
    for (number, scan) in scans.into_iter().enumerate() {
        let seen = opinion(scan.await.expect("a report"));
        let action = seen.action.expect("an action");
        assert_eq!(
            action.as_str() == "spam",
            number % 2 == 0,
            "message {number}"
        );
    }
}
