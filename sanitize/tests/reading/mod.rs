//! What tests of the reader say of a message: its parts and its defects.

use std::fmt::Write as _;
use tamis_sanitize::{Code, Event, Extent, Limits, MessageMap, Needs, PartId, Reader, Reading};

/// Reads a message in chunks of that size.
pub(crate) fn read(message: &[u8], limits: Limits, chunk: usize) -> Reading {
    let mut reader = Reader::new(Needs::default(), limits);
    for piece in message.chunks(chunk.max(1)) {
        reader.push(piece);
        while reader.next() != Event::NeedInput {}
    }
    reader.finish()
}

/// Reads `message` (LF written for CRLF) whole and octet by octet, and compares parts and defects.
///
/// A part is written `number type "body"`, the bodies of leaves only; then the names of the defects. That there is no From
/// and no Date, and that parts have no fields, does not count: it says nothing about the structure.
#[track_caller]
pub(crate) fn check(message: &str, parts: &[&str], defects: &[&str]) {
    let message = message.replace('\n', "\r\n");
    let whole = read(message.as_bytes(), Limits::default(), message.len());
    assert_eq!(
        whole,
        read(message.as_bytes(), Limits::default(), 1),
        "octet by octet"
    );
    assert_eq!(parts_of(whole.map(), &message), parts);
    assert_eq!(codes_of(whole.map()), defects);
}

fn parts_of(map: &MessageMap, message: &str) -> Vec<String> {
    let parts = map.parts().iter();
    parts.map(|part| show(map, message, part.id())).collect()
}

fn codes_of(map: &MessageMap) -> Vec<&'static str> {
    let silent = [
        Code::MissingFrom,
        Code::MissingDate,
        Code::MissingMessageId,
        Code::MissingPartHeader,
    ];
    map.defects()
        .counts()
        .filter(|(code, _)| !silent.contains(code))
        .map(|(code, _)| code.name())
        .collect()
}

fn show(map: &MessageMap, message: &str, id: PartId) -> String {
    let part = map.part(id);
    let mut text = format!("{} {}", part.number(), part.media_type());
    if part.is_leaf() {
        let _ = write!(text, " {:?}", cut(message, part.body()));
    }
    text.trim_start().to_owned()
}

pub(crate) fn cut(message: &str, range: Extent) -> &str {
    let index = |at: u64| usize::try_from(at).expect("small");
    &message[index(range.start)..index(range.end)]
}
