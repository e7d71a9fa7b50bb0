//! Header sections before and after their repair.

use proptest::prelude::*;
use tamis_sanitize::defect::CodeSet;
use tamis_sanitize::map::Structure;
use tamis_sanitize::repair::{
    RepairOptions, Timestamp, header_repairs_with, repaired_fields, strays,
};
use tamis_sanitize::{
    Code, FieldName, HeaderEdit, Limits, MessageMap, Needs, Piece, Plan, Reader, rewrite,
};

fn read(octets: &[u8]) -> MessageMap {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(octets);
    reader.finish().map().clone()
}

/// Everything that can be mended.
fn all() -> RepairOptions {
    RepairOptions {
        codes: Code::ALL.iter().copied().collect(),
        encode_8bit: true,
        received: Some(Timestamp(1_748_943_000)),
        ..RepairOptions::default()
    }
}

/// The message with its header section mended.
fn mend(message: &[u8], options: &RepairOptions) -> Vec<u8> {
    let map = read(message);
    let repairs = header_repairs_with(&map, options).into_iter();
    let plan = Plan {
        header: repairs.map(|repair| repair.edit).collect(),
        ..Plan::default()
    };
    let mut out = Vec::new();
    for piece in rewrite(&map, &plan).message(&map) {
        match piece {
            Piece::Copy(range) => {
                let index = |at: u64| usize::try_from(at).expect("small");
                out.extend_from_slice(&message[index(range.start)..index(range.end)]);
            }
            Piece::Bytes(bytes) => out.extend_from_slice(&bytes),
            Piece::Recode(_) => unreachable!("a plan of header edits"),
        }
    }
    out
}

#[track_caller]
fn check_with(options: &RepairOptions, message: &[u8], expected: &str) {
    let out = mend(message, options);
    assert_eq!(String::from_utf8_lossy(&out), expected);
    let again = header_repairs_with(&read(&out), options);
    assert_eq!(again, [], "mended twice");
}

/// What the default mends. `\n` stands for CRLF.
#[track_caller]
fn check(message: &str, expected: &str) {
    let [message, expected] = [message, expected].map(|text| text.replace('\n', "\r\n"));
    check_with(&RepairOptions::default(), message.as_bytes(), &expected);
}

/// The value of a From field before and after; the same for one that is left alone.
#[track_caller]
fn check_from(before: &str, after: &str) {
    check(
        &format!("From: {before}\n\n"),
        &format!("From: {after}\n\n"),
    );
}

#[test]
fn a_sound_header_is_left_alone() {
    let sound = "From: a@example.org\nSubject: hi\nReceived: x\nReceived: y\n\nbody\n";
    check(sound, sound);
    let japanese = "Subject: \x1b$B2q5D\x1b(B\n\nbody\n";
    check(japanese, japanese);
    check(
        "Subject: no From, no Date\n\n",
        "Subject: no From, no Date\n\n",
    );
}

#[test]
fn a_field_that_may_stand_once_keeps_its_first() {
    check(
        "Subject: one\nFrom: a@example.org\nSUBJECT: two\n\n",
        "Subject: one\nFrom: a@example.org\n\n",
    );
    check(
        "Content-Type: text/html\nContent-type: text/plain\n\n",
        "Content-Type: text/html\n\n",
    );
    check(
        "From:\nFrom : a@example.org\nDate: x\nDate: y\n\n",
        "From: a@example.org\nDate: x\n\n",
    );
}

#[test]
fn lists_that_stand_twice_become_one() {
    check(
        "To: a@example.org,\n b@example.org\nCc:\nto: c@example.org,\nTo : d\nCC: e\n\n",
        "To: a@example.org,\n b@example.org,\n c@example.org,\n d\nCC: e\n\n",
    );
    check(
        "References: <a@b>\nReferences: <c@d>\nReferences: <a@b>\n\n",
        "References: <a@b>\n <c@d>\n\n",
    );
}

