//! Who sends, who gets it, and where the mail comes from.

use super::{KEEP, Kept, PLAIN, policy};
use crate::served::Served;
use crate::support::{self, PATIENCE, postfix::Postfix};
use crate::talk::{TODAY, Talk, letters};
use tamis::inspect::Site;

#[test]
fn hc29_and_31_the_list_of_recipients_is_that_of_the_mta() {
    let rules = format!(
        "[[rule]]\nname = \"gone\"\nwhen = {{ recipient = \"gone@example.org\" }}\nthen = {{ reject = \"550 5.1.1 gone\" }}\n{KEEP}"
    );
    let kept = Kept::start(&rules);
    let mut talk = kept.talk(TODAY);
    let recipients = [
        "<b@example.org>",
        "<gone@example.org>",
        "<c@example.org>",
        "<b@example.org>",
    ];
    assert_eq!(talk.envelope(&recipients), "cycc");
    talk.content(PLAIN, b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "d");
    let (record, _) = kept.last();
    let expected = ["b@example.org", "c@example.org", "b@example.org"];
    assert_eq!(record.envelope.recipients, expected);
}

#[test]
fn hc32_messages_of_one_connection_are_strangers() {
    let rules = format!(
        "[[rule]]\nname = \"no\"\nwhen = {{ header.X-No = true }}\nthen = {{ reject = \"550 5.7.1 no\" }}\n{KEEP}"
    );
    let kept = Kept::start(&rules);
    let mut talk = kept.talk(TODAY);
    for (number, refused) in [(1, false), (2, true), (3, false)] {
        talk.tell(b'D', format!("Mi\0Q{number}\0").as_bytes());
        talk.envelope(&[&format!("<b{number}@example.org>")]);
        let mark: &[(&str, &[u8])] = if refused { &[("X-No", b" 1")] } else { &[] };
        let body = format!("text {number}\r\n");
        talk.content(&[PLAIN, mark].concat(), body.as_bytes(), 10);
        assert_eq!(letters(&talk.end()), if refused { "y" } else { "d" });
        let (record, octets) = kept.last();
        let last = if refused { 1 } else { number };
        assert_eq!(record.envelope.recipients, [format!("b{last}@example.org")]);
        assert_eq!(record.queue_id, Some(format!("Q{last}")));
        assert!(octets.ends_with(format!("\r\n\r\ntext {last}\r\n").as_bytes()));
    }
}

/// Refuses some recipients, each in another way, and asks for messages of their own for some.
const EARLY: &str = "differing_recipients = \"defer\"\n\
    [[rule]]\nname = \"gone\"\nwhen = { recipient = \"gone@example.org\" }\nthen = { reject = \"550 5.1.1 gone\" }\n\
    [[rule]]\nname = \"strict\"\nwhen = { subject = \"lunch\", recipient = \"strict@example.org\" }\n\
    then = { reject = \"550 5.7.1 no lunch\" }\n";

#[test]
fn hc40_nothing_is_refused_early_of_mail_of_the_host() {
    let served = Served::start(Site::default(), policy(EARLY));
    // Postfix tries a recipient again each second that is refused there; at the end it bounces.
    for (recipients, subject, early, late) in [
        (["b@example.org", "gone@example.org"], " x", "cy", "c"),
        (["b@example.org", "strict@example.org"], " lunch", "cy", "c"),
        (["b@example.org", "strict@example.org"], " x", "cy", "c"),
    ] {
        let local_late = match (recipients[1], subject) {
            ("strict@example.org", " x") => "c",
            _ => "y",
        };
        for (port, early, late) in [(25, early, late), (0, "cc", local_late)] {
            let mut talk = Talk::open(&served.address, TODAY);
            talk.client("127.0.0.1", port);
            assert_eq!(talk.envelope(&recipients), early, "{recipients:?} {port}");
            let mut fields = PLAIN.to_vec();
            fields[1].1 = subject.as_bytes();
            talk.content(&fields, b"text\r\n", 10);
            assert_eq!(letters(&talk.end()), late, "{recipients:?} {port}");
        }
    }
}

