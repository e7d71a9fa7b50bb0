//! What was in a message: its parts, where each lies, and what was found out about it.

mod field;

use crate::decode::Encoding;
use crate::defect::Class;
use crate::defect::{CodeSet, Defect, Defects};
use crate::finding::Findings;
use crate::kind::{Kind, Kinds};
use crate::protection::Protections;
use serde::{Deserialize, Serialize};

mod member;

pub use member::{Inside, Member, Unread};

pub use crate::place::{Extent, PartId};
pub use field::Field;
pub(crate) use field::known_name;

/// What RFC 2183 calls the disposition of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Disposition {
    /// To be shown with the message.
    Inline,
    /// To be offered as a file; unknown dispositions count as this (RFC 2183, section 2.8).
    Attachment,
}

impl Disposition {
    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Disposition::Inline => "inline",
            Disposition::Attachment => "attachment",
        }
    }
}

/// One file name of a part, in one of the readings that mail clients are known to make of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileName {
    /// Decoded, but otherwise as written: bidi controls, trailing blanks and all. Escape before showing.
    pub text: String,
    /// What judging uses: base name, NFKC, invisible characters and trailing dots and blanks gone, lower case.
    pub judged: String,
    /// The extensions of the judged name, last one first: `invoice.pdf.exe` gives `exe`, `pdf`.
    pub extensions: Vec<String>,
    /// Whether the name as written hides its ending.
    pub deceptive: bool,
}

/// How a part is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Structure {
    /// It has content of its own.
    Leaf,
    /// It holds parts; the subtype in lower case (`mixed`, `alternative` ...).
    Multipart {
        /// Subtype in lower case.
        subtype: String,
        /// The boundary that delimits its parts.
        boundary: Vec<u8>,
        /// Every boundary that some reading of its fields names, without repeats, the most usual first.
        boundaries: Vec<Vec<u8>>,
        /// From the end of the header section to the first delimiter line.
        preamble: Extent,
        /// From the end of the close delimiter, the line end behind it included, to the end of the part.
        epilogue: Extent,
        /// The close delimiter without the line ends around it; empty if it is missing.
        close: Extent,
    },
    /// It holds one message (message/rfc822, message/global), which is its only child.
    Message,
}

/// What was found out about one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub(crate) id: PartId,
    pub(crate) parent: Option<PartId>,
    pub(crate) depth: u16,
    pub(crate) number: String,
    pub(crate) outer: Extent,
    pub(crate) header: Extent,
    pub(crate) body: Extent,
    pub(crate) fields: Vec<Field>,
    /// What parsers take for fields that end lines at a CR alone; an MTA sees one field with all of it.
    pub(crate) hidden: Vec<Field>,
    pub(crate) separated: bool,
    pub(crate) media_type: String,
    pub(crate) types: Vec<String>,
    pub(crate) boundaries: Vec<Vec<u8>>,
    pub(crate) charset: Option<String>,
    pub(crate) encoding: Encoding,
    pub(crate) encodings: Vec<Encoding>,
    pub(crate) disposition: Option<Disposition>,
    pub(crate) names: Vec<FileName>,
    pub(crate) structure: Structure,
    pub(crate) size: u64,
    pub(crate) detected: Option<&'static str>,
    pub(crate) kinds: Kinds,
    pub(crate) content: Kinds,
    /// What it lies in.
    pub(crate) within: Kinds,
    pub(crate) digest: Option<[u8; 32]>,
    /// Whether files stand in its lines.
    pub(crate) written: bool,
    pub(crate) inside: Inside,
    pub(crate) codes: CodeSet,
}

impl Part {
    /// Its index.
    pub fn id(&self) -> PartId {
        self.id
    }

    /// The part that holds it; none for the message itself.
    pub fn parent(&self) -> Option<PartId> {
        self.parent
    }

    /// Levels below the message, which is 0.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// Its section number as IMAP counts (RFC 9051, section 6.4.5): `2.1`; empty for the message itself.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Everything that goes when the part goes: its delimiter line, header section and body, up to the next delimiter
    /// line. For the message, and for the message inside a message/rfc822 part, header section and body.
    pub fn outer(&self) -> Extent {
        self.outer
    }

    /// Its header section, the empty line at the end included.
    pub fn header(&self) -> Extent {
        self.header
    }

    /// Whether an empty line stands between its header section and its body.
    pub(crate) fn is_separated(&self) -> bool {
        self.separated
    }

    /// Its body as encoded, without the line end that belongs to the next delimiter (RFC 2046, section 5.1.1).
    pub fn body(&self) -> Extent {
        self.body
    }

    /// Header section and body: the entity as it stands in the message.
    pub fn entity(&self) -> Extent {
        Extent::new(self.header.start, self.body.end)
    }

    /// Its header fields in order: all of them for a message, those named `Content-...` otherwise.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// The declared type in lower case, `application/pdf`; the default of RFC 2045 where none is declared.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Every type that some reading of its fields declares, the one of [`media_type`](Part::media_type) first. Never empty.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// Every boundary that some reading of its fields declares, the most usual first, whatever its type is.
    pub fn boundaries(&self) -> &[Vec<u8>] {
        &self.boundaries
    }

    /// The declared charset in lower case.
    pub fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// The transfer encoding that its body is read with: the declared one, of several the one that changes anything.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Every transfer encoding that some reading of its fields names, the one of [`encoding`](Part::encoding) first. Never
    /// empty.
    pub fn encodings(&self) -> &[Encoding] {
        &self.encodings
    }

