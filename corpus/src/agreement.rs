//! Law 1, as other people's parsers see it: they find the leaves that we find, with the same content and the same names.

use crate::others::{OTHERS, Other, Seen};
use crate::run::Read;
use tamis_sanitize::map::Structure;
use tamis_sanitize::{MessageMap, Part};

/// Compares our reading of a message with that of every other parser. One that gives up, or dies of it, is not asked.
///
/// # Panics
/// If one sees something else.
pub(crate) fn others_see_the_same_parts(octets: &[u8], ours: &Read) {
    for other in &OTHERS {
        if other.loses_its_place && holds_a_message_in_a_message(ours.reading.map()) {
            continue;
        }
        if let Some(theirs) = other.see(octets) {
            compare(ours, other, &theirs);
        }
    }
}

fn compare(ours: &Read, other: &Other, theirs: &[Seen]) {
    // What is blank has no content for some, and then no type either: nobody sees it.
    let is_full = |content: &[u8]| !content.trim_ascii().is_empty();
    let leaves = ours
        .reading
        .map()
        .parts()
        .iter()
        .filter(|part| part.is_leaf());
    let mut ours: Vec<_> = leaves.map(|part| (part, ours.content(part.id()))).collect();
    if !other.keeps_charsets && ours.len() == theirs.len() {
        // Damaged text of a charset with shifts is no character at all to some: they have a leaf, and nothing in it.
        let shifts = |part: &Part| {
            part.charset()
                .is_some_and(|charset| charset.starts_with("iso-2022"))
        };
        let mut blank = theirs.iter().map(|leaf| !is_full(&leaf.content));
        ours.retain(|(part, _)| !(blank.next().unwrap_or_default() && shifts(part)));
    }
    ours.retain(|(_, content)| is_full(content));
    let theirs: Vec<_> = theirs
        .iter()
        .filter(|leaf| is_full(&leaf.content))
        .collect();
    let types: Vec<_> = theirs.iter().map(|leaf| leaf.media_type.as_str()).collect();
    let expected: Vec<_> = ours.iter().map(|(part, _)| part.media_type()).collect();
    assert_eq!(types, expected, "law 1: {} sees other leaves", other.name);
    for ((part, content), leaf) in ours.into_iter().zip(theirs) {
        let (name, number) = (other.name, part.number());
        assert!(
            is_same_content(other, part, content, &leaf.content),
            "law 1: {name} sees other content in {number}: {} octets for {}",
            leaf.content.len(),
            content.len(),
        );
        assert!(
            are_same_names(other, part, leaf),
            "law 1: {name} sees other names of {number}: {:?} for {:?}",
            leaf.names,
            part.names(),
        );
    }
}

fn is_same_content(other: &Other, part: &Part, ours: &[u8], theirs: &[u8]) -> bool {
    if !part.media_type().starts_with("text/") {
        return theirs == ours;
    }
    // Line ends of text, and blanks before them, are not what anybody disputes.
    let squeezed = |text: &[u8]| -> Vec<u8> {
        let shown = text.iter().filter(|octet| !octet.is_ascii_whitespace());
        shown.copied().collect()
    };
    !other.keeps_charsets || squeezed(theirs) == squeezed(ours)
}

/// Whether every name that the other one shows is among ours, and it shows one if a type or a disposition gives one.
fn are_same_names(other: &Other, part: &Part, leaf: &Seen) -> bool {
    // Some put a blank between encoded words.
    let squeezed = |name: &str| name.replace(' ', "");
    let ours: Vec<_> = part
        .names()
        .iter()
        .map(|name| squeezed(&name.text))
        .collect();
    // mailparse takes a semicolon in quotes for the end of a parameter.
    if other.splits_quoted && ours.iter().any(|name| name.contains(';')) {
        return true;
    }
    // mail-parser decodes the first piece of a value only, unless it is in UTF-8.
    let is_garbled = |name: &str| name.contains(char::REPLACEMENT_CHARACTER);
    let is_ours = |name: &String| is_garbled(name) || ours.contains(&squeezed(name));
    // We also take the names that other fields could give.
    let described = ["content-description", "content-location"];
    let is_described = described.iter().any(|field| part.field(field).is_some());
    let as_many = leaf.names.is_empty() == ours.is_empty();
    leaf.names.iter().all(is_ours) && (as_many || is_described)
}

/// Whether an attached message holds nothing but an attached message.
fn holds_a_message_in_a_message(map: &MessageMap) -> bool {
    let is_message = |part: &Part| *part.structure() == Structure::Message;
    map.parts().iter().any(|part| {
        let holder = part.parent().map(|holder| map.part(holder));
        is_message(part) && holder.is_some_and(is_message)
    })
}
