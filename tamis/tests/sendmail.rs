//! Tamis behind a real Sendmail, which counts header fields, quotes replies and holds mail in ways of its own.

mod served;
mod support;

use served::Served;
use support::{
    PATIENCE,
    sendmail::{Sendmail, without_received},
    sink::Taken,
    smtp::{Reply, Smtp},
    wait_for,
};
use tamis::inspect::Site;
use tamis::quarantine::Store;
use tamis_rules::{Policy, Sources, load};

const POLICY: &str = r#"
    [[rule]]
    name = "no"
    when = { subject = "refuse" }
    then = { reject = "550 5.7.1 100% no: {rule}" }
    [[rule]]
    name = "later"
    when = { subject = "later" }
    then = { tempfail = "451 4.7.1 come back" }
    [[rule]]
    name = "nobody"
    when = { sender = "bad@example.com" }
    then = { reject = "550 5.7.1 not from you" }
    [[rule]]
    name = "drop"
    when = { subject = "drop" }
    then = { discard = true }
    [[rule]]
    name = "odd"
    when = { subject = "hold" }
    then = { hold = "odd" }
    [[rule]]
    name = "archive"
    when = { subject = "archive" }
    then = { add_recipient = "archive@example.org" }
    [[rule]]
    name = "gone"
    when = { subject = "archive", recipient = "gone@example.org" }
    then = { remove_recipient = true }
    [[rule]]
    name = "mark"
    when = { subject = "mark" }
    then = { set_header = { X-Mark = "new" }, tag_subject = "[seen] " }
    [[rule]]
    name = "programs"
    when = { part.content = "executable" }
    then = { strip = true }
"#;

fn policy() -> Policy {
    load(&Sources::new("test.toml", POLICY)).expect("a policy")
}

/// As Sendmail is told: `inet:port@host`.
fn in_its_spelling(address: &str) -> String {
    let address: tamis_milter::Address = address.parse().expect("an address");
    address.for_sendmail()
}

/// The gate, and a Sendmail before it.
fn start(site: Site, policy: Policy) -> Option<(Served, Sendmail)> {
    let served = Served::start(site, policy);
    let sendmail = support::ready(Sendmail::start(&in_its_spelling(&served.address)))?;
    Some((served, sendmail))
}

/// A message that Sendmail has nothing to add to.
fn message(subject: &str, body: &str) -> String {
    format!(
        "From: a@example.com\r\nTo: b@example.org\r\nSubject: {subject}\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
         Message-ID: <1@example.com>\r\nX-Odd:tight\r\nX-Folded: one\r\n\ttwo\r\n three\r\n{body}"
    )
}

fn plain(subject: &str) -> String {
    message(subject, "\r\nfirst line\r\n.\r\n..two\r\n\r\nlast line\r\n")
}

fn with_attachment(subject: &str) -> String {
    let program = "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let multipart = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"bb\"\r\n\r\n--bb\r\nContent-Type: text/plain\r\n\r\n\
         see the file\r\n--bb\r\nContent-Type: application/octet-stream; name=\"run.exe\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{program}\r\n--bb\r\nContent-Type: text/csv\r\n\r\na;b\r\n--bb--\r\n"
    );
    message(subject, &multipart)
}

#[track_caller]
fn send(session: &mut Smtp, message: &str) -> Reply {
    let reply = session.send("a@example.com", &["b@example.org"], message.as_bytes());
    reply.expect("a reply")
}

/// What came out last, without the field of Sendmail.
#[track_caller]
fn last(sendmail: &Sendmail, count: usize) -> (Taken, String) {
    let taken = sendmail.sink().wait_for(count);
    assert_eq!(taken.len(), count, "{}", sendmail.log());
    let last = taken.last().cloned().unwrap_or_default();
    let text = String::from_utf8(without_received(&last.message).to_vec()).expect("text");
    (last, text)
}

#[test]
fn clean_mail_arrives_byte_for_byte_and_a_program_does_not() {
    let dir = support::directory();
    let store = Store::create(dir.path()).expect("a store");
    let site = Site {
        quarantine: Some(store.clone()),
        ..Site::default()
    };
    let Some((_served, sendmail)) = start(site, policy()) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    assert_eq!(
        send(&mut session, &plain("clean")).0,
        250,
        "{}",
        sendmail.log()
    );
    assert_eq!(last(&sendmail, 1).1, plain("clean"));

    assert_eq!(send(&mut session, &with_attachment("files")).0, 250);
    let (_, delivered) = last(&sendmail, 2);
    assert!(
        !delivered.contains("TVqQ"),
        "the program is gone: {delivered}"
    );
    let before = with_attachment("files");
    let head = before
        .split("--bb\r\nContent-Type: application")
        .next()
        .expect("a head");
    assert!(
        delivered.starts_with(head),
        "what stands before it is as it came: {delivered}"
    );
    assert!(
        delivered.ends_with("--bb\r\nContent-Type: text/csv\r\n\r\na;b\r\n--bb--\r\n"),
        "{delivered}"
    );
    assert_eq!(store.entries().expect("entries").count(), 1);
}

