//! Messages that become a file in another message.

use crate::carry_out::{content, planned, read};
use tamis_sanitize::map::Structure;
use tamis_sanitize::{
    FieldName, FieldValue, HeaderEdit, Notice, PartEdit, PartId, Piece, Plan, Wrap, rewrite,
};

fn wrap() -> Plan {
    let notice = Notice {
        text: "Take care.\n".to_owned(),
        name: "read-me.txt".to_owned(),
        language: "en".to_owned(),
    };
    Plan {
        wrap: Some(Wrap {
            notice,
            name: "original.eml".to_owned(),
        }),
        seed: [7; 16],
        ..Plan::default()
    }
}

fn edit(verb: &str, name: &str, value: &str) -> HeaderEdit {
    let name = FieldName::new(name).expect("a name");
    let value = FieldValue::new(value.as_bytes()).expect("a value");
    let nth = std::num::NonZeroU32::MIN;
    match verb {
        "change" => HeaderEdit::Change { name, nth, value },
        "delete" => HeaderEdit::Delete { name, nth },
        "prepend" => HeaderEdit::Prepend { name, value },
        _ => HeaderEdit::Append { name, value },
    }
}

/// What is written around a message: the header section, and what stands before and behind the message.
const FRONT: &str = "--07070707070707070707070707070707x0w\r\nContent-Type: text/plain; charset=\"utf-8\"; name=\"read-me.txt\"\r\nContent-Disposition: inline\r\nContent-Language: en\r\nContent-Transfer-Encoding: 7bit\r\n\r\nTake care.\r\n--07070707070707070707070707070707x0w\r\nContent-Type: message/rfc822;\r\n name=\"original.eml\"\r\nContent-Disposition: attachment;\r\n filename=\"original.eml\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n";
const BACK: &str = "\r\n--07070707070707070707070707070707x0w--\r\n";
const MIXED: &str =
    "Content-Type: multipart/mixed;\r\n boundary=\"07070707070707070707070707070707x0w\"\r\n";

/// The message that lies in the second part.
fn inner(wrapped: &str) -> String {
    let map = read(wrapped.as_bytes());
    let part = map.parts().iter().find(|part| part.number() == "2");
    let part = part.expect("a second part");
    assert_eq!(*part.structure(), Structure::Message);
    let child = map.children(part.id()).next().expect("a message");
    let at = |place: u64| usize::try_from(place).expect("small");
    wrapped[at(child.entity().start)..at(child.entity().end)].to_owned()
}

#[test]
fn the_message_becomes_a_file_behind_a_notice() {
    for (message, header) in [
        (
            "Subject: s\r\n\r\nHi\r\n",
            format!("Subject: s\r\nMIME-Version: 1.0\r\n{MIXED}"),
        ),
        (
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nTo: a@b\r\nContent-Length: 3\r\nX-Content: 1\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
            format!("Subject: s\r\nMIME-Version: 1.0\r\n{MIXED}To: a@b\r\nX-Content: 1\r\n"),
        ),
        (
            "Mime-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-ID: <1@x>\r\nLines: 1\r\nSubject: s\r\n\r\n=C3=A9\r\n",
            format!("Mime-Version: 1.0\r\n{MIXED}Subject: s\r\n"),
        ),
        (
            "Subject: s\r\n\r\n",
            format!("Subject: s\r\nMIME-Version: 1.0\r\n{MIXED}"),
        ),
    ] {
        let result = planned(message, &wrap());
        assert_eq!(result, format!("{header}\r\n{FRONT}{message}{BACK}"));
        assert_eq!(inner(&result), message);
        assert_eq!(content(&result, "1"), b"Take care.");
    }
}

#[test]
fn the_message_is_copied_from_where_it_lies() {
    let message = "Subject: s\r\n\r\nHi\r\n";
    let map = read(message.as_bytes());
    let body = rewrite(&map, &wrap()).body.expect("a body");
    let copies: Vec<_> = body
        .iter()
        .filter_map(|piece| match piece {
            Piece::Copy(range) => Some((range.start, range.end)),
            Piece::Bytes(_) | Piece::Recode(_) => None,
        })
        .collect();
    assert_eq!(copies, [(0, map.size())]);
}