#[test]
fn what_no_field_may_hold_goes() {
    check("Subject: a\0b\n\n", "Subject: ab\n\n");
    check("Subject: a\x1b[2Jb\n c\n\n", "Subject: a[2Jb\n c\n\n");
    check("Subject : a\n\n", "Subject: a\n\n");
    check(" Subject: a\nTo: b\n\n", "Subject: a\nTo: b\n\n");
    check("Subject: a\n \n b\nTo: c\n\n", "Subject: a\n b\nTo: c\n\n");
}

#[test]
fn a_sender_that_all_read_alike_is_left_alone() {
    for sound in [
        "jane@example.org",
        "<jane@example.org>",
        "Jane Example <jane@example.org>",
        "Jane O'Hara-Example Jr. <jane@example.org>",
        "\"Example, Jane\" <jane@example.org>",
        "\"jane@example.org\" <jane@example.org>",
        "\"jane@news.example.org\" <jane@example.org>",
        "\"bob@example.com via Lists\" <jane@example.org>",
        "jane@example.org (Jane Example)",
        "Jane (work) <jane@example.org>",
        "=?utf-8?Q?J=C3=A4ne?= <jane@example.org>",
        "=?utf-8?Q?Example=2C_J=C3=A4ne?= <jane@example.org>",
        "=?utf-8?Q?Example,_J=C3=A4ne_(x)?= <jane@example.org>",
        "Jäne <jane@example.org>",
        "Jane\n <jane@example.org>",
        "< jane@example.org >",
        "Jane <jane@example.org>,",
        "undisclosed-recipients:;",
        "root",
        "Jane <jane@[192.0.2.1]>",
        "\"jane doe\"@example.org",
    ] {
        check_from(sound, sound);
    }
}

#[test]
fn a_sender_that_is_no_mailbox_becomes_one() {
    for (before, after) in [
        ("\"Jane <jane@example.org>", "Jane <jane@example.org>"),
        ("Jane <jane@example.org", "Jane <jane@example.org>"),
        ("Jane jane@example.org>", "Jane <jane@example.org>"),
        ("Jane <<jane@example.org>>", "Jane <jane@example.org>"),
        ("Jane (x <jane@example.org>", "Jane x <jane@example.org>"),
        ("Jane <jane@example.org> more", "Jane <jane@example.org>"),
        (
            "Example, Jane <jane@example.org>",
            "\"Example, Jane\" <jane@example.org>",
        ),
        ("Jane: x <jane@example.org>", "Jane x <jane@example.org>"),
        (
            "[List] Jane <jane@example.org>",
            "\"(List) Jane\" <jane@example.org>",
        ),
        ("jane@(x)example.org", "x <jane@example.org>"),
        ("<jane@\n example.org>", "jane@example.org"),
        ("jane @ example.org", "jane@example.org"),
        ("<\"jane\"@example.org>", "jane@example.org"),
        (
            "<@a.example,@b.example:jane@example.org>",
            "jane@example.org",
        ),
        (
            "<jane@=?utf-8?Q?example.org?=>",
            "\"jane at example.org\":;",
        ),
        ("mailto:jane@example.org", "jane@example.org"),
        ("<=?utf-8?Q?jane?=@example.org>", "jane@example.org"),
        (
            "=?utf-8?Q?Jane_=3Cjane=40example.org=3E?=",
            "\"Jane (jane at example.org)\":;",
        ),
        ("Friends: jane@example.org;", "jane@example.org"),
        (
            "Pete(A \\) chap) <pete(his)@silly.test(host)>",
            "\"Pete (A ) chap)\" <pete@silly.test>",
        ),
        ("Jane <>", "Jane:;"),
        ("<>", "unknown-sender:;"),
        (
            "<jane@example.org@evil.example>",
            "\"jane at example.org at evil.example\":;",
        ),
    ] {
        check_from(before, after);
    }
}

#[test]
fn of_several_senders_the_first_stays() {
    for before in [
        "Jane <jane@example.org>, Bob <bob@example.com>",
        "Jane <jane@example.org> Bob <bob@example.com>",
        "Jane <jane@example.org> bob@example.com",
        "Jane <jane@example.org>; bob@example.com",
        "Friends: Jane <jane@example.org>, bob@example.com;",
    ] {
        check_from(before, "Jane <jane@example.org>");
    }
}

