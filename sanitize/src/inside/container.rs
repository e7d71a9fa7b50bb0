//! What is known of a container before it is opened.

use crate::kind::{Kind, Kinds};
use crate::map::{FileName, Unread};

/// A part, or a member of one, that may hold something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container<'a> {
    /// The way to it; empty for a part.
    pub(super) path: &'a [String],
    pub(super) names: &'a [FileName],
    /// By content, names and declared type.
    pub(super) kinds: Kinds,
    /// By content alone.
    pub(super) content: Kinds,
    pub(super) detected: Option<&'a str>,
    /// By declared type alone.
    pub(super) declared: Kinds,
    /// Containers around it.
    pub(super) depth: u16,
    pub(super) place: Place,
    /// The document that it is a file of, if it is one.
    pub(super) package: Option<Place>,
}

/// Which container is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The part.
    Part,
    /// That member of it.
    Member(usize),
}

impl Container<'_> {
    /// Whether it is a document that is made of files which are its own affair.
    pub(super) fn is_package(&self) -> bool {
        let office = Kinds::from_iter([Kind::Office, Kind::MacroOffice]);
        self.content.intersects(office)
    }

    /// Whether it is a program that a processor runs.
    pub(super) fn is_program(&self) -> bool {
        self.detected == Some("application/vnd.microsoft.portable-executable")
    }

    /// Why it is not read if nothing here opens it; none if it is no container.
    pub(super) fn unopened(&self) -> Option<Unread> {
        let content = self.content;
        // What is a message only because of its name, or of what it was taken from, holds nothing more.
        let message = content.contains(Kind::Message)
            && self
                .detected
                .is_some_and(|found| found.starts_with("application/"));
        if content.contains(Kind::Encrypted) {
            Some(Unread::Encrypted)
        } else if !content.contains(Kind::Executable)
            && (content.contains(Kind::Archive) || message)
        {
            Some(Unread::Unsupported)
        } else {
            None
        }
    }
}

/// Whether text may hold something because of what it is called: entries of calendars and of address books have files in them, the
/// cells of a table formulas.
pub(super) fn is_called_a_holder(names: &[FileName], media_type: &str) -> bool {
    const ENDINGS: [&str; 7] = ["ics", "vcs", "vcf", "csv", "tsv", "slk", "dif"];
    const TYPES: [&str; 6] = [
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/x-vcalendar",
        "text/csv",
        "text/tab-separated-values",
    ];
    let ending = |name: &FileName| {
        let ending = name.extensions.first();
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    };
    TYPES.contains(&media_type) || names.iter().any(ending)
}

/// Whether content of these kinds could hold something else. Text and pictures hold nothing unless something else was
/// recognised in them, or they are called a container.
pub(super) fn may_hold(kinds: Kinds, content: Kinds) -> bool {
    let holders = Kinds::from_iter([
        Kind::Archive,
        Kind::Office,
        Kind::MacroOffice,
        Kind::Message,
        Kind::Pdf,
        Kind::Html,
        Kind::ActiveHtml,
        Kind::Executable,
        Kind::Encrypted,
        Kind::Unknown,
    ]);
    kinds.union(content).intersects(holders)
}
