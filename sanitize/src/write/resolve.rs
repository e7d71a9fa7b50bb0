//! What becomes of each part, so that the tree stays valid after the edits.
//!
//! - A multipart that loses all its parts goes itself; a message that loses its content keeps an empty text.
//! - In multipart/alternative a notice would hide the alternatives before it: it moves behind the multipart, or the message
//!   is wrapped so that there is such a place.
//! - What a multipart/signed, /encrypted or /related promised no longer holds after an edit of the content, or
//!   of the type of its root: it is loosened to multipart/mixed. Nothing else of it changes.

use crate::map::{MessageMap, Part, PartId, Structure};
use crate::plan::{Changes, Content, MediaType, Notice, PartEdit};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays; what is inside it may change.
    Keep,
    /// It goes, with its delimiter line.
    Remove,
    /// A notice stands in its place.
    Replace(Notice),
    /// Other content stands in its place.
    Substitute(Content),
    /// It stays, with changes.
    Change(Changes),
}

impl Fate {
    /// Whether nothing stays of what is inside it.
    fn is_emptied(&self) -> bool {
        self.is_gone() || matches!(self, Fate::Substitute(_))
    }

    /// Whether nothing stands for it any more in the multipart around it.
    fn is_gone(&self) -> bool {
        matches!(self, Fate::Remove | Fate::Replace(_))
    }

    /// What an edit makes of a part. What has parts keeps its type: its delimiters and header sections would become text.
    fn of_edit(edit: &PartEdit, is_leaf: bool) -> Self {
        match edit {
            PartEdit::Remove => Fate::Remove,
            PartEdit::Replace(notice) => Fate::Replace(notice.clone()),
            PartEdit::Substitute(content) => Fate::Substitute(content.clone()),
            PartEdit::Change(changes) => {
                let changes = Changes {
                    name: changes.name.clone(),
                    media_type: changes.media_type.clone().filter(|_| is_leaf),
                    text: changes.text.clone().filter(|_| is_leaf),
                };
                if changes.is_empty() {
                    Fate::Keep
                } else {
                    Fate::Change(changes)
                }
            }
        }
    }
}

/// The fate of every part of a message.
#[derive(Debug)]
pub(super) struct Fates {
    of: Vec<Fate>,
    /// Parts with a change in or below them.
    touched: BTreeSet<PartId>,
    loosened: BTreeSet<PartId>,
    /// Notices that stand behind a part, or, if the part is a message, are wrapped up with it.
    after: BTreeMap<PartId, Vec<Notice>>,
}

impl Fates {
    /// Works out the fates from the edits that were asked for.
    pub(super) fn resolve(map: &MessageMap, edits: &[(PartId, PartEdit)]) -> Fates {
        let mut fates = Fates {
            of: vec![Fate::Keep; map.parts().len()],
            touched: BTreeSet::new(),
            loosened: BTreeSet::new(),
            after: BTreeMap::new(),
        };
        for (part, edit) in edits {
            let is_leaf = map.parts().get(part.index()).is_some_and(Part::is_leaf);
            fates.set(*part, Fate::of_edit(edit, is_leaf));
        }
        // Parts are in document order: from the back, every part comes after what is inside it.
        for part in map.parts().iter().rev() {
            if !fates.of(part.id()).is_emptied() {
                fates.container(map, part);
            }
            if *fates.of(part.id()) != Fate::Keep {
                fates.touched.insert(part.id());
            }
            if fates.touched.contains(&part.id())
                && let Some(holder) = part.parent()
            {
                fates.touched.insert(holder);
            }
        }
        if *fates.of(PartId::ROOT) == Fate::Remove {
            fates.set(
                PartId::ROOT,
                Fate::Replace(Notice {
                    text: String::new(),
                    name: String::new(),
                    language: String::new(),
                }),
            );
        }
        fates
    }

    pub(super) fn of(&self, part: PartId) -> &Fate {
        self.of.get(part.index()).unwrap_or(&Fate::Keep)
    }

