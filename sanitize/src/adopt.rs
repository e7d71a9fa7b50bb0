//! A message that was written anew, judged together with what other readings of the original showed.
//!
//! The canonical form has one reading. Policy judges the union: each of its parts also bears the names and kinds of the
//! part that it was made from, and the defects are those of the message as it came.

use crate::defect::CodeSet;
use crate::kind::{Kind, Kinds};
use crate::map::{FileName, MessageMap, Part, PartId};

impl MessageMap {
    /// Takes over the names and kinds that `before` showed of each part. `origins` has an entry for each part of this
    /// message, in order: the part of `before` that it was made from.
    pub fn adopt_readings(&mut self, before: &MessageMap, origins: &[Option<PartId>]) {
        for (part, origin) in self.parts.iter_mut().zip(origins) {
            if let Some(origin) = origin.and_then(|id| before.parts.get(id.index())) {
                part.adopt(origin.names(), origin.kinds());
                part.adopt_content(origin.content());
            }
        }
    }

    /// Takes the defects of `before` for its own: those that are repaired here, and by which means it was signed. Each is put to the first part that was made
    /// from the one it was seen in; its offset is that in `before`.
    pub fn adopt_defects(&mut self, before: &MessageMap, origins: &[Option<PartId>]) {
        self.protections = before.protections;
        let known = origins.get(..self.parts.len()).unwrap_or(origins);
        for (part, origin) in self.parts.iter_mut().zip(known) {
            let origin = origin.and_then(|id| before.parts.get(id.index()));
            part.codes = origin.map_or(CodeSet::EMPTY, Part::codes);
        }
        self.defects = before.defects.moved(|part| {
            let place = known.iter().position(|origin| *origin == Some(part));
            place
                .and_then(|place| self.parts.get(place))
                .map_or(PartId::ROOT, Part::id)
        });
    }

    /// Adds what other readings of one part showed.
    pub fn adopt_part(&mut self, part: PartId, names: &[FileName], kinds: Kinds) {
        if let Some(part) = self.parts.get_mut(part.index()) {
            part.adopt(names, kinds);
            part.adopt_content(kinds);
        }
    }
}

impl Part {
    /// That a reading showed text, or nothing that is known, says nothing about the others.
    fn adopt(&mut self, names: &[FileName], kinds: Kinds) {
        for name in names {
            if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        if self.is_leaf() {
            let mut kinds = kinds;
            kinds.remove(Kind::Text);
            kinds.remove(Kind::Unknown);
            self.kinds = self.kinds.union(kinds);
        }
    }

    /// What another reading of its content showed.
    fn adopt_content(&mut self, mut content: Kinds) {
        if self.is_leaf() {
            content.remove(Kind::Text);
            content.remove(Kind::Unknown);
            self.content = self.content.union(content);
        }
    }
}
