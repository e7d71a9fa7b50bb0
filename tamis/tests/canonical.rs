//! Ambiguous mail through a real Postfix: what arrives is the one reading that was judged, the same as batch work writes.

mod served;
mod support;

use bytes::Bytes;
use served::Served;
use std::io::Read;
use std::sync::Arc;
use support::{
    PATIENCE,
    postfix::{Postfix, without_trace},
    smtp::Smtp,
};
use tamis::inspect::{Fate, Inspection, Site};
use tamis_rules::{Envelope, Policy, Sources, load};

/// The first octets of a program in base64.
const PROGRAM: &str =
    "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";

/// A small picture in base64.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn policy() -> Policy {
    load(&Sources::preset("default").expect("a preset")).expect("a policy")
}

fn head(content_type: &str) -> String {
    format!(
        "From: a@example.com\r\nTo: b@example.org\r\nSubject: files\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
         Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n{content_type}\r\n"
    )
}

fn text(delimiter: &str) -> String {
    format!("--{delimiter}\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n")
}

fn file(delimiter: &str, name: &str, encoding: &str, body: &str) -> String {
    format!(
        "--{delimiter}\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n{encoding}\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{body}"
    )
}

/// Messages that hide a program, each in another way, with what of them must arrive and what must not.
fn hostile() -> Vec<(&'static str, String)> {
    let mixed = |rest: &str| head(&format!("Content-Type: multipart/mixed; {rest}"));
    let base64 = "Content-Transfer-Encoding: base64\r\n";
    let both = "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n";
    let program = |delimiter| file(delimiter, "notes.dat", base64, PROGRAM);
    vec![
        (
            "two boundaries in one field",
            mixed("boundary=none; boundary=bb")
                + "\r\n"
                + &text("bb")
                + &program("bb")
                + "--bb--\r\n",
        ),
        (
            "two Content-Type fields",
            head("Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=bb")
                + "\r\n"
                + &text("bb")
                + &program("bb")
                + "--bb--\r\n",
        ),
        (
            "two encodings",
            mixed("boundary=bb")
                + "\r\n"
                + &text("bb")
                + &file("bb", "notes.dat", both, PROGRAM)
                + "--bb--\r\n",
        ),
        (
            "no close delimiter",
            mixed("boundary=bb") + "\r\n" + &text("bb") + &program("bb"),
        ),
        (
            "a part behind the close delimiter",
            mixed("boundary=bb")
                + "\r\n"
                + &text("bb")
                + "--bb--\r\n\r\n"
                + &program("bb")
                + "--bb--\r\n",
        ),
    ]
}

/// What batch work makes of a message.
fn in_batch(message: &str) -> String {
    let envelope = Envelope {
        sender: Some("a@example.com".into()),
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let site = Arc::new(Site::default());
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(site, Arc::new(policy()), envelope);
        let octets = Bytes::copy_from_slice(message.as_bytes());
        inspection.push(octets).await.expect("spooled");
        inspection.finish().await.expect("spooled")
    });
    let outcome = judged.carry_out().expect("carried out");
    let Fate::Deliver(delivered) = &outcome.fate else {
        panic!("{:?}", outcome.report)
    };
    let mut result = String::new();
    delivered
        .message()
        .read_to_string(&mut result)
        .expect("read");
    result
}

/// Sends a message through Postfix and gives what arrives, without the fields of Postfix.
fn through(postfix: &Postfix, session: &mut Smtp, message: &str, nth: usize) -> String {
    let reply = session.send("a@example.com", &["b@example.org"], message.as_bytes());
    let (code, text) = reply.expect("a reply");
    assert_eq!(code, 250, "{text}");
    let mail = postfix.wait_for(nth, PATIENCE);
    let last = mail.last().map(|mail| without_trace(mail).to_vec());
    String::from_utf8(last.unwrap_or_default()).expect("text")
}

#[test]
fn what_was_judged_is_what_arrives() {
    let served = Served::start(Site::default(), policy());
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    for (index, (what, message)) in hostile().into_iter().enumerate() {
        let nth = index.saturating_add(1);
        let arrived = through(&postfix, &mut session, &message, nth);
        assert!(
            !arrived.contains("TVqQ"),
            "{what}: the program arrives\n{arrived}"
        );
        assert!(
            arrived.contains("see the file"),
            "{what}: the text is lost\n{arrived}"
        );
        assert!(
            arrived.contains("was removed"),
            "{what}: no notice\n{arrived}"
        );
        let expected = in_batch(&message).replace("\r\n", "\n");
        assert_eq!(arrived, expected, "{what}\n{}", postfix.log());
    }
}