#[test]
fn a_name_that_shows_another_address_is_disarmed() {
    for (before, after) in [
        (
            "\"bob@example.com\" <jane@example.org>",
            "\"bob at example.com\" <jane@example.org>",
        ),
        (
            "bob@example.com <jane@example.org>",
            "\"bob at example.com\" <jane@example.org>",
        ),
        (
            "\"Bob <bob@example.com>\" <jane@example.org>",
            "\"Bob (bob at example.com)\" <jane@example.org>",
        ),
        (
            "=?utf-8?Q?bob=40example.com?= <jane@example.org>",
            "\"bob at example.com\" <jane@example.org>",
        ),
        (
            "=?utf-8?Q?bob?= =?utf-8?Q?=40example.com?= <jane@example.org>",
            "\"bob at example.com\" <jane@example.org>",
        ),
        (
            "Jane (bob@example.com) <jane@example.org>",
            "\"Jane (bob at example.com)\" <jane@example.org>",
        ),
        (
            "(bob@example.com) jane@example.org",
            "\"bob at example.com\" <jane@example.org>",
        ),
        (
            "=?utf-8?B?Ym9iQGV4YW1wbGUuY29tACg=?= <jane@example.org>",
            "\"bob at example.com (\" <jane@example.org>",
        ),
        (
            "'jane@example.org' <jane@example.org>",
            "\"jane@example.org\" <jane@example.org>",
        ),
        (
            "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fbob=3D40x=3F=3D?= <jane@example.org>",
            "= ?utf-8?Q?bob=40x?= <jane@example.org>",
        ),
    ] {
        check_from(before, after);
    }
}

#[test]
fn encoded_words_hold_no_line_ends() {
    check(
        "Subject: =?utf-8?Q?hello=0D=0AFrom:_x@example.net?=\n\n",
        "Subject: hello From: x@example.net\n\n",
    );
    check(
        "To: =?utf-8?Q?J=C3=A4ne=0D=0ABcc:_x?= <jane@example.org>, bob@example.com\n\n",
        "To: =?utf-8?Q?J=C3=A4ne_Bcc=3A_x?= <jane@example.org>, bob@example.com\n\n",
    );
    let other = "X-Text: =?utf-8?Q?a=0Ab?=\n\n";
    check(other, other);
}

#[test]
fn what_is_mime_says_so() {
    let head = "Content-Type: multipart/mixed; boundary=x\n";
    let body = "\n--x\n\nhi\n--x--\n";
    for version in [
        "MIME-Version: 1.0\n",
        "MIME-Version: 1.0 (Mailer)\n",
        "Mime-Version: (x) 1.0\n",
    ] {
        let sound = format!("{version}{head}{body}");
        check(&sound, &sound);
    }
    check(
        &format!("{head}{body}"),
        &format!("{head}MIME-Version: 1.0\n{body}"),
    );
    check(
        &format!("MIME-Version: 2.0\n{head}{body}"),
        &format!("MIME-Version: 1.0\n{head}{body}"),
    );
    let text = "Content-Type: text/html\n\nhi\n";
    check(text, text);
}

#[test]
fn what_only_some_take_for_a_field_goes() {
    check(
        ">From: bob@example.com\nFrom: jane@example.org\n>Received: x\n\nhi\n",
        "From: jane@example.org\n>Received: x\n\nhi\n",
    );
    check(
        "\nFrom: bob@example.com\n\nhi\n",
        "MIME-Version: 1.0\n\nFrom: bob@example.com\n\nhi\n",
    );
}

