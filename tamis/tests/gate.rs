//! Tamis between an SMTP client and a mailbox: a real Postfix hands every message to the gate.

mod served;
mod support;

use served::Served;
use std::sync::Arc;
use std::time::Duration;
use support::{
    PATIENCE,
    clamd::{Clamd, SIGNATURE, eicar},
    postfix::{Postfix, without_trace},
    smtp::Smtp,
};
use tamis::inspect::{Engine, Site};
use tamis::quarantine::Store;
use tamis_rules::{Policy, Sources, load};
use tamis_scan::{Clamd as ClamdScanner, ClamdSettings};

fn preset(name: &str) -> Policy {
    load(&Sources::preset(name).expect("a preset")).expect("a policy")
}

fn policy(text: &str) -> Policy {
    load(&Sources::new("test.toml", text)).expect("a policy")
}

fn with_lf(message: &str) -> String {
    message.replace("\r\n", "\n")
}

/// Sends one message through a Postfix with this gate and gives its reply, and what was delivered without the fields of
/// Postfix.
fn send(
    postfix: &Postfix,
    session: &mut Smtp,
    message: &str,
    delivered: usize,
) -> ((u16, String), String) {
    let reply = session
        .send("a@example.com", &["b@example.org"], message.as_bytes())
        .unwrap_or_else(|error| panic!("no reply: {error}\n{}", postfix.log()));
    let last = postfix
        .wait_for(delivered, PATIENCE)
        .last()
        .map(|mail| without_trace(mail).to_vec())
        .unwrap_or_default();
    (reply, String::from_utf8(last).expect("text"))
}

/// A program by its first octets; the rest is text.
fn program() -> String {
    "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n".to_owned()
}

fn with_attachment(name: &str, body: &str) -> String {
    format!(
        "From: a@example.com\r\nTo: b@example.org\r\nSubject: files\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
         Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"bb\"\r\n\r\n\
         preamble\r\n--bb\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--bb\r\n\
         Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{body}--bb\r\nContent-Type: text/csv\r\n\r\na;b\r\n--bb--\r\n"
    )
}

#[test]
fn mail_comes_out_clean_or_as_it_went_in() {
    let dir = support::directory();
    let store = Store::create(dir.path()).expect("a store");
    let served = Served::start(
        Site {
            quarantine: Some(store.clone()),
            ..Site::default()
        },
        preset("default"),
    );
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());

    let clean = with_attachment("report.pdf", "JVBERi0xLjQK\r\n");
    let (reply, delivered) = send(&postfix, &mut session, &clean, 1);
    assert_eq!(reply.0, 250, "{}", reply.1);
    assert_eq!(
        delivered,
        with_lf(&clean),
        "clean mail arrives byte for byte\n{}",
        postfix.log()
    );

    let (reply, delivered) = send(
        &postfix,
        &mut session,
        &with_attachment("run.exe", &program()),
        2,
    );
    assert_eq!(reply.0, 250, "{}", reply.1);
    assert!(
        !delivered.contains("TVqQ"),
        "the program is gone: {delivered}"
    );
    assert!(
        delivered.contains("see the file") && delivered.contains("a;b"),
        "the rest is there: {delivered}"
    );
    let kept: Vec<_> = store.entries().expect("entries").collect();
    assert_eq!(kept.len(), 1);
    let id = format!("{}", kept[0].as_ref().expect("a record").id);
    assert!(
        delivered.contains(&id),
        "the notice names {id}: {delivered}"
    );
    let before = with_attachment("run.exe", &program());
    let head = before
        .split("--bb\r\nContent-Type: application")
        .next()
        .expect("a head");
    assert!(
        delivered.starts_with(&with_lf(head)),
        "what stands before the part is as it came: {delivered}"
    );

    let top_level = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/x-msdownload; name=x.exe\r\n\
        Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=x.exe\r\n\r\n";
    let (reply, delivered) = send(
        &postfix,
        &mut session,
        &format!("{top_level}{}", program()),
        3,
    );
    assert_eq!(reply.0, 250, "{}", reply.1);
    assert!(
        !delivered.contains("TVqQ") && !delivered.contains("x-msdownload"),
        "{delivered}"
    );
    assert!(
        delivered.contains("Content-Type: text/plain"),
        "{delivered}"
    );
    assert_eq!(session.quit().expect("a reply").0, 221);
}

#[test]
fn header_repair_goes_through_the_milter() {
    let served = Served::start(Site::default(), preset("default"));
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let broken = "From: a@example.com\r\nSubject: one\r\nSubject: two\r\nX-Esc: a\x1b[2Jb\r\nsubject: three\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n";
    let (reply, delivered) = send(&postfix, &mut session, broken, 1);
    assert_eq!(reply.0, 250, "{}", reply.1);
    let expected = "From: a@example.com\nSubject: one\nX-Esc: a[2Jb\nDate: Mon, 16 Nov 2026 09:12:41 +0000\nMessage-ID: <1@x>\n\nbody\n";
    assert_eq!(delivered, expected, "{}", postfix.log());
}

