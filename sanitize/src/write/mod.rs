//! Map and plan to bytes: the pieces of the message that results.
//!
//! A rewrite is a list of splices on the message as it came: every octet outside an edit is copied. Edits of the header
//! section of the message itself are kept apart, because an MTA wants them one by one.
//!
//! | file | what it decides |
//! |---|---|
//! | `resolve` | what becomes of each part, so that the tree stays valid |
//! | `fields` | what becomes of the header fields of one entity |
//! | `put` | what takes the place of a part or of its body |
//! | `notice`, `content` | the entity that does: a notice, or other content |
//! | `written` | its octets |
//! | `encode` | the transfer encoding of new content |
//! | `wrap` | a message around the message |
//! | `splice` | the order of the pieces |
//! | `header` | header edits as octets |
//! | `chain` | header edits of several rewrites as edits of the message as it came |
//! | `recode` | content of a leaf written anew, as a stream |
//! | `quote`, `digits` | the encoders at the end of that: quoted-printable, base64 |

mod chain;
mod content;
mod digits;
mod encode;
mod fields;
mod header;
mod notice;
mod put;
mod quote;
mod recode;
mod resolve;
mod splice;
mod wrap;
mod written;

use crate::map::{Extent, MessageMap, Part, PartId, Structure};
use crate::plan::{FieldName, FieldValue, HeaderEdit, Notice, Plan};
use fields::FieldEdits;
use resolve::{Fate, Fates};
use splice::Splices;

pub use chain::chain;
pub(crate) use fields::is_mime_field;
pub(crate) use header::one_each;
pub(crate) use recode::Step;
pub use recode::{Recode, Recoder, Stage, Transfer};

/// A run of octets of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it stands in the message that was read.
    Copy(Extent),
    /// New.
    Bytes(Vec<u8>),
    /// Content of a leaf, written anew: see [`Recoder`].
    Recode(Recode),
}

/// What a plan makes of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// Changes of the header section of the message. One field has at most one.
    pub header: Vec<HeaderEdit>,
    /// The new body, in order; none if the body stays as it is.
    pub body: Option<Vec<Piece>>,
    /// Multiparts that are `multipart/mixed` now because what they promised (a signature, a root) holds no more.
    pub loosened: Vec<PartId>,
}

impl Rewrite {
    /// Whether nothing changes.
    pub fn is_identity(&self) -> bool {
        self.header.is_empty() && self.body.is_none()
    }

    /// The whole resulting message, in order: header edits carried out and the body behind them.
    pub fn message(&self, map: &MessageMap) -> Vec<Piece> {
        let root = map.root();
        let separate = self.body.is_some() || !(self.header.is_empty() || root.body().is_empty());
        let mut splices = header::splices(map, &self.header, separate);
        if let Some(body) = &self.body {
            splices.replace_with_pieces(root.body(), body);
        }
        splices.pieces(Extent::new(0, map.size()))
    }
}

/// Works out what a plan makes of a message. The empty plan gives the identity.
pub fn rewrite(map: &MessageMap, plan: &Plan) -> Rewrite {
    let fates = Fates::resolve(map, &plan.parts);
    let mut work = Work {
        map,
        plan,
        splices: Splices::default(),
        root: Vec::new(),
    };
    for part in map.parts() {
        if !fates.is_inside_gone(map, part.id()) {
            work.part(part, &fates);
        }
    }
    let body = (!work.splices.is_empty()).then(|| work.splices.pieces(map.root().body()));
    // Around the message, the edits that the plan asks for are those of another header section.
    let asked = plan.header.iter().filter(|_| plan.wrap.is_none());
    let mut header: Vec<HeaderEdit> = asked.cloned().collect();
    header.extend(work.root);
    if body.is_some() {
        header.extend(fields::stale_after_edit(map.root()));
    }
    let rewrite = Rewrite {
        header: one_each(header),
        body,
        loosened: fates.loosened().collect(),
    };
    match &plan.wrap {
        Some(around) => wrap::around(map, plan, around, rewrite),
        None => rewrite,
    }
}

/// The rewrite while it is worked out.
struct Work<'a> {
    map: &'a MessageMap,
    plan: &'a Plan,
    splices: Splices,
    /// Edits of the fields of the message itself.
    root: Vec<HeaderEdit>,
}

