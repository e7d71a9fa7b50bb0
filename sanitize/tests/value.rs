//! Structured field values: what is read of them, in every form, and what is written.

use proptest::prelude::*;
use tamis_sanitize::decode::Encoding;
use tamis_sanitize::map::Disposition;
use tamis_sanitize::value::{
    Value, compose, content_disposition, content_type, encode_text, file_names, rename,
    transfer_encodings, unstructured,
};
use tamis_sanitize::{Code, FieldName, FieldValue, Limits};

use Code::{
    DuplicateParameter as Duplicate, EncodedWordInParameter as WordInside, ParameterForms as Forms,
    ParameterSpace as Space, ParameterSyntax as Syntax, TypeInvalid, UnknownCharset,
    ValueComment as Comment,
};

/// Checks media type, boundary and codes; an empty media type stands for one that is not valid.
#[track_caller]
fn check_type(raw: &str, media_type: &str, boundary: Option<&str>, codes: &[Code]) {
    let value = content_type(raw.as_bytes(), &Limits::default());
    assert_eq!(value.media_type, media_type, "{raw:?}");
    assert_eq!(value.valid, !media_type.is_empty(), "{raw:?}");
    let found = value.parameters.get("boundary");
    let found = found.map(|value| String::from_utf8_lossy(&value).into_owned());
    assert_eq!(found.as_deref(), boundary, "{raw:?}");
    assert_eq!(value.codes, codes, "{raw:?}");
}

#[test]
fn a_sound_type_has_no_defect() {
    let check = |raw: &str, media_type: &str, boundary| check_type(raw, media_type, boundary, &[]);
    check(" text/plain\r\n", "text/plain", None);
    check(
        "TEXT/Plain; charset=UTF-8; format=flowed",
        "text/plain",
        None,
    );
    check(
        " Multipart/Mixed; Boundary=\"a b\"\r\n",
        "multipart/mixed",
        Some("a b"),
    );
    check(
        " multipart/mixed;\r\n\tboundary=ab;\r\n",
        "multipart/mixed",
        Some("ab"),
    );
    check(
        " multipart/mixed;\r\n\tboundary=\"ab\" ; x=y\r\n",
        "multipart/mixed",
        Some("ab"),
    );
    check(
        "multipart/mixed; boundary=\"----=_a?=b\"",
        "multipart/mixed",
        Some("----=_a?=b"),
    );
    check("text/plain; charset=iso-2022-jp", "text/plain", None);
}

#[test]
fn a_type_is_found_behind_junk() {
    let check = |raw: &str, media_type: &str, codes| check_type(raw, media_type, None, codes);
    check("text", "", &[TypeInvalid]);
    check("", "", &[TypeInvalid]);
    check("/", "", &[TypeInvalid]);
    check("text/", "", &[TypeInvalid]);
    check("multipart", "multipart/mixed", &[TypeInvalid]);
    check("multipart/", "multipart/mixed", &[TypeInvalid]);
    check("multipart / mixed", "multipart/mixed", &[TypeInvalid]);
    check("\"multipart/mixed\"", "multipart/mixed", &[TypeInvalid]);
    check("\"multipart\"/mixed", "multipart/mixed", &[TypeInvalid]);
    check("text/html/x", "text/html", &[TypeInvalid]);
    check("text/html text/plain", "text/html", &[TypeInvalid]);
    check("text/html, text/plain", "text/html", &[TypeInvalid]);
    check("te\0xt/html", "text/html", &[TypeInvalid]);
    check("; text/html", "text/html", &[Syntax]);
    check("text(c)/html", "text/html", &[Comment]);
    check("(c) text/html (d (e) \\) f)", "text/html", &[Comment]);
    check(
        "=?utf-8?q?text/html?=",
        "text/html",
        &[WordInside, TypeInvalid],
    );
    check(
        "text/plain; charset=klingon",
        "text/plain",
        &[UnknownCharset],
    );
    check("text/plain; charset=\"\"", "text/plain", &[UnknownCharset]);
}

