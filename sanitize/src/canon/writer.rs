//! The body of the result, piece by piece: what is written anew, and what is copied around it.

use super::boundary::Boundaries;
use super::leaf::Leaf;
use super::marks::Marks;
use super::origin::Origins;
use super::shape::{Frame, REFERENCE, Shape};
use super::{Dropped, LINE_END, What, head};
use crate::kind::Kind;
use crate::limits::Limits;
use crate::map::{Extent, MessageMap, Part, PartId, Structure};
use crate::repair::RepairOptions;
use crate::study::{Studied, Study};
use crate::write::{Piece, Recode, Transfer};
use std::collections::BTreeMap;

/// The fields and the empty line before the header section of a message that stands as text.
const HEADERS: &str =
    "Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";

/// The result while it is written.
pub(super) struct Writer<'a> {
    pub(super) map: &'a MessageMap,
    pub(super) marks: &'a Marks,
    pub(super) studied: &'a BTreeMap<PartId, Studied>,
    /// How the header sections of attached messages are mended.
    pub(super) repair: RepairOptions,
    /// Whether lines of the message end in LF alone: what is copied gets line ends like what is new.
    pub(super) mixed: bool,
    pub(super) boundaries: Boundaries,
    pub(super) pieces: Vec<Piece>,
    pub(super) origins: Origins,
    pub(super) dropped: Vec<Dropped>,
    pub(super) loosened: Vec<PartId>,
}