impl Work<'_> {
    fn part(&mut self, part: &Part, fates: &Fates) {
        let mut edits = FieldEdits::default();
        match fates.of(part.id()) {
            Fate::Keep => {}
            Fate::Remove => self.remove(part),
            Fate::Replace(text) => edits = self.put_notice(part, text),
            Fate::Substitute(content) => edits = self.put_content(part, content),
            Fate::Change(changes) => edits = self.change(part, changes),
        }
        if fates.is_loosened(part.id()) {
            edits.loosen(part);
        }
        match fates.notices_after(part.id()) {
            [] => {}
            notices if self.is_top(part) => self.add_behind(part, &mut edits, notices),
            notices => self.insert_after(part, notices),
        }
        self.apply(part, &edits);
    }

    /// Takes a part out. Where it was the last one and nothing closed its multipart, that is closed now: the line end in
    /// front of the part would be content of the one before it.
    fn remove(&mut self, part: &Part) {
        let mut bytes = Vec::new();
        if let Some(holder) = part.parent().map(|id| self.map.part(id))
            && let Structure::Multipart { boundary, .. } = holder.structure()
            && part.outer().end == part.body().end
            && part.outer().end == holder.body().end
        {
            bytes = [b"--", boundary.as_slice(), b"--"].concat();
            if self.is_at_end(part) {
                bytes.extend_from_slice(self.map.line_end().as_bytes());
            }
        }
        self.splices.replace(part.outer(), bytes);
    }

    /// Puts notices behind a part of a multipart, each with a delimiter line of its own.
    fn insert_after(&mut self, part: &Part, notices: &[Notice]) {
        let Some(holder) = part.parent().map(|id| self.map.part(id)) else {
            return;
        };
        let Structure::Multipart { boundary, .. } = holder.structure() else {
            return;
        };
        let line_end = self.map.line_end();
        let mut bytes = Vec::new();
        if part.outer().end == part.body().end {
            bytes.extend_from_slice(line_end.as_bytes());
        }
        for text in notices {
            bytes.extend_from_slice(b"--");
            bytes.extend_from_slice(boundary);
            bytes.extend_from_slice(line_end.as_bytes());
            bytes.extend_from_slice(&notice::write(text, line_end).entity(None));
            bytes.extend_from_slice(line_end.as_bytes());
        }
        self.splices
            .replace(Extent::new(part.outer().end, part.outer().end), bytes);
    }

    /// Makes a message a `multipart/mixed` of what it was and the notices.
    fn add_behind(&mut self, part: &Part, edits: &mut FieldEdits, notices: &[Notice]) {
        let line_end = self.map.line_end();
        let boundary = fresh_boundary(self.plan.seed, part.id());
        let mut front = format!("--{boundary}{line_end}").into_bytes();
        edits.write_content_fields(part, line_end, &mut front);
        front.extend_from_slice(line_end.as_bytes());
        let mut back = Vec::new();
        for text in notices {
            back.extend_from_slice(format!("{line_end}--{boundary}{line_end}").as_bytes());
            back.extend_from_slice(&notice::write(text, line_end).entity(None));
        }
        back.extend_from_slice(format!("{line_end}--{boundary}--{line_end}").as_bytes());
        self.splices
            .replace(Extent::new(part.body().start, part.body().start), front);
        self.splices
            .replace(Extent::new(part.body().end, part.body().end), back);
        edits.become_mixed(part, &boundary);
    }

    /// Carries out the field edits of one entity: as header edits for the message itself, as splices elsewhere.
    fn apply(&mut self, part: &Part, edits: &FieldEdits) {
        if part.id() == PartId::ROOT {
            self.root.extend(edits.header_edits(part));
        } else {
            edits.splice(part, self.map.line_end(), &mut self.splices);
        }
    }
}

/// A boundary that the sender of the message could not know.
fn fresh_boundary(seed: [u8; 16], part: PartId) -> String {
    use std::fmt::Write as _;
    let mut boundary = String::with_capacity(40);
    for byte in seed {
        let _ = write!(boundary, "{byte:02x}");
    }
    let _ = write!(boundary, "x{}", part.index());
    boundary
}

/// A field that is written as it is: the name, a colon, a space, the value with the line ends of the message.
pub(crate) fn write_field(name: &FieldName, value: &FieldValue, line_end: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b": ");
    for (index, line) in value.as_bytes().split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.extend_from_slice(line_end.as_bytes());
        }
        out.extend_from_slice(line);
    }
    out.extend_from_slice(line_end.as_bytes());
}