#[test]
fn names_that_their_charset_does_not_have_are_doubtful() {
    let check = |value: &str, codes: &[Code]| {
        check_type(&format!("text/plain{value}"), "text/plain", None, codes);
    };
    check("; name*=utf-8''%c3%a9", &[]);
    check("; name*=utf-8''%e9", &[Forms]);
    check("; name*=iso-8859-1''%e9", &[]);
    check("; name*=''a", &[Forms]);
    check("; name*=utf-8''it%27s", &[]);
    check("; name*=utf-8''it's", &[Forms]);
    check("; name*0*=utf-8''%e2%82; name*1*=%ac", &[]);
    check("; name*0*=utf-8''%e2%82; name*1*=%61", &[Forms]);
}

#[test]
fn a_boundary_is_found_in_every_form() {
    let check = |value: &str, boundary: &str, codes: &[Code]| {
        check_type(
            &format!("multipart/mixed{value}"),
            "multipart/mixed",
            Some(boundary),
            codes,
        );
    };
    check("; boundary*1=b; boundary*0=a", "ab", &[Forms]);
    check("; boundary*1=b", "b", &[Forms]);
    check("; boundary*0=a; boundary*1=b", "ab", &[Forms]);
    check("; boundary*0*=''%61; boundary*1=b", "ab", &[Forms]);
    check("; boundary*=us-ascii''a%62", "ab", &[Forms]);
    check("; boundary=a; boundary*=us-ascii''a", "a", &[Forms]);
    check("; boundary=\"a\\\"b\"", "a\"b", &[Forms]);
    check("; boundary*0=a; boundary*2=b", "a", &[Forms]);
    check("; boundary*0=a; boundary*0=b", "a", &[Duplicate, Forms]);
    check("; boundary=a; boundary=b", "a", &[Duplicate]);
    check("; boundary=a; BOUNDARY=a", "a", &[Duplicate]);
    check("; boundary=a; boundary*=us-ascii''b", "a", &[Forms]);
    check("; boundary*=klingon''a", "a", &[UnknownCharset]);
    check(" (c); boundary=a (d)", "a", &[Comment]);
    check("; boundary (c) = (d) a", "a", &[Comment, Space]);
    check("; boundary = ab", "ab", &[Space]);
    check("; boundary=\r\n ab", "ab", &[Space]);
    check("; boundary= ab", "ab", &[]);
    check("; boundary=ab; xboundary=cd", "ab", &[Forms]);
    check("; boundary=\"ab", "ab", &[Syntax]);
    check("; boundary=a b", "a b", &[Syntax]);
    check(";; boundary=a", "a", &[Syntax]);
    check("; ; boundary=a", "a", &[Syntax]);
    check("; junk; boundary=a", "a", &[Syntax]);
    check("; \"junk\" boundary=a", "a", &[Syntax]);
    check(" boundary=a", "a", &[Syntax]);
    check(", boundary=a", "a", &[Syntax]);
    check("\r\n\tboundary=\"a\"", "a", &[Syntax]);
    check("; charset=utf-8 boundary=a", "a", &[Syntax]);
    check("; charset=utf-8, boundary=a", "a", &[Syntax]);
    check("; boundary=\"a\" charset=utf-8", "a", &[Syntax]);
    check("; boundary=a charset=utf-8", "a", &[Syntax]);
    check("; boundary=", "", &[Syntax]);
    check("; =x; boundary=a", "a", &[Syntax]);
    check("; x=\"y; boundary=a\"", "a", &[Syntax]);
    check("; (boundary=a)", "a", &[Comment, Syntax]);
    check("; (; boundary=a", "a", &[Comment, Syntax]);
    check("; boundary='a'", "'a'", &[Forms]);
    check("; boundary=\"a;b\"", "a;b", &[Forms]);
    check("; boundary*x=a", "a", &[Forms]);
    check("; boundary*00=a", "a", &[Forms]);
    check(
        "; boundary=\"=?utf-8?q?a?=\"",
        "=?utf-8?q?a?=",
        &[WordInside, Forms],
    );
    check_type("boundary=a", "", Some("a"), &[Syntax, TypeInvalid]);
}

