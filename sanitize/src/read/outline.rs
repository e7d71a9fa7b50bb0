//! The map of the message while it grows: parts opened, fields read, extents closed.

use super::entity::Open;
use super::interpret;
use super::protected::protections;
use crate::decode::Encoding;
use crate::defect::{Code, CodeSet, Defect, Defects};
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::map::Inside;
use crate::map::{Extent, MessageMap, Part, PartId, Structure};
use crate::protection::Protections;

/// What is known so far. Everything that mail makes grow is charged here.
#[derive(Debug)]
pub(super) struct Outline {
    parts: Vec<Part>,
    defects: Defects,
    limits: Limits,
    header_bytes: usize,
    /// Whether lines end in CRLF, once one was seen.
    pub(super) crlf: Option<bool>,
    /// Whether lines end in CR alone.
    cr_alone: bool,
}

impl Outline {
    pub(super) fn new(limits: Limits) -> Self {
        Outline {
            parts: Vec::new(),
            defects: Defects::default(),
            limits,
            header_bytes: 0,
            crlf: None,
            cr_alone: false,
        }
    }

    /// Opens a part inside `parent`. `delimiter` is its delimiter line; its header section follows.
    pub(super) fn open(
        &mut self,
        parent: Option<&mut Open>,
        delimiter: Extent,
        default_type: &'static str,
    ) -> Result<(PartId, Option<PartId>), Code> {
        let id = PartId(u32::try_from(self.parts.len()).unwrap_or(u32::MAX));
        if id.0 >= self.limits.parts {
            return Err(Code::LimitParts);
        }
        let (holder, depth, number, within) = match parent {
            None => (None, 0, String::new(), Kinds::NONE),
            Some(open) => {
                open.children = open.children.saturating_add(1);
                open.last_child = Some(id);
                let holder = self.part(open.part);
                (
                    Some(open.part),
                    holder.depth.saturating_add(1),
                    number_inside(holder, open.children),
                    holder.around_children(),
                )
            }
        };
        if depth > self.limits.depth {
            return Err(Code::LimitDepth);
        }
        let header = Extent::new(delimiter.end, delimiter.end);
        self.parts.push(Part {
            id,
            parent: holder,
            depth,
            number,
            outer: Extent::new(delimiter.start, delimiter.end),
            header,
            body: header,
            fields: Vec::new(),
            hidden: Vec::new(),
            separated: false,
            media_type: default_type.to_owned(),
            types: vec![default_type.to_owned()],
            boundaries: Vec::new(),
            charset: None,
            encoding: Encoding::SevenBit,
            encodings: vec![Encoding::SevenBit],
            disposition: None,
            names: Vec::new(),
            structure: Structure::Leaf,
            size: 0,
            detected: None,
            kinds: Kinds::NONE,
            content: Kinds::NONE,
            within,
            digest: None,
            written: false,
            inside: Inside::default(),
            codes: CodeSet::EMPTY,
        });
        Ok((id, holder))
    }

    #[expect(clippy::expect_used, reason = "ids come from `open`")]
    pub(super) fn part(&self, id: PartId) -> &Part {
        self.parts.get(id.index()).expect("a part that was opened")
    }

    pub(super) fn part_mut(&mut self, id: PartId) -> Option<&mut Part> {
        self.parts.get_mut(id.index())
    }

    pub(super) fn structure(&self, id: PartId) -> &Structure {
        &self.part(id).structure
    }

    /// The leaf that ends with the message, if no multipart is around it and lines do not end in CR.
    pub(super) fn last_leaf_outside_multiparts(&self) -> Option<&Part> {
        let last = self.parts.last().filter(|_| !self.cr_alone)?;
        let multipart = |part: &Part| matches!(part.structure, Structure::Multipart { .. });
        (last.is_leaf() && !self.parts.iter().any(multipart)).then_some(last)
    }

    /// The lines of the message end in CR alone.
    pub(super) fn lines_end_at_cr(&mut self) {
        self.cr_alone = true;
    }

