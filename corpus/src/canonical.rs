//! The laws of the canonical form, as checks over any octets. A check panics with the law that was broken.

use crate::chunks::Chunking;
use crate::run::{Read, read};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use tamis_sanitize::canon::passes::{Unsafe, Whole, whole};
use tamis_sanitize::decode::Encoding;
use tamis_sanitize::map::Structure;
use tamis_sanitize::{Class, Code, Limits, MessageMap, Part, Reading, Treatment};

/// Runs every law of the canonical form over a message.
///
/// # Panics
/// If one is broken.
pub fn all(message: &[u8]) {
    if let Some(form) = own(message) {
        others_see_the_same_parts(&form.octets);
    }
}

/// Runs the laws that ask nobody else, who may panic himself. Gives the canonical form; none if a limit was reached.
///
/// # Panics
/// If one is broken.
pub fn own(message: &[u8]) -> Option<Whole> {
    let form = form(message)?;
    nothing_is_left_to_repair(&form);
    plain_leaves_keep_their_octets(message, &form);
    Some(form)
}

/// The canonical form of a message; none if a limit was reached.
///
/// # Panics
/// If the last pass leaves something to repair.
pub fn form(message: &[u8]) -> Option<Whole> {
    let seed = *b"tamis-corpus-16b";
    match whole(message, &Limits::default(), &Treatment::default(), seed) {
        Ok(form) => Some(form),
        Err(Unsafe::Unsettled(left, form)) => panic!(
            "law 7: after {} passes there is more to repair: {left:?}\n{}",
            form.passes,
            form.octets.escape_ascii()
        ),
        Err(_) => None,
    }
}

/// Laws 1 and 7: the canonical form is plain, and stays as it is.
fn nothing_is_left_to_repair(form: &Whole) {
    let again = read_whole(&form.octets);
    let ambiguous = again.reading.map().defects().counts();
    let mut ambiguous = ambiguous.filter(|(code, _)| code.class() == Class::Ambiguous);
    assert_eq!(
        ambiguous.next(),
        None,
        "law 1: the canonical form is ambiguous"
    );
}

/// Law 3: a leaf that was plain, in a message that was not, is in the result as it was.
fn plain_leaves_keep_their_octets(message: &[u8], form: &Whole) {
    let before = read_whole(message);
    let after = read_whole(&form.octets);
    let content = |read: &Read, part: &Part| {
        let content = read.content(part.id());
        // Lines that stand for themselves end in CRLF in the result.
        let lines = content.split(|octet| *octet == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        if part.encoding().is_identity() {
            lines.collect::<Vec<_>>().join(&b"\n"[..])
        } else {
            content.to_vec()
        }
    };
    let mut left = leaves(after.reading.map()).map(|part| content(&after, part));
    let map = before.reading.map();
    for part in leaves(map).filter(|part| is_kept(map, part)) {
        let content = content(&before, part);
        assert!(
            left.any(|found| found == content),
            "law 3: part {:?} was plain, and its content is changed or lost",
            part.number()
        );
    }
}

/// Whether a part, and all around it, has one reading.
fn is_kept(map: &MessageMap, part: &Part) -> bool {
    !part.is_ambiguous() && !map.ancestors(part.id()).any(Part::is_ambiguous)
}

/// Law 1: mail-parser sees the same leaves as we do, with the same content.
fn others_see_the_same_parts(octets: &[u8]) {
    let ours = read_whole(octets);
    let Some(theirs) = theirs(octets) else { return };
    let map = ours.reading.map();
    // What stands between the parts may be read as parts, when it is not part of a repair.
    let between = [Code::PreambleText, Code::EpilogueText];
    if between.iter().any(|code| map.defects().contains(*code)) {
        return;
    }
    // mail-parser loses its place behind a message that holds nothing but a message.
    if map.parts().iter().any(|part| is_nested(map, part)) {
        return;
    }
    // What is blank has no content for some, and then no type either: nobody sees it.
    let theirs: Vec<_> = theirs
        .into_iter()
        .filter(|(_, content)| !content.trim_ascii().is_empty())
        .collect();
    let full = || leaves(map).filter(|part| !ours.content(part.id()).trim_ascii().is_empty());
    let types: Vec<_> = theirs
        .iter()
        .map(|(media_type, _)| media_type.as_str())
        .collect();
    let expected: Vec<_> = full().map(Part::media_type).collect();
    assert_eq!(types, expected, "law 1: mail-parser sees other leaves");
    for (part, (_, theirs)) in full().zip(&theirs) {
        let ours = ours.content(part.id());
        // Text is converted to UTF-8; files in quoted-printable are a matter of taste at their ends.
        let comparable =
            !part.media_type().starts_with("text/") && part.encoding() != Encoding::QuotedPrintable;
        assert!(
            !comparable || theirs == ours,
            "law 1: mail-parser sees other content in {}: {} octets for {}",
            part.number(),
            theirs.len(),
            ours.len(),
        );
    }
}

fn is_nested(map: &MessageMap, part: &Part) -> bool {
    let message = |part: &Part| *part.structure() == Structure::Message;
    let holder = part.parent().map(|holder| map.part(holder));
    message(part) && holder.is_some_and(message)
}

/// The leaves of a message as mail-parser has them; none if it cannot cope with the message.
fn theirs(octets: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let parse = || {
        let mut leaves = Vec::new();
        collect(&MessageParser::default().parse(octets)?, &mut leaves);
        Some(leaves)
    };
    std::panic::catch_unwind(parse).ok().flatten()
}

fn collect(message: &mail_parser::Message<'_>, leaves: &mut Vec<(String, Vec<u8>)>) {
    for part in &message.parts {
        let media_type = part
            .content_type()
            .map_or("text/plain".to_owned(), |declared| {
                let sub = declared.subtype().unwrap_or("plain");
                format!("{}/{sub}", declared.ctype()).to_ascii_lowercase()
            });
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(inner) => collect(inner, leaves),
            // To mail-parser, an empty message is a leaf.
            _ if media_type == "message/rfc822" => {
                leaves.push(("text/plain".to_owned(), Vec::new()));
            }
            _ => leaves.push((media_type, part.contents().to_vec())),
        }
    }
}

fn read_whole(message: &[u8]) -> Read {
    let read = read(message, &Limits::default(), Chunking::Whole);
    assert!(
        matches!(read.reading, Reading::Whole(_)),
        "a limit was reached"
    );
    read
}

fn leaves(map: &MessageMap) -> impl Iterator<Item = &Part> {
    map.parts().iter().filter(|part| part.is_leaf())
}