#[test]
fn every_reading_of_a_parameter_is_there() {
    let check = |value: &str, expected: &[&str]| {
        let raw = format!("multipart/mixed; boundary={value}");
        let found = content_type(raw.as_bytes(), &Limits::default())
            .parameters
            .all("boundary");
        let found: Vec<String> = found
            .into_iter()
            .map(|value| match value {
                Value::Octets(octets) => String::from_utf8_lossy(&octets).into_owned(),
                Value::Text(text) => text,
            })
            .collect();
        assert_eq!(found, expected, "{raw:?}");
    };
    check("a", &["a"]);
    check("\"a\"", &["a"]);
    check("\"a b \"", &["a b "]);
    check("a b", &["a b", "a"]);
    check("a(b)", &["a", "a(b)"]);
    check("\"a\\b\"", &["ab", "a\\b"]);
    check("\"a\\\"b\"", &["a\"b", "a\\\"b", "a\\"]);
    check("'a'", &["'a'", "a"]);
    check("\"a\"b", &["a", "\"a\"b", "ab"]);
    check("\"a;b", &["a;b", "a"]);
    check("\"a\r\n b\"", &["a b", "ab"]);
    check("a; boundary=b", &["a", "b"]);
    check(
        "a; boundary*=''%62; boundary*1=d; boundary*0=c",
        &["b", "cd", "dc", "a"],
    );
    check(
        "a; boundary*3=d; boundary*0=b; boundary*1=c",
        &["bc", "bcd", "dbc", "a"],
    );
    check("a x=y; z=\"; boundary=b\"", &["a", "a x=y", "b"]);
}

#[test]
fn every_encoding_that_a_value_names_is_seen() {
    use Encoding::{Base64, BinHex, QuotedPrintable, SevenBit, Unknown, Uuencode, Xxencode, Yenc};
    let unknown = &[Code::UnknownEncoding][..];
    for (raw, encodings, codes) in [
        ("", &[SevenBit][..], &[][..]),
        (" base64\r\n", &[Base64], &[]),
        (" 7bit ", &[SevenBit], &[]),
        (" base64 \r\n", &[Base64], &[Code::EncodingSpace]),
        ("\r\n base64", &[Base64], &[Code::EncodingSpace]),
        ("\r\n 7bit", &[SevenBit], &[]),
        (" Quoted-Printable", &[QuotedPrintable], &[]),
        (" base64 (really)", &[Base64], &[Comment]),
        (" (really) base64", &[Base64], &[Comment]),
        (" (base64) 7bit", &[SevenBit, Base64], &[Comment]),
        (" \"base64\"", &[Base64], &[Syntax]),
        (" base64;", &[Base64], &[Syntax]),
        (" ;base64", &[Base64], &[Syntax]),
        (" ;(c)base64", &[Base64], &[Syntax, Comment]),
        (" (base64", &[Base64], &[Comment, Syntax]),
        (" base64, 7bit", &[Base64, SevenBit], &[Syntax]),
        (" 7bit, base64", &[SevenBit, Base64], &[Syntax]),
        (" base64 7bit", &[Base64, SevenBit], &[Syntax]),
        (
            " base64; x=quoted-printable",
            &[Base64, QuotedPrintable],
            &[Syntax],
        ),
        ("\u{a0}base64\0", &[Base64], &[Syntax]),
        ("base64\0x", &[Base64], &[Syntax]),
        (
            "ba\0se64",
            &[Base64, Unknown],
            &[Syntax, Code::UnknownEncoding],
        ),
        (" x-uuencode", &[Uuencode], unknown),
        (" x-uue", &[Uuencode], unknown),
        (" xxencode", &[Xxencode], unknown),
        (" x-yenc", &[Yenc], unknown),
        (" mac-binhex40", &[BinHex], unknown),
        (" base-64", &[Base64, Unknown], unknown),
        (" x-base64", &[Base64, Unknown], unknown),
        (" quoted_printable", &[QuotedPrintable, Unknown], unknown),
        (" 7-bit", &[SevenBit, Unknown], unknown),
        (" x-klingon", &[Unknown], unknown),
        (
            "=?utf-8?q?base64?=",
            &[Base64, QuotedPrintable, Unknown],
            &[Syntax, WordInside, Code::UnknownEncoding],
        ),
    ] {
        let found = transfer_encodings(raw.as_bytes());
        assert_eq!(found, (encodings.to_vec(), codes.to_vec()), "{raw:?}");
    }
}

