//! What policies say of clients, envelopes and commands, as a real Postfix asks and is answered.

mod daemon;
mod support;

use daemon::Daemon;
use support::{
    PATIENCE,
    postfix::{Postfix, without_trace},
    smtp::{Smtp, make_certificate},
};

const MESSAGE: &str = "From: a@example.org\r\nTo: b@example.com\r\nSubject: lunch\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
    Message-ID: <1@example.org>\r\nX-Inside: 1\r\n\r\nAt noon?\r\n";

/// Sends the message; the reply to the first command that is refused, or the last one.
#[track_caller]
fn send(session: &mut Smtp, sender: &str, recipients: &[&str]) -> (u16, String) {
    session
        .send(sender, recipients, MESSAGE.as_bytes())
        .expect("a reply")
}

/// A session of a client elsewhere, logged in or not, as a proxy in front of Postfix tells of it.
#[track_caller]
fn elsewhere(mut session: Smtp, address: &str, login: Option<&str>) -> Smtp {
    let login = login.map_or_else(String::new, |login| format!(" LOGIN={login}"));
    let told = format!("XCLIENT NAME=host.example.net ADDR={address}{login}");
    let reply = session.command(&told).expect("a reply");
    assert_eq!(reply.0, 220, "{}", reply.1);
    let reply = session.ehlo("laptop.example.net").expect("a reply");
    assert_eq!(reply.0, 250, "{}", reply.1);
    session
}

/// The recipients of all deliveries, in the order of their names.
fn recipients(deliveries: &[Vec<u8>]) -> Vec<String> {
    let of = |mail: &Vec<u8>| {
        let text = String::from_utf8_lossy(mail).into_owned();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("Delivered-To: "));
        line.expect("a recipient").to_owned()
    };
    let mut recipients: Vec<_> = deliveries.iter().map(of).collect();
    recipients.sort();
    recipients
}

#[test]
fn a_submission_service_is_guarded_by_its_preset() {
    let dir = support::directory();
    let certificate = dir.path().join("mx.pem");
    let Some(()) = support::ready(make_certificate(&certificate)) else {
        return;
    };
    let policy = "include = [\"preset:submission\"]\n";
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(
        &daemon.address(),
        &[
            ("smtpd_authorized_xclient_hosts", "127.0.0.1"),
            ("smtpd_tls_security_level", "may"),
            (
                "smtpd_tls_chain_files",
                certificate.to_str().expect("a path"),
            ),
        ],
    )) else {
        return;
    };
    let port = postfix.smtp_port();
    let login = Some("ann");

    let mut plain = elsewhere(Smtp::open(port), "203.0.113.9", login);
    let reply = plain.mail("a@example.org").expect("a reply");
    assert_eq!(
        reply,
        (530, "5.7.0 Must issue a STARTTLS command first".to_owned())
    );
    let reply = plain.command("XADR x").expect("a reply");
    assert_eq!(reply, (500, "5.5.1 command not recognized".to_owned()));

    let mut stranger = elsewhere(Smtp::open_tls(port), "203.0.113.9", None);
    let reply = stranger.mail("a@example.org").expect("a reply");
    assert_eq!(reply, (530, "5.7.0 Authentication required".to_owned()));

    let mut user = elsewhere(Smtp::open_tls(port), "203.0.113.9", login);
    let reply = send(&mut user, "a@example.org", &["b@example.com"]);
    assert_eq!(reply.0, 250, "{}\n{}", reply.1, postfix.log());
    let delivered = postfix.wait_for(1, PATIENCE);
    assert_eq!(
        String::from_utf8_lossy(without_trace(&delivered[0])),
        MESSAGE.replace("\r\n", "\n")
    );

    // Programs of the host itself need neither.
    let mut local = Smtp::open(port);
    assert_eq!(send(&mut local, "a@example.org", &["b@example.com"]).0, 250);
}

