//! Messages that Outlook has saved.

use crate::documents::compound;
use crate::{check, look};
use tamis_corpus::make::payload;
use tamis_sanitize::Kind;

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The stream that makes a compound file a message.
const PROPERTIES: (&str, &[u8]) = ("/__properties_version1.0", &[0; 32]);

/// A message with an attachment.
pub(crate) fn message_of(name: &str, content: &[u8]) -> Vec<u8> {
    let attached = "/__attach_version1.0_#00000000";
    compound(&[
        PROPERTIES,
        ("/__substg1.0_001A001F", &wide("IPM.Note")),
        (&format!("{attached}/__substg1.0_37010102"), content),
        (&format!("{attached}/__substg1.0_3707001F"), &wide(name)),
    ])
}

#[test]
fn text_and_attachments() {
    let attached = "/__attach_version1.0_#00000000";
    let message = compound(&[
        PROPERTIES,
        ("/__substg1.0_001A001F", &wide("IPM.Note")),
        ("/__substg1.0_1000001F", &wide("Hello")),
        ("/__substg1.0_10130102", b"<html><p>Hello</p></html>"),
        (
            "/__substg1.0_10090102",
            b"\0\0\0\0\0\0\0\0MELA\0\0\0\0{\\rtf1 Hello}",
        ),
        (
            &format!("{attached}/__substg1.0_37010102"),
            &payload::executable(),
        ),
        (
            &format!("{attached}/__substg1.0_3704001F"),
            &wide("PHOTO~1.JPG"),
        ),
        (
            &format!("{attached}/__substg1.0_3707001E"),
            b"photo.jpg.exe\0",
        ),
    ]);
    check(
        "a.msg",
        &message,
        &[
            "body.txt: text",
            "body.rtf: office",
            "body.html: html",
            "photo.jpg.exe: executable",
        ],
    );
    let inside = look("a.msg", &message);
    let names: Vec<&str> = inside.members[3]
        .names()
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    assert_eq!(names, ["photo.jpg.exe", "PHOTO~1.JPG"]);
}

#[test]
fn messages_in_messages() {
    let attached = "/__attach_version1.0_#00000000";
    let inner = format!("{attached}/__substg1.0_3701000D");
    let deeper = format!("{inner}/__attach_version1.0_#00000000");
    let message = compound(&[
        PROPERTIES,
        (
            &format!("{attached}/__substg1.0_3001001F"),
            &wide("forwarded"),
        ),
        (&format!("{inner}/__properties_version1.0"), &[0; 24]),
        (&format!("{inner}/__substg1.0_1000001F"), &wide("Hello")),
        (
            &format!("{deeper}/__substg1.0_37010102"),
            &payload::zipped_executable(),
        ),
        (
            &format!("{deeper}/__substg1.0_3707001F"),
            &wide("offer.zip"),
        ),
    ]);
    let inside = look("a.msg", &message);
    let program = inside
        .members
        .iter()
        .find(|member| member.content().contains(Kind::Executable));
    let path = program.expect("found").path().join(" → ");
    assert!(path.starts_with("forwarded → offer.zip → "), "{path}");
    assert!(
        inside
            .members
            .iter()
            .any(|member| member.path() == ["forwarded", "body.txt"])
    );
}
