//! The laws of the engine, as checks over any octets. Tests run them over every case, over generated and mutated messages;
//! fuzz targets over whatever the fuzzer finds.
//!
//! A check panics with the law that was broken.

use crate::chunks::Chunking;
use crate::run::{self, apply, notice};
use tamis_sanitize::repair::header_repairs;
use tamis_sanitize::{
    Changes, Code, Content, Event, Kind, Limits, MediaType, MessageMap, Needs, NewText, Part,
    PartEdit, Plan, Reader, Reading, rewrite,
};

/// Reads a message in pushes of the sizes given, over and over; whole if there are none.
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

/// Runs every law over a message. The seed says how it is cut, and which part is edited.
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

/// Law 6: any way of cutting the message into pushes gives the same reading.
///
/// # Panics
/// If it does not.
pub fn chunking_changes_nothing(message: &[u8], sizes: &[usize]) {
    let whole = read(message, &[]);
    assert!(
        read(message, sizes) == whole,
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
    assert!(
        rewrite(&map, &Plan::default()).is_identity(),
        "law 2: the empty plan changes something"
    );
    assert!(
        apply(message, &map, &Plan::default()) == message,
        "law 2: the empty plan changes octets"
    );
}

/// The extents of a map lie inside the message and inside each other, and do not overlap.
///
/// # Panics
/// If they do not.
pub fn extents_nest(message: &[u8]) {
    let Reading::Whole(map) = read(message, &[]) else {
        return;
    };
    let size = message.len() as u64;
    let mut ends: Vec<u64> = vec![0; map.parts().len()];
    for part in map.parts() {
        let (outer, header, body) = (part.outer(), part.header(), part.body());
        let order = [
            outer.start,
            header.start,
            header.end,
            body.start,
            body.end,
            outer.end,
            size,
        ];
        assert!(order.is_sorted(), "extents out of order: {part:?}");
        if let Some(holder) = part.parent() {
            let around = map.part(holder).body();
            assert!(
                around.start <= outer.start && outer.end <= around.end,
                "{part:?} is not inside {around:?}"
            );
            let end = &mut ends[holder.index()];
            assert!(*end <= outer.start, "{part:?} overlaps the part before it");
            *end = outer.end;
        }
    }
}

/// Law 2, second half: an edit of one part leaves the content of every other leaf as it was, in the same order;
/// unless the structure is ambiguous, so that it may be read in another way when a part is gone.
///
/// # Panics
/// If it does not.
pub fn edits_are_local(message: &[u8], nth: usize) {
    let before = run::read(message, &Limits::default(), Chunking::Whole);
    let Reading::Whole(map) = &before.reading else {
        return;
    };
    if is_ambiguous(map) {
        return;
    }
    let part = &map.parts()[nth % map.parts().len()];
    for edit in edits() {
        let parts = vec![(part.id(), edit)];
        let result = apply(
            message,
            map,
            &Plan {
                parts,
                ..Plan::default()
            },
        );
        let after = run::read(&result, &Limits::default(), Chunking::Whole);
        let mut left = leaves(after.reading.map()).map(|part| after.content(part.id()));
        for other in leaves(map).filter(|other| !goes_with(map, part, other)) {
            let content = before.content(other.id());
            assert!(
                left.any(|found| found == content),
                "law 2: an edit of part {:?} changes or loses part {:?}",
                part.number(),
                other.number()
            );
        }
    }
}

/// One edit of each kind.
fn edits() -> [PartEdit; 4] {
    let plain = MediaType::new("text/plain").expect("a type");
    let octets = b"--x\r\nnew\r\n".to_vec();
    [
        PartEdit::Remove,
        PartEdit::Replace(notice("x")),
        PartEdit::Substitute(Content {
            media_type: plain.clone(),
            name: Some("new.txt".to_owned()),
            octets: octets.clone(),
        }),
        PartEdit::Change(Changes {
            name: Some("new.txt".to_owned()),
            media_type: Some(plain),
            text: Some(NewText {
                charset: "utf-8".to_owned(),
                octets,
            }),
        }),
    ]
}

/// Law 7: taking out what is not wanted, and mending the header, a second time changes nothing more; unless the structure
/// is ambiguous, so that an edit may bring something to light.
///
/// # Panics
/// If it does.
pub fn sanitizing_twice_changes_nothing_more(message: &[u8]) {
    let Reading::Whole(map) = read(message, &[]) else {
        return;
    };
    let once = apply(message, &map, &strict_plan(&map));
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

/// Replaces programs, scripts and images by notices, and mends the header.
fn strict_plan(map: &MessageMap) -> Plan {
    let unwanted = [Kind::Executable, Kind::Script, Kind::Image]
        .into_iter()
        .collect();
    let parts = leaves(map).filter(|part| part.kinds().intersects(unwanted));
    Plan {
        parts: parts
            .map(|part| (part.id(), PartEdit::Replace(notice("x"))))
            .collect(),
        header: header_repairs(map)
            .into_iter()
            .map(|repair| repair.edit)
            .collect(),
        wrap: None,
        seed: [7; 16],
    }
}

fn leaves(map: &MessageMap) -> impl Iterator<Item = &Part> {
    map.parts().iter().filter(|part| part.is_leaf())
}

/// Whether `other` is the part that is edited, or inside it.
fn goes_with(map: &MessageMap, part: &Part, other: &Part) -> bool {
    other.id() == part.id()
        || map
            .ancestors(other.id())
            .any(|holder| holder.id() == part.id())
}

/// Whether parsers would not agree on the structure.
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
                | Code::BlankSeparator
                | Code::BoundaryGuessed
                | Code::BoundaryInLine
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