#[test]
fn policy_refuses_with_its_own_words_and_as_early_as_it_can() {
    let rules = "[[rule]]\nname = \"pdf\"\nwhen = { part.kind = \"pdf\" }\nthen = { reject = \"550 5.7.1 100% no PDF here: {part.name}\" }\n\
        [[rule]]\nname = \"sender\"\nwhen = { sender = \"bad@example.com\" }\nthen = { reject = \"550 5.7.1 not from you\" }\n\
        [[rule]]\nname = \"rcpt\"\nwhen = { recipient = \"gone@example.org\" }\nthen = { reject = \"550 5.1.1 gone\" }\n";
    let served = Served::start(Site::default(), policy(rules));
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let reply = session
        .send(
            "a@example.com",
            &["b@example.org"],
            with_attachment("a.pdf", "JVBERi0xLjQK\r\n").as_bytes(),
        )
        .expect("a reply");
    assert_eq!(
        reply,
        (550, "5.7.1 100% no PDF here: a.pdf".to_owned()),
        "{}",
        postfix.log()
    );
    // The rule on the sender stands behind one on the message: it cannot speak before the end.
    let plain = "From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n";
    let reply = session
        .send("bad@example.com", &["b@example.org"], plain.as_bytes())
        .expect("a reply");
    assert_eq!(reply.0, 550, "{}", reply.1);
    assert_eq!(postfix.deliveries().len(), 0);

    let early = "[[rule]]\nname = \"sender\"\nwhen = { sender = \"bad@example.com\" }\nthen = { reject = \"550 5.7.1 not from you\" }\n\
        [[rule]]\nname = \"rcpt\"\nwhen = { recipient = \"gone@example.org\" }\nthen = { reject = \"550 5.1.1 gone\" }\n";
    let served = Served::start(Site::default(), policy(early));
    postfix.set("smtpd_milters", &served.address);
    postfix.reload();
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(
        session.mail("bad@example.com").expect("a reply"),
        (550, "5.7.1 not from you".to_owned())
    );
    assert_eq!(session.mail("a@example.com").expect("a reply").0, 250);
    assert_eq!(
        session.rcpt("gone@example.org").expect("a reply"),
        (550, "5.1.1 gone".to_owned())
    );
    assert_eq!(session.rcpt("b@example.org").expect("a reply").0, 250);
    assert_eq!(session.data(plain.as_bytes()).expect("a reply").0, 250);
    postfix.wait_for(1, PATIENCE);
}

#[test]
fn a_scanner_that_finds_refuses_and_one_that_is_down_defers() {
    let Some(mut clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let mut settings = ClamdSettings::default();
    settings.timeouts.connect = Duration::from_secs(2);
    let scanner = ClamdScanner::new(clamd.unix().parse().expect("an address"), settings);
    let engines = vec![Engine::new("clamd", Arc::new(scanner))];
    let served = Served::start(
        Site {
            engines,
            ..Site::default()
        },
        preset("default"),
    );
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());

    let plain = "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n";
    let (reply, delivered) = send(&postfix, &mut session, plain, 1);
    assert_eq!(reply.0, 250, "{}", reply.1);
    assert_eq!(delivered, with_lf(plain));

    let infected = format!(
        "From: a@example.com\r\nSubject: x\r\n\r\n{}\r\n",
        String::from_utf8(eicar()).expect("text")
    );
    let reply = session
        .send("a@example.com", &["b@example.org"], infected.as_bytes())
        .expect("a reply");
    assert_eq!(reply.0, 550, "{}", reply.1);
    assert!(reply.1.contains(SIGNATURE), "{}", reply.1);

    clamd.stop();
    let reply = session
        .send("a@example.com", &["b@example.org"], plain.as_bytes())
        .expect("a reply");
    assert_eq!(reply.0, 451, "{}", reply.1);
    clamd.restart();
    support::wait_for("mail to be taken again", PATIENCE, || {
        let reply = session.send("a@example.com", &["b@example.org"], plain.as_bytes());
        (reply.expect("a reply").0 == 250).then_some(())
    });
    assert_eq!(postfix.wait_for(2, PATIENCE).len(), 2);
}

#[test]
fn a_large_message_is_edited_too() {
    let served = Served::start(Site::default(), preset("default"));
    let Some(postfix) = support::ready(Postfix::start(
        &served.address,
        &[("message_size_limit", "0")],
    )) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n";
    let large = with_attachment("big.bin", &line.repeat((25 << 20) / line.len()));
    let message = large.replace("--bb--\r\n", &format!("--bb\r\nContent-Type: application/octet-stream; name=run.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--bb--\r\n", program()));
    let (reply, delivered) = send(&postfix, &mut session, &message, 1);
    assert_eq!(reply.0, 250, "{}", reply.1);
    let before = with_lf(&large);
    let (untouched, _) = before.split_at(before.len() - "--bb--\n".len());
    assert!(
        delivered.starts_with(untouched),
        "25 MB before the removed part are as they came"
    );
    assert!(!delivered.contains("TVqQ"));
}
