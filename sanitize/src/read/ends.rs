//! Where parts end, and what is wrong with them as a whole.

use super::delimiter::Delimiter;
use super::entity::Open;
use super::interpret;
use super::outline::Outline;
use crate::decode::Flaws;
use crate::defect::Code;
use crate::look::Looked;
use crate::map::{Extent, PartId, Structure};
use crate::study::TextFinds;

impl Outline {
    /// A delimiter line of the multipart on top: closes the extents that end there.
    pub(super) fn delimiter(&mut self, top: &mut Open, line: Extent, found: &Delimiter, next: u64) {
        let before = line.start;
        let close = found.close;
        self.delimiter_flaws(top, line.start, found);
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

    fn delimiter_flaws(&mut self, top: &Open, at: u64, found: &Delimiter) {
        let mixed = |crlf: Option<bool>| crlf.is_some() && crlf != self.crlf;
        let mixed = mixed(found.crlf_before) || mixed(found.crlf_behind);
        let flaws = [
            (!found.exact, Code::BoundaryNearMiss),
            (top.closed, Code::PartAfterClose),
            (mixed, Code::MixedLineEnds),
        ];
        for (_, code) in flaws.into_iter().filter(|(found, _)| *found) {
            self.defect(code, top.part, at);
        }
    }

    /// The part on top ends at `at`.
    pub(super) fn close(&mut self, top: &mut Open, at: u64) {
        let holds_file = top.around.holds_file();
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
                let around = top.around.of_preamble().filter(|_| top.children > 0);
                codes.extend(around.map(|code| (code, preamble.start)));
                if holds_file {
                    codes.push((Code::EmbeddedFile, preamble.start));
                }
                let around = top.around.of_epilogue();
                codes.extend(around.map(|code| (code, epilogue.start)));
            }
        }
        if let Some(child) = crossing.and_then(|child| self.part_mut(child)) {
            child.outer.end = at.max(child.outer.start);
        }
        for (code, at) in codes {
            self.defect(code, top.part, at);
        }
    }

    /// The last line of the message, which begins at `at`, has no line end. In the frame of a multipart that is nothing to
    /// anybody, and of text it is the last line only.
    pub(super) fn ends_amid_line(&mut self, at: u64) {
        let Some(last) = self.last_leaf_outside_multiparts() else {
            return;
        };
        let (id, body) = (last.id(), last.body);
        let is_all = at <= body.start || !last.media_type.starts_with("text/");
        if !body.is_empty() && is_all {
            self.defect(Code::NoFinalLineEnd, id, at);
        }
    }

    /// The digest of the content of a leaf, if it was asked for.
    pub(super) fn leaf_digest(&mut self, id: PartId, digest: Option<[u8; 32]>) {
        if let Some(part) = self.part_mut(id) {
            part.digest = digest;
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
        // Files are taken out of text and judged then. What is no text goes as a whole if one of them has to.
        let is_text = part.media_type.starts_with("text/");
        let held = if is_text { finds.quoted } else { finds.kinds() };
        part.written = !finds.blocks.is_empty();
        part.content = looked.kinds.union(held);
        part.kinds = interpret::kinds(part, Some(looked)).union(held);
        let mut codes = interpret::body_flaws(part, flaws);
        codes.extend(interpret::text_flaws(part, finds));
        let at = part.body.start;
        for code in codes {
            self.defect(code, id, at);
        }
    }
}
