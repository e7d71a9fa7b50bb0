//! Messages that rules deliver as a file in another message: what is around them, what is in them, and that nothing else is.

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
use tamis::inspect::{Fate, Inspection, Outcome, Site};
use tamis::quarantine::Store;
use tamis_corpus::{Chunking, cases, run};
use tamis_rules::{Direction, Envelope, Policy, Sources, load};
use tamis_sanitize::map::Structure;
use tamis_sanitize::{Limits, MessageMap};

const HEAD: &str = "From: a@example.com\r\nTo: b@example.org\r\nSubject: files\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
    Message-ID: <1@example.com>\r\n";

/// A program by its first octets.
const PROGRAM: &str =
    "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";

fn policy(rules: &str) -> Arc<Policy> {
    let text = format!(
        "{rules}[notice.odd]\ntext = \"Grüße! Rule {{rule}}, {{sender}}, kept as {{id}}.\"\nname = \"odd.txt\"\nlanguage = \"de\"\n\
         [[rule]]\nname = \"odd\"\nwhen = {{ direction = \"inbound\" }}\nthen = {{ wrap = \"odd\" }}\n"
    );
    Arc::new(load(&Sources::new("test.toml", text)).expect("a policy"))
}

fn inspect(site: Site, policy: &Arc<Policy>, message: &[u8]) -> Outcome {
    let envelope = Envelope {
        sender: Some("a@example.com".into()),
        recipients: vec!["b@example.org".into()],
        direction: Some(Direction::Inbound),
        ..Envelope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::new(site), Arc::clone(policy), envelope);
        for chunk in message.chunks(1_000) {
            let chunk = Bytes::copy_from_slice(chunk);
            inspection.push(chunk).await.expect("spooled");
        }
        inspection.finish().await.expect("spooled")
    });
    judged.carry_out().expect("carried out")
}

fn delivered(outcome: &Outcome) -> Vec<u8> {
    let Fate::Deliver(delivered) = &outcome.fate else {
        panic!("{:?}", outcome.report)
    };
    let mut message = Vec::new();
    delivered.message().read_to_end(&mut message).expect("read");
    message
}

/// A wrapped message, taken apart: its header section, the notice decoded, and the message inside.
struct Apart {
    header: String,
    notice: String,
    inside: String,
}

fn apart(octets: &[u8]) -> Apart {
    let ran = run::read(octets, &Limits::default(), Chunking::Whole);
    let map = ran.reading.map();
    let number = |number: &str| {
        let part = map.parts().iter().find(|part| part.number() == number);
        part.expect("a part")
    };
    let text = |start: u64, end: u64| {
        let at = |place: u64| usize::try_from(place).expect("small");
        String::from_utf8_lossy(&octets[at(start)..at(end)]).into_owned()
    };
    let file = number("2");
    assert_eq!(*file.structure(), Structure::Message);
    assert_eq!(file.names()[0].text, "original.eml");
    assert_eq!(number("1").names()[0].text, "odd.txt");
    let message = map.children(file.id()).next().expect("a message").entity();
    Apart {
        header: text(0, map.root().body().start),
        notice: String::from_utf8(ran.content(number("1").id()).to_vec()).expect("UTF-8"),
        inside: text(message.start, message.end),
    }
}

fn check(rules: &str, message: &str) -> (Apart, Outcome) {
    let outcome = inspect(Site::default(), &policy(rules), message.as_bytes());
    assert!(outcome.report.changed && outcome.report.wrapped);
    let result = apart(&delivered(&outcome));
    assert!(
        result
            .notice
            .starts_with("Grüße! Rule odd, a@example.com, kept as ")
    );
    (result, outcome)
}

#[test]
fn a_plain_message_keeps_its_octets() {
    let message = format!("{HEAD}\r\nhello\r\n");
    let (wrapped, outcome) = check("", &message);
    assert_eq!(wrapped.inside, message);
    assert!(wrapped.header.starts_with(HEAD), "{}", wrapped.header);
    assert!(wrapped.header.contains("multipart/mixed"));
    assert!(wrapped.notice.ends_with("kept as not kept."));
    let json = serde_json::to_value(&outcome.report).expect("JSON");
    assert_eq!(json["wrapped"], true);
}

