//! Header sections: which lines are fields, which are skipped, and where the body begins.

mod reading;

use reading::{check, cut, read};
use tamis_sanitize::{Code, Limits};

#[test]
fn lines_that_are_no_fields_are_skipped_or_end_the_header() {
    check(
        "Subject: a\ngarbage\nTo: b\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["field-missing-colon"],
    );
    check(
        "Subject: a\nthis is the body\nof it\n",
        &[r#"1 text/plain "this is the body\r\nof it\r\n""#],
        &["missing-separator"],
    );
    check(
        "From x Mon\nSubject: a\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["mbox-from-line"],
    );
    check(
        "\u{feff}Subject: a\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["byte-order-mark"],
    );
    check(
        "Subject: a\n \n b\n\nbody\n",
        &[r#"1 text/plain "body\r\n""#],
        &["blank-continuation"],
    );
}

/// A multipart with one file, whose header section is this. The file is always found, and the defect noted.
#[track_caller]
fn file(header: &str, defect: Code) {
    let message = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{header}TVqQ\n--b--\n"
    );
    let message = message.replace('\n', "\r\n");
    let whole = read(message.as_bytes(), Limits::default(), message.len());
    let in_pieces = read(message.as_bytes(), Limits::default(), 1);
    assert_eq!(whole, in_pieces, "{header:?} octet by octet");
    let part = whole.map().parts().last().expect("a part");
    assert_eq!(part.media_type(), "image/png", "{header:?}");
    assert_eq!(part.encoding().name(), "base64", "{header:?}");
    assert_eq!(cut(&message, part.body()), "TVqQ", "{header:?}");
    assert!(
        part.codes().contains(defect),
        "{header:?} {:?}",
        part.codes()
    );
    assert!(part.is_ambiguous(), "{header:?} {:?}", part.codes());
}

#[test]
fn names_with_foreign_octets_count() {
    for (start, defect) in [
        ("Content-Type :", Code::FieldNameSpace),
        ("Content-Type\t:", Code::FieldNameSpace),
        ("Content-Type\n :", Code::FieldNameSpace),
        ("\u{feff}Content-Type:", Code::FieldNameInvalid),
        ("Content-Type\u{a0}:", Code::FieldNameInvalid),
        ("Content-\0Type:", Code::NulByte),
        ("Content-\x01Type:", Code::ControlCharacter),
        ("Content- Type:", Code::FieldNameInvalid),
        (" Content-Type:", Code::FirstLineFolded),
    ] {
        let header = format!("{start} image/png\nContent-Transfer-Encoding: base64\n\n");
        file(&header, defect);
    }
}

#[test]
fn fields_behind_lines_that_are_none_count() {
    for (lines, defect) in [
        ("garbage\n", Code::FieldMissingColon),
        ("more\ngarbage\n", Code::FieldMissingColon),
        ("From a Tue Jun  3 09:30:00\n", Code::FieldNameInvalid),
        (">From a Tue Jun  3 09:30:00\n", Code::FieldNameInvalid),
        (": nothing\n", Code::FieldNameInvalid),
        ("X: y\n \n", Code::BlankContinuation),
        ("X: y\r", Code::BareCr),
        ("garbage\r", Code::BareCr),
        ("X: y\r\n", Code::BareCr),
    ] {
        let header =
            format!("{lines}Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n");
        file(&header, defect);
        let header =
            format!("Content-Type: image/png\n{lines}Content-Transfer-Encoding: base64\n\n");
        file(&header, defect);
    }
    let folded = "Content-Type: image/png;\nname=x\nContent-Transfer-Encoding: base64\n\n";
    file(folded, Code::FieldMissingColon);
}

#[test]
fn the_body_begins_where_some_parser_begins_it() {
    for (end, defect) in [
        ("\n\t\n", Code::BlankSeparator),
        ("\n  \n", Code::BlankSeparator),
        ("\n", Code::MissingSeparator),
        ("\r\n\r\n", Code::BareCr),
        ("\n\r\n", Code::BareCr),
    ] {
        let header = format!("Content-Type: image/png\nContent-Transfer-Encoding: base64{end}");
        file(&header, defect);
    }
}

#[test]
fn a_delimiter_may_stand_right_behind_the_fields() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n--b\nContent-Type: text/html\n\none\n--b--\n",
        &["multipart/mixed", r#"1 text/html "one""#],
        &["missing-separator"],
    );
}

#[test]
fn a_folded_delimiter_is_noted() {
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n --b\n\none\n--b--\n",
        &["multipart/mixed", r#"1 text/html "one""#],
        &["type-invalid", "boundary-in-line"],
    );
}

#[test]
fn an_encoded_message_that_begins_with_a_field_is_not_encoded() {
    check(
        "MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: in\n\none\n",
        &["1 message/rfc822", r#"1.1 text/plain "one\r\n""#],
        &["encoded-container"],
    );
}

#[test]
fn a_file_around_the_parts_is_noted() {
    let file = "begin 644 a.exe\n#0V%T\n`\nend\n";
    check(
        &format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{file}--b\n\none\n--b--\n"
        ),
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["preamble-text", "embedded-file"],
    );
    check(
        &format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n{file}"
        ),
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["epilogue-text", "embedded-file"],
    );
    check(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\nbegin with care\n--b\n\none\n--b--\n",
        &["multipart/mixed", r#"1 text/plain "one""#],
        &["preamble-text"],
    );
}

#[test]
fn a_message_without_lf_ends_its_lines_at_cr() {
    let message = "MIME-Version: 1.0\rContent-Type: multipart/mixed; boundary=b\r\r--b\rContent-Type: text/html\r\rone\r--b--\r";
    let whole = read(message.as_bytes(), Limits::default(), message.len());
    for size in [1, 7, 100] {
        assert_eq!(whole, read(message.as_bytes(), Limits::default(), size));
    }
    let part = whole.map().parts().last().expect("a part");
    assert_eq!(part.media_type(), "text/html");
    assert_eq!(cut(message, part.body()), "one");
    assert!(
        whole
            .map()
            .parts()
            .iter()
            .all(|part| part.codes().contains(Code::BareCr))
    );
    let text = "Subject: no line end";
    let whole = read(text.as_bytes(), Limits::default(), 3);
    assert!(!whole.map().defects().contains(Code::BareCr));
}