    /// The declared disposition.
    pub fn disposition(&self) -> Option<Disposition> {
        self.disposition
    }

    /// Every file name that some mail client could show, without repeats.
    pub fn names(&self) -> &[FileName] {
        &self.names
    }

    /// How it is built.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// Whether it has content of its own.
    pub fn is_leaf(&self) -> bool {
        self.structure == Structure::Leaf
    }

    /// Octets of its decoded content; 0 for what is no leaf.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The type that its content shows, `application/vnd.microsoft.portable-executable`; none if nothing was recognised.
    pub fn detected_type(&self) -> Option<&'static str> {
        self.detected
    }

    /// What it is by content, by any name and by declared type, all together.
    pub fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// What it is by content alone, in every reading of its content. Empty for what is no leaf.
    pub fn content(&self) -> Kinds {
        self.content
    }

    /// SHA-256 of its decoded content; none if that was not asked for, or it is no leaf.
    pub fn digest(&self) -> Option<&[u8; 32]> {
        self.digest.as_ref()
    }

    /// What it lies in beside multiparts: attached messages.
    pub fn within(&self) -> Kinds {
        self.within
    }

    /// What its children lie in.
    pub(crate) fn around_children(&self) -> Kinds {
        let own = match self.structure {
            Structure::Message => Kinds::from_iter([Kind::Message]),
            _ => Kinds::NONE,
        };
        self.within.union(own)
    }

    /// What lies in it if it is a container: empty unless somebody looked inside ([`MessageMap::set_inside`]).
    pub fn members(&self) -> &[Member] {
        &self.inside.members
    }

    /// Why it was not opened or not read to its end; none if it was, or if it is no container.
    pub fn unread(&self) -> Option<Unread> {
        self.inside.unread
    }

    /// What was found in its own content, not in what lies in it. Empty unless somebody looked inside.
    pub fn findings(&self) -> Findings {
        self.inside.findings
    }

    /// What lies in it, as it was set.
    pub fn inside(&self) -> &Inside {
        &self.inside
    }

    /// Everything that is wrong with it. What is inside it has codes of its own.
    pub fn codes(&self) -> CodeSet {
        self.codes
    }

    /// Whether parsers are known to differ about the part itself.
    pub fn is_ambiguous(&self) -> bool {
        self.codes
            .iter()
            .any(|code| code.class() == Class::Ambiguous)
    }
}

/// Everything that was found out about a message that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageMap {
    pub(crate) parts: Vec<Part>,
    pub(crate) defects: Defects,
    pub(crate) size: u64,
    pub(crate) crlf: bool,
    pub(crate) protections: Protections,
}

impl MessageMap {
    /// By which means the message is signed or encrypted.
    pub fn protections(&self) -> Protections {
        self.protections
    }

    /// The parts in the order of their header sections; the message itself comes first.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The message itself.
    pub fn root(&self) -> &Part {
        self.part(PartId::ROOT)
    }

    /// A part.
    ///
    /// # Panics
    /// If the id is of another message.
    #[expect(
        clippy::expect_used,
        reason = "ids come from the reader of this message only"
    )]
    pub fn part(&self, id: PartId) -> &Part {
        self.parts
            .get(id.index())
            .expect("a part id of this message")
    }

    /// The parts directly inside a part, in order.
    pub fn children(&self, id: PartId) -> impl Iterator<Item = &Part> {
        self.parts
            .iter()
            .filter(move |part| part.parent == Some(id))
    }

    /// The parts that hold a part, the nearest first.
    pub fn ancestors(&self, id: PartId) -> impl Iterator<Item = &Part> {
        let mut next = self.part(id).parent;
        std::iter::from_fn(move || {
            let part = self.part(next?);
            next = part.parent;
            Some(part)
        })
    }

    /// Notes what lies in a part.
    pub fn set_inside(&mut self, part: PartId, mut inside: Inside) {
        if let Some(part) = self.parts.get_mut(part.index()) {
            inside.note_holders(part.kinds.union(part.content));
            part.inside = inside;
        }
    }

    /// What is wrong with the message.
    pub fn defects(&self) -> &Defects {
        &self.defects
    }

    /// Octets of the message as it came.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The line end that the message uses: new lines are written with it.
    pub fn line_end(&self) -> &'static str {
        if self.crlf { "\r\n" } else { "\n" }
    }
}

/// The end of a reading. Only a [`Reading::Whole`] message can be rewritten; of another one, the header section at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The message was read to its end.
    Whole(MessageMap),
    /// A limit was reached: what was seen until then can be judged, not edited.
    Cut {
        /// What was seen.
        seen: MessageMap,
        /// The limit.
        limit: Defect,
    },
}

impl Reading {
    /// What was seen, whole or not.
    pub fn map(&self) -> &MessageMap {
        match self {
            Reading::Whole(map) | Reading::Cut { seen: map, .. } => map,
        }
    }

    /// Whether the header section of the message itself was read to its end: then its fields can be edited.
    pub fn has_whole_header(&self) -> bool {
        let root = self.map().root();
        matches!(self, Reading::Whole(_)) || !root.header().is_empty()
    }

    /// The limit that was reached, if one was.
    pub fn limit(&self) -> Option<Defect> {
        match self {
            Reading::Whole(_) => None,
            Reading::Cut { limit, .. } => Some(*limit),
        }
    }
}