#[test]
fn a_removed_part_is_not_inside_either() {
    let message = format!(
        "{HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\nContent-Type: text/plain\r\n\r\n\
         see the file\r\n--bb\r\nContent-Type: application/octet-stream; name=\"run.exe\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{PROGRAM}--bb\r\nContent-Type: text/csv\r\n\r\na;b\r\n--bb--\r\n"
    );
    let strip = "[[rule]]\nname = \"programs\"\nwhen = { part.kind = \"executable\" }\nthen = { strip = true }\n";
    let (wrapped, outcome) = check(strip, &message);
    let before = message.split("--bb\r\nContent-Type: application").next();
    assert!(wrapped.inside.starts_with(before.expect("a head")));
    assert!(wrapped.inside.contains("\r\na;b\r\n--bb--\r\n"));
    assert!(wrapped.inside.contains("An attachment was removed"));
    assert!(!wrapped.inside.contains("TVqQ"));
    assert_eq!(outcome.report.edited[0].part.number, "2");
}

#[test]
fn header_edits_are_around_and_the_banner_is_inside() {
    let message = format!("{HEAD}\r\nhello\r\n");
    let rules = "[banner.outside]\ntext = \"Sent from outside.\"\n[[rule]]\nname = \"tag\"\nwhen = { size = \">0\" }\n\
        then = { tag_subject = \"[odd]\", insert_header = { X-Seen = \"yes\" }, banner = \"outside\" }\n";
    let (wrapped, _) = check(rules, &message);
    assert!(wrapped.header.starts_with("X-Seen: yes\r\nFrom: a@"));
    assert!(wrapped.header.contains("\r\nSubject: [odd] files\r\n"));
    assert!(wrapped.inside.contains("\r\nSubject: files\r\n"));
    assert!(!wrapped.inside.contains("X-Seen"));
    assert!(
        wrapped.inside.contains("Sent from outside."),
        "{}",
        wrapped.inside
    );
    assert!(wrapped.inside.contains("hello"));
}

#[test]
fn an_ambiguous_message_is_repaired_and_wrapped() {
    let message = format!(
        "{HEAD}Subject: another\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n\
         --bb\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--bb\r\n\
         Content-Type: application/octet-stream; name=\"run.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{PROGRAM}"
    );
    let strip = "[[rule]]\nname = \"programs\"\nwhen = { part.kind = \"executable\" }\nthen = { strip = true }\n";
    let (wrapped, outcome) = check(strip, &message);
    for text in [&wrapped.header, &wrapped.inside] {
        assert_eq!(text.matches("Subject:").count(), 1, "{text}");
        assert!(!text.contains("TVqQ"), "{text}");
    }
    assert_eq!(
        wrapped.inside.matches("\nContent-Type: multipart").count(),
        1
    );
    assert!(wrapped.inside.contains("see the file"));
    assert!(!outcome.report.repaired.is_empty());
}

#[test]
fn a_signed_message_keeps_what_was_signed() {
    let message = format!(
        "DKIM-Signature: v=1; d=example.com\r\n{HEAD}MIME-Version: 1.0\r\n\
         Content-Type: multipart/signed; micalg=sha-256; protocol=\"application/pgp-signature\"; boundary=bb\r\n\r\n\
         --bb\r\nContent-Type: text/plain\r\n\r\nsigned\r\n--bb\r\nContent-Type: application/pgp-signature\r\n\r\n\
         -----BEGIN PGP SIGNATURE-----\r\n\r\naaaa\r\n-----END PGP SIGNATURE-----\r\n--bb--\r\n"
    );
    let (wrapped, outcome) = check("", &message);
    assert_eq!(wrapped.inside, message);
    assert_eq!(outcome.report.voided, ["dkim"]);
    assert!(outcome.report.loosened.is_empty());
}

#[test]
fn the_notice_names_what_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::create(dir.path()).expect("a store");
    let site = Site {
        quarantine: Some(store),
        ..Site::default()
    };
    let keep = "[[rule]]\nname = \"keep\"\nwhen = { size = \">0\" }\nthen = { quarantine = true, accept = true, wrap = true }\n";
    let policy = Arc::new(load(&Sources::new("test.toml", keep)).expect("a policy"));
    let outcome = inspect(site, &policy, format!("{HEAD}\r\nhello\r\n").as_bytes());
    assert_eq!(outcome.report.kept.len(), 1);
    assert!(outcome.report.wrapped);
    let result = String::from_utf8(delivered(&outcome)).expect("text");
    assert!(result.contains("Rule: keep"), "{result}");
}

