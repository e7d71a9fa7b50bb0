//! What a `part.*` condition speaks about: a part of the message, or something that lies inside it.

use crate::pattern::Folded;
use crate::view::memo::{Memo, Names};
use tamis_sanitize::map::{Disposition, Member, Unread};
use tamis_sanitize::{CodeSet, FileName, Findings, Kinds, Part, PartId};

/// A part, or one member of what it holds. What is done is always done to the part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    part: &'a Part,
    member: Option<&'a Member>,
    /// Which member it is: 0 for the part itself.
    place: usize,
    memo: Option<&'a Memo>,
}

impl<'a> Subject<'a> {
    /// The part itself.
    pub(crate) fn of(part: &'a Part) -> Self {
        Subject {
            part,
            member: None,
            place: 0,
            memo: None,
        }
    }

    /// The part, then everything inside it.
    pub(crate) fn all(part: &'a Part, memo: &'a Memo) -> impl Iterator<Item = Self> {
        let members = part.members().iter().map(Some);
        let all = std::iter::once(None).chain(members).enumerate();
        all.map(move |(place, member)| Subject {
            part,
            member,
            place,
            memo: Some(memo),
        })
    }

    pub(crate) fn part(self) -> &'a Part {
        self.part
    }

    /// What tells it from every other subject of the message.
    pub(crate) fn key(self) -> (PartId, usize) {
        (self.part.id(), self.place)
    }

    pub(crate) fn is_inside(self) -> bool {
        self.member.is_some()
    }

    pub(crate) fn names(self) -> &'a [FileName] {
        self.member.map_or(self.part.names(), Member::names)
    }

    /// Whether a form of its name, as it is written or as it is judged, is one of those asked for.
    pub(crate) fn any_name(self, holds: impl Fn(&Folded<'_>) -> bool) -> bool {
        let names = self.names();
        match self.memo.and_then(|memo| memo.names(self.part, self.place)) {
            Some(known) => known.any(names, holds),
            None => Names::default().any(names, holds),
        }
    }

    pub(crate) fn kinds(self) -> Kinds {
        self.member.map_or(self.part.kinds(), Member::kinds)
    }

    pub(crate) fn content(self) -> Kinds {
        self.member.map_or(self.part.content(), Member::content)
    }

    /// The declared type; empty for a member of an archive, which declares none.
    pub(crate) fn media_type(self) -> &'a str {
        let of = |member: &'a Member| member.media_type().unwrap_or_default();
        self.member.map_or(self.part.media_type(), of)
    }

    pub(crate) fn detected_type(self) -> Option<&'a str> {
        self.member
            .map_or(self.part.detected_type(), Member::detected_type)
    }

    pub(crate) fn disposition(self) -> Option<Disposition> {
        self.member
            .map_or(self.part.disposition(), Member::disposition)
    }

    pub(crate) fn size(self) -> u64 {
        self.member.map_or(self.part.size(), Member::size)
    }

    pub(crate) fn unread(self) -> Option<Unread> {
        self.member.map_or(self.part.unread(), Member::unread)
    }

    pub(crate) fn findings(self) -> Findings {
        self.member.map_or(self.part.findings(), Member::findings)
    }

    /// SHA-256 of its content, if that was asked for.
    pub(crate) fn digest(self) -> Option<&'a [u8; 32]> {
        self.member.map_or(self.part.digest(), Member::digest)
    }

    /// What it lies in, attached messages included.
    pub(crate) fn within(self) -> Kinds {
        let part = self.part.within();
        self.member
            .map_or(part, |member| part.union(member.within()))
    }

    /// Levels above it, containers included.
    pub(crate) fn depth(self) -> u64 {
        let inside = self.member.map_or(0, |member| member.path().len());
        u64::from(self.part.depth()).saturating_add(inside as u64)
    }

    /// Defects of the part; what lies inside has none of its own.
    pub(crate) fn codes(self) -> CodeSet {
        self.member.map_or(self.part.codes(), |_| CodeSet::EMPTY)
    }

    /// Its name as people know it, with the way to it: `offer.zip → setup.exe`. None if nothing on the way has a name.
    pub(crate) fn name(self) -> Option<String> {
        let own = self.part.names().first().map(|name| name.text.as_str());
        let inside = self.member.map(Member::path).unwrap_or_default();
        let steps: Vec<&str> = own
            .into_iter()
            .chain(inside.iter().map(String::as_str))
            .collect();
        (!steps.is_empty()).then(|| steps.join(" → "))
    }
}
