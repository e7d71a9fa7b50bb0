//! The MIME fields of a part: what all readings of them show together, and how they are written anew.

use proptest::prelude::*;
use tamis_sanitize::decode::Encoding;
use tamis_sanitize::value::{canonical_disposition, canonical_type, clean_name, delivered_name};
use tamis_sanitize::{Code, Event, Limits, Needs, Part, Reader};

/// The part that this header section makes of a message.
fn part(fields: &[u8]) -> Part {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(b"MIME-Version: 1.0\r\n");
    reader.push(fields);
    reader.push(b"\r\n\r\nbody\r\n");
    reader.end();
    while reader.next() != Event::End {}
    reader.finish().map().root().clone()
}

#[test]
fn every_type_counts_and_the_one_that_shows_most_is_read() {
    for (fields, types) in [
        ("Content-Type: text/plain", &["text/plain"][..]),
        (
            "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b",
            &["multipart/mixed", "text/plain"],
        ),
        (
            "Content-Type: image/png\r\nContent-Type: message/rfc822\r\nContent-Type: text/plain",
            &["message/rfc822", "image/png", "text/plain"],
        ),
        (
            "Content-Type: (multipart/mixed) text/plain",
            &["multipart/mixed", "text/plain"],
        ),
        (
            "Content-Type: text/plain multipart/mixed; boundary=b",
            &["multipart/mixed", "text/plain"],
        ),
        (
            "Content-Type: boundary=b; multipart/mixed",
            &["multipart/mixed"],
        ),
        (
            "Content-Type: x-multipart/mixed; boundary=b",
            &["multipart/mixed", "x-multipart/mixed"],
        ),
        (
            "Content-Type: application/foo; path=\"multipart/mixed\"",
            &["application/foo"],
        ),
        ("Content-Type:", &["text/plain"]),
        ("Subject: x", &["text/plain"]),
    ] {
        let part = part(fields.as_bytes());
        assert_eq!(part.types(), types, "{fields:?}");
        assert_eq!(part.media_type(), types[0], "{fields:?}");
    }
}

#[test]
fn the_last_of_many_fields_counts() {
    let many = "Content-Type: text/plain\r\n".repeat(100);
    let part = part(format!("{many}Content-Type: multipart/mixed; boundary=b").as_bytes());
    assert_eq!(part.media_type(), "multipart/mixed");
}

#[test]
fn every_boundary_counts() {
    let check = |fields: &str, boundaries: &[&str]| {
        let part = part(fields.as_bytes());
        let found: Vec<_> = part
            .boundaries()
            .iter()
            .map(|boundary| String::from_utf8_lossy(boundary))
            .collect();
        assert_eq!(found, boundaries, "{fields:?}");
    };
    let one = |value: &str, boundaries: &[&str]| {
        check(
            &format!("Content-Type: multipart/mixed; {value}"),
            boundaries,
        );
    };
    one("boundary=ab", &["ab"]);
    one("boundary=\"a b\"", &["a b"]);
    one("boundary=\"a,b(c)\"", &["a,b(c)"]);
    one("boundary=ab; boundary=cd", &["ab", "cd"]);
    one("boundary=\"ab \"", &["ab", "ab "]);
    one("boundary=\" ab\"", &[" ab", "ab"]);
    one("boundary=ab tail", &["ab tail", "ab"]);
    one("boundary=\"ab;x\"", &["ab;x", "ab"]);
    one("boundary=\"ab\\x\"", &["abx", "ab\\x"]);
    one("boundary='ab'", &["'ab'", "ab"]);
    one("boundary=ab(c)", &["ab", "ab(c)"]);
    one("boundary=\"=?utf-8?q?ab?=\"", &["=?utf-8?q?ab?=", "ab"]);
    one("boundary*0=ab; boundary*1=cd", &["abcd", "ab", "cd"]);
    one(
        "boundary*=us-ascii''a%62",
        &["ab", "a%62", "us-ascii''a%62", "us-ascii''ab"],
    );
    one(
        "boundary*=us-ascii''a%62; boundary=cd",
        &["cd", "ab", "a%62", "us-ascii''a%62", "us-ascii''ab"],
    );
    one("boundary=\"a%62\"", &["a%62", "ab"]);
    one("\"boundary\"=\"ab\"", &["ab"]);
    one("boundary=\"ab\u{b}\"", &["ab\u{b}", "ab"]);
    one("boundary=\"\"", &[""]);
    one("boundary=\"a\0b\"", &["a\0b", "a", "ab"]);
    one("charset=x", &[]);
    check(
        "Content-Type: multipart/mixed; boundary=ab\r\nContent-Type: multipart/mixed; boundary=cd",
        &["ab", "cd"],
    );
    check(
        "Content-Type: multipart/mixed\r\nContent-Disposition: inline; boundary=ab",
        &["ab"],
    );
    check("Content-Type: text/plain; boundary=ab", &["ab"]);
}