impl Writer<'_> {
    /// Takes note of what readings of a leaf show that are not the one that is written.
    fn other_readings(&mut self, part: &Part, studied: &Studied) {
        let shown = |kind: &Kind| {
            studied.delivered.contains(*kind) || matches!(kind, Kind::Text | Kind::Unknown)
        };
        if !studied.kinds.iter().all(|kind| shown(&kind)) {
            self.drop(part.id(), What::Reading, part.body());
        }
    }

    /// What a part becomes, if its header section or its body is written anew.
    pub(super) fn shape(&mut self, part: &Part) -> Shape {
        let declared = || Studied {
            size: part.body().len(),
            ..Study::new(part, &Limits::default()).finish()
        };
        let studied = self.studied.get(&part.id()).cloned();
        let studied = studied.unwrap_or_else(declared);
        self.other_readings(part, &studied);
        let shape = Shape::of(part, self.marks, &studied, &mut self.boundaries);
        if let Structure::Multipart { subtype, .. } = part.structure()
            && subtype == "signed"
            && self.marks.breaks_signature(part)
        {
            self.loosened.push(part.id());
        }
        shape
    }

    /// Writes header section and body of a part that is not the message itself.
    fn entity(&mut self, part: &Part, holder: usize) {
        let mark = self.marks.of(part.id());
        if !mark.changes() {
            self.copy(part.entity());
            return self.copied(part, Some(holder));
        }
        let place = self.origins.add(Some(holder), Some(part.id()));
        if !mark.header && !mark.body {
            self.copy(part.header());
            return self.around(part, place);
        }
        let shape = self.shape(part);
        let line_end = LINE_END;
        let mut header = Vec::new();
        if self.is_head(part) {
            head::write(part, line_end, &self.repair, &mut header);
            self.dropped.extend(head::dropped(part));
        }
        if mark.body || !self.is_head(part) {
            shape.fields(part).write(line_end, &mut header);
        } else {
            head::write_content_fields(part, line_end, &mut header);
        }
        header.extend_from_slice(line_end.as_bytes());
        self.bytes(&header);
        if mark.body {
            self.body(part, shape, place);
        } else {
            self.around(part, place);
        }
    }

    /// Writes the body of a part anew.
    pub(super) fn body(&mut self, part: &Part, shape: Shape, place: usize) {
        match shape {
            Shape::Leaf(leaf) if leaf.is_empty => {}
            Shape::Leaf(leaf) => self.pieces.push(Piece::Recode(leaf.body)),
            Shape::Opened(recode) => self.pieces.push(Piece::Recode(recode)),
            Shape::Apart(frame, leaves) => self.apart(part, &frame, leaves, place),
            Shape::Multipart(frame) => self.frame(part, &frame, place),
            Shape::Unwrapped(frame) => self.unwrapped(part, &frame, place),
            Shape::Message { .. } => self.around(part, place),
            Shape::Reference => {
                self.drop(part.id(), What::ExternalBody, part.body());
                self.bytes(REFERENCE.as_bytes());
            }
        }
    }

    /// Writes the parts of a multipart behind fresh delimiters, those of multiparts that are flattened among them.
    fn frame(&mut self, part: &Part, frame: &Frame, place: usize) {
        let line_end = LINE_END;
        let mut parts = vec![part];
        while let Some(next) = parts.pop() {
            if next.id() != part.id() && !self.marks.is_flat(next.id()) {
                self.bytes(format!("--{}{line_end}", frame.boundary).as_bytes());
                self.entity(next, place);
                if !self.ends_empty(next) {
                    self.bytes(line_end.as_bytes());
                }
                continue;
            }
            self.between(next);
            let children = self.marks.children(next.id()).iter().rev();
            parts.extend(children.map(|child| self.map.part(*child)));
        }
        self.bytes(format!("--{}--", frame.boundary).as_bytes());
    }

    /// Writes the text of a leaf and the files that stood in it as parts of their own.
    fn apart(&mut self, part: &Part, frame: &Frame, leaves: Vec<Leaf>, place: usize) {
        let line_end = LINE_END;
        for leaf in leaves {
            let mut octets = format!("--{}{line_end}", frame.boundary).into_bytes();
            leaf.fields().write(line_end, &mut octets);
            octets.extend_from_slice(line_end.as_bytes());
            self.bytes(&octets);
            self.pieces.push(Piece::Recode(leaf.body));
            self.bytes(line_end.as_bytes());
            self.origins.add(Some(place), Some(part.id()));
        }
        self.bytes(format!("--{}--", frame.boundary).as_bytes());
    }

    /// Writes the header section of an attached message as text, and behind it what the message holds.
    fn unwrapped(&mut self, part: &Part, frame: &Frame, place: usize) {
        for child in self.marks.children(part.id()) {
            let child = self.map.part(*child);
            self.bytes(format!("--{}{LINE_END}{HEADERS}", frame.boundary).as_bytes());
            self.pieces.push(Piece::Recode(Recode {
                from: child.header(),
                chain: Vec::new(),
                to: Transfer::QuotedPrintable,
            }));
            self.origins.add(Some(place), Some(part.id()));
            self.bytes(format!("{LINE_END}--{}{LINE_END}", frame.boundary).as_bytes());
            self.entity(child, place);
            if !self.ends_empty(child) {
                self.bytes(LINE_END.as_bytes());
            }
        }
        self.bytes(format!("--{}--", frame.boundary).as_bytes());
    }

    /// Copies a body but for the parts inside it that change.
    pub(super) fn around(&mut self, part: &Part, place: usize) {
        let mut at = part.body().start;
        for child in self.marks.children(part.id()) {
            let child = self.map.part(*child);
            if !self.marks.of(child.id()).changes() {
                self.copied(child, Some(place));
                continue;
            }
            self.copy(Extent::new(at, child.header().start));
            self.entity(child, place);
            at = child.body().end;
            if self.ends_empty(child) {
                at = child.outer().end;
            } else if child.outer().end == at && at < part.body().end {
                // The line end of its header section served the delimiter too.
                self.bytes(LINE_END.as_bytes());
            }
        }
        self.copy(Extent::new(at, part.body().end));
    }

    /// Whether the part that was written last has no body: the line end of the empty line before it then serves the delimiter
    /// behind it, so that nobody takes another one for its content. An attached message keeps its empty line.
    fn ends_empty(&self, part: &Part) -> bool {
        match self.pieces.last() {
            _ if *part.structure() == Structure::Message => false,
            Some(Piece::Bytes(bytes)) => bytes.ends_with(b"\r\n\r\n"),
            _ => !self.marks.of(part.id()).changes() && part.body().is_empty(),
        }
    }

    /// Takes note of text between the parts of a multipart.
    fn between(&mut self, part: &Part) {
        use crate::defect::Code;
        let Structure::Multipart {
            preamble, epilogue, ..
        } = part.structure()
        else {
            return;
        };
        let codes = self.marks.codes(part.id());
        let (before, behind) = (
            codes.contains(Code::PreambleText),
            codes.contains(Code::EpilogueText),
        );
        if before {
            self.drop(part.id(), What::Preamble, *preamble);
        }
        if behind {
            self.drop(part.id(), What::Epilogue, *epilogue);
        }
    }

    /// Notes that a part and all inside it is in the result as it came.
    fn copied(&mut self, part: &Part, holder: Option<usize>) {
        let place = self.origins.add(holder, Some(part.id()));
        for child in self.marks.children(part.id()) {
            self.copied(self.map.part(*child), Some(place));
        }
    }

    /// Whether a part is a message with a header section of its own, in the result as well.
    fn is_head(&self, part: &Part) -> bool {
        let holder = part.parent().map(|holder| self.map.part(holder));
        holder.is_none_or(|holder| {
            *holder.structure() == Structure::Message && !self.marks.is_unwrapped(holder.id())
        })
    }

    fn drop(&mut self, part: PartId, what: What, place: Extent) {
        self.dropped.push(Dropped { part, what, place });
    }

    pub(super) fn bytes(&mut self, octets: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Bytes(bytes)) => bytes.extend_from_slice(octets),
            _ if octets.is_empty() => {}
            _ => self.pieces.push(Piece::Bytes(octets.to_vec())),
        }
    }

    fn copy(&mut self, range: Extent) {
        match self.pieces.last_mut() {
            _ if range.is_empty() => {}
            _ if self.mixed => self.pieces.push(Piece::Recode(Recode {
                from: range,
                chain: Vec::new(),
                to: Transfer::Raw,
            })),
            Some(Piece::Copy(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Copy(range)),
        }
    }
}
