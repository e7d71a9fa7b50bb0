//! The canonical form: an ambiguous message written anew, so that all parsers see the one reading that was judged.
//!
//! A part without an ambiguous defect keeps its bytes; one that has some is written anew from what was read. The result
//! may show new things (an encoded container is opened), so it is read again, and written again if need be.
//!
//! | file | what it decides |
//! |---|---|
//! | `treatment` | which defects are repaired |
//! | `marks` | which parts are written anew |
//! | `shape`, `leaf` | what such a part becomes |
//! | `fields` | the fields that describe its body |
//! | `head`, `root` | the header sections of messages, and of the message itself |
//! | `boundary` | boundaries that no sender could know |
//! | `writer` | the order of the pieces |
//! | `passes` | how often, in memory |
//! | `origin` | which part of the result was made from which part of the message |

mod boundary;
mod fields;
mod head;
mod leaf;
mod marks;
mod origin;
pub mod passes;
mod root;
mod shape;
mod treatment;
mod writer;

use crate::defect::Code;
use crate::kind::Kinds;
use crate::map::{Extent, MessageMap, Part, PartId};
use crate::plan::HeaderEdit;
use crate::repair::{RepairOptions, header_repairs_with};
use crate::study::Studied;
use crate::write::{Piece, one_each};
use boundary::Boundaries;
use marks::Marks;
use std::collections::BTreeMap;
use writer::Writer;

pub use origin::Origins;
pub use treatment::Treatment;

/// How the lines of what is written anew end.
const LINE_END: &str = "\r\n";

/// A message on its way to its canonical form: say what was read, study what is doubtful, finish.
#[derive(Debug)]
pub struct Canon<'a> {
    map: &'a MessageMap,
    seed: [u8; 16],
    treatment: &'a Treatment,
    marks: Marks,
    studied: BTreeMap<PartId, Studied>,
}

/// The canonical form of a message, as changes of the message that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    /// Changes of the header section of the message.
    pub header: Vec<HeaderEdit>,
    /// The new body, in order; none if the body stays as it is.
    pub body: Option<Vec<Piece>>,
    /// Whether anything is written anew; of a header section, also what no edit can say: lines that are no fields.
    changes: bool,
    /// A line end that is added to what stays as it is otherwise.
    line_end: Option<&'static str>,
    /// Where each part of the result comes from.
    pub origins: Origins,
    /// What the content of a part is in any reading of it.
    pub learned: Vec<(PartId, Kinds)>,
    /// What is repaired.
    pub repairs: Vec<(Code, PartId)>,
    /// What the result leaves out. If there is anything, the message should be kept as it came.
    pub dropped: Vec<Dropped>,
    /// Multiparts that are `multipart/mixed` now because what was signed had to change.
    pub loosened: Vec<PartId>,
}

/// Something of the message that its canonical form leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The part that it stood in.
    pub part: PartId,
    /// What it was.
    pub what: What,
    /// Where it stood.
    pub place: Extent,
}

/// What the canonical form leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Text in front of the first part of a multipart.
    Preamble,
    /// Text behind the last part of a multipart.
    Epilogue,
    /// A field, or a line among the fields, that has no place in a canonical header section.
    Field,
    /// The body of a reference to content elsewhere.
    ExternalBody,
    /// Content as a reading showed it that was not chosen.
    Reading,
}

impl What {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            What::Preamble => "preamble",
            What::Epilogue => "epilogue",
            What::Field => "field",
            What::ExternalBody => "external-body",
            What::Reading => "reading",
        }
    }
}

impl<'a> Canon<'a> {
    /// Begins with a message that was read to its end. The seed is what new boundaries are made from: octets that the
    /// sender of the message cannot have known; another one for each pass.
    pub fn new(map: &'a MessageMap, seed: [u8; 16], treatment: &'a Treatment) -> Self {
        Canon {
            map,
            seed,
            treatment,
            marks: Marks::new(map, treatment),
            studied: BTreeMap::new(),
        }
    }

