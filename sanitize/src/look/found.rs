//! One thing that content was recognised as: the row that every detector answers with.

use crate::kind::{Kind, Kinds};

/// What content was recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The registered or customary media type.
    pub(super) media_type: &'static str,
    /// Short words for reports: `PE program`.
    pub(super) label: &'static str,
    /// What it is in the words of a postmaster. Empty for formats that no kind fits.
    pub(super) kinds: Kinds,
}

impl Found {
    pub(super) const fn new(media_type: &'static str, label: &'static str, kinds: Kinds) -> Self {
        Found {
            media_type,
            label,
            kinds,
        }
    }

    /// The same with one more kind.
    pub(super) const fn and(self, kind: Kind) -> Self {
        Found {
            kinds: self.kinds.union(Kinds::of(kind)),
            ..self
        }
    }
}

pub(super) const NONE: Kinds = Kinds::NONE;
pub(super) const PROGRAM: Kinds = Kinds::of(Kind::Executable);
pub(super) const PACKAGE: Kinds = PROGRAM.union(ARCHIVE);
pub(super) const SCRIPT: Kinds = Kinds::of(Kind::Script);
pub(super) const OFFICE: Kinds = Kinds::of(Kind::Office);
pub(super) const MACROS: Kinds = Kinds::of(Kind::MacroOffice);
pub(super) const ARCHIVE: Kinds = Kinds::of(Kind::Archive);
pub(super) const IMAGE: Kinds = Kinds::of(Kind::Image);
pub(super) const AUDIO: Kinds = Kinds::of(Kind::Audio);
pub(super) const VIDEO: Kinds = Kinds::of(Kind::Video);
pub(super) const PDF: Kinds = Kinds::of(Kind::Pdf);
pub(super) const HTML: Kinds = Kinds::of(Kind::Html);
pub(super) const DRAWING: Kinds = HTML.union(IMAGE);
pub(super) const TEXT: Kinds = Kinds::of(Kind::Text);
pub(super) const MESSAGE: Kinds = Kinds::of(Kind::Message);
pub(super) const ENCRYPTED: Kinds = Kinds::of(Kind::Encrypted);