#[test]
fn every_verdict_in_one_session() {
    let Some((_served, sendmail)) = start(Site::default(), policy()) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    assert_eq!(
        send(&mut session, &plain("first")).0,
        250,
        "{}",
        sendmail.log()
    );
    let refused = send(&mut session, &plain("refuse"));
    assert_eq!(refused, (550, "5.7.1 100% no: no".to_owned()));
    let later = send(&mut session, &plain("later"));
    assert_eq!(later, (451, "4.7.1 come back".to_owned()));
    let refused = session.send("bad@example.com", &["b@example.org"], plain("x").as_bytes());
    assert_eq!(refused.expect("a reply").0, 550);
    assert_eq!(send(&mut session, &plain("drop")).0, 250);
    assert_eq!(send(&mut session, &plain("last")).0, 250);
    assert_eq!(session.quit().expect("a reply").0, 221);
    let taken = sendmail.sink().wait_for(2);
    let mut subjects: Vec<String> = taken
        .iter()
        .map(|taken| String::from_utf8_lossy(without_received(&taken.message)).into_owned())
        .collect();
    subjects.sort();
    assert_eq!(
        subjects,
        [plain("first"), plain("last")],
        "{}",
        sendmail.log()
    );
}

#[test]
fn held_mail_stays_in_its_quarantine() {
    let Some((_served, sendmail)) = start(Site::default(), policy()) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    assert_eq!(
        send(&mut session, &plain("hold")).0,
        250,
        "{}",
        sendmail.log()
    );
    wait_for("a held message", PATIENCE, || {
        (sendmail.held() == 1).then_some(())
    });
    assert_eq!(send(&mut session, &plain("next")).0, 250);
    assert_eq!(last(&sendmail, 1).1, plain("next"));
}

#[test]
fn recipients_are_added_and_removed() {
    let Some((_served, sendmail)) = start(Site::default(), policy()) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    let recipients = ["b@example.org", "gone@example.org", "c@example.org"];
    let reply = session.send("a@example.com", &recipients, plain("archive").as_bytes());
    assert_eq!(reply.expect("a reply").0, 250, "{}", sendmail.log());
    // Sendmail may send to each of them apart.
    let envelope = || -> Vec<String> {
        let taken = sendmail.sink().taken();
        let mut all: Vec<String> = taken
            .into_iter()
            .flat_map(|taken| taken.recipients)
            .collect();
        all.sort();
        all
    };
    let got = wait_for("three recipients", PATIENCE, || {
        Some(envelope()).filter(|all| all.len() >= 3)
    });
    assert_eq!(
        got,
        [
            "<archive@example.org>",
            "<b@example.org>",
            "<c@example.org>"
        ]
    );
}

#[test]
fn header_fields_are_changed_where_they_stand() {
    let Some((_served, sendmail)) = start(Site::default(), policy()) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    let before = plain("mark").replace("X-Odd:", "X-Mark: one\r\nX-Mark: two\r\nX-Odd:");
    assert_eq!(send(&mut session, &before).0, 250, "{}", sendmail.log());
    let (_, delivered) = last(&sendmail, 1);
    assert!(
        delivered.contains("Subject: [seen] mark\r\n"),
        "{delivered}"
    );
    assert_eq!(delivered.matches("X-Mark:").count(), 1, "{delivered}");
    assert!(delivered.contains("X-Mark: new\r\n"), "{delivered}");
    assert!(
        delivered.contains("\r\nX-Odd:tight\r\nX-Folded: one\r\n\ttwo\r\n three\r\n"),
        "{delivered}"
    );
}

#[test]
fn a_broken_header_is_repaired_as_behind_postfix() {
    let preset = load(&Sources::preset("default").expect("a preset")).expect("a policy");
    let Some((_served, sendmail)) = start(Site::default(), preset) else {
        return;
    };
    let mut session = Smtp::open(sendmail.smtp_port());
    let broken = "From: a@example.com\r\nSubject: one\r\nSubject: two\r\nX-Esc: a\x1b[2Jb\r\nsubject: three\r\n\
                  Date: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n";
    assert_eq!(send(&mut session, broken).0, 250, "{}", sendmail.log());
    let (_, delivered) = last(&sendmail, 1);
    let expected = "From: a@example.com\r\nSubject: one\r\nX-Esc: a[2Jb\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
                    Message-ID: <1@x>\r\n\r\nbody\r\n";
    assert_eq!(delivered, expected);
}

#[test]
fn a_filter_that_is_gone_is_try_again_later() {
    let Some((served, sendmail)) = start(Site::default(), policy()) else {
        return;
    };
    drop(served);
    let Ok((mut session, greeting)) = Smtp::connect(sendmail.smtp_port()) else {
        panic!("{}", sendmail.log());
    };
    let refused = greeting.0 / 100 == 4
        || session
            .ehlo("client.example.com")
            .and_then(|_| session.send("a@example.com", &["b@example.org"], plain("x").as_bytes()))
            .is_ok_and(|reply| reply.0 / 100 == 4);
    assert!(refused, "{greeting:?} {}", sendmail.log());
    assert!(sendmail.sink().taken().is_empty());
}
