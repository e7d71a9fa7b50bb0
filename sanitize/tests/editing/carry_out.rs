//! A plan carried out, and what holds for any result.

use tamis_sanitize::canon::passes::octets;
use tamis_sanitize::{
    Class, Event, Limits, MessageMap, Needs, Part, PartEdit, PartId, Plan, Reader, Reading,
    Rewrite, rewrite,
};

pub(crate) fn read(message: &[u8]) -> MessageMap {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message);
    match reader.finish() {
        Reading::Whole(map) => map,
        Reading::Cut { .. } => panic!("cut: {:?}", String::from_utf8_lossy(message)),
    }
}

/// The message that comes of edits of parts, each given by its section number, `/` for the message itself.
pub(crate) fn edited(message: &str, edits: &[(&str, PartEdit)]) -> String {
    let map = read(message.as_bytes());
    let numbered = |number: &str| numbered(&map, number);
    let parts = edits
        .iter()
        .map(|(number, edit)| (numbered(number), edit.clone()));
    let plan = Plan {
        parts: parts.collect(),
        seed: [7; 16],
        ..Plan::default()
    };
    planned(message, &plan)
}

fn numbered(map: &MessageMap, number: &str) -> PartId {
    let is = |part: &&Part| part.number() == number;
    let part = map.parts().iter().find(is);
    let root = (number == "/").then(|| map.root());
    root.or(part).expect("a part").id()
}

/// The message that comes of a plan: the same by the route of an MTA, and as plain as it was.
pub(crate) fn planned(message: &str, plan: &Plan) -> String {
    let map = read(message.as_bytes());
    let rewrite = rewrite(&map, plan);
    let whole = octets(&rewrite.message(&map), message.as_bytes());
    let by_mta = by_mta(message.as_bytes(), &map, &rewrite);
    let result = String::from_utf8(whole).expect("UTF-8");
    assert_eq!(result, String::from_utf8_lossy(&by_mta), "by the MTA");
    let again = read(result.as_bytes());
    if !is_ambiguous(&map) {
        assert!(!is_ambiguous(&again), "{:?}\n{result}", again.defects());
    }
    result
}

/// What an MTA sends: the header section edited field by field, and the new body.
fn by_mta(message: &[u8], map: &MessageMap, rewrite: &Rewrite) -> Vec<u8> {
    let header_alone = Rewrite {
        header: rewrite.header.clone(),
        ..Rewrite::default()
    };
    let mut sent = octets(&header_alone.message(map), message);
    let root = read(&sent).root().body();
    if let Some(body) = &rewrite.body {
        sent.truncate(usize::try_from(root.start).expect("small"));
        if !sent.ends_with(format!("\n{}", map.line_end()).as_bytes()) {
            sent.extend(map.line_end().as_bytes());
        }
        sent.extend(octets(body, message));
    }
    sent
}

fn is_ambiguous(map: &MessageMap) -> bool {
    map.parts().iter().any(Part::is_ambiguous)
        || map
            .defects()
            .counts()
            .any(|(code, _)| code.class() == Class::Ambiguous)
}

/// The decoded content of a leaf.
pub(crate) fn content(message: &str, number: &str) -> Vec<u8> {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    reader.end();
    let mut contents = Vec::new();
    loop {
        match reader.next() {
            Event::NeedInput | Event::End => break,
            Event::Content { part, decoded, .. } => {
                contents.push((part, decoded.to_vec()));
            }
            _ => {}
        }
    }
    let map = reader.finish().map().clone();
    let part = numbered(&map, number);
    let of_part = contents.into_iter().filter(|(id, _)| *id == part);
    of_part.flat_map(|(_, octets)| octets).collect()
}

/// A part of a message.
pub(crate) fn part(message: &str, number: &str) -> Part {
    let map = read(message.as_bytes());
    map.part(numbered(&map, number)).clone()
}
