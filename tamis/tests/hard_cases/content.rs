//! Every octet of header and body, however it was cut, and changes of the header.

use super::{KEEP, Kept, PLAIN, policy};
use crate::served::Served;
use crate::talk::{self, BEFORE, TODAY, Talk, letters};
use tamis::inspect::Site;

type Field = (&'static str, &'static [u8]);

/// Header and body of messages that are easily read differently.
const ODD: &[(&[Field], &[u8])] = &[
    (PLAIN, b"text\r\n"),
    (PLAIN, b""),
    (PLAIN, b"\r\n"),
    (PLAIN, b"no line end"),
    (PLAIN, b"X-Not: a field\r\nnor this\r\n\r\ntext\r\n"),
    (
        PLAIN,
        b"bare\rcr bare\nlf \0 nul \xFF\xC3 octets\r\n\r\r\n\n",
    ),
    (PLAIN, b".\r\n..\r\n.x\r\n"),
    (&[], b"no header at all\r\n"),
    (&[], b""),
    (
        &[("X-Tab", b"\ttab"), ("X-Empty", b""), ("X-Blank", b" ")],
        b"text\r\n",
    ),
    (
        &[
            ("X-Folded", b" one\n\ttwo\n three"),
            ("X-Late", b"\n folded at once"),
        ],
        b"text\r\n",
    ),
    (
        &[
            ("X-Eight", b" \xE4\xFF"),
            ("X-Trailing", b" x  "),
            ("X-Two", b"  x"),
        ],
        b"text\r\n",
    ),
];

#[test]
fn hc45_to_50_every_octet_is_kept() {
    let kept = Kept::start(KEEP);
    for protocol in [TODAY, BEFORE] {
        for (fields, body) in ODD {
            // An MTA that takes a blank off cannot be told from one that had none.
            let unclear = |(_, value): &(&str, &[u8])| !value.starts_with(b" ");
            if protocol == BEFORE && fields.iter().any(unclear) {
                continue;
            }
            let bare: Vec<(&str, &[u8])> = fields
                .iter()
                .map(|(name, value)| (*name, value.get(1..).unwrap_or_default()))
                .collect();
            let sent = if protocol == BEFORE { &bare } else { *fields };
            for size in [1, 3, 65_535] {
                let mut talk = kept.talk(protocol);
                talk.envelope(&["<b@example.org>"]);
                talk.content(sent, body, size);
                assert_eq!(letters(&talk.end()), "d");
                let shown = kept.last().1;
                assert_eq!(
                    shown.escape_ascii().to_string(),
                    whole(fields, body).escape_ascii().to_string()
                );
            }
        }
    }
}

/// The message as it came over SMTP.
fn whole(fields: &[(&str, &[u8])], body: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    for (name, value) in fields {
        octets.extend_from_slice(name.as_bytes());
        octets.push(b':');
        let lines: Vec<&[u8]> = value.split(|octet| *octet == b'\n').collect();
        octets.extend_from_slice(&lines.join(b"\r\n".as_slice()));
        octets.extend_from_slice(b"\r\n");
    }
    [octets.as_slice(), b"\r\n", body].concat()
}

#[test]
fn hc48_and_51_a_body_is_edited_however_it_was_cut() {
    let rules = "[[rule]]\nname = \"programs\"\nwhen = { part.content = \"executable\" }\nthen = { strip = true }\n";
    let body = "--bb\r\nContent-Type: text/plain\r\n\r\n.\r\n..\r\nlast\r\n--bb\r\nContent-Type: application/octet-stream; name=run.exe\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n--bb--\r\n";
    let multipart: &[(&str, &[u8])] = &[
        ("MIME-Version", b" 1.0"),
        ("Content-Type", b" multipart/mixed; boundary=bb"),
    ];
    let served = Served::start(Site::default(), policy(rules));
    let sent = |size| {
        let mut talk = Talk::open(&served.address, TODAY);
        talk.client("192.0.2.1", 25);
        talk.envelope(&["<b@example.org>"]);
        talk.content(&[PLAIN, multipart].concat(), body.as_bytes(), size);
        let packets = talk.end();
        assert_eq!(letters(&packets), "bc", "{size}");
        String::from_utf8(packets[0].1.clone()).expect("text")
    };
    let at_once = sent(65_535);
    assert!(
        at_once.starts_with("--bb\r\nContent-Type: text/plain\r\n\r\n.\r\n..\r\nlast\r\n--bb\r\n"),
        "{at_once}"
    );
    assert!(!at_once.contains("TVqQ"), "{at_once}");
    for size in [1, 2, 5, 64] {
        assert_eq!(sent(size), at_once, "{size}");
    }
}

#[test]
fn hc54_and_66_fields_are_changed_alike_in_both_spellings() {
    let rules = "[[rule]]\nname = \"edit\"\nwhen = { size = \">0\" }\nthen = { set_header = { X-Set = \"one\" }, \
        change_header = { X-None = \"never\" }, tag_subject = \"[T] \", remove_header = [\"X-Gone\", \"X-Not-There\"], add_header = { X-Add = \"two\" } }\n";
    let served = Served::start(Site::default(), policy(rules));
    let more: &[(&str, &[u8])] = &[
        ("X-Gone", b" 1"),
        ("X-Set", b" old"),
        ("x-gone", b" 2"),
        ("X-Set", b" older"),
    ];
    let fields = [PLAIN, more].concat();
    let packets = |protocol: u32| {
        let mut talk = Talk::open(&served.address, protocol);
        talk.client("192.0.2.1", 25);
        talk.envelope(&["<b@example.org>"]);
        let cut = usize::from(protocol == BEFORE);
        let fields: Vec<(&str, &[u8])> = fields
            .iter()
            .map(|(name, value)| (*name, &value[cut..]))
            .collect();
        talk.content(&fields, b"text\r\n", 10);
        talk.end()
    };
    let today = packets(TODAY);
    assert!(!today.iter().any(|(_, payload)| {
        payload
            .windows(6)
            .any(|text| text == b"X-None" || text == b"X-Not-")
    }));
    let gone = today.iter().filter(|(letter, payload)| {
        *letter == b'm' && payload[4..].eq_ignore_ascii_case(b"X-Gone\0\0")
    });
    let numbers: Vec<u8> = gone.map(|(_, payload)| payload[3]).collect();
    assert_eq!(numbers, [2, 1], "from the last to the first");
    let without_space = |(letter, payload): talk::Packet| {
        let text = payload.escape_ascii().to_string();
        (
            letter,
            if b"him".contains(&letter) {
                text.replacen("\\x00 ", "\\x00", 1)
            } else {
                text
            },
        )
    };
    let today: Vec<_> = today.into_iter().map(without_space).collect();
    let before: Vec<_> = packets(BEFORE)
        .into_iter()
        .map(|(letter, payload)| (letter, payload.escape_ascii().to_string()))
        .collect();
    assert_eq!(today, before);
}