#[test]
fn a_disposition_is_its_first_word() {
    for (raw, disposition, codes) in [
        ("inline", Disposition::Inline, &[][..]),
        (" Attachment; filename=x\r\n", Disposition::Attachment, &[]),
        ("form-data; name=x", Disposition::Attachment, &[]),
        (
            "inline; filename*0=a; filename*1*=%62",
            Disposition::Inline,
            &[],
        ),
        (
            "inline; filename=a; filename*=utf-8''%61",
            Disposition::Inline,
            &[],
        ),
        ("inline; filename=\"a\\\"b\"", Disposition::Inline, &[]),
        ("INLINE (c)", Disposition::Inline, &[Comment]),
        ("", Disposition::Attachment, &[Syntax]),
        ("filename=x", Disposition::Attachment, &[Syntax]),
        ("\"inline\"", Disposition::Attachment, &[Syntax]),
        ("inline filename=x", Disposition::Inline, &[Syntax]),
        (
            "=?utf-8?q?inline?=",
            Disposition::Inline,
            &[WordInside, Syntax],
        ),
    ] {
        let found = content_disposition(raw.as_bytes(), &Limits::default());
        assert_eq!(found.disposition, disposition, "{raw:?}");
        assert_eq!(found.codes, codes, "{raw:?}");
    }
}

fn names(disposition: &[u8], media_type: &[u8]) -> Vec<String> {
    let limits = Limits::default();
    let disposition = content_disposition(disposition, &limits);
    let media_type = content_type(media_type, &limits);
    file_names(&[disposition], &[media_type])
}

#[test]
fn names_stand_in_four_places() {
    let check = |disposition: &str, media_type: &str, expected: &[&str]| {
        assert_eq!(
            names(disposition.as_bytes(), media_type.as_bytes()),
            expected
        );
    };
    check("attachment", "text/plain", &[]);
    check("attachment; filename=\"\"", "text/plain", &[]);
    check(
        "attachment; filename=a.txt",
        "text/plain; name=\"a.txt\"",
        &["a.txt"],
    );
    check(
        "attachment; filename=a.txt",
        "text/plain; name=b.exe",
        &["a.txt", "b.exe"],
    );
    check(
        "attachment; name=a; filename=b",
        "text/plain; filename=c; name=d",
        &["b", "d", "a", "c"],
    );
}

#[test]
fn odd_forms_of_a_name_are_seen() {
    let check = check_name;
    check(
        "filename*0*=utf-16''%00update.js",
        &["甀摰瑡\u{2e65}獪", "\0update.js"],
    );
    check(
        "filename*=iso-2022-jp''%1B$B%245%24s%1B(B.pdf",
        &["さん.pdf"],
    );
    check("filename*-1=a.exe", &["a.exe"]);
    check("filename*x=a.exe", &["a.exe"]);
    check("filename*0**=utf-8''a.exe", &["a.exe"]);
    check(
        "filename*0=\"a%2E\"; filename*1*=%65xe",
        &["a%2Eexe", "a.exe"],
    );
    check(
        "filename=\"=?utf-8?q?a.exe\"",
        &["=?utf-8?q?a.exe", "a.exe"],
    );
}

#[track_caller]
fn check_name(value: &str, expected: &[&str]) {
    let raw = format!("attachment; {value}");
    assert_eq!(names(raw.as_bytes(), b"text/plain"), expected, "{value:?}");
}