#[test]
fn what_the_mta_says_of_a_client_decides() {
    let dir = support::directory();
    let policy = r#"
[[rule]]
name = "command"
when = { unknown_command = "XDEBUG" }
then = { reject = "502 5.5.1 no" }
[[rule]]
name = "listener"
when = { listener = "backup", client_name = "*.example.net" }
then = { reject = "554 5.7.1 {client}, {client_name}: not here" }
[[rule]]
name = "helo"
when = { helo = "friend" }
then = { reject = "550 5.7.1 say who you are" }
[[rule]]
name = "protocol"
when = { macro."{daemon_addr}" = "127.0.0.1", sender = "macro@example.org" }
then = { reject = "550 5.7.1 macro" }
[[rule]]
name = "port"
when = { macro."{client_ptr}" = "a.example.com", sender = "ptr@example.org" }
then = { reject = "550 5.7.1 ptr" }
[[rule]]
name = "login"
when = { authenticated = "eve", direction = "outbound" }
then = { reject = "550 5.7.1 {authenticated}: closed" }
"#;
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(
        &daemon.address(),
        &[
            ("smtpd_authorized_xclient_hosts", "127.0.0.1"),
            ("milter_macro_daemon_name", "backup"),
            // Whatever the MTA would tell by itself, it is asked for what the policy needs.
            ("milter_connect_macros", "j"),
            ("milter_helo_macros", "j"),
            ("milter_mail_macros", "i"),
        ],
    )) else {
        return;
    };
    let port = postfix.smtp_port();
    let mut local = Smtp::open(port);
    let command = |session: &mut Smtp, line: &str| session.command(line).expect("a reply");
    assert_eq!(command(&mut local, "XDEBUG 1").1, "5.5.1 no");
    assert!(!command(&mut local, "XOTHER").1.contains("5.5.1 no"));
    assert_eq!(
        command(&mut local, "MAIL FROM:<macro@example.org>").1,
        "5.7.1 macro"
    );
    assert_eq!(send(&mut local, "a@example.org", &["b@example.com"]).0, 250);

    // Whom the policy refuses at the connection or at HELO, Postfix tells at the command behind it.
    assert_eq!(local.ehlo("friend").expect("a reply").0, 250);
    let refused = local.mail("a@example.org").expect("a reply");
    assert_eq!(refused, (550, "5.7.1 say who you are".to_owned()));
    let mut session = Smtp::open(port);
    command(&mut session, "XCLIENT NAME=a.example.net ADDR=203.0.113.9");
    session.ehlo("laptop.example.net").expect("a reply");
    let refused = session.mail("a@example.org").expect("a reply");
    assert_eq!(
        refused,
        (554, "5.7.1 203.0.113.9, a.example.net: not here".to_owned()),
        "{}",
        postfix.log()
    );

    let mut session = Smtp::open(port);
    command(
        &mut session,
        "XCLIENT NAME=a.example.com ADDR=203.0.113.9 LOGIN=eve",
    );
    session.ehlo("laptop.example.net").expect("a reply");
    let refused = session.mail("ptr@example.org").expect("a reply");
    assert_eq!(refused.1, "5.7.1 ptr", "{}", postfix.log());
    let reply = send(&mut session, "eve@example.org", &["b@example.com"]);
    assert_eq!(
        reply,
        (550, "5.7.1 eve: closed".to_owned()),
        "{}",
        postfix.log()
    );
}

#[test]
fn meters_count_what_happened() {
    let dir = support::directory();
    let policy = r#"
[meter.messages]
key = "sender"
counts = "messages"
limits = "2 in 1h"
[meter.recipients]
key = "client"
counts = "distinct_recipients"
limits = "3 in 1h"
[meter.refused]
key = "client"
counts = "rejected_recipients"
limits = "2 in 1h"
[[rule]]
name = "guessing"
when = { meter.refused = "exceeded" }
then = { reject = "550 5.7.1 no more guesses" }
[[rule]]
name = "messages"
when = { meter.messages = "exceeded" }
then = { tempfail = "450 4.7.1 {sender} sends too much" }
[[rule]]
name = "recipients"
when = { meter.recipients = "exceeded" }
then = { tempfail = "452 4.5.3 too many recipients" }
"#;
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(
        &daemon.address(),
        &[
            ("smtpd_authorized_xclient_hosts", "127.0.0.1"),
            (
                "smtpd_recipient_restrictions",
                "check_recipient_access inline:{nobody@example.com=REJECT}, permit",
            ),
        ],
    )) else {
        return;
    };
    let port = postfix.smtp_port();
    let mut first = elsewhere(Smtp::open(port), "203.0.113.9", None);
    for _ in 0..2 {
        let reply = send(&mut first, "a@example.org", &["b@example.com"]);
        assert_eq!(reply.0, 250, "{}", reply.1);
    }
    let reply = send(&mut first, "a@example.org", &["b@example.com"]);
    assert_eq!(
        reply,
        (450, "4.7.1 a@example.org sends too much".to_owned())
    );
    // Somebody else may, to two more; one of those before is not new.
    let three = ["b@example.com", "c@example.com", "d@example.com"];
    assert_eq!(send(&mut first, "z@example.org", &three).0, 250);
    let reply = send(&mut first, "z@example.org", &["e@example.com"]);
    assert_eq!(reply, (452, "4.5.3 too many recipients".to_owned()));

    let mut second = elsewhere(Smtp::open(port), "203.0.113.10", None);
    assert_eq!(second.mail("g@example.org").expect("a reply").0, 250);
    let mut replies = Vec::new();
    for _ in 0..4 {
        let reply = second.rcpt("nobody@example.com").expect("a reply");
        replies.push(reply.1.contains("no more guesses"));
    }
    let reply = second.rcpt("b@example.com").expect("a reply");
    assert_eq!(
        reply,
        (550, "5.7.1 no more guesses".to_owned()),
        "{replies:?}\n{}",
        postfix.log()
    );
}

