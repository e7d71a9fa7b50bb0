//! The map of the message while it grows: parts opened, fields read, extents closed.

use super::delimiter::Delimiter;
use super::entity::Open;
use super::interpret;
use super::protected::protections;
use crate::decode::{Encoding, Flaws};
use crate::defect::{Code, CodeSet, Defect, Defects};
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::look::Looked;
use crate::map::Inside;
use crate::map::{Extent, Field, MessageMap, Part, PartId, Structure};
use crate::protection::Protections;
use crate::study::TextFinds;

/// Fields behind a CR alone that are kept of one part.
const HIDDEN_MOST: usize = 64;

/// What is known so far. Everything that mail makes grow is charged here.
#[derive(Debug)]
pub(super) struct Outline {
    parts: Vec<Part>,
    defects: Defects,
    limits: Limits,
    header_bytes: usize,
    crlf: Option<bool>,
}

impl Outline {
    pub(super) fn new(limits: Limits) -> Self {
        Outline {
            parts: Vec::new(),
            defects: Defects::default(),
            limits,
            header_bytes: 0,
            crlf: None,
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
        let (holder, depth, number) = match parent {
            None => (None, 0, String::new()),
            Some(open) => {
                open.children = open.children.saturating_add(1);
                open.last_child = Some(id);
                let holder = self.part(open.part);
                (
                    Some(open.part),
                    holder.depth.saturating_add(1),
                    number_inside(holder, open.children),
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
            inside: Inside::default(),
            codes: CodeSet::EMPTY,
        });
        Ok((id, holder))
    }

    #[expect(clippy::expect_used, reason = "ids come from `open`")]
    pub(super) fn part(&self, id: PartId) -> &Part {
        self.parts.get(id.index()).expect("a part that was opened")
    }

    fn part_mut(&mut self, id: PartId) -> Option<&mut Part> {
        self.parts.get_mut(id.index())
    }

    pub(super) fn structure(&self, id: PartId) -> &Structure {
        &self.part(id).structure
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
    fn is_message_head(&self, id: PartId) -> bool {
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

    /// Takes a field of the part whose header section is being read.
    pub(super) fn field(&mut self, id: PartId, field: Field) {
        if self.crlf.is_none()
            && let Some(newline) = memchr::memchr(b'\n', &field.raw)
        {
            let line = field.raw.get(..=newline).unwrap_or_default();
            self.crlf = Some(line.ends_with(b"\r\n"));
        }
        let flaws = interpret::field_flaws(&field, self.crlf != Some(false));
        if flaws.contains(&Code::BareCr) {
            self.hidden_fields(id, &field.raw, field.at());
        }
        for code in flaws {
            self.defect(code, id, field.at());
        }
        let keep = self.is_message_head(id) || describes_body(&field);
        if keep && let Some(part) = self.part_mut(id) {
            part.fields.push(field);
        }
    }

    /// Takes what parsers read as fields of their own in a field or line that has a CR alone in it.
    pub(super) fn hidden_fields(&mut self, id: PartId, raw: &[u8], at: u64) {
        let lines = raw.split_inclusive(|byte| *byte == b'\r');
        let mut start = at;
        for line in lines {
            let place = start;
            start = start.saturating_add(line.len() as u64);
            if line.len() == raw.len() {
                return;
            }
            let Some(colon) = memchr::memchr(b':', line) else {
                continue;
            };
            let field = Field::new(line.into(), colon, place);
            if describes_body(&field)
                && let Some(part) = self.part_mut(id)
                && part.hidden.len() < HIDDEN_MOST
            {
                part.hidden.push(field);
                self.defect(Code::BareCr, id, place);
            }
        }
    }

    /// Whether some field read so far says that the part is a multipart.
    pub(super) fn names_multipart(&self, id: PartId) -> bool {
        let fields = self.part(id).fields.iter();
        let mut types = fields.filter(|field| field.means("content-type"));
        types.any(|field| {
            let value = field.raw_value().to_ascii_lowercase();
            memchr::memmem::find(&value, b"multipart").is_some()
        })
    }

    /// The empty line behind a header section. It too says which line end the message uses, if it is the first line.
    pub(super) fn separator(&mut self, id: PartId, line: &[u8]) {
        self.crlf.get_or_insert(line.ends_with(b"\r\n"));
        if let Some(part) = self.part_mut(id) {
            part.separated = true;
        }
    }

    /// The header section of the part ends at `at`: works out what its fields say. Gives the limit that they break.
    pub(super) fn header_end(&mut self, id: PartId, at: u64) -> Option<(Code, u64)> {
        let head = self.is_message_head(id);
        let holder = self.part(id).parent;
        let part = self.parts.get_mut(id.index())?;
        part.header.end = at;
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
        let mut limit = None;
        for code in codes {
            self.defect(code, id, at);
            if code.class() == crate::defect::Class::Limit {
                limit.get_or_insert((code, at));
            }
        }
        limit
    }

    /// A delimiter line of the multipart on top: closes the extents that end there.
    pub(super) fn delimiter(&mut self, top: &mut Open, line: Extent, found: &Delimiter, next: u64) {
        let before = line.start;
        let close = found.close;
        if let Some(child) = top.last_child.take()
            && let Some(child) = self.part_mut(child)
        {
            child.outer.end = before;
        }
        let Some(part) = self.part_mut(top.part) else {
            return;
        };
        if let Structure::Multipart {
            boundary,
            preamble,
            epilogue,
            close: closing,
            ..
        } = &mut part.structure
        {
            if top.children == 0 && !top.closed {
                preamble.end = before;
                boundary.clone_from(&found.boundary);
            }
            if close {
                *closing = line;
                *epilogue = Extent::new(next, next);
            }
        }
        top.closed = close;
    }

    /// The part on top ends at `at`.
    pub(super) fn close(&mut self, top: &mut Open, at: u64) {
        let holds_file = top.holds_file();
        let crossing = top.last_child;
        let mut codes = Vec::new();
        if let Some(part) = self.part_mut(top.part) {
            part.body.end = at.max(part.body.start);
            part.outer.end = part.body.end;
            if let Structure::Multipart {
                epilogue, preamble, ..
            } = &mut part.structure
            {
                match (top.closed, top.children) {
                    (false, 0) => {
                        preamble.end = at;
                        codes.push((Code::BoundaryUnused, at));
                    }
                    (true, 0) => codes.push((Code::EmptyMultipart, at)),
                    (false, _) => codes.push((Code::MissingCloseDelimiter, at)),
                    (true, _) => {}
                }
                if top.closed {
                    epilogue.end = at;
                }
                if top.preamble_text && top.children > 0 {
                    codes.push((Code::PreambleText, preamble.start));
                }
                if holds_file {
                    codes.push((Code::EmbeddedFile, preamble.start));
                }
                if top.epilogue_text {
                    codes.push((Code::EpilogueText, epilogue.start));
                }
            }
        }
        if let Some(child) = crossing.and_then(|child| self.part_mut(child)) {
            child.outer.end = at.max(child.outer.start);
        }
        for (code, at) in codes {
            self.defect(code, top.part, at);
        }
    }

    /// What the content of a leaf turned out to be.
    pub(super) fn leaf(
        &mut self,
        id: PartId,
        size: u64,
        looked: &Looked,
        finds: &TextFinds,
        flaws: Flaws,
    ) {
        let Some(part) = self.part_mut(id) else {
            return;
        };
        part.size = size;
        part.detected = looked.media_type;
        part.content = looked.kinds.union(finds.quoted);
        part.kinds = interpret::kinds(part, Some(looked)).union(finds.quoted);
        let mut codes = interpret::body_flaws(part, flaws);
        codes.extend(interpret::text_flaws(part, finds));
        let at = part.body.start;
        for code in codes {
            self.defect(code, id, at);
        }
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

/// Whether the field says something of the body (RFC 2045, section 9).
fn describes_body(field: &Field) -> bool {
    const START: &[u8] = b"content-";
    let name = field.name();
    let starts = |name: &[u8]| {
        let start = name.get(..START.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(START))
    };
    starts(name) || field.known().is_some_and(|known| starts(known.as_bytes()))
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