#[test]
fn every_form_of_a_name_is_seen() {
    let check = check_name;
    // RFC 2231
    check(
        "filename*=utf-8''%e2%82%ac.exe; filename=e.txt",
        &["\u{20ac}.exe", "e.txt"],
    );
    check("filename*=iso-8859-1'de'%e4.exe", &["\u{e4}.exe"]);
    check("filename*=%e4.exe", &["\u{e4}.exe"]);
    check("filename*=\"utf-8''a%2Eexe\"", &["a.exe"]);
    check("filename*=utf-16''a.exe", &["a.exe"]);
    check(
        "filename*=UTF_16LE''a%00.%00e%00x%00e%00",
        &["a.exe", "a\0.\0e\0x\0e\0"],
    );
    check("filename*=iso-2022-kr''a.exe", &["a.exe"]);
    check("filename*=utf-7''a%2BAC4-exe", &["a.exe", "a+AC4-exe"]);
    check("filename*0=\"a.\"; filename*1*=%65xe", &["a.exe"]);
    check(
        "filename*0*=utf-8''%c3; filename*1*=%a4.exe",
        &["\u{e4}.exe"],
    );
    check(
        "filename*2=xe; filename*0=a; filename*1=.e",
        &["a.exe", "xea.e"],
    );
    check("filename*1=exe; filename*0=a.", &["a.exe", "exea."]);
    check("filename*0=a.txt; filename*9=.exe", &["a.txt", "a.txt.exe"]);
    check("filename*0=a; filename*99999999999=.exe", &["a", "a.exe"]);
    check(
        "filename*0=a.; filename*1=txt; filename*1=exe",
        &["a.txt", "a.exe", "a.txtexe"],
    );
    check(
        "filename*1*=.exe; filename*0*=utf-8''a",
        &["a.exe", ".exea"],
    );
    // RFC 2047
    check(
        "filename=\"=?utf-8?q?a=2Eexe?=\"",
        &["a.exe", "=?utf-8?q?a=2Eexe?="],
    );
    check(
        "filename==?utf-8?b?YS5leGU=?=",
        &["a.exe", "=?utf-8?b?YS5leGU=?="],
    );
    check(
        "filename=\"=?utf-8?q?a=2Ee?= =?utf-8?q?xe?=\"",
        &["a.exe", "=?utf-8?q?a=2Ee?= =?utf-8?q?xe?="],
    );
    check(
        "filename=\"=?utf-8?q?a=2Ee?==?utf-8?q?xe?=\"",
        &["a.exe", "=?utf-8?q?a=2Ee?==?utf-8?q?xe?="],
    );
    check(
        "filename=\"=?utf-16?B?AGEALgBlAHgAZQ==?=\"",
        &[
            "\u{6100}\u{2e00}\u{6500}\u{7800}\u{6500}",
            "a.exe",
            "=?utf-16?B?AGEALgBlAHgAZQ==?=",
        ],
    );
    check(
        "filename*0=\"=?utf-8?q?a=2\"; filename*1=\"Eexe?=\"",
        &["a.exe", "=?utf-8?q?a=2Eexe?="],
    );
    // quotes, escapes, blanks, comments
    check("filename=a b.exe", &["a b.exe", "a"]);
    check("filename=a(1).exe", &["a.exe", "a(1).exe"]);
    check("filename=\"a\\b.exe\"", &["ab.exe", "a\\b.exe"]);
    check(
        "filename=\"a.exe\\\".txt\"",
        &["a.exe\".txt", "a.exe\\\".txt", "a.exe\\"],
    );
    check("filename='a.exe'", &["'a.exe'", "a.exe"]);
    check("filename=\"a\".exe", &["a", "\"a\".exe", "a.exe"]);
    check("filename=a\".exe\"", &["a\".exe\"", "a.exe"]);
    check("filename=\"a.exe", &["a.exe"]);
    check("filename=\"a.exe; size=3", &["a.exe; size=3", "a.exe"]);
    check("filename=\"a.\r\n exe\"", &["a. exe", "a.exe"]);
    check("file\0name=a.exe", &["a.exe"]);
    // what only a search finds
    check("size=3 filename=a.exe", &["a.exe"]);
    check("size=\"3\" filename=a.exe", &["a.exe"]);
    check("size=3, filename=a.exe", &["a.exe"]);
    check("(filename=a.exe)", &["a.exe"]);
    check("(; filename=\"a.exe\"", &["a.exe"]);
    check("x=\"; filename=a.exe\"", &["a.exe"]);
    check("x=\"; filename=\\\"a b.exe\\\"\"", &["a b.exe"]);
    check(
        "filename=\"a.txt; filename=b.exe\"",
        &["a.txt; filename=b.exe", "a.txt", "b.exe"],
    );
    check("filename=a.txt; filename=b.exe", &["a.txt", "b.exe"]);
    check(
        "filename=a.txt; x=y\\\"; filename*0=b.; filename*1=exe",
        &["b.exe", "a.txt"],
    );
}

#[test]
fn a_name_is_seen_where_all_of_the_value_is_off() {
    let check = |disposition: &str, expected: &[&str]| {
        assert_eq!(
            names(disposition.as_bytes(), b""),
            expected,
            "{disposition:?}"
        );
    };
    check("filename=a.exe", &["a.exe"]);
    check("; filename=a.exe", &["a.exe"]);
    check("attachment filename=a.exe", &["a.exe"]);
    check("\"attachment\"; filename=a.exe", &["a.exe"]);
    check("=?utf-8?q?attachment;_filename=3Da.exe?=", &["a.exe"]);
}