#[test]
fn recipients_come_and_go() {
    let dir = support::directory();
    let policy = r#"
[[rule]]
name = "copy"
when = { sender = "copied@example.org" }
then = { add_recipient = "archive@example.com" }
[[rule]]
name = "left"
when = { recipient = "left@example.com" }
then = { remove_recipient = true }
[[rule]]
name = "junk"
when = { subject = "lunch", recipient = "wary@example.com" }
then = { redirect = "junk@example.com", insert_header = { X-Was = "{recipient}" } }
"#;
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mut seen = 0;
    for (sender, to, expected) in [
        (
            "a@example.org",
            &["b@example.com"][..],
            &["b@example.com"][..],
        ),
        (
            "copied@example.org",
            &["b@example.com"],
            &["archive@example.com", "b@example.com"],
        ),
        (
            "a@example.org",
            &["b@example.com", "left@example.com"],
            &["b@example.com"],
        ),
        (
            "a@example.org",
            &["b@example.com", "wary@example.com"],
            &["b@example.com", "junk@example.com"],
        ),
        (
            "copied@example.org",
            &["wary@example.com", "left@example.com"],
            &["archive@example.com", "junk@example.com"],
        ),
    ] {
        let reply = send(&mut session, sender, to);
        assert_eq!(reply.0, 250, "{}", reply.1);
        let all = postfix.wait_for(seen + expected.len(), PATIENCE);
        assert_eq!(
            recipients(&all[seen..]),
            expected,
            "{sender} to {to:?}\n{}",
            postfix.log()
        );
        seen = all.len();
    }
    assert_eq!(postfix.deliveries().len(), seen);
}

#[test]
fn recipients_who_differ_get_messages_of_their_own() {
    let dir = support::directory();
    let policy = r#"
differing_recipients = "defer"
[[rule]]
name = "no-lunch"
when = { subject = "lunch", recipient = "strict@example.com" }
then = { reject = "550 5.7.1 no lunch" }
"#;
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(session.mail("a@example.org").expect("a reply").0, 250);
    assert_eq!(session.rcpt("b@example.com").expect("a reply").0, 250);
    let reply = session.rcpt("strict@example.com").expect("a reply");
    assert_eq!(reply.0, 452, "{}", reply.1);
    assert_eq!(session.rcpt("c@example.com").expect("a reply").0, 250);
    assert_eq!(session.data(MESSAGE.as_bytes()).expect("a reply").0, 250);
    let delivered = postfix.wait_for(2, PATIENCE);
    assert_eq!(recipients(&delivered), ["b@example.com", "c@example.com"]);
    let reply = send(&mut session, "a@example.org", &["strict@example.com"]);
    assert_eq!(reply, (550, "5.7.1 no lunch".to_owned()));
}

#[test]
fn what_is_edited_held_and_observed_is_told() {
    let dir = support::directory();
    let policy = r#"
[banner.outside]
text = "Take care: this comes from outside."
[[rule]]
name = "hold"
when = { sender = "held@example.org" }
then = { hold = "not today" }
[[rule]]
name = "would-refuse"
mode = "observe"
when = { subject = "lunch" }
then = { reject = "550 5.7.1 no" }
[[rule]]
name = "mark"
when = { sender = "marked@example.org" }
then = { banner = "outside", tag_subject = "[outside]", insert_header = { X-First = "1" }, add_header = { X-Last = "1" }, remove_header = "X-Inside" }
"#;
    let daemon = Daemon::start(dir.path(), policy, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let reply = send(&mut session, "held@example.org", &["b@example.com"]);
    assert_eq!(reply.0, 250, "{}", reply.1);
    let reply = send(&mut session, "marked@example.org", &["b@example.com"]);
    assert_eq!(reply.0, 250, "{}", reply.1);
    let delivered = postfix.wait_for(1, PATIENCE);
    let text = String::from_utf8_lossy(without_trace(&delivered[0])).into_owned();
    assert!(
        text.contains("Take care: this comes from outside."),
        "{text}"
    );
    assert!(text.contains("X-First: 1\n"), "{text}");
    assert!(!text.contains("X-Inside"), "{text}");
    assert!(
        text.contains("Subject: [outside] lunch\n") && text.contains("X-Last: 1\n"),
        "{text}"
    );
    assert_eq!(postfix.held(), 1, "{}", postfix.log());

    daemon.wait_for("\"message\":\"message\"", 2);
    let log = daemon.log();
    let events: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.contains("\"message\":\"message\""))
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for event in &events {
        assert!(event["policy"].is_string(), "{event}");
        assert!(event.to_string().contains("would-refuse"), "{event}");
    }
    assert_eq!(events[0]["policy"], events[1]["policy"]);
}