    /// Whether some part around this one is gone, and this one with it.
    pub(super) fn is_inside_gone(&self, map: &MessageMap, part: PartId) -> bool {
        map.ancestors(part)
            .any(|holder| self.of(holder.id()).is_emptied())
    }

    pub(super) fn is_loosened(&self, part: PartId) -> bool {
        self.loosened.contains(&part)
    }

    pub(super) fn loosened(&self) -> impl Iterator<Item = PartId> {
        self.loosened.iter().copied()
    }

    pub(super) fn notices_after(&self, part: PartId) -> &[Notice] {
        self.after.get(&part).map_or(&[], Vec::as_slice)
    }

    fn set(&mut self, part: PartId, fate: Fate) {
        if let Some(slot) = self.of.get_mut(part.index()) {
            *slot = fate;
        }
    }

    /// What the fates of the parts inside a container mean for it.
    fn container(&mut self, map: &MessageMap, part: &Part) {
        let children: Vec<PartId> = map.children(part.id()).map(Part::id).collect();
        if children.is_empty() || !self.touched.contains(&part.id()) {
            return;
        }
        match part.structure() {
            Structure::Multipart { subtype, .. } => {
                self.multipart(map, part.id(), subtype, &children);
            }
            Structure::Message
                if children
                    .iter()
                    .all(|child| *self.of(*child) == Fate::Remove) =>
            {
                self.set(part.id(), Fate::Remove);
            }
            Structure::Message | Structure::Leaf => {}
        }
    }

    fn multipart(&mut self, map: &MessageMap, part: PartId, subtype: &str, children: &[PartId]) {
        if subtype == "alternative" {
            self.alternative(map, part, children);
        }
        if children
            .iter()
            .all(|child| *self.of(*child) == Fate::Remove)
        {
            self.set(part, Fate::Remove);
        } else if !self.of(part).is_gone()
            && loses_meaning(
                subtype,
                children
                    .first()
                    .is_some_and(|root| self.changes_type(map, *root)),
            )
        {
            self.loosened.insert(part);
        }
    }

    /// Whether a part is no longer of the type that it was.
    fn changes_type(&self, map: &MessageMap, part: PartId) -> bool {
        let other = |media_type: &MediaType| media_type.as_str() != map.part(part).media_type();
        match self.of(part) {
            Fate::Keep => false,
            Fate::Remove | Fate::Replace(_) => true,
            Fate::Substitute(content) => other(&content.media_type),
            Fate::Change(changes) => changes.media_type.as_ref().is_some_and(other),
        }
    }

    /// Takes notices out of a multipart/alternative.
    fn alternative(&mut self, map: &MessageMap, part: PartId, children: &[PartId]) {
        let mut notices = Vec::new();
        for child in children {
            if let Fate::Replace(notice) = self.of(*child) {
                notices.push(notice.clone());
            }
        }
        let Some(first) = notices.first() else { return };
        if children.iter().all(|child| self.of(*child).is_gone()) {
            let text = notices
                .iter()
                .map(|notice| notice.text.trim_end())
                .collect::<Vec<_>>()
                .join("\n\n");
            return self.set(
                part,
                Fate::Replace(Notice {
                    text,
                    ..first.clone()
                }),
            );
        }
        for child in children {
            if self.of(*child).is_gone() {
                self.set(*child, Fate::Remove);
            }
        }
        let place = place_for_notice(map, part);
        let waiting = self.after.entry(place).or_default();
        notices.append(waiting);
        *waiting = notices;
    }
}

/// Whether a multipart of this kind means something that an edit inside it breaks.
fn loses_meaning(subtype: &str, root_changes: bool) -> bool {
    match subtype {
        "signed" | "encrypted" => true,
        "related" => root_changes,
        _ => false,
    }
}

/// The nearest part around `part`, or itself, behind which a notice is seen: one inside a plain multipart, or a message.
fn place_for_notice(map: &MessageMap, part: PartId) -> PartId {
    let mut place = part;
    for holder in map.ancestors(part) {
        match holder.structure() {
            Structure::Multipart { subtype, .. }
                if matches!(subtype.as_str(), "alternative" | "related") =>
            {
                place = holder.id();
            }
            _ => break,
        }
    }
    place
}