    /// Whether there is anything to repair. If not, the message stays as it is.
    pub fn is_needed(&self) -> bool {
        self.marks.of(PartId::ROOT).changes() || self.marks.ends_open
    }

    /// The parts whose encoded bodies must be studied before the end, in order: those that are written anew and have
    /// content of their own.
    pub fn to_study(&self) -> Vec<PartId> {
        let own = |id: &PartId| self.marks.of(*id).body && self.marks.children(*id).is_empty();
        self.map.parts().iter().map(Part::id).filter(own).collect()
    }

    /// Takes what the study of a part has found.
    pub fn learn(&mut self, part: PartId, studied: Studied) {
        self.studied.insert(part, studied);
    }

    fn repair_options(&self) -> RepairOptions {
        RepairOptions {
            digest: Some(self.seed),
            ..RepairOptions::from(self.treatment)
        }
    }

    /// The canonical form.
    pub fn finish(self) -> Canonical {
        let root = self.map.root();
        let mark = self.marks.of(PartId::ROOT);
        let ends_open = self.marks.ends_open;
        let mixed = self.map.line_end() != LINE_END || self.map.defects().contains(Code::BareLf);
        let mut writer = Writer {
            map: self.map,
            marks: &self.marks,
            studied: &self.studied,
            repair: self.repair_options(),
            mixed,
            boundaries: Boundaries::new(self.seed),
            pieces: Vec::new(),
            origins: Origins::default(),
            dropped: Vec::new(),
            loosened: Vec::new(),
        };
        let options = RepairOptions {
            mime: !mark.body,
            ..self.repair_options()
        };
        let repaired = header_repairs_with(self.map, &options).into_iter();
        let mut header: Vec<HeaderEdit> = repaired.map(|repair| repair.edit).collect();
        let place = writer.origins.add(None, Some(PartId::ROOT));
        if mark.header {
            writer.dropped.extend(head::dropped(root));
        }
        let mut open = ends_open;
        if mark.body {
            let shape = writer.shape(root);
            header.extend(root::edits(root, shape.fields(root)));
            open |= shape.ends_open();
            writer.body(root, shape, place);
        } else {
            writer.around(root, place);
        }
        if open {
            writer.bytes(LINE_END.as_bytes());
        }
        let Writer {
            pieces,
            origins,
            dropped,
            loosened,
            ..
        } = writer;
        let kinds = |studied: &Studied| studied.kinds.union(studied.quoted);
        let learned = self
            .studied
            .iter()
            .map(|(part, studied)| (*part, kinds(studied)))
            .collect();
        let body_changes = mark.body || mark.below || mixed || ends_open;
        Canonical {
            header: if mark.changes() {
                one_each(header)
            } else {
                Vec::new()
            },
            body: body_changes.then_some(pieces),
            changes: mark.changes(),
            line_end: (ends_open && !mark.changes()).then(|| self.map.line_end()),
            origins,
            learned,
            repairs: self.marks.repairs,
            dropped,
            loosened,
        }
    }
}

impl Canonical {
    /// Whether the message stays as it is.
    pub fn is_identity(&self) -> bool {
        !self.changes && self.line_end.is_none()
    }

    /// The whole resulting message, in order. What is no field of its header section is left out.
    pub fn message(&self, map: &MessageMap) -> Vec<Piece> {
        if !self.changes {
            let line_end = self.line_end.map(|octets| Piece::Bytes(octets.into()));
            let message = Piece::Copy(Extent::new(0, map.size()));
            return [message].into_iter().chain(line_end).collect();
        }
        let mut pieces = root::header(map, &self.header);
        match &self.body {
            Some(body) => pieces.extend(body.iter().cloned()),
            None if map.root().body().is_empty() => {}
            None => pieces.push(Piece::Copy(map.root().body())),
        }
        pieces
    }
}