#[test]
fn a_message_without_an_end_of_its_header_gets_one() {
    for (message, expected) in [
        ("Subject: s\r\n", "Subject: s\r\n\r\n"),
        ("Subject: s", "Subject: s\r\n\r\n"),
        ("no field", "MIME-Version: 1.0\r\n\r\nno field"),
        ("\r\nHi\r\n", "MIME-Version: 1.0\r\n\r\nHi\r\n"),
        ("", "MIME-Version: 1.0\r\n\r\n"),
    ] {
        let result = planned(message, &wrap());
        assert!(
            result.ends_with(&format!("\r\n\r\n{expected}{BACK}")),
            "{result}"
        );
    }
}

#[test]
fn line_ends_are_those_of_the_message() {
    let message = "Subject: s\n\nHi\n";
    let result = planned(message, &wrap());
    assert!(!result.contains('\r'), "{result}");
    assert_eq!(inner(&result), message);
}

#[test]
fn octets_above_ascii_are_declared_and_stay() {
    for (message, eight) in [
        ("Subject: s\r\n\r\nGr\u{fc}\u{df}e\r\n", true),
        ("Subject: Gr\u{fc}\u{df}e\r\n\r\nHi\r\n", true),
        (
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nHi\r\n",
            true,
        ),
        (
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nGr\u{fc}\u{df}e\r\n--b\r\n\r\nx\r\n--b--\r\n",
            true,
        ),
        (
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr\u{fc}\u{df}e\r\n",
            true,
        ),
        (
            "Subject: s\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\u{fc}\r\n",
            true,
        ),
        ("Subject: s\r\n\r\nHi\r\n", false),
    ] {
        let result = planned(message, &wrap());
        let declared = result
            .matches("Content-Transfer-Encoding: 8bit\r\n")
            .count();
        let own = message
            .matches("Content-Transfer-Encoding: 8bit\r\n")
            .count();
        assert_eq!(declared, own + if eight { 2 } else { 0 }, "{result}");
        assert_eq!(inner(&result), message);
    }
}

#[test]
fn edits_of_the_header_are_those_of_the_new_message() {
    let message = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHi\r\n";
    let plan = Plan {
        header: vec![
            edit("change", "Subject", "new"),
            edit("prepend", "X-Top", "1"),
            edit("append", "X-End", "1"),
            edit("delete", "content-type", ""),
            edit("append", "Content-Type", "text/html"),
            edit("change", "Mime-Version", "2.0"),
        ],
        ..wrap()
    };
    let result = planned(message, &plan);
    let header = format!("X-Top: 1\r\nSubject: new\r\nMIME-Version: 1.0\r\n{MIXED}X-End: 1\r\n");
    assert_eq!(result, format!("{header}\r\n{FRONT}{message}{BACK}"));
}

#[test]
fn edits_of_parts_are_those_of_the_message_inside() {
    let message = "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n";
    let removed = Notice {
        text: "Removed.\n".to_owned(),
        name: String::new(),
        language: String::new(),
    };
    let plan = Plan {
        parts: vec![(PartId::ROOT, PartEdit::Replace(removed))],
        header: vec![edit("change", "Subject", "new")],
        ..wrap()
    };
    let result = planned(message, &plan);
    assert_eq!(
        inner(&result),
        "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\nRemoved.\r\n"
    );
    assert!(
        result.starts_with(&format!("Subject: new\r\nMIME-Version: 1.0\r\n{MIXED}\r\n")),
        "{result}"
    );
}

#[test]
fn a_wrapped_message_may_be_wrapped_again() {
    let message = "Subject: s\r\n\r\nHi\r\n";
    let once = planned(message, &wrap());
    let again = Plan {
        seed: [8; 16],
        ..wrap()
    };
    let twice = planned(&once, &again);
    assert_eq!(inner(&twice), once);
    assert_eq!(inner(&inner(&twice)), message);
}

#[test]
fn a_wrapped_message_may_have_any_name() {
    let mut plan = wrap();
    if let Some(wrap) = &mut plan.wrap {
        wrap.name = "\u{fc}\r\n\".eml".to_owned();
    }
    let result = planned("Subject: s\r\n\r\nHi\r\n", &plan);
    let map = read(result.as_bytes());
    let part = map.parts().iter().find(|part| part.number() == "2");
    let names = part.expect("a part").names();
    assert_eq!(
        names.first().map(|name| name.text.as_str()),
        Some("\u{fc}\".eml")
    );
}
