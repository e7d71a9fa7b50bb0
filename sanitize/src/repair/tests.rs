//! Header sections before and after their repair.

use super::*;
use crate::{Limits, Needs, Plan, Reader, Reading, rewrite};

fn check(message: &str, expected: &str) {
    let read = |octets: &[u8]| {
        let mut reader = Reader::new(Needs::default(), Limits::default());
        reader.push(octets);
        reader.finish()
    };
    let Reading::Whole(map) = read(message.as_bytes()) else {
        panic!("cut")
    };
    let header = header_repairs(&map)
        .into_iter()
        .map(|repair| repair.edit)
        .collect();
    let rewritten = rewrite(
        &map,
        &Plan {
            header,
            ..Plan::default()
        },
    );
    let mut out = Vec::new();
    for piece in rewritten.message(&map) {
        match piece {
            crate::Piece::Copy(range) => {
                let index = |at: u64| usize::try_from(at).expect("small");
                out.extend_from_slice(&message.as_bytes()[index(range.start)..index(range.end)]);
            }
            crate::Piece::Bytes(bytes) => out.extend_from_slice(&bytes),
            crate::Piece::Recode(_) => unreachable!("a plan of header edits"),
        }
    }
    assert_eq!(String::from_utf8_lossy(&out), expected);
    assert_eq!(header_repairs(read(&out).map()), [], "repaired twice");
}

#[test]
fn a_sound_header_is_left_alone() {
    let sound = "From: a@example.org\r\nSubject: hi\r\nReceived: x\r\nReceived: y\r\n\r\nbody\r\n";
    check(sound, sound);
    let japanese = "Subject: \x1b$B2q5D\x1b(B\r\n\r\nbody\r\n";
    check(japanese, japanese);
}

#[test]
fn a_field_that_may_stand_once_keeps_its_first() {
    check(
        "Subject: one\r\nFrom: a@example.org\r\nSUBJECT: two\r\n\r\n",
        "Subject: one\r\nFrom: a@example.org\r\n\r\n",
    );
    check(
        "To: a@example.org,\r\n b@example.org\r\nCc:\r\nto: c@example.org,\r\nTo : d\r\nCC: e\r\n\r\n",
        "To: a@example.org,\r\n b@example.org,\r\n c@example.org,\r\n d\r\nCC: e\r\n\r\n",
    );
    check(
        "Content-Type: text/html\r\nContent-type: text/plain\r\n\r\n",
        "Content-Type: text/html\r\n\r\n",
    );
}

#[test]
fn what_no_field_may_hold_goes() {
    check("Subject: a\0b\r\n\r\n", "Subject: ab\r\n\r\n");
    check(
        "Subject: a\x1b[2Jb\r\n c\r\n\r\n",
        "Subject: a[2Jb\r\n c\r\n\r\n",
    );
    check("Subject: a\rb\r\n\r\n", "Subject: a b\r\n\r\n");
    check("Subject : a\r\n\r\n", "Subject: a\r\n\r\n");
    check(
        " Subject: a\r\nTo: b\r\n\r\n",
        "Subject: a\r\nTo: b\r\n\r\n",
    );
}
