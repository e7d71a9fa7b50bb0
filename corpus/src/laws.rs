//! The laws of the engine, as checks over any octets. Tests run them over every case, property tests over generated and
//! mutated messages, fuzz targets over whatever the fuzzer finds.
//!
//! A check panics with the law that was broken.

use tamis_sanitize::repair::header_repairs;
use tamis_sanitize::{
    Code, Event, Kind, Limits, MessageMap, Needs, Notice, PartEdit, PartId, Piece, Plan, Reader,
    Reading, rewrite,
};

/// Reads a message in pushes of the sizes given, over and over.
///
/// # Panics
/// If the reader does not come to an end.
pub fn read(message: &[u8], sizes: &[usize]) -> Reading {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    let mut sizes = sizes.iter().copied().filter(|size| *size > 0).cycle();
    let mut rest = message;
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).min(rest.len());
        let (piece, after) = rest.split_at(size);
        reader.push(piece);
        while reader.next() != Event::NeedInput {}
        rest = after;
    }
    reader.finish()
}

/// Puts the pieces of a result together.
pub fn assemble(message: &[u8], pieces: &[Piece]) -> Vec<u8> {
    let mut result = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Copy(range) => {
                let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                result.extend_from_slice(&message[index(range.start)..index(range.end)]);
            }
            Piece::Bytes(bytes) => result.extend_from_slice(bytes),
        }
    }
    result
}

/// Law 6: any way of cutting the message into pushes gives the same reading.
///
/// # Panics
/// If it does not.
pub fn chunking_changes_nothing(message: &[u8], sizes: &[usize]) {
    let whole = read(message, &[message.len()]);
    assert_eq!(
        read(message, sizes),
        whole,
        "law 6: pushes of {sizes:?} give another reading"
    );
}

/// Law 2: the empty plan gives the message as it came.
///
/// # Panics
/// If it does not.
pub fn empty_plan_is_identity(message: &[u8]) {
    let Reading::Whole(map) = read(message, &[]) else {
        return;
    };
    let rewritten = rewrite(&map, &Plan::default());
    assert!(
        rewritten.is_identity(),
        "law 2: the empty plan changes something"
    );
    assert_eq!(
        assemble(message, &rewritten.message(&map)),
        message,
        "law 2: the empty plan changes octets"
    );
}

/// The extents of a map lie inside the message and inside each other, and do not overlap.
///
/// # Panics
/// If they do not.
pub fn extents_nest(message: &[u8]) {
    let reading = read(message, &[]);
    let map = reading.map();
    let size = message.len() as u64;
    let mut ends: Vec<u64> = vec![0; map.parts().len()];
    for part in map.parts() {
        let (outer, header, body) = (part.outer(), part.header(), part.body());
        assert!(
            outer.start <= header.start && header.start <= header.end,
            "{outer:?} {header:?}"
        );
        if reading.limit().is_some() {
            continue;
        }
        assert!(
            header.end <= body.start
                && body.start <= body.end
                && body.end <= outer.end
                && outer.end <= size,
            "{part:?}"
        );
        if let Some(holder) = part.parent() {
            let around = map.part(holder).body();
            assert!(
                around.start <= outer.start && outer.end <= around.end,
                "{part:?} is not inside {around:?}"
            );
            assert!(
                ends[holder.index()] <= outer.start,
                "{part:?} overlaps the part before it"
            );
            ends[holder.index()] = outer.end;
        }
    }
}