#[test]
fn octets_of_a_name_are_text() {
    let check = |disposition: &[u8], media_type: &[u8], expected: &[&str]| {
        assert_eq!(names(disposition, media_type), expected);
    };
    check(
        "attachment; filename=\"\u{e4}\"".as_bytes(),
        b"",
        &["\u{e4}"],
    );
    check(
        b"attachment; filename=\"\xe4\x80\"",
        b"",
        &["\u{e4}\u{20ac}"],
    );
    check(
        b"attachment; filename=\"\xc4\"",
        b"text/plain; charset=koi8-r",
        &["\u{434}"],
    );
    check(b"attachment; filename=\"a\0.exe\"", b"", &["a\0.exe"]);
}

#[test]
fn limits_are_kept() {
    let limits = Limits::default();
    let many = "; x=y".repeat(limits.parameters);
    let read = |more: &str| content_type(format!("a/b{many}{more}").as_bytes(), &limits).codes;
    assert_eq!(read(""), [Duplicate]);
    assert_eq!(read("; z=a"), [Code::LimitParameters, Duplicate]);
    let hidden = "\"name=a\"; ".repeat(limits.parameters + 1);
    let found = content_disposition(format!("a; {hidden}").as_bytes(), &limits);
    assert!(found.codes.contains(&Code::LimitParameters));
    let words = "=?utf-8?q?a?= ".repeat(limits.encoded_words + 1);
    let found = content_type(format!("a/b; name=\"{words}\"").as_bytes(), &limits);
    assert_eq!(
        found.codes,
        [Code::ParameterLength, WordInside, Code::LimitEncodedWords]
    );
}

/// Values that never come to an end if anything is looked at more than a bounded number of times.
#[test]
fn hard_values_take_no_longer_than_others() {
    let n = 20_000;
    let segments = (0..n).rev().fold(String::new(), |segments, number| {
        segments + &format!("; filename*{number}=a")
    });
    let limits = [Limits::default(), {
        let mut limits = Limits::default();
        limits.parameters = 1_000;
        limits
    }];
    for value in [
        segments,
        format!("; filename=\"{}\"", "\\\"".repeat(n)),
        format!("; filename={}", "(".repeat(n)),
        format!("; filename={}{}", "(".repeat(n), ")".repeat(n)),
        format!("; {}", "( ".repeat(n)),
        format!("; filename=\"{}\"", "=?utf-8?q?a?= ".repeat(n)),
        format!("; filename=\"{}\"", "=?utf-8?q?a".repeat(n)),
        format!("; filename=\"{}\"", "=?".repeat(n)),
        "filename=".repeat(n),
        "filename=\"\\".repeat(n),
        "; filename=a".repeat(n),
        "; x=y z=".repeat(n),
        "=".repeat(n),
        ";".repeat(n),
        " \r\n".repeat(n),
        "a ".repeat(n),
    ] {
        for limits in &limits {
            let raw = format!("attachment{value}");
            let disposition = content_disposition(raw.as_bytes(), limits);
            let media_type = content_type(raw.as_bytes(), limits);
            let found = file_names(&[disposition], &[media_type]);
            assert!(found.len() <= limits.parameters * 40);
            let _ = (
                transfer_encodings(raw.as_bytes()),
                unstructured(raw.as_bytes()),
            );
            assert!(rename(raw.as_bytes(), "filename", "b.txt").is_some());
        }
    }
}

