//! The kinds of part that people think in, and sets of them.
//!
//! A part may be of several kinds at once: a program named `photo.jpg` and declared `image/jpeg` is an executable by
//! content and an image by name. Policy that forbids a kind asks whether *any* reading says so.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a part is, in the words of a postmaster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A program, library, installer, shortcut or anything else that the system runs when it is opened.
    Executable,
    /// Text that an interpreter runs when it is opened.
    Script,
    /// An office document without sign of macros.
    Office,
    /// An office document that holds, or whose type may hold, macros.
    MacroOffice,
    /// A container of files: archive, compressed stream or disk image.
    Archive,
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// A PDF document.
    Pdf,
    /// HTML, XHTML or SVG: text that a browser runs.
    Html,
    /// HTML, XHTML or SVG that holds script.
    ActiveHtml,
    /// Any other text.
    Text,
    /// A mail message inside the message.
    Message,
    /// Content that cannot be read without a key.
    Encrypted,
    /// Nothing above was recognised.
    Unknown,
}

impl Kind {
    /// Every kind, most dangerous first: the first one present names a part in reports.
    pub const ALL: [Kind; 15] = [
        Kind::Executable,
        Kind::Script,
        Kind::MacroOffice,
        Kind::ActiveHtml,
        Kind::Encrypted,
        Kind::Archive,
        Kind::Office,
        Kind::Pdf,
        Kind::Message,
        Kind::Html,
        Kind::Image,
        Kind::Audio,
        Kind::Video,
        Kind::Text,
        Kind::Unknown,
    ];

    /// The word used in policies, reports and metric labels.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Executable => "executable",
            Kind::Script => "script",
            Kind::Office => "office",
            Kind::MacroOffice => "macro-office",
            Kind::Archive => "archive",
            Kind::Image => "image",
            Kind::Audio => "audio",
            Kind::Video => "video",
            Kind::Pdf => "pdf",
            Kind::Html => "html",
            Kind::ActiveHtml => "active-html",
            Kind::Text => "text",
            Kind::Message => "message",
            Kind::Encrypted => "encrypted",
            Kind::Unknown => "unknown",
        }
    }

    /// The kind of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kinds(u16);

impl Kinds {
    /// The empty set.
    pub const NONE: Kinds = Kinds(0);

    /// The set of one kind.
    pub const fn of(kind: Kind) -> Kinds {
        Kinds(kind.bit())
    }

    /// Adds a kind.
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= kind.bit();
    }

    /// Takes a kind out.
    pub fn remove(&mut self, kind: Kind) {
        self.0 &= !kind.bit();
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether the kind is in the set.
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether the sets share a kind.
    pub const fn intersects(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds present, most dangerous first.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }

    /// The kind that names the part in reports: the most dangerous one present.
    pub fn primary(self) -> Kind {
        self.iter().next().unwrap_or(Kind::Unknown)
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds
            .into_iter()
            .fold(Kinds::NONE, |set, kind| set.union(Kinds::of(kind)))
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Kind::name)).finish()
    }
}