#[test]
fn every_encoding_counts() {
    use Encoding::{Base64, QuotedPrintable, SevenBit, Uuencode};
    for (fields, encodings) in [
        ("Subject: x", &[SevenBit][..]),
        ("Content-Transfer-Encoding: base64", &[Base64]),
        (
            "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64",
            &[Base64, SevenBit],
        ),
        (
            "Content-Transfer-Encoding: quoted-printable\r\nContent-Transfer-Encoding: base64",
            &[QuotedPrintable, Base64],
        ),
        (
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64, 7bit",
            &[SevenBit, Base64],
        ),
        ("Content-Encoding: base64", &[Base64, SevenBit]),
        ("Content-Encoding: gzip", &[SevenBit]),
        ("Content-Transfer-Encoding: x-uue", &[Uuencode]),
    ] {
        let part = part(fields.as_bytes());
        assert_eq!(part.encodings(), encodings, "{fields:?}");
        assert_eq!(part.encoding(), encodings[0], "{fields:?}");
    }
}

#[test]
fn long_values_are_a_defect() {
    for (fields, long) in [
        (
            format!("Content-Disposition: inline; filename={}", "a".repeat(128)),
            false,
        ),
        (
            format!("Content-Disposition: inline; filename={}", "a".repeat(129)),
            true,
        ),
        (
            format!("Content-Type: text/plain; x={}", "a".repeat(1_024)),
            false,
        ),
        (
            format!("Content-Type: text/plain; x={}", "a".repeat(1_025)),
            true,
        ),
    ] {
        let codes = part(fields.as_bytes()).codes();
        assert_eq!(codes.contains(Code::ParameterLength), long, "{fields:?}");
    }
}

#[test]
fn a_description_may_name_a_file() {
    for (fields, names) in [
        ("Content-Description: setup.exe", &["setup.exe"][..]),
        ("Content-Description: A picture of ours", &[]),
        ("Content-Description: see www.example.com", &[]),
        ("Content-Location: http://www.example.com/", &[]),
        ("Content-Location: http://www.example.com", &[]),
        (
            "Content-Location: http://www.example.com/a/setup.exe?x=y",
            &["setup.exe"],
        ),
        ("Content-Location: cid:a@example.com", &[]),
        ("Content-Location: a/setup.exe", &["setup.exe"]),
        (
            "Content-Disposition: attachment; filename=a.txt\r\nContent-Description: a.txt",
            &["a.txt"],
        ),
    ] {
        let part = part(fields.as_bytes());
        let found: Vec<_> = part.names().iter().map(|name| name.text.as_str()).collect();
        assert_eq!(found, names, "{fields:?}");
    }
}

