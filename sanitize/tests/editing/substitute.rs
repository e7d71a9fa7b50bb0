//! Parts that get other content.

use crate::carry_out::{content, edited};
use tamis_sanitize::{Content, MediaType, PartEdit};

const PDF: &str = "Content-Type: application/pdf; name=a.pdf\r\nContent-ID: <1@x>\r\nContent-Description: a.pdf\r\nContent-Disposition: attachment; filename=a.pdf; size=3\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD";

fn substitute(media_type: &str, name: Option<&str>, octets: &[u8]) -> PartEdit {
    PartEdit::Substitute(Content {
        media_type: MediaType::new(media_type).expect("a type"),
        name: name.map(str::to_owned),
        octets: octets.to_vec(),
    })
}

/// In a multipart of this kind, with another part.
fn multipart(subtype: &str, entity: &str) -> String {
    format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/{subtype}; boundary=b\r\n\r\n--b\r\n{entity}\r\n--b\r\n\r\nlast\r\n--b--\r\n"
    )
}

#[test]
fn content_takes_the_place_of_a_part() {
    for (edit, expected) in [
        (
            substitute("application/pdf", Some("b.pdf"), b"DEF"),
            "Content-Type: application/pdf;\r\n name=\"b.pdf\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"b.pdf\"\r\nContent-ID: <1@x>\r\n\r\nREVG",
        ),
        (
            substitute("text/plain", None, b"DEF"),
            "Content-Type: text/plain;\r\n charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: attachment\r\nContent-ID: <1@x>\r\n\r\nDEF",
        ),
        (
            substitute("text/plain", None, b"\xff"),
            "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\nContent-ID: <1@x>\r\n\r\n/w==",
        ),
        (
            substitute("image/png", Some("\u{e9}\r\n.png"), b""),
            "Content-Type: image/png;\r\n name=\"=?utf-8?B?w6kucG5n?=\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename*=utf-8''%C3%A9.png\r\nContent-ID: <1@x>\r\n\r\n",
        ),
    ] {
        let result = edited(&multipart("mixed", PDF), &[("1", edit.clone())]);
        assert_eq!(result, multipart("mixed", expected));
        assert_eq!(edited(&result, &[("1", edit)]), result, "twice");
    }
}

#[test]
fn what_had_parts_becomes_a_leaf() {
    let inner = "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n";
    let edit = substitute("text/plain", None, b"gone");
    let written = "Content-Type: text/plain;\r\n charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\ngone";
    let result = edited(
        &multipart("mixed", inner),
        &[("1", edit), ("1.1", PartEdit::Remove)],
    );
    assert_eq!(result, multipart("mixed", written));
}

#[test]
fn an_alternative_stays_one() {
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<script>";
    for subtype in ["alternative", "related"] {
        let result = edited(
            &multipart(subtype, html),
            &[("1", substitute("text/html", None, b"<p>"))],
        );
        assert!(
            result.contains(&format!("multipart/{subtype};")),
            "{result}"
        );
        assert_eq!(content(&result, "1"), b"<p>");
        assert_eq!(content(&result, "2"), b"last");
    }
    let result = edited(
        &multipart("related", html),
        &[("1", substitute("application/pdf", None, b"x"))],
    );
    assert!(result.contains("multipart/mixed"), "{result}");
}

#[test]
fn a_message_of_one_part_keeps_its_header() {
    let message = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Description: a.pdf\r\nContent-Language: de\r\nContent-Transfer-Encoding: base64\r\nContent-Length: 6\r\n\r\nQUJD\r\n";
    assert_eq!(
        edited(
            message,
            &[("/", substitute("application/pdf", Some("b.pdf"), b"DEF"))]
        ),
        "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf;\r\n name=\"b.pdf\"\r\nContent-Language: de\r\nContent-Transfer-Encoding: base64\r\n\r\nREVG\r\n"
    );
    let inner = multipart(
        "mixed",
        &format!("Content-Type: message/rfc822\r\n\r\n{}", message.trim_end()),
    );
    let result = edited(&inner, &[("1.1", substitute("text/plain", None, b"DEF"))]);
    assert!(
        result.contains("Subject: s\r\n") && !result.contains("a.pdf"),
        "{result}"
    );
    assert_eq!(content(&result, "1.1"), b"DEF");
}

#[test]
fn what_was_not_closed_ends_all_the_same() {
    let open =
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nlast";
    for octets in [&b"new"[..], b"new\r\n"] {
        let result = edited(open, &[("1", substitute("text/plain", None, octets))]);
        assert!(result.ends_with("7bit\r\n\r\nnew\r\n"), "{result}");
    }
}