#[test]
fn hc40_mail_of_the_host_through_postfix() {
    let served = Served::start(Site::default(), policy(EARLY));
    let extra = [("non_smtpd_milters", served.address.as_str())];
    let Some(postfix) = support::ready(Postfix::start("", &extra)) else {
        return;
    };
    let message = "From: a@example.com\nSubject: x\n\nbody\n";
    postfix.submit(
        "a@example.com",
        &["b@example.org", "strict@example.org"],
        message,
    );
    assert_eq!(postfix.wait_for(2, PATIENCE).len(), 2, "{}", postfix.log());
    postfix.submit("a@example.com", &["gone@example.org"], message);
    // The sender gets it back, once.
    let delivered = postfix.wait_for(3, PATIENCE);
    let text = String::from_utf8_lossy(&delivered[2]).into_owned();
    assert!(
        text.contains("<gone@example.org>: gone"),
        "{text}\n{}",
        postfix.log()
    );
}

#[test]
fn hc41_no_queue_id_is_needed() {
    let kept = Kept::start(KEEP);
    let mut talk = kept.talk(TODAY);
    talk.envelope(&["<b@example.org>"]);
    talk.content(PLAIN, b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "d");
    assert_eq!(kept.last().0.queue_id, None);
    talk.envelope(&["<b@example.org>"]);
    talk.tell(b'D', b"Li\0LATE\0");
    talk.content(PLAIN, b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "d");
    assert_eq!(kept.last().0.queue_id.as_deref(), Some("LATE"));
}

#[test]
fn hc62_recipients_are_taken_out_as_they_were_written() {
    let rules = "[[rule]]\nname = \"out\"\nwhen = { recipient = \"gone*@example.org\" }\nthen = { remove_recipient = true }\n";
    let served = Served::start(Site::default(), policy(rules));
    for (recipients, expected) in [
        (&["<b@example.org>"][..], "c"),
        (
            &["<b@example.org>", "<Gone@Example.ORG>"],
            "- <Gone@Example.ORG>\\x00|c",
        ),
        (&["<gone@example.org>"], "d"),
        (&["<gone@example.org>", "<gone@example.org>"], "d"),
    ] {
        let mut talk = Talk::open(&served.address, TODAY);
        talk.client("192.0.2.1", 25);
        talk.envelope(recipients);
        talk.content(PLAIN, b"text\r\n", 10);
        let shown: Vec<String> = talk
            .end()
            .iter()
            .map(|(letter, payload)| {
                format!("{} {}", char::from(*letter), payload.escape_ascii())
                    .trim_end()
                    .to_owned()
            })
            .collect();
        assert_eq!(shown.join("|"), expected, "{recipients:?}");
    }
    // One whose octets are no text cannot be named, and must not stay either.
    let mut talk = Talk::open(&served.address, TODAY);
    talk.client("192.0.2.1", 25);
    talk.envelope(&["<b@example.org>"]);
    assert_eq!(talk.letter(b'R', b"<gone\xFF@example.org>\0"), 'c');
    talk.content(PLAIN, b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "t");
}

#[test]
fn hc64_held_or_refused_but_not_both() {
    let rules = "[[rule]]\nname = \"hold\"\nwhen = { size = \">0\" }\nthen = { hold = \"od\\u00e4d\" }\n\
        [[rule]]\nname = \"no\"\nwhen = { header.X-No = true }\nthen = { reject = \"550 5.7.1 no\" }\n";
    let served = Served::start(Site::default(), policy(rules));
    let mut talk = Talk::open(&served.address, TODAY);
    talk.client("192.0.2.1", 25);
    talk.envelope(&["<b@example.org>"]);
    talk.content(PLAIN, b"text\r\n", 10);
    let packets = talk.end();
    assert_eq!(letters(&packets), "qc");
    assert!(
        packets[0].1.starts_with(b"od")
            && packets[0].1.ends_with(b"d\0")
            && packets[0].1.is_ascii()
    );
    talk.envelope(&["<b@example.org>"]);
    talk.content(&[PLAIN, &[("X-No", b" 1")]].concat(), b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "y");
}