#[test]
fn what_is_harmless_arrives_whole() {
    let served = Served::start(Site::default(), policy());
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let base64 = "Content-Transfer-Encoding: base64\r\n";
    // Base64 in base64: the container is opened in the first pass, what is in it is read in the second.
    let inner = text("bb") + &file("bb", "dot.png", base64, PICTURE) + "\r\n--bb--\r\n";
    let message =
        head("Content-Type: multipart/mixed; boundary=bb\r\nContent-Transfer-Encoding: base64")
            + "\r\n"
            + &encoded(inner.as_bytes());
    let arrived = through(&postfix, &mut session, &message, 1);
    let lines: String = arrived.lines().collect();
    assert!(lines.contains(PICTURE), "{arrived}");
    assert!(arrived.contains("see the file"), "{arrived}");
    assert!(arrived.contains("filename=\"dot.png\""), "{arrived}");
    let again = in_batch(&arrived);
    assert_eq!(again, arrived, "sanitizing twice changes nothing more");
}

/// Header sections that are mended field by field, with what must arrive.
#[rustfmt::skip]
const HEADERS: [(&str, &str); 12] = [
    ("To: jane@example.org; bob@example.com\r\n", "To: jane@example.org, bob@example.com\n"),
    (
        "Cc: Example, Jane <jane@example.org>\r\nTo: c@example.org\r\nCc: \"Bob <bob@example.com>\r\n",
        "Cc: \"Example, Jane\" <jane@example.org>,\n Bob <bob@example.com>\nTo: c@example.org\n",
    ),
    (
        "Reply-To: jane@example.org <bob@example.com\r\nTo: c@example.org\r\n",
        "Reply-To: jane@example.org, bob@example.com\nTo: c@example.org\n",
    ),
    (
        "Resent-To: a@example.org,, b@example.org\r\nTo: c@example.org\r\nResent-To: a@example.org b@example.org\r\n",
        "Resent-To: a@example.org, b@example.org\nTo: c@example.org\nResent-To: a@example.org, b@example.org\n",
    ),
    ("Subject: one\r\nTo: c@example.org\r\nSubject: two\r\nSUBJECT: three\r\n", "Subject: one\nTo: c@example.org\n"),
    ("Date: one\r\nTo: c@example.org\r\nDate: two\r\n", "Date: one\nTo: c@example.org\n"),
    ("To: c@example.org\r\nMessage-ID: <1@a>\r\nMessage-Id: <2@a>\r\n", "To: c@example.org\nMessage-ID: <1@a>\n"),
    ("To: c@example.org\r\nSubject: a\x08b\x7f\r\n", "To: c@example.org\nSubject: ab\n"),
    ("To: c@example.org\r\nSubject: a\r\n \r\n b\r\n", "To: c@example.org\nSubject: a\n b\n"),
    ("To: c@example.org\r\nSubject: =?utf-8?Q?a=0D=0ABcc:_x?=\r\n", "To: c@example.org\nSubject: a Bcc: x\n"),
    (
        "To: c@example.org\r\nMIME-Version: 1.0\r\nMIME-Version: 2.0\r\n",
        "To: c@example.org\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n",
    ),
    (
        "Sender: \"a\" b@example.org (c\r\nTo: undisclosed-recipients:;\r\n",
        "Sender: a c <b@example.org>\nTo: undisclosed-recipients:;\n",
    ),
];

#[test]
fn header_fields_arrive_mended() {
    let served = Served::start(Site::default(), policy());
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    for (index, (before, after)) in HEADERS.into_iter().enumerate() {
        // What Postfix would add stands there already.
        let rest = |name: &str, field: &'static str| {
            let has = before
                .lines()
                .any(|line| line.to_ascii_lowercase().starts_with(name));
            if has { "" } else { field }
        };
        let date = rest("date:", "Date: Mon, 16 Nov 2026 09:12:41 +0000\r\n");
        let id = rest("message-id:", "Message-ID: <1@example.com>\r\n");
        let head = format!("From: a@example.com\r\n{date}{id}");
        let message = format!("{head}{before}\r\nhello\r\n");
        let arrived = through(&postfix, &mut session, &message, index.saturating_add(1));
        let expected = format!("{}{after}\nhello\n", head.replace("\r\n", "\n"));
        assert_eq!(arrived, expected, "{before:?}\n{}", postfix.log());
        let batch = in_batch(&message).replace("\r\n", "\n");
        assert_eq!(arrived, batch, "{before:?}");
    }
}

fn encoded(octets: &[u8]) -> String {
    tamis_corpus::make::encode::base64_lines(octets)
}
