//! The throw-away servers of `support` do what the tests built on them rely on.

mod support;

use std::{net::TcpStream, time::Duration};
use support::{
    PATIENCE,
    clamd::{Clamd, SIGNATURE, eicar},
    postfix::{Postfix, without_trace},
    smtp::Smtp,
};
use tamis_scan::{ClamdSettings, Envelope, Report, Scanner};

const MESSAGE: &[u8] =
    b"From: a@example.org\r\nSubject: dots\r\n\r\n.\r\n..two\r\n. three\r\nend\r\n";

/// What becomes of a message in a Maildir.
fn with_lf(message: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(message)
        .replace("\r\n", "\n")
        .into_bytes()
}

#[test]
fn postfix_delivers_several_messages_of_a_session_byte_for_byte() {
    let Some(postfix) = support::ready(Postfix::start("", &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mut large = MESSAGE.to_vec();
    large.extend(
        b"seventy-six letters of text in a line of mail, or nearly so, and no more...\r\n"
            .iter()
            .cycle()
            .take(25 << 20),
    );
    let messages = [MESSAGE, &large, MESSAGE];
    for (number, message) in (1..).zip(messages) {
        let reply = session
            .send("a@example.org", &["b@example.net"], message)
            .expect("a reply");
        assert_eq!(reply.0, 250, "{}", reply.1);
        let delivered = postfix.wait_for(number, PATIENCE);
        let last = delivered.last().expect("a delivery");
        let mut expected = with_lf(message);
        if !expected.ends_with(b"\n") {
            expected.push(b'\n');
        }
        assert!(
            without_trace(last) == expected,
            "message {number} arrives as it was sent\n{}",
            postfix.log()
        );
    }
    assert_eq!(session.quit().expect("a reply").0, 221);
}

#[test]
fn postfix_defers_mail_when_there_is_no_milter_and_takes_it_after_a_reload() {
    let nobody = format!("inet:127.0.0.1:{}", support::free_port());
    let Some(postfix) = support::ready(Postfix::start(&nobody, &[])) else {
        return;
    };
    let (mut session, greeting) = Smtp::connect(postfix.smtp_port()).expect("a connection");
    let reply = if greeting.0 == 220 {
        session
            .send("a@example.org", &["b@example.net"], MESSAGE)
            .expect("a reply")
    } else {
        greeting
    };
    assert_eq!(reply.0 / 100, 4, "{}", reply.1);
    postfix.set("smtpd_milters", "");
    postfix.reload();
    let reply = Smtp::open(postfix.smtp_port()).send(
        "a@example.org",
        &["b@example.net", "c@example.net"],
        MESSAGE,
    );
    assert_eq!(reply.expect("a reply").0, 250);
    assert_eq!(
        postfix.wait_for(2, PATIENCE).len(),
        2,
        "one for each recipient"
    );
}

#[test]
fn a_dropped_postfix_leaves_nothing_behind() {
    let Some(postfix) = support::ready(Postfix::start("", &[("smtpd_banner", "throw-away")]))
    else {
        return;
    };
    let port = postfix.smtp_port();
    let (_session, greeting) = Smtp::connect(port).expect("a connection");
    assert_eq!(greeting, (220, "throw-away".to_owned()));
    drop(postfix);
    // A child that was about to end may hold the socket a moment longer than its master.
    support::wait_for("nobody to listen any more", PATIENCE, || {
        TcpStream::connect(("127.0.0.1", port)).err()
    });
}

#[test]
fn clamd_finds_eicar_stops_and_comes_back() {
    let Some(mut daemon) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let scan = |address: String| {
        let mut settings = ClamdSettings::default();
        settings.timeouts.connect = Duration::from_millis(300);
        let scanner = tamis_scan::Clamd::new(address.parse().expect("an address"), settings);
        runtime.block_on(async {
            let mut scan = scanner.start(&Envelope::default());
            scan.feed(eicar().into()).await;
            tokio::time::timeout(Duration::from_mins(1), scan.finish())
                .await
                .expect("a report in time")
        })
    };
    assert_eq!(scan(daemon.unix()), Report::found(SIGNATURE.as_bytes()));
    assert_eq!(scan(daemon.tcp()), Report::found(SIGNATURE.as_bytes()));
    daemon.stop();
    assert_eq!(scan(daemon.tcp()).name(), "unscanned");
    daemon.restart();
    assert_eq!(
        scan(daemon.tcp()),
        Report::found(SIGNATURE.as_bytes()),
        "{}",
        daemon.log()
    );
}
