//! The reader: which parts a message has, where they lie, and what is wrong with it.

mod reading;

use reading::{check, cut, read};
use tamis_sanitize::map::Structure;
use tamis_sanitize::{Code, Limits};

#[test]
fn a_message_without_mime_is_one_text() {
    check(
        "From: a@b\nSubject: b\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &[],
    );
    check("From: a@b\n\n", &[r#"1 text/plain """#], &[]);
}

#[test]
fn a_multipart_has_parts_between_delimiters() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\nContent-Type: text/html\n\n\n--x--\n",
        &[
            "multipart/mixed",
            r#"1 text/plain "one""#,
            r#"2 text/html """#,
        ],
        &[],
    );
}

#[test]
fn the_line_end_before_a_delimiter_belongs_to_it() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\none\n\n--x--\n",
        &["multipart/mixed", r#"1 text/plain "one\r\n""#],
        &[],
    );
}

#[test]
fn multiparts_nest_and_an_outer_delimiter_ends_the_inner_one() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=y\n\n\
         --y\n\none\n--y\nContent-Type: text/html\n\ntwo\n--y--\n\n--x\n\nthree\n--x--\n",
        &[
            "multipart/mixed",
            "1 multipart/alternative",
            r#"1.1 text/plain "one""#,
            r#"1.2 text/html "two""#,
            r#"2 text/plain "three""#,
        ],
        &[],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=y\n\n\
         --y\n\none\n--x\n\nthree\n--x--\n",
        &[
            "multipart/mixed",
            "1 multipart/alternative",
            r#"1.1 text/plain "one""#,
            r#"2 text/plain "three""#,
        ],
        &["missing-close-delimiter"],
    );
}

#[test]
fn an_inner_message_is_read_in_place() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n\
         Subject: in\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\none\n--y--\n--x\nContent-Type: message/rfc822\n\nSubject: in\n\ntwo\n--x--\n",
        &[
            "multipart/mixed",
            "1 message/rfc822",
            "1.0 multipart/mixed",
            r#"1.1 text/plain "one""#,
            "2 message/rfc822",
            r#"2.1 text/plain "two""#,
        ],
        &[],
    );
}

#[test]
fn parts_of_a_digest_are_messages() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: in\n\none\n--x--\n",
        &[
            "multipart/digest",
            "1 message/rfc822",
            r#"1.1 text/plain "one""#,
        ],
        &[],
    );
}

#[test]
fn extents_name_the_octets() {
    let message = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\npre\r\n--x\r\nA: b\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--x--\r\nepi\r\n";
    let reading = read(message.as_bytes(), Limits::default(), 5);
    let map = reading.map();
    let one = &map.parts()[1];
    assert_eq!(cut(message, one.outer()), "--x\r\nA: b\r\n\r\none\r\n");
    assert_eq!(cut(message, one.header()), "A: b\r\n\r\n");
    assert_eq!(cut(message, one.body()), "one");
    assert_eq!(cut(message, map.parts()[2].outer()), "--x\r\n\r\ntwo\r\n");
    assert_eq!(cut(message, map.root().outer()), message);
    let Structure::Multipart {
        preamble,
        epilogue,
        close,
        ..
    } = map.root().structure()
    else {
        panic!("no multipart")
    };
    assert_eq!(cut(message, *preamble), "pre\r\n");
    assert_eq!(cut(message, *close), "--x--");
    assert_eq!(cut(message, *epilogue), "\r\nepi\r\n");
}

#[test]
fn an_inner_multipart_ends_before_the_line_end_of_the_outer_delimiter() {
    let message = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none\r\n--i--\r\n--o--\r\n";
    for chunk in [1, 2, 7, message.len()] {
        let reading = read(message.as_bytes(), Limits::default(), chunk);
        let inner = &reading.map().parts()[1];
        assert_eq!(cut(message, inner.body()), "--i\r\n\r\none\r\n--i--");
    }
}

#[test]
fn text_around_the_parts_is_noted() {
    let body = "--x\n\none\n--x--\n";
    let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n";
    let parts = ["multipart/mixed", r#"1 text/plain "one""#];
    check(&format!("{head}\n \n{body}\n \n"), &parts, &[]);
    check(&format!("{head}before\n{body}"), &parts, &["preamble-text"]);
    check(&format!("{head}{body}after\n"), &parts, &["epilogue-text"]);
}

#[test]
fn lines_that_end_in_lf_are_as_good() {
    let head =
        "From: a@example.org\nDate: Mon, 9 Nov 2026 09:15:00 +0100\nMessage-ID: <1@example.org>\n";
    let body =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nA: b\n\none\n--x--\n";
    let message = &[head, body].concat();
    let reading = read(message.as_bytes(), Limits::default(), 3);
    assert_eq!(reading.map().line_end(), "\n");
    assert_eq!(cut(message, reading.map().parts()[1].body()), "one");
    assert!(reading.map().defects().is_empty());
}

#[test]
fn limits_end_the_looking_not_the_accepting() {
    let mut limits = Limits::default();
    limits.fields = 2;
    limits.parts = 3;
    limits.depth = 1;
    limits.field_bytes = 50;
    limits.header_bytes = 300;
    limits.message_bytes = 400;
    let nested = |depth: usize| {
        let level =
            |level| format!("Content-Type: multipart/mixed; boundary={level}\n\n--{level}\n");
        (0..depth).map(level).collect::<Vec<_>>().concat()
    };
    let cases: [(String, Code); 6] = [
        ("A: 1\nB: 2\nC: 3\n\n".into(), Code::LimitFields),
        (format!("A: {}\n\n", "x".repeat(60)), Code::LimitFieldBytes),
        (
            format!("A: {0}\n\nb", "\n ".repeat(60)),
            Code::LimitFieldBytes,
        ),
        (nested(2), Code::LimitDepth),
        (
            format!(
                "Content-Type: multipart/mixed; boundary=x\n\n{}",
                "--x\n\n".repeat(4)
            ),
            Code::LimitParts,
        ),
        (format!("A: 1\n\n{}", "x".repeat(500)), Code::LimitMessage),
    ];
    for (message, code) in cases {
        let whole = read(message.as_bytes(), limits.clone(), message.len());
        for chunk in [1, 7, 1000] {
            let reading = read(message.as_bytes(), limits.clone(), chunk);
            assert_eq!(reading, whole, "{message:?} in pieces of {chunk}");
            assert_eq!(
                reading.limit().map(|limit| limit.code),
                Some(code),
                "{message:?}"
            );
            assert_eq!(reading.map().size(), message.len() as u64);
        }
    }
}

#[test]
fn what_stands_around_parts_is_the_same_in_pieces() {
    for epilogue in [
        "\n\nTVqQAAMAAAAEAAAA\n",
        "\n  begin 644 a\nT\n",
        "\n \n\nx\n",
    ] {
        let message = format!(
            "Content-Type: multipart/mixed; boundary=b\n\nContent-Type: x/y; name=a.exe\n\
             Content-Transfer-Encoding: base64\n--b--{epilogue}"
        );
        let whole = read(message.as_bytes(), Limits::default(), message.len());
        let reading = read(message.as_bytes(), Limits::default(), 1);
        assert_eq!(reading, whole, "{epilogue:?}");
    }
}
