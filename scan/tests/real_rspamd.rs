//! The scanner against a real rspamd, started here without a network.

#[path = "../../tamis/tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use support::{
    rspamd::{Rspamd as Daemon, SUSPICIOUS},
    spamd::gtube,
};
use tamis_scan::{
    Envelope, FieldChange, Opinion, Reason, Report, Rspamd, RspamdSettings, Scanner, Score,
};

fn rspamd(address: &str) -> Rspamd {
    let address = address.parse().expect("an address");
    Rspamd::new(address, RspamdSettings::default())
}

/// The report on `message`, fed in chunks of `size` bytes.
async fn report(rspamd: &Rspamd, message: &[u8], size: usize, envelope: &Envelope) -> Report {
    let mut scan = rspamd.start(envelope);
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

#[track_caller]
fn assert_unscanned(report: &Report, expected: Reason) {
    assert!(
        matches!(report, Report::Unscanned(unscanned) if unscanned.reason() == expected),
        "{report}"
    );
}

/// A message with `body` behind `bytes` bytes of text.
fn message(bytes: usize, body: &str) -> Vec<u8> {
    let mut message =
        b"From: Anna <anna@example.org>\r\nTo: ben@example.net\r\nSubject: the minutes\r\nX-Old: 1\r\n\r\n"
            .to_vec();
    message.extend(
        b"We met at ten and spoke of the garden.\r\n"
            .iter()
            .cycle()
            .take(bytes / 40 * 40),
    );
    message.extend_from_slice(body.as_bytes());
    message
}

fn action(opinion: &Opinion) -> &str {
    opinion.action.as_ref().map_or("", AsRef::as_ref)
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_spam_from_ham_over_both_kinds_of_socket() {
    let Some(daemon) = support::ready(Daemon::start("")) else {
        return;
    };
    let envelope = Envelope::default();
    for address in [daemon.unix(), daemon.tcp()] {
        let rspamd = rspamd(&address);
        for (bytes, size) in [(40, 1), (400, 17), (300_000, 4_096), (3_000_000, 1 << 20)] {
            let place = format!("{address} {bytes} {size}");
            let ham = opinion(report(&rspamd, &message(bytes, "Bye.\r\n"), size, &envelope).await);
            assert_eq!(action(&ham), "no action", "{place}");
            assert_eq!(ham.score, Score::default(), "{place}");
            assert_eq!(ham.threshold, Some(Score::from_thousandths(15_000)));
            assert!(ham.symbols.is_empty() && ham.fields.is_empty() && ham.subject.is_none());
            // The last line of the message counts: rspamd has had all of it.
            let seen = opinion(report(&rspamd, &message(bytes, SUSPICIOUS), size, &envelope).await);
            assert_eq!(seen.score, Score::from_thousandths(7_500), "{place}");
        }
        let spam = opinion(report(&rspamd, &message(0, &gtube()), 64, &envelope).await);
        assert_eq!(action(&spam), "reject");
        assert!(Some(spam.score) >= spam.threshold);
        assert_eq!(spam.symbols.first().map(AsRef::as_ref), Some("GTUBE"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hears_all_that_rspamd_would_do() {
    let Some(daemon) = support::ready(Daemon::start("")) else {
        return;
    };
    let rspamd = rspamd(&daemon.tcp());
    let envelope = Envelope::default();
    let seen = opinion(report(&rspamd, &message(40, SUSPICIOUS), 64, &envelope).await);
    assert_eq!(action(&seen), "rewrite subject");
    assert_eq!(seen.subject.as_deref(), Some("[spam] the minutes"));
    assert_eq!(seen.symbols.first().map(AsRef::as_ref), Some("TAMIS_TEST"));
    let add = |name: &str, value: &str| FieldChange::Add {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let remove = FieldChange::Remove {
        name: "X-Old".to_owned(),
        occurrence: 0,
    };
    let expected = [
        remove,
        add("X-Folded", "two;\tthree"),
        add("X-Tamis-Test", "one"),
    ];
    assert_eq!(seen.fields, expected);
    let skipped = report(
        &rspamd,
        &message(40, "do not look at this\r\n"),
        64,
        &envelope,
    )
    .await;
    assert_unscanned(&skipped, Reason::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_rspamd_of_the_envelope() {
    let Some(daemon) = support::ready(Daemon::start("")) else {
        return;
    };
    let rspamd = rspamd(&daemon.unix());
    let text = |text: &str| Some(text.to_owned());
    let envelope = Envelope {
        client: "192.0.2.77".parse().ok(),
        client_name: text("mail.example.org"),
        helo: text("x\r\nIP: 127.0.0.1"),
        user: text("anna"),
        sender: text("anna@example.org"),
        recipients: (0..1_000)
            .map(|number| format!("ben{number}@example.net"))
            .collect(),
        queue_id: text("4XyZqueue"),
    };
    let seen = report(&rspamd, &message(40, "Bye.\r\n"), 64, &envelope).await;
    assert_eq!(seen.name(), "scored", "{seen}");
    let bounce = Envelope {
        sender: text(""),
        recipients: vec!["k\u{f6}ln@example.net".to_owned()],
        ..Envelope::default()
    };
    let seen = report(&rspamd, &message(40, "Bye.\r\n"), 64, &bounce).await;
    assert_eq!(seen.name(), "scored", "{seen}");
    let log = support::wait_for("the log", support::PATIENCE, || {
        Some(daemon.log()).filter(|log| log.contains("from: <anna@example.org>"))
    });
    for expected in [
        "ip: 192.0.2.77",
        "user: anna",
        "qid: <4XyZqueue>",
        "ben7@example.net",
    ] {
        assert!(log.contains(expected), "{expected}:\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_too_large_for_rspamd_is_unscanned() {
    let Some(daemon) = support::ready(Daemon::start("max_message = 100k;")) else {
        return;
    };
    for address in [daemon.unix(), daemon.tcp()] {
        for bytes in [200_000, 8_000_000] {
            let report = report(
                &rspamd(&address),
                &message(bytes, "Bye.\r\n"),
                65_536,
                &Envelope::default(),
            )
            .await;
            // rspamd 3.4 hangs up without a word.
            assert!(
                matches!(&report, Report::Unscanned(why) if matches!(why.reason(), Reason::Io | Reason::LimitExceeded)),
                "{report}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_the_probe_and_many_at_once() {
    let Some(daemon) = support::ready(Daemon::start("")) else {
        return;
    };
    for rspamd in [rspamd(&daemon.tcp()), rspamd(&daemon.unix())] {
        let version = rspamd.probe().await.expect("a version");
        assert!(version.as_str().starts_with("rspamd/"), "{version}");
        let scans: Vec<_> = (0..100)
            .map(|number| {
                let rspamd = rspamd.clone();
                let body = if number % 2 == 0 { SUSPICIOUS } else { "bye" };
                let message = message(100_000, body);
                tokio::spawn(async move {
                    report(&rspamd, &message, 10_000, &Envelope::default()).await
                })
            })
            .collect();
        for (number, scan) in scans.into_iter().enumerate() {
            let seen = opinion(scan.await.expect("a report"));
            let suspicious = action(&seen) == "rewrite subject";
            assert_eq!(suspicious, number % 2 == 0, "message {number}");
        }
    }
}