#[test]
fn a_sender_that_is_too_long_is_shortened() {
    let long = "x".repeat(9_000);
    let message = format!("From: {long} <jane@example.org>\r\n\r\n");
    let mended = mend(message.as_bytes(), &RepairOptions::default());
    assert!(mended.len() < 2_500 && mended.ends_with(b"<jane@example.org>\r\n\r\n"));
    let message = format!("From: {long}@example.org\r\n\r\n");
    let mended = mend(message.as_bytes(), &RepairOptions::default());
    assert!(mended.len() < 2_500 && mended.ends_with(b":;\r\n\r\n"));
}

#[test]
fn what_is_cosmetic_is_mended_if_asked_for() {
    let check = |before: &str, after: &str| {
        let rest = "From: a@example.org\nMIME-Version: 1.0\n";
        let [before, after] =
            [before, after].map(|text| format!("{rest}{text}\nhi\n").replace('\n', "\r\n"));
        check_with(&all(), before.as_bytes(), &after);
    };
    let date = "Date: Tue, 03 Jun 2025 09:30:00 +0000\n";
    check("", date);
    check("Date: yesterday\n", date);
    check("Date: 2025-06-03T09:30:00Z\n", date);
    check(
        &format!("{date}Subject: Grüße\n"),
        &format!("{date}Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"),
    );
    check(
        &format!("{date}Resent-To: Bób <b@example.org>\n"),
        &format!("{date}Resent-To: =?utf-8?Q?B=C3=B3b?= <b@example.org>\n"),
    );
    check(
        &format!("{date}To: \"Jäne Dö\" <jane@example.org>, Bób <b@ä.example>\n"),
        &format!(
            "{date}To: =?utf-8?Q?J=C3=A4ne_D=C3=B6?= <jane@example.org>, =?utf-8?Q?B=C3=B3b?= <b@ä.example>\n"
        ),
    );
    let long = ["word"; 300].join(" ");
    let mut lines = vec![format!("{date}Subject: {}", ["word"; 14].join(" "))];
    lines.extend(vec![format!(" {}", ["word"; 15].join(" ")); 19]);
    lines.push(" word\n".to_owned());
    let folded = lines.join("\n");
    check(&format!("{date}Subject: {long}\n"), &folded);
}

#[test]
fn octets_of_no_known_charset_keep_their_values() {
    let message = b"From: a@example.org\r\nDate: Tue, 03 Jun 2025 09:30:00 +0000\r\nSubject: Gr\xfc\xdfe\r\n\r\n";
    let after = "From: a@example.org\r\nDate: Tue, 03 Jun 2025 09:30:00 +0000\r\nSubject: =?unknown-8bit?Q?Gr=FC=DFe?=\r\n\r\n";
    check_with(&all(), message, after);
}

#[test]
fn a_missing_sender_is_a_group_of_nobody() {
    let before = b"Date: Tue, 03 Jun 2025 09:30:00 +0000\r\n\r\n";
    check_with(
        &all(),
        before,
        "Date: Tue, 03 Jun 2025 09:30:00 +0000\r\nFrom: unknown-sender:;\r\n\r\n",
    );
}

#[test]
fn codes_that_are_not_mended_are_left() {
    let options = RepairOptions {
        codes: CodeSet::EMPTY,
        ..RepairOptions::default()
    };
    let message = "From: <>\r\nFrom: b\r\nSubject : a\0\r\n\r\n";
    check_with(&options, message.as_bytes(), message);
}

#[test]
fn attached_messages_get_sound_fields() {
    let message = "From: a@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n\
        From: Jane <jane@example.org\nX-Keep:  as it is\nSubject : one\nSubject: two\nContent-Type: text/plain\n\nhi\n";
    let map = read(message.replace('\n', "\r\n").as_bytes());
    let inner = map
        .parts()
        .iter()
        .find(|part| {
            part.parent()
                .is_some_and(|holder| *map.part(holder).structure() == Structure::Message)
        })
        .expect("a message inside");
    let fields = repaired_fields(inner, "\n", &RepairOptions::default());
    assert_eq!(
        String::from_utf8_lossy(&fields.octets),
        "From: Jane <jane@example.org>\nX-Keep: as it is\nSubject: one\n"
    );
    assert_eq!(
        fields.repairs,
        [
            Code::AddressSyntax,
            Code::FieldNameSpace,
            Code::DuplicateField
        ]
    );
    assert_eq!(strays(inner), []);
}