#[test]
fn a_name_is_delivered_without_what_deceives() {
    let long = "a".repeat(200);
    let check = |name: &str, delivered: Option<&str>| {
        assert_eq!(clean_name(name).as_deref(), delivered, "{name:?}");
    };
    for same in [
        "a.txt",
        "\u{20ac}r\u{e9}sum\u{e9}.pdf",
        "a b; c (1).tar.gz",
        ".profile",
        "a'b\"c.txt",
        "console.txt",
        "1\u{3001}2.doc",
        "Re: hello.eml",
    ] {
        check(same, Some(same));
    }
    check("", None);
    check(" . ", None);
    check("\u{202e}", None);
    check("invoice.exe . .", Some("invoice.exe"));
    check("..\\..\\Startup\\invoice.exe", Some("invoice.exe"));
    check("/etc/passwd", Some("passwd"));
    check("c:\\temp\\a.txt\\", Some("a.txt"));
    check("invoice\u{202e}fdp.exe", Some("invoicefdp.exe"));
    check("invoice.e\u{200b}xe", Some("invoice.exe"));
    check("invoice\u{ff0e}exe", Some("invoice.exe"));
    check("invoice.exe\0.txt", Some("invoice.exe.txt"));
    check("a\tb\r\n c.txt", Some("a b   c.txt"));
    check("e\u{301}.txt", Some("\u{e9}.txt"));
    check("=?utf-8?q?a?=", Some("=_utf-8?q?a?="));
    check("a.exe:", Some("a.exe_"));
    check("a.txt      .exe", Some("a.txt .exe"));
    check("a.\u{ff45}\u{ff58}\u{ff45}", Some("a.exe"));
    check("invoice%2Eexe", Some("invoice.exe"));
    check("100%25 done.pdf", Some("100%25 done.pdf"));
    check("nul", Some("_nul"));
    check("Con.txt", Some("_Con.txt"));
    check("com1.exe", Some("_com1.exe"));
    check("com10.exe", Some("com10.exe"));
    check(
        &format!("{long}.exe"),
        Some(&format!("{}.exe", "a".repeat(124))),
    );
    check(
        &format!("a.{long}"),
        Some(&format!("a.{}", "a".repeat(126))),
    );
}

