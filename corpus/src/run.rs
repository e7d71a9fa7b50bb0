//! A message through the reader and the writer, in the few lines that every test would write.

use crate::case::{Action, Case, Edit};
use crate::chunks::Chunking;
use tamis_sanitize::canon::passes::octets;
use tamis_sanitize::repair::header_repairs;
use tamis_sanitize::{
    Changes, Event, Limits, MessageMap, Needs, Notice, Part, PartEdit, PartId, Plan, Reader,
    Reading, rewrite,
};

/// A reading with the decoded content of the leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What was read.
    pub reading: Reading,
    /// Decoded content by part, in order; parts without any are missing.
    pub contents: Vec<(PartId, Vec<u8>)>,
}

impl Read {
    /// The decoded content of a part.
    pub fn content(&self, part: PartId) -> &[u8] {
        let found = self.contents.iter().find(|(id, _)| *id == part);
        found.map_or(&[], |(_, content)| content)
    }
}

/// Reads a message that comes in such chunks.
pub fn read(message: &[u8], limits: &Limits, chunking: Chunking) -> Read {
    let mut reader = Reader::new(Needs::default(), limits.clone());
    let mut contents = Vec::new();
    for chunk in chunking.cut(message) {
        reader.push(chunk);
        drain(&mut reader, &mut contents);
    }
    reader.end();
    drain(&mut reader, &mut contents);
    let reading = reader.finish();
    Read { reading, contents }
}

fn drain(reader: &mut Reader, contents: &mut Vec<(PartId, Vec<u8>)>) {
    loop {
        match reader.next() {
            Event::NeedInput | Event::End => return,
            Event::Content { part, decoded, .. } if !decoded.is_empty() => {
                match contents.last_mut() {
                    Some((last, content)) if *last == part => content.extend_from_slice(decoded),
                    _ => contents.push((part, decoded.to_vec())),
                }
            }
            _ => {}
        }
    }
}

/// The message that a plan makes of a message.
pub fn apply(message: &[u8], map: &MessageMap, plan: &Plan) -> Vec<u8> {
    octets(&rewrite(map, plan).message(map), message)
}

/// What a case asks the engine to do: the repairs that its header section needs, its edits, and a notice for each part
/// that its policy is to remove. Names what it asks for and the message does not have.
pub fn plan(case: &Case, map: &MessageMap) -> Result<Plan, String> {
    let mut parts = Vec::new();
    for edit in &case.edits {
        parts.push((numbered(map, &edit.part)?.id(), part_edit(edit)));
    }
    for name in &case.expect.removed {
        let part = removed(map, name)?;
        parts.push((part.id(), PartEdit::Replace(notice(name))));
    }
    let repairs = header_repairs(map).into_iter();
    let header = repairs.map(|repair| repair.edit).collect();
    Ok(Plan {
        parts,
        header,
        wrap: None,
        seed: *b"tamis-corpus-16b",
    })
}

/// The message that comes of a case, by its [`plan`].
pub fn output(case: &Case) -> Result<Vec<u8>, String> {
    match read(&case.message, &case.limits, Chunking::Whole).reading {
        Reading::Whole(map) => Ok(apply(&case.message, &map, &plan(case, &map)?)),
        Reading::Cut { .. } => Ok(case.message.clone()),
    }
}

/// The notice that stands for a removed part in the expected output.
pub fn notice(name: &str) -> Notice {
    Notice {
        text: format!("Removed from this message: {name}\n"),
        name: "removed.txt".to_owned(),
        language: "en".to_owned(),
    }
}

fn part_edit(edit: &Edit) -> PartEdit {
    match (edit.action, &edit.name) {
        (Action::Rename, Some(name)) => PartEdit::Change(Changes::name(name.clone())),
        (Action::Remove, _) => PartEdit::Remove,
        _ => PartEdit::Replace(notice(&edit.part)),
    }
}

/// The part that `removed` means: one of that name, or `part 2` by its number.
fn removed<'a>(map: &'a MessageMap, name: &str) -> Result<&'a Part, String> {
    if let Some(number) = name.strip_prefix("part ") {
        return numbered(map, number);
    }
    let named = |part: &&Part| {
        part.names()
            .iter()
            .any(|known| known.text == name || known.judged == name)
    };
    let found = map.parts().iter().find(named);
    found.ok_or_else(|| format!("no part has the name `{name}`"))
}

fn numbered<'a>(map: &'a MessageMap, number: &str) -> Result<&'a Part, String> {
    let found = map.parts().iter().find(|part| part.number() == number);
    let root = (number == "/").then(|| map.root());
    found
        .or(root)
        .ok_or_else(|| format!("no part has the number {number}"))
}