#[test]
fn text_is_what_a_person_reads() {
    for (raw, expected) in [
        ("", ""),
        (" plain \r\n", "plain"),
        (" two\r\n lines\r\n", "two lines"),
        (" =?utf-8?q?caf=C3=A9?=\r\n", "caf\u{e9}"),
        (" =?UTF-8?Q?caf=C3=A9_au_lait?=\r\n", "caf\u{e9} au lait"),
        (" =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\u{65e5}\u{672c}"),
        (" =?cp932?q?=93=FA?=", "\u{65e5}"),
        (" =?hz-gb-2312?q?a.exe?=", "a.exe"),
        (" =?utf-8?b?4pw=?= =?utf-8?b?kw==?=", "\u{2713}"),
        (" =?utf-8?b?4pw=?=\r\n\t=?UTF-8?b?kw==?=", "\u{2713}"),
        (" =?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        (" =?utf-8?q?a?= =?iso-8859-1?q?=e4?=", "a\u{e4}"),
        (" a=?utf-8?q?b?=c", "abc"),
        (" =?utf-8?q?a?= c =?utf-8?q?b?=", "a c b"),
        (" =?utf-8*en?q?a?=", "a"),
        (" =?utf-8?q?a b?=", "a b"),
        (" =?utf-8?q?what?!?=", "what?!"),
        (" =?klingon?q?a=e4?=", "a\u{e4}"),
        (" =?utf-8?q?=?utf-8?q?a?=", "=?utf-8?q?a"),
        (" =?nonsense", "=?nonsense"),
        (" =?utf-8?x?a?=", "=?utf-8?x?a?="),
        (" =?utf-8?q?a", "=?utf-8?q?a"),
    ] {
        assert_eq!(unstructured(raw.as_bytes()), expected, "{raw:?}");
    }
    assert_eq!(unstructured(b" K\xf6ln"), "K\u{f6}ln");
    assert_eq!(unstructured("K\u{f6}ln".as_bytes()), "K\u{f6}ln");
    let long = "x".repeat(5_000);
    assert_eq!(unstructured(format!("=?utf-8?q?{long}?=").as_bytes()), long);
}

#[test]
fn a_value_is_composed() {
    let check = |head: &str, parameters: &[(&str, &str)], expected: Option<&str>| {
        let value = compose(head, parameters);
        let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        assert_eq!(value.as_deref(), expected);
    };
    check("text/plain", &[], Some("text/plain"));
    check(
        "text/plain",
        &[("charset", "utf-8"), ("name", "a (1), b.txt")],
        Some("text/plain;\n charset=\"utf-8\";\n name=\"a (1), b.txt\""),
    );
    check(
        "attachment",
        &[("filename", "\u{e4}")],
        Some("attachment;\n filename*=utf-8''%C3%A4"),
    );
    check(
        "attachment",
        &[("filename", "a\"b")],
        Some("attachment;\n filename*=utf-8''a%22b"),
    );
    check(
        "attachment",
        &[("filename", "a\r\n\0b")],
        Some("attachment;\n filename=\"ab\""),
    );
    check(
        "attachment",
        &[("filename", "a;b")],
        Some("attachment;\n filename*=utf-8''a%3Bb"),
    );
    check("text plain", &[], None);
    check("text/", &[], None);
    check("text/plain", &[("a b", "c")], None);
    check("text/plain", &[("a", &"b".repeat(1_000))], None);
}

#[test]
fn a_renamed_value_has_the_new_name_only() {
    let check = |parameter: &str, raw: &str, new: &str, expected: &str| {
        let value = rename(raw.as_bytes(), parameter, new);
        let value = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        assert_eq!(value.as_deref(), Some(expected), "{raw:?}");
    };
    let disposition = |raw: &str, new: &str, expected: &str| check("filename", raw, new, expected);
    disposition(
        " attachment; filename=a.exe\r\n",
        "b.txt",
        "attachment;\n filename=\"b.txt\"",
    );
    disposition(
        " inline; size=3; filename*0=a; filename*1=b",
        "c\"d",
        "inline;\n size=3;\n filename*=utf-8''c%22d",
    );
    disposition(
        " attachment;\r\n filename=a; filename*=utf-8''b; name=c; NAME*=''d",
        "\u{e4}",
        "attachment;\n filename*=utf-8''%C3%A4",
    );
    disposition("filename=a.exe", "b", "attachment;\n filename=\"b\"");
    disposition(
        "\"x\"; size=\"a\0b\"; y=(c) d e",
        "b",
        "attachment;\n size=\"ab\";\n y=\"d e\";\n filename=\"b\"",
    );
    disposition(
        "attachment; x=\"; filename=a.exe\"",
        "b",
        "attachment;\n filename=\"b\"",
    );
    disposition(
        "attachment; x=\"y; z",
        "b",
        "attachment;\n x=\"y; z\";\n filename=\"b\"",
    );
    disposition(
        "attachment; x=\"y\r\n z\"",
        "b",
        "attachment;\n x=\"y\n z\";\n filename=\"b\"",
    );
    disposition("attachment", "", "attachment");
    disposition(
        "attachment",
        "=?utf-8?q?a?=",
        "attachment;\n filename=\"=_utf-8?q?a?=\"",
    );
    check(
        "name",
        " Application/PDF;\r\n\tname=\"=?utf-8?q?a?=\"; charset=\"x\\\"y\"\r\n",
        "b.pdf",
        "Application/PDF;\n charset=\"x\\\"y\";\n name=\"b.pdf\"",
    );
    check(
        "name",
        "text / html; filename=a",
        "b",
        "text/html;\n name=\"b\"",
    );
    check("name", "name=a", "b", "text/plain;\n name=\"b\"");
    check(
        "name",
        "multipart/mixed; boundary=\"; name=x\"",
        "b",
        "multipart/mixed;\n boundary=\"; name=x\";\n name=\"b\"",
    );
}

#[test]
fn a_long_name_keeps_its_extension() {
    let value = rename(
        b"attachment",
        "filename",
        &("\u{20ac}".repeat(300) + ".txt"),
    );
    let value = value.expect("a value");
    let longest = value
        .as_bytes()
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::len)
        .max();
    assert!(longest < Some(998));
    let found = names(value.as_bytes(), b"");
    assert_eq!(found, ["\u{20ac}".repeat(83) + ".txt"]);
}

