//! Fields as they are read: what is wrong with their octets, and which of them count for their part.

use super::interpret;
use super::outline::Outline;
use crate::defect::Code;
use crate::map::{Field, PartId};

/// Fields behind a CR alone that are kept of one part.
const HIDDEN_MOST: usize = 64;

impl Outline {
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
        let crlf = line.ends_with(b"\r\n");
        let Some(part) = self.part_mut(id) else {
            return;
        };
        part.separated = true;
        let last = part.fields.last();
        let (mixed, at) = last.map_or((false, 0), |last| {
            let raw = last.raw();
            let ended = raw.ends_with(b"\n");
            (ended && raw.ends_with(b"\r\n") != crlf, last.extent().end)
        });
        if mixed {
            self.defect(Code::MixedLineEnds, id, at);
        }
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