#[test]
fn fields_are_written_anew() {
    let check = |fields: &str, media_type: &str, declared: &str, disposed: Option<&str>| {
        let part = part(fields.as_bytes());
        let value = canonical_type(&part, media_type, None, None);
        assert_eq!(String::from_utf8_lossy(value.as_bytes()), declared);
        let value = canonical_disposition(&part);
        let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        assert_eq!(value.as_deref(), disposed);
    };
    check("Subject: x", "TEXT/Plain", "text/plain", None);
    check("Subject: x", "text", "application/octet-stream", None);
    check("Subject: x", "message/http", "text/plain", None);
    check("Subject: x", "message/global", "message/rfc822", None);
    check(
        "Content-Type: text/plain; format=flowed; x=y; delsp=yes; charset=x",
        "text/plain",
        "text/plain;\n format=\"flowed\";\n delsp=\"yes\"",
        None,
    );
    check(
        "Content-Type: text/plain; name=a.txt\r\nContent-Disposition: inline; filename=b.exe; size=3",
        "text/plain",
        "text/plain;\n name=\"b.exe\"",
        Some("inline;\n filename=\"b.exe\""),
    );
    check(
        "Content-Type: text/plain; name*=utf-8''%e2%82%ac.txt",
        "text/plain",
        "text/plain;\n name=\"=?utf-8?B?4oKsLnR4dA==?=\"",
        Some("attachment;\n filename*=utf-8''%E2%82%AC.txt"),
    );
    let long = "\u{1d11e}".repeat(124);
    let value = canonical_disposition(&part(
        format!("Content-Disposition: inline; filename=\"{long}.txt\"").as_bytes(),
    ));
    let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let value = value.unwrap_or_default();
    assert!(
        value.lines().count() == 4 && value.contains(";\n filename*2*=%F0"),
        "{value}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What is written anew is sound, and says the same name.
    #[test]
    fn fields_written_anew_are_read_alike(
        name in "[ -~\u{e4}\u{20ac}\u{1d11e}\u{202e}\u{200b}]{0,300}",
        type_name in "[a-zA-Z0-9;\"' %*=().]{0,40}",
        extra in "[ -~]{0,60}",
    ) {
        let name: String = name.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
        let fields = format!(
            "Content-Type: text/plain; {extra}; name=\"{type_name}\"\r\nContent-Disposition: attachment; filename=\"{name}\""
        );
        let before = part(fields.as_bytes());
        let mut written = b"Content-Type: ".to_vec();
        written.extend(canonical_type(&before, "text/plain", None, None).as_bytes());
        if let Some(value) = canonical_disposition(&before) {
            written.extend(b"\nContent-Disposition: ");
            written.extend(value.as_bytes());
        }
        let after = part(&written);
        prop_assert!(!after.is_ambiguous(), "{:?}\n{}", after.codes().iter().collect::<Vec<_>>(), String::from_utf8_lossy(&written));
        prop_assert_eq!(delivered_name(&before), delivered_name(&after));
        let others = after.names().iter().filter(|name| !name.text.contains("=?"));
        prop_assert!(others.count() <= 1);
    }

    /// What is delivered hides nothing, and stays as it is.
    #[test]
    fn a_clean_name_is_clean(pieces in proptest::collection::vec(prop_oneof![
        Just("%2E"), Just("%00"), Just("%252E"), Just("%"), Just("2e"), Just("exe"), Just("txt"), Just("."), Just(" "), Just("     "),
        Just("\0"), Just("/"), Just("\\"), Just(":"), Just("?"), Just("://"), Just("con"), Just("\u{202e}"), Just("\u{200b}"),
        Just("\u{ff0e}"), Just("\u{ff45}xe"), Just("\u{301}"), Just("\u{3002}"), Just("\u{3000}"), Just("=?utf-8?q?a?="), Just("\t"), Just("\u{2800}"),
    ], 0..12)) {
        if let Some(name) = clean_name(&pieces.concat()) {
            prop_assert!(!tamis_sanitize::look::name(&name).deceptive, "{:?}", name);
            prop_assert_eq!(clean_name(&name), Some(name));
        }
    }

    /// Any octets are read, within bounds.
    #[test]
    fn any_fields_are_read(
        one in proptest::collection::vec(prop_oneof![Just(b'='), Just(b';'), Just(b'"'), Just(b'*'), Just(b'/'), any::<u8>()], 0..200),
        two in "[a-z0-9*=;\"'%?/ ()\\\\-]{0,120}",
    ) {
        let mut fields = b"Content-Type: multipart/mixed; boundary".to_vec();
        fields.extend(one.iter().filter(|octet| !matches!(octet, b'\r' | b'\n')));
        fields.extend(b"\r\nContent-Type: ");
        fields.extend(two.as_bytes());
        fields.extend(b"\r\nContent-Disposition: x; filename");
        fields.extend(two.as_bytes());
        let part = part(&fields);
        prop_assert!(!part.types().is_empty() && !part.encodings().is_empty());
        prop_assert!(part.boundaries().len() <= 16);
        let name = delivered_name(&part).unwrap_or_default();
        prop_assert!(name.chars().count() <= 129);
    }
}

/// Twice as much takes about twice as long: none of these takes a second.
#[test]
fn values_of_many_pieces_take_linear_time() {
    let segments: Vec<String> = (0..8_000)
        .map(|number| format!("; filename*{number}=a"))
        .collect();
    let fields = format!("Content-Disposition: attachment{}", segments.concat());
    let start = std::time::Instant::now();
    let _ = part(&fields.as_bytes()[..100_000]);
    let words = "=?utf-8?q?a?= ".repeat(6_000);
    let _ = part(format!("Content-Transfer-Encoding: {words}").as_bytes());
    let slashes = "multipart/mixed;".repeat(6_000);
    let _ = part(format!("Content-Type: {slashes}").as_bytes());
    assert!(start.elapsed().as_secs() < 10);
}
