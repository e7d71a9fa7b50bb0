//! Parts that stay, with another type, name or text.

use crate::carry_out::{content, edited};
use tamis_sanitize::plan::InvalidMediaType;
use tamis_sanitize::{Changes, MediaType, NewText, PartEdit};

const MIXED: &str = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
                     HEAD\r\n\r\nBODY\r\n--b\r\nContent-Type: text/plain\r\n\r\nlast\r\n--b--\r\n";

fn media_type(media_type: &str) -> MediaType {
    MediaType::new(media_type).expect("a type")
}

fn relabel(to: &str) -> PartEdit {
    PartEdit::Change(Changes {
        media_type: Some(media_type(to)),
        ..Changes::default()
    })
}

fn text(charset: &str, octets: &[u8]) -> PartEdit {
    PartEdit::Change(Changes {
        text: Some(NewText {
            charset: charset.to_owned(),
            octets: octets.to_vec(),
        }),
        ..Changes::default()
    })
}

/// Edits the part of this header section and body, in a multipart.
#[track_caller]
fn check(edit: &PartEdit, before: (&str, &str), after: (&str, &str)) {
    let message = |(head, body)| MIXED.replace("HEAD", head).replace("BODY", body);
    let result = edited(&message(before), &[("1", edit.clone())]);
    assert_eq!(result, message(after));
    assert_eq!(edited(&result, &[("1", edit.clone())]), result, "twice");
}

#[test]
fn a_type_changes_alone() {
    for (to, head, expected) in [
        (
            "application/octet-stream",
            "Content-Type: text/html; charset=utf-8; name=a.html",
            "Content-Type: application/octet-stream;\r\n name=a.html",
        ),
        (
            "text/plain",
            "Content-Type: text/html; charset=\"iso-8859-1\"; format=flowed; name*=utf-8''%C3%A9.html",
            "Content-Type: text/plain;\r\n charset=\"iso-8859-1\";\r\n name*=utf-8''%C3%A9.html",
        ),
        (
            "application/octet-stream",
            "Content-Type: application/x-msdownload; boundary=x; type=y\r\nContent-Disposition: attachment; filename=a.exe\r\nContent-Transfer-Encoding: base64",
            "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.exe\r\nContent-Transfer-Encoding: base64",
        ),
        (
            "Application/PDF",
            "Content-Disposition: inline",
            "Content-Type: application/pdf\r\nContent-Disposition: inline",
        ),
    ] {
        check(&relabel(to), (head, "QUJD"), (expected, "QUJD"));
    }
}

#[test]
fn name_and_type_change_together() {
    let edit = PartEdit::Change(Changes {
        name: Some("a.txt".to_owned()),
        media_type: Some(media_type("text/plain")),
        text: None,
    });
    check(
        &edit,
        (
            "Content-Type: text/html; charset=utf-8; name=\"a.html\"\r\nContent-Disposition: attachment; filename=a.html",
            "<p>",
        ),
        (
            "Content-Type: text/plain;\r\n charset=utf-8;\r\n name=\"a.txt\"\r\nContent-Disposition: attachment;\r\n filename=\"a.txt\"",
            "<p>",
        ),
    );
}

#[test]
fn the_type_of_a_message_of_one_part_changes_by_its_header() {
    for (before, expected) in [
        (
            "Subject: s\r\nContent-Type: text/html; charset=utf-8\r\nMIME-Version: 1.0\r\n\r\n<p>\r\n",
            "Subject: s\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nMIME-Version: 1.0\r\n\r\n<p>\r\n",
        ),
        (
            "Subject: s\n\nbody\n",
            "Subject: s\nContent-Type: text/plain\nMIME-Version: 1.0\n\nbody\n",
        ),
    ] {
        assert_eq!(edited(before, &[("/", relabel("text/plain"))]), expected);
    }
}

#[test]
fn a_message_inside_and_a_part_of_it_change() {
    let message = MIXED
        .replace("HEAD", "Content-Type: message/rfc822")
        .replace(
            "BODY",
            "Subject: inner\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>",
        );
    let expected = message.replace("text/html", "application/pdf");
    assert_eq!(
        edited(&message, &[("1.1", relabel("application/pdf"))]),
        expected
    );
}

#[test]
fn what_has_parts_keeps_its_type_and_text() {
    let inner = MIXED
        .replace("HEAD", "Content-Type: message/rfc822")
        .replace("BODY", "Subject: inner\r\n\r\nx");
    for number in ["/", "1"] {
        assert_eq!(edited(&inner, &[(number, relabel("text/plain"))]), inner);
        assert_eq!(edited(&inner, &[(number, text("utf-8", b"x"))]), inner);
    }
    let none = PartEdit::Change(Changes::default());
    assert_eq!(edited(&inner, &[("/", none)]), inner);
}

#[test]
fn what_a_multipart_promised_ends_with_the_type_of_its_root() {
    let related = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b; type=\"text/html\"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n";
    let same = edited(related, &[("1", text("utf-8", b"<b>"))]);
    assert!(same.contains("multipart/related"), "{same}");
    let other = edited(related, &[("1", relabel("text/plain"))]);
    assert!(other.contains("multipart/mixed"), "{other}");
}