/// Rules about the whole that only the wrapper would offend do not keep a message from its recipient.
#[test]
fn the_wrapper_is_not_what_policy_speaks_of() {
    for rule in [
        "when = { part.type = \"message/*\" }\nthen = { strip = true }",
        "when = { part_count = \">1\" }\nthen = { reject = \"550 5.7.1 too many parts\" }",
        "when = { depth = \">0\" }\nthen = { reject = \"550 5.7.1 too deep\" }",
        "when = { part.name = \"*.eml\" }\nthen = { strip = true }",
    ] {
        let rules = format!("[[rule]]\nname = \"against\"\n{rule}\n");
        let message = format!("{HEAD}\r\nhello\r\n");
        assert_eq!(check(&rules, &message).0.inside, message, "{rule}");
    }
}

fn parts(map: &MessageMap) -> Vec<(String, bool)> {
    let parts = map.parts().iter();
    parts
        .map(|part| (part.media_type().to_owned(), part.is_leaf()))
        .collect()
}

/// Laws 1 and 7: whatever can be delivered can be delivered wrapped, and sanitizing that changes nothing more.
#[test]
fn every_case_that_is_delivered_can_be_wrapped() {
    let rules = "[[rule]]\nname = \"programs\"\nwhen = { part.kind = \"executable\" }\nthen = { strip = true, keep = false }\n";
    let wraps = policy(rules);
    let plain = Arc::new(load(&Sources::new("test.toml", rules)).expect("a policy"));
    let site = |limits: &Limits| Site {
        limits: limits.clone(),
        ..Site::default()
    };
    let (mut wrapped, mut complaints) = (0, Vec::new());
    for case in cases().expect("every case loads") {
        let alone = inspect(site(&case.limits), &plain, &case.message);
        let both = inspect(site(&case.limits), &wraps, &case.message);
        if !matches!(alone.fate, Fate::Deliver(_)) {
            continue;
        }
        wrapped += 1;
        let mut complain = |what: String| complaints.push(format!("{}: {what}", case.id));
        if !both.report.wrapped {
            complain(format!(
                "is not wrapped: {:?} {:?}",
                both.report.reasons, case.limits
            ));
            continue;
        }
        let (alone, result) = (delivered(&alone), delivered(&both));
        let read = |octets: &[u8]| run::read(octets, &case.limits, Chunking::Whole).reading;
        let (inner, outer) = (read(&alone), read(&result));
        if parts(outer.map()).get(3..) != Some(&parts(inner.map())[..]) {
            complain("has other parts".to_owned());
        }
        let again = inspect(site(&case.limits), &plain, &result);
        if delivered(&again) != result {
            complain(format!("changes: {:?}", again.report));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(wrapped > 100, "only {wrapped} messages were wrapped");
}

#[test]
fn what_an_mta_delivers_is_what_batch_work_writes() {
    let rules = "[[rule]]\nname = \"tag\"\nwhen = { size = \">0\" }\nthen = { tag_subject = \"[odd]\", set_header = { X-Seen = \"yes\" } }\n";
    let own = policy(rules);
    let served = Served::start(
        Site::default(),
        Arc::into_inner(policy(rules)).expect("nobody else has it"),
    );
    let Some(postfix) = support::ready(Postfix::start(&served.address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mime = format!(
        "{HEAD}MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\
         Content-Language: de\r\n\r\n<p>Gr=C3=BC=C3=9Fe</p>\r\n"
    );
    for (nth, message) in (1..).zip([format!("{HEAD}\r\nhello\r\n"), mime]) {
        let reply = session.send("a@example.com", &["b@example.org"], message.as_bytes());
        let (code, text) = reply.expect("a reply");
        assert_eq!(code, 250, "{text}");
        let mail = postfix.wait_for(nth, PATIENCE);
        let arrived = mail.last().map(|mail| without_trace(mail).to_vec());
        let arrived = String::from_utf8(arrived.unwrap_or_default()).expect("text");
        let batch = delivered(&inspect(Site::default(), &own, message.as_bytes()));
        let batch = String::from_utf8(batch)
            .expect("text")
            .replace("\r\n", "\n");
        assert_eq!(arrived, batch);
    }
}