/// Law 2, second half: an edit of one part leaves every octet outside of that part's octets, and of the fields of what holds
/// it, as it came.
///
/// # Panics
/// If it does not.
pub fn edits_are_local(message: &[u8], nth: usize) {
    let Reading::Whole(map) = read(message, &[]) else {
        return;
    };
    let part = &map.parts()[nth % map.parts().len()];
    let plan = Plan {
        parts: vec![(part.id(), PartEdit::Replace(notice()))],
        ..Plan::default()
    };
    let result = assemble(message, &rewrite(&map, &plan).message(&map));
    let Reading::Whole(map_after) = read(&result, &[]) else {
        return;
    };
    for other in map
        .parts()
        .iter()
        .filter(|other| other.is_leaf() && !is_around(&map, part.id(), other.id()))
    {
        let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let body = &message[index(other.body().start)..index(other.body().end)];
        assert!(
            body.is_empty() || memchr_find(&result, body),
            "law 2: the body of {} changed when {} was replaced",
            other.number(),
            part.number()
        );
    }
    assert!(
        map_after.parts().len() <= map.parts().len() + 3 || is_ambiguous(&map),
        "an edit made parts appear"
    );
}

/// Law 7: taking out what is not wanted, and mending the header, a second time changes nothing more, unless the structure of
/// the message is ambiguous to begin with.
///
/// # Panics
/// If it does.
pub fn sanitizing_twice_changes_nothing_more(message: &[u8]) {
    let Reading::Whole(map) = read(message, &[]) else {
        return;
    };
    let once = assemble(message, &rewrite(&map, &strict_plan(&map)).message(&map));
    let Reading::Whole(map_of_once) = read(&once, &[]) else {
        return;
    };
    if is_ambiguous(&map) || is_ambiguous(&map_of_once) {
        return;
    }
    let plan = strict_plan(&map_of_once);
    assert!(
        plan.is_empty(),
        "law 7: there is more to do the second time: {plan:?}"
    );
}

/// Runs every law over a message.
///
/// # Panics
/// If one is broken.
pub fn all(message: &[u8], seed: u64) {
    let size = |shift: u32| usize::try_from((seed >> shift) & 0x3f).unwrap_or(0) + 1;
    chunking_changes_nothing(message, &[size(0), size(6), size(12)]);
    empty_plan_is_identity(message);
    extents_nest(message);
    edits_are_local(message, size(18));
    sanitizing_twice_changes_nothing_more(message);
}

/// Replaces programs, scripts and images by notices, and mends the header.
fn strict_plan(map: &MessageMap) -> Plan {
    let unwanted = [Kind::Executable, Kind::Script, Kind::Image]
        .into_iter()
        .collect();
    let parts = map
        .parts()
        .iter()
        .filter(|part| part.is_leaf() && part.kinds().intersects(unwanted));
    Plan {
        parts: parts
            .map(|part| (part.id(), PartEdit::Replace(notice())))
            .collect(),
        header: header_repairs(map)
            .into_iter()
            .map(|repair| repair.edit)
            .collect(),
        seed: [7; 16],
    }
}

fn notice() -> Notice {
    Notice {
        text: "A part was removed.\n".into(),
        name: "removed.txt".into(),
        language: "en".into(),
    }
}

/// Whether parsers would not agree on the structure, so that an edit may bring something to light.
fn is_ambiguous(map: &MessageMap) -> bool {
    map.defects().counts().any(|(code, _)| {
        matches!(
            code,
            Code::BoundaryMissing
                | Code::BoundaryInvalid
                | Code::BoundaryUnused
                | Code::BoundaryRepeated
                | Code::BoundaryNearMiss
                | Code::MissingCloseDelimiter
                | Code::PartAfterClose
                | Code::EmptyMultipart
                | Code::MissingSeparator
                | Code::FieldMissingColon
                | Code::FieldNameInvalid
                | Code::DuplicateField
                | Code::FirstLineFolded
                | Code::FieldNameSpace
                | Code::NulByte
                | Code::BareCr
                | Code::ControlCharacter
                | Code::EpilogueText
                | Code::PreambleText
                | Code::MboxFrom
                | Code::ByteOrderMark
        )
    })
}

/// Whether `other` is the part, inside it, or goes with it.
fn is_around(map: &MessageMap, part: PartId, other: PartId) -> bool {
    part == other
        || map.ancestors(other).any(|holder| holder.id() == part)
        || map.part(part).parent() == map.part(other).parent()
}

fn memchr_find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}