#[test]
fn text_is_written_in_the_encoding_that_it_needs() {
    let plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64";
    for (octets, encoding, body) in [
        (&b"one\r\ntwo"[..], "7bit", "one\r\ntwo"),
        (b"one\r\n", "7bit", "one\r\n"),
        (
            "Gr\u{fc}\u{df}e aus Wien und Graz".as_bytes(),
            "quoted-printable",
            "Gr=C3=BC=C3=9Fe aus Wien und Graz",
        ),
        (
            b"--c--\r\nFrom me",
            "quoted-printable",
            "=2D-c--\r\n=46rom me",
        ),
        (b"x --b--", "base64", "eCAtLWItLQ=="),
        (b"\r\nx", "quoted-printable", "=0D=0Ax"),
        ("\u{65e5}\u{672c}".as_bytes(), "base64", "5pel5pys"),
        (b"", "7bit", ""),
    ] {
        let expected = plain.replace("base64", encoding);
        let edit = text("UTF-8", octets);
        check(&edit, (plain, "QUJD"), (&expected, body));
        let result = edited(
            &MIXED.replace("HEAD", plain).replace("BODY", "QUJD"),
            &[("1", edit)],
        );
        assert_eq!(content(&result, "1"), octets);
    }
    let wide = plain.replace("utf-8", "utf-16le");
    let edit = text("utf-16le", b"a\0");
    check(&edit, (&wide, "QUJD"), (&wide, "YQA="));
}

#[test]
fn text_brings_its_charset_and_leaves_the_rest() {
    for (head, expected) in [
        (
            "Content-Type: text/plain; format=flowed; charset=us-ascii; name=a.txt\r\nContent-MD5: x",
            "Content-Type: text/plain;\r\n charset=\"utf-8\";\r\n format=flowed;\r\n name=a.txt\r\nContent-Transfer-Encoding: quoted-printable",
        ),
        (
            "Content-Disposition: inline",
            "Content-Type: text/plain;\r\n charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: inline",
        ),
    ] {
        let edit = text("utf-8", "1 \u{b0}C or so, in all".as_bytes());
        let result = edited(
            &MIXED.replace("HEAD", head).replace("BODY", "x"),
            &[("1", edit.clone())],
        );
        let mut wanted: Vec<&str> = expected.split("\r\n").collect();
        wanted.sort_unstable();
        let head = result.split("\r\n\r\n").nth(1).expect("a header section");
        let mut got: Vec<&str> = head.split("\r\n").skip(1).collect();
        got.sort_unstable();
        assert_eq!(got, wanted);
        assert_eq!(edited(&result, &[("1", edit)]), result, "twice");
    }
}

#[test]
fn the_text_of_a_message_of_one_part_changes_with_its_header() {
    for (before, expected) in [
        (
            "Subject: s\r\n\r\nold\r\n",
            "Subject: s\r\nContent-Type: text/plain;\r\n charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\nnew\r\n",
        ),
        (
            "Subject: s\n\nold",
            "Subject: s\nContent-Type: text/plain;\n charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\nMIME-Version: 1.0\n\nnew\n",
        ),
        (
            "Subject: s\r\nLines: 3\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\nold\r\n",
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nnew\r\n",
        ),
        (
            "Subject: s",
            "Subject: s\r\nContent-Type: text/plain;\r\n charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\nnew\r\n",
        ),
    ] {
        assert_eq!(edited(before, &[("/", text("utf-8", b"new"))]), expected);
    }
}

#[test]
fn a_media_type_is_two_names_and_of_no_parts() {
    for (media_type, expected) in [
        ("text/plain", Ok("text/plain")),
        ("IMAGE/SVG+XML", Ok("image/svg+xml")),
        ("application/vnd.a-b_c.d", Ok("application/vnd.a-b_c.d")),
        ("", Err(InvalidMediaType::Syntax)),
        ("text", Err(InvalidMediaType::Syntax)),
        ("text/", Err(InvalidMediaType::Syntax)),
        ("/plain", Err(InvalidMediaType::Syntax)),
        ("text/plain/x", Err(InvalidMediaType::Syntax)),
        ("text/plain; charset=x", Err(InvalidMediaType::Syntax)),
        ("text/.plain", Err(InvalidMediaType::Syntax)),
        ("text/pl\r\nain", Err(InvalidMediaType::Syntax)),
        ("text/pl\u{e9}in", Err(InvalidMediaType::Syntax)),
        ("multipart/mixed", Err(InvalidMediaType::Composite)),
        ("Message/RFC822", Err(InvalidMediaType::Composite)),
    ] {
        let got = MediaType::new(media_type);
        let got = got.as_ref().map(MediaType::as_str).map_err(|error| *error);
        assert_eq!(got, expected, "{media_type:?}");
    }
    assert!(MediaType::new(&format!("a/{}", "b".repeat(127))).is_ok());
    assert!(MediaType::new(&format!("a/{}", "b".repeat(128))).is_err());
}