    /// Whether the part is a message that is said to be encoded so that no field shows.
    pub(super) fn is_encoded_message(&self, id: PartId) -> bool {
        let part = self.part(id);
        let plain = part.encoding.is_identity() || part.encoding == Encoding::QuotedPrintable;
        interpret::is_message(&part.media_type) && !plain
    }

    /// The part holds a message as it stands, whatever its fields say.
    pub(super) fn holds_message(&mut self, id: PartId) {
        if let Some(part) = self.part_mut(id) {
            part.structure = Structure::Message;
        }
    }

    /// The type of a part inside this one that declares none (RFC 2046, section 5.1.5).
    pub(super) fn default_type_inside(&self, id: PartId) -> &'static str {
        match self.structure(id) {
            Structure::Multipart { subtype, .. } if subtype == "digest" => "message/rfc822",
            _ => "text/plain",
        }
    }

    /// Whether the part is a message with a header of its own: the message itself, or one inside a message part.
    pub(super) fn is_message_head(&self, id: PartId) -> bool {
        self.part(id)
            .parent
            .is_none_or(|holder| *self.structure(holder) == Structure::Message)
    }

    pub(super) fn charge_header(&mut self, length: usize) -> Result<(), Code> {
        self.header_bytes = self.header_bytes.saturating_add(length);
        if self.header_bytes > self.limits.header_bytes {
            Err(Code::LimitHeaderBytes)
        } else {
            Ok(())
        }
    }

    /// The header section of the part ends at `at`: works out what its fields say. Gives the limit that they break.
    pub(super) fn header_end(&mut self, id: PartId, at: u64) -> Option<(Code, u64)> {
        let head = self.is_message_head(id);
        let holder = self.part(id).parent;
        let digest = holder.is_some_and(|holder| self.default_type_inside(holder) != "text/plain");
        let part = self.parts.get_mut(id.index())?;
        part.header.end = at;
        let silent = digest && !part.fields.iter().any(|field| field.means("content-type"));
        part.body = Extent::new(at, at);
        let mut codes = interpret::header(part, head, &self.limits);
        if head {
            codes.extend(crate::repair::value_flaws(part));
        }
        let inner = holder.is_none() || head;
        if inner && !matches!(part.structure, Structure::Multipart { .. }) {
            part.number = if part.number.is_empty() {
                "1".to_owned()
            } else {
                format!("{}.1", part.number)
            };
        } else if inner && !part.number.is_empty() {
            part.number.push_str(".0");
        }
        if self.cr_alone {
            self.defect(Code::BareCr, id, at);
        }
        if silent {
            self.defect(Code::MissingPartHeader, id, at);
        }
        let mut limit = None;
        for code in codes {
            self.defect(code, id, at);
            if code.class() == crate::defect::Class::Limit {
                limit.get_or_insert((code, at));
            }
        }
        limit
    }

    pub(super) fn defect(&mut self, code: Code, part: PartId, at: u64) {
        if let Some(part) = self.part_mut(part) {
            part.codes.insert(code);
        }
        self.defects
            .add(Defect { code, part, at }, self.limits.defects);
    }

    /// The finished map of a message of `size` octets.
    pub(super) fn finish(mut self, size: u64) -> MessageMap {
        if self.parts.is_empty() {
            let _ = self.open(None, Extent::default(), "text/plain");
        }
        for part in &mut self.parts {
            if part.structure == Structure::Message {
                part.kinds = part.kinds.union(Kinds::of(Kind::Message));
            }
        }
        let mut map = MessageMap {
            parts: self.parts,
            defects: self.defects,
            size,
            crlf: self.crlf.unwrap_or(true),
            protections: Protections::NONE,
        };
        map.protections = protections(&map);
        map
    }
}

/// The section number of the `nth` part inside `holder`. The message inside a message has the number of its holder
/// until its header section says whether it is a multipart.
fn number_inside(holder: &Part, nth: u32) -> String {
    let head = holder.number.strip_suffix(".0").unwrap_or(&holder.number);
    match (&holder.structure, head) {
        (Structure::Message, head) => head.to_owned(),
        (_, "") => nth.to_string(),
        (_, head) => format!("{head}.{nth}"),
    }
}
