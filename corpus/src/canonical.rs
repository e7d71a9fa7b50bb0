//! The laws of the canonical form, as checks over any octets. A check panics with the law that was broken.

use crate::agreement::others_see_the_same_parts;
use crate::chunks::Chunking;
use crate::run::{Read, read};
use tamis_sanitize::canon::passes::{Unsafe, Whole, whole};
use tamis_sanitize::{Class, Limits, MessageMap, Part, Reading, Treatment};

/// Runs every law of the canonical form over a message.
///
/// # Panics
/// If one is broken.
pub fn all(message: &[u8]) {
    if let Some(form) = own(message) {
        others_see_the_same_parts(&form.octets, &read_whole(&form.octets));
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