/// Octets like those of a structured value.
const VALUE: &str = "([a-z=;\"'*0-9%() /\\\\\\r\\n?,\\x00\u{e4}]|; ?filename\\*?[0-9]?\\*?=\"?|name=|=\\?utf-8\\?q\\?|\\?=){0,60}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_value_panics(raw in proptest::collection::vec(any::<u8>(), 0..200), text in VALUE) {
        for raw in [raw.as_slice(), text.as_bytes()] {
            let limits = Limits::default();
            let (media_type, disposition) = (content_type(raw, &limits), content_disposition(raw, &limits));
            let _ = (transfer_encodings(raw), file_names(&[disposition], std::slice::from_ref(&media_type)), unstructured(raw));
            prop_assert!(media_type.valid || media_type.media_type.is_empty());
        }
    }

    /// Whatever a value was: renamed, it has the new name and no other.
    #[test]
    fn a_new_name_is_read_back(raw in VALUE, name in "[a-zA-Z0-9 ._();=%'\u{e4}\u{20ac}\"\\\\-]{0,30}") {
        let name = name.replace("=?", "");
        let expected: Vec<String> = Some(name.clone()).filter(|name| !name.is_empty()).into_iter().collect();
        let disposition = rename(format!("attachment; filename=x; {raw}").as_bytes(), "filename", &name);
        let disposition = disposition.expect("a value");
        prop_assert_eq!(names(disposition.as_bytes(), b""), expected.clone(), "{:?}", disposition);
        let media_type = rename(raw.as_bytes(), "name", &name).expect("a value");
        let found = content_type(media_type.as_bytes(), &Limits::default());
        prop_assert_eq!(file_names(&[], std::slice::from_ref(&found)), expected, "{:?}", media_type);
    }

    /// Parameters that are sound keep their octets, and nothing is wrong with the result.
    #[test]
    fn a_sound_value_stays_sound(size in 0u32..1_000_000, text in "[a-zA-Z0-9 .;,()]{0,30}", name in "[a-zA-Z0-9 ._\u{e4}\u{20ac}-]{1,30}") {
        let raw = format!("attachment; size={size}; x=\"{text}\"; filename=\"a b.exe\"");
        let value = rename(raw.as_bytes(), "filename", &name).expect("a value");
        let found = content_disposition(value.as_bytes(), &Limits::default());
        prop_assert_eq!(&found.codes, &[], "{:?}", value);
        prop_assert_eq!(found.parameters.get("size"), Some(size.to_string().into_bytes()));
        prop_assert_eq!(found.parameters.get("x"), Some(text.into_bytes()));
    }

    #[test]
    fn encoded_text_is_read_back(text in "([ -~\u{e4}\u{20ac}\u{65e5}\\n]|=\\?|\\?=|utf-8\\?q\\?| {2,5}|[a-z]{40,200}){0,40}") {
        let name = FieldName::new("Subject").expect("a name");
        let value = encode_text(&name, &text);
        prop_assert!(FieldValue::new(value.as_bytes()).is_ok(), "{:?}", value);
        prop_assert!(value.as_bytes().split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "{:?}", value);
        let expected = text.replace('\n', " ");
        prop_assert_eq!(unstructured(value.as_bytes()), expected.trim(), "{:?}", value);
    }
}
