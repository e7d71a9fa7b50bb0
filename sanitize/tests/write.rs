//! Plans carried out: what the corpus of cases cannot say, because it is about header edits or about the text of a notice.

use tamis_sanitize::{
    FieldName, FieldValue, HeaderEdit, Limits, Needs, Notice, PartEdit, Piece, Plan, Reader,
    Reading, rewrite,
};

fn check(message: &str, plan: &Plan, expected: &str) {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    let Reading::Whole(map) = reader.finish() else {
        panic!("cut: {message:?}")
    };
    let mut result = Vec::new();
    for piece in rewrite(&map, plan).message(&map) {
        match piece {
            Piece::Copy(range) => {
                let index = |at: u64| usize::try_from(at).expect("small");
                result.extend_from_slice(&message.as_bytes()[index(range.start)..index(range.end)]);
            }
            Piece::Bytes(bytes) => result.extend(bytes),
            Piece::Recode(_) => panic!("a plan recodes nothing"),
        }
    }
    assert_eq!(String::from_utf8_lossy(&result), expected, "{message:?}");
}

fn name(name: &str) -> FieldName {
    FieldName::new(name).expect("a name")
}

fn value(value: &str) -> FieldValue {
    FieldValue::new(value.as_bytes()).expect("a value")
}

fn header(header: Vec<HeaderEdit>) -> Plan {
    Plan {
        header,
        ..Plan::default()
    }
}

#[test]
fn a_field_is_added_behind_the_last_one_whatever_ends_it() {
    let add = || HeaderEdit::Append {
        name: name("X-New"),
        value: value("1"),
    };
    let nth = std::num::NonZeroU32::MIN;
    let change = || HeaderEdit::Change {
        name: name("Subject"),
        nth,
        value: value("two"),
    };
    let delete = || HeaderEdit::Delete {
        name: name("Subject"),
        nth,
    };
    for (message, edits, expected) in [
        (
            "To: b\r\nSubject: one",
            vec![add()],
            "To: b\r\nSubject: one\r\nX-New: 1\r\n",
        ),
        (
            "To: b\r\nSubject: one",
            vec![change(), add()],
            "To: b\r\nSubject: two\r\nX-New: 1\r\n",
        ),
        (
            "To: b\r\nSubject: one",
            vec![delete(), add()],
            "To: b\r\nX-New: 1\r\n",
        ),
        (
            "To: b\r\nSubject: one\r\n",
            vec![delete(), add()],
            "To: b\r\nX-New: 1\r\n",
        ),
        (
            "Subject: one\r\n\r\nbody",
            vec![delete(), add()],
            "X-New: 1\r\n\r\nbody",
        ),
        ("\r\nbody", vec![add()], "X-New: 1\r\n\r\nbody"),
        (
            "body without header",
            vec![add()],
            "X-New: 1\r\n\r\nbody without header",
        ),
    ] {
        check(message, &header(edits), expected);
    }
}

#[test]
fn no_line_of_a_notice_is_a_delimiter() {
    const MESSAGE: &str = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ngone\r\n--b--\r\n";
    for (text, body) in [
        ("--b--\n--b\nend\n", " --b--\r\n --b\r\nend"),
        ("a - b\n-\n", "a - b\r\n-"),
        ("\u{e9}\n--b--\n", "=C3=A9\r\n=2D-b--"),
    ] {
        let notice = Notice {
            text: text.into(),
            name: String::new(),
            language: String::new(),
        };
        let encoding = if text.is_ascii() {
            "7bit"
        } else {
            "quoted-printable"
        };
        let expected = MESSAGE.replace(
            "\r\n\r\ngone",
            &format!("\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"),
        );
        check_first_part(MESSAGE, notice, &expected);
    }
}

fn check_first_part(message: &str, notice: Notice, expected: &str) {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    let reading = reader.finish();
    let part = reading.map().parts().get(1).expect("a part").id();
    let parts = vec![(part, PartEdit::Replace(notice))];
    check(
        message,
        &Plan {
            parts,
            ..Plan::default()
        },
        expected,
    );
}