#[test]
fn a_known_field_with_a_broken_name_counts() {
    let message = "Fr\0om: Jane <jane@example.org\r\nSub\u{a0}ject: x\r\n\r\n";
    let repairs = header_repairs_with(&read(message.as_bytes()), &RepairOptions::default());
    let edits: Vec<String> = repairs
        .into_iter()
        .map(|repair| match repair.edit {
            HeaderEdit::Append { name, value } => {
                format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
            }
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(edits, ["From: Jane <jane@example.org>", "Subject: x"]);
    let message = "From: bob@example.com\r\nFr\0om: jane@example.org\r\n\r\n";
    let repairs = header_repairs_with(&read(message.as_bytes()), &RepairOptions::default());
    assert_eq!(repairs, []);
}

#[test]
fn what_no_edit_can_name_is_a_stray() {
    let message = "From: a@example.org\r\nthis is no field\r\nSubject: x\r\n\r\n";
    let map = read(message.as_bytes());
    let found: Vec<&str> = strays(map.root())
        .into_iter()
        .map(|stray| {
            let index = |at: u64| usize::try_from(at).expect("small");
            &message[index(stray.start)..index(stray.end)]
        })
        .collect();
    assert_eq!(found, ["this is no field\r\n"]);
}

/// Pieces that header sections are made of, most of them odd.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "From: ",
        "From : ",
        "Subject: ",
        "subject:",
        "To: ",
        "Date: ",
        "MIME-Version: ",
        "Content-Type: ",
        "\r\n",
        "\r\n ",
        "\r\n \r\n",
        "\r",
        "\0",
        "\x08",
        "jane@example.org",
        "<",
        ">",
        "\"",
        "(",
        ")",
        ",",
        ";",
        ":",
        "@",
        "\\",
        "=?utf-8?Q?",
        "=40",
        "=0D=0A",
        "?=",
        "=?utf-8?B?QQ0KQg==?=",
        "[",
        "]",
        " ",
        "ä",
        "multipart/mixed; boundary=x",
        "bob@example.com",
        "mailto:",
        "1.0",
        "3 Jun 2025 09:30 GMT",
        "\u{202e}",
    ]);
    prop_oneof![
        4 => known.prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => "[a-z]{900,1100}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_mended_header_needs_no_repair(pieces in prop::collection::vec(piece(), 0..24), from in "[^\r\n]{0,60}") {
        let message = format!("From: {from}\r\n{}\r\n\r\nbody\r\n", pieces.concat());
        // Where the header section ends is not for edits of fields to say.
        let ends = [Code::BlankSeparator, Code::MissingSeparator];
        let is_open = |octets: &[u8]| read(octets).defects().counts().any(|(code, _)| ends.contains(&code));
        prop_assume!(!is_open(message.as_bytes()));
        for options in [RepairOptions::default(), all()] {
            let mended = mend(message.as_bytes(), &options);
            // A line of blanks ends it once the field behind it is gone: that is told, and read again.
            prop_assume!(!is_open(&mended));
            let again = header_repairs_with(&read(&mended), &options);
            prop_assert_eq!(again, vec![], "{:?} became {:?}", message, String::from_utf8_lossy(&mended));
        }
    }

    #[test]
    fn a_mended_sender_shows_one_address(from in "[-a-z@<>\"(),;:=?\\\\ .\\[\\]]{0,40}") {
        let mended = mend(format!("From: {from}\r\n\r\n").as_bytes(), &RepairOptions::default());
        let edits = header_repairs_with(&read(&mended), &all());
        let name = FieldName::new("From").expect("a name");
        let sender = edits.iter().all(|repair| match &repair.edit {
            HeaderEdit::Change { name: changed, .. } => *changed != name || repair.code == Code::SenderWithoutAddress,
            _ => true,
        });
        prop_assert!(sender, "{:?} became {:?}", from, String::from_utf8_lossy(&mended));
    }
}
