//! Which parts are written anew.
//!
//! Repairs are local. A part is written anew if it has a defect that is repaired; what is around it keeps its octets as far
//! as these have one reading. Of a message with a broken header section, the body stays if the fields that describe it are
//! sound.

use super::Treatment;
use crate::decode::Encoding;
use crate::defect::{Code, CodeSet};
use crate::map::{Disposition, Field, MessageMap, Part, PartId, Structure};

/// What is written anew of one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its header section.
    pub(super) header: bool,
    /// Its body; of a multipart the frame: delimiters, preamble and epilogue.
    pub(super) body: bool,
    /// Something inside it.
    pub(super) below: bool,
}

impl Mark {
    const ALL: Mark = Mark {
        header: true,
        body: true,
        below: false,
    };

    /// Whether anything of it changes.
    pub(super) fn changes(self) -> bool {
        self.header || self.body || self.below
    }
}

/// The marks of all parts, and their tree.
#[derive(Debug)]
pub(super) struct Marks {
    of: Vec<Mark>,
    children: Vec<Vec<PartId>>,
    codes: Vec<CodeSet>,
    /// Whether a part, or one inside it, has lines of octets above 127.
    eight_bit: Vec<bool>,
    flat: Vec<bool>,
    /// Whether the message is to end with a line end that it does not have.
    pub(super) ends_open: bool,
    unwrapped: Vec<bool>,
    /// What is repaired, in the order of the parts.
    pub(super) repairs: Vec<(Code, PartId)>,
}

impl Marks {
    pub(super) fn new(map: &MessageMap, treatment: &Treatment) -> Self {
        let mut marks = Marks {
            of: vec![Mark::default(); map.parts().len()],
            children: vec![Vec::new(); map.parts().len()],
            codes: map.parts().iter().map(Part::codes).collect(),
            eight_bit: map.parts().iter().map(is_eight_bit).collect(),
            flat: vec![false; map.parts().len()],
            ends_open: false,
            unwrapped: vec![false; map.parts().len()],
            repairs: Vec::new(),
        };
        for part in map.parts() {
            if let Some(children) = part
                .parent()
                .and_then(|holder| marks.children.get_mut(holder.index()))
            {
                children.push(part.id());
            }
        }
        for defect in map.defects().iter() {
            if let Some(codes) = marks.codes.get_mut(defect.part.index()) {
                codes.insert(defect.code);
            }
        }
        for part in map.parts() {
            let codes = treatment.of(marks.codes(part.id()));
            marks
                .repairs
                .extend(codes.iter().map(|code| (code, part.id())));
            let mut anew = codes;
            if codes.contains(Code::NoFinalLineEnd) {
                marks.ends_open = true;
                if bears_a_line_end(part) {
                    anew.remove(Code::NoFinalLineEnd);
                }
            }
            if let Some(mark) = marks.of.get_mut(part.id().index()) {
                *mark = own(map, part, anew);
            }
            if let Some(flat) = marks.flat.get_mut(part.id().index()) {
                *flat = codes.contains(Code::DeepNesting) && is_inside_multipart(map, part);
            }
            if let Some(unwrapped) = marks.unwrapped.get_mut(part.id().index()) {
                *unwrapped = codes.contains(Code::DeepMessage);
            }
        }
        marks.spread(map);
        marks
    }

    pub(super) fn of(&self, part: PartId) -> Mark {
        self.of.get(part.index()).copied().unwrap_or_default()
    }

    /// The parts directly inside a part, in order.
    pub(super) fn children(&self, part: PartId) -> &[PartId] {
        self.children.get(part.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether the parts of a multipart stand in the multipart around it instead.
    pub(super) fn is_flat(&self, part: PartId) -> bool {
        self.flat.get(part.index()).copied().unwrap_or_default()
    }

    /// Whether an attached message becomes a multipart of its header section and what it holds.
    pub(super) fn is_unwrapped(&self, part: PartId) -> bool {
        self.unwrapped
            .get(part.index())
            .copied()
            .unwrap_or_default()
    }

    /// What is wrong with a part.
    pub(super) fn codes(&self, part: PartId) -> CodeSet {
        let codes = self.codes.get(part.index()).copied();
        codes.unwrap_or(CodeSet::EMPTY)
    }

    /// Whether a part, or one inside it, has lines of octets above 127.
    pub(super) fn has_eight_bit(&self, part: PartId) -> bool {
        let told = self.eight_bit.get(part.index()).copied();
        told.unwrap_or_default()
    }

    /// What a change of one part means for those around it and inside it.
    fn spread(&mut self, map: &MessageMap) {
        let mut opened = vec![false; map.parts().len()];
        for part in map.parts().iter().rev() {
            let index = part.id().index();
            let inside = opened.get(index).copied().unwrap_or_default();
            let anew = self.breaks_frame(part, inside);
            let Some(mark) = self.of.get_mut(index) else {
                continue;
            };
            if anew {
                *mark = Mark {
                    below: mark.below,
                    ..Mark::ALL
                };
            }
            let (changes, body) = (mark.changes(), mark.body);
            let Some(holder) = part.parent().map(PartId::index) else {
                continue;
            };
            if let Some(holder) = self.of.get_mut(holder) {
                holder.below |= changes;
            }
            let eight_bit = self.has_eight_bit(part.id());
            if let Some(holder) = self.eight_bit.get_mut(holder) {
                *holder |= eight_bit;
            }
            if let Some(holder) = opened.get_mut(holder) {
                *holder |= inside || body && self.is_opened(part);
            }
        }
        for part in map.parts() {
            if self.needs_header(map, part)
                && let Some(mark) = self.of.get_mut(part.id().index())
            {
                mark.header = true;
                // What the fields say of the body must be so.
                mark.body |= *part.structure() != Structure::Message;
            }
        }
    }

    /// Whether the frame of a multipart must be written anew for what changes inside it: what was signed is no more, or
    /// what is opened inside it may hold its boundary.
    fn breaks_frame(&self, part: &Part, opened: bool) -> bool {
        let Structure::Multipart { subtype, .. } = part.structure() else {
            return false;
        };
        let flattened = || {
            self.children(part.id())
                .iter()
                .any(|child| self.is_flat(*child))
        };
        opened || flattened() || subtype == "signed" && self.breaks_signature(part)
    }

    /// Whether what the first part of a multipart/signed holds, which was signed, changes.
    pub(super) fn breaks_signature(&self, part: &Part) -> bool {
        let signed = self.children(part.id()).first();
        signed.is_some_and(|signed| self.of(*signed).changes())
    }

    /// Whether a part is an encoded container, which is written as what its encoding stands for.
    pub(super) fn is_opened(&self, part: &Part) -> bool {
        let container = part.media_type().starts_with("multipart/")
            || matches!(
                part.media_type(),
                "message/rfc822"
                    | "message/global"
                    | "message/news"
                    | "message/delivery-status"
                    | "message/disposition-notification"
                    | "message/feedback-report"
            );
        container && self.children(part.id()).is_empty() && !part.encoding().is_identity()
    }

    /// Whether a part inside a multipart that is written anew needs a header section of its own for it.
    fn needs_header(&self, map: &MessageMap, part: &Part) -> bool {
        let Some(holder) = part.parent().map(|holder| map.part(holder)) else {
            return false;
        };
        if *holder.structure() == Structure::Message {
            let open = !part.is_separated() && self.of(holder.id()).changes();
            return open || self.is_unwrapped(holder.id());
        }
        let digest = matches!(holder.structure(), Structure::Multipart { subtype, .. } if subtype == "digest");
        let empty = part.header().len() <= 2;
        let silent = empty || digest && part.field("content-type").is_none();
        self.of(holder.id()).body && (!part.is_separated() || silent)
    }
}

/// What the defects of a part itself ask for.
fn own(map: &MessageMap, part: &Part, codes: CodeSet) -> Mark {
    if codes.is_empty() {
        return Mark::default();
    }
    let head = part
        .parent()
        .is_none_or(|holder| *map.part(holder).structure() == Structure::Message);
    let in_fields = |octet| {
        let mut fields = part.fields().iter();
        fields.any(|field| field.raw().contains(&octet))
    };
    let of_header = codes.iter().all(|code| match code {
        Code::NulByte => in_fields(0),
        Code::BareCr => part.fields().iter().any(has_bare_cr),
        // The group of the defects that concern a header section and leave the body as it is.
        code => code.number().starts_with('H'),
    });
    Mark {
        body: !(head && of_header && describes_plainly(part)),
        ..Mark::ALL
    }
}

/// Whether a line end more at its end makes no other content of a leaf: it is text, or encoded so that it does not count.
fn bears_a_line_end(part: &Part) -> bool {
    let is_file = part.disposition() == Some(Disposition::Attachment) || !part.names().is_empty();
    part.encoding() == Encoding::Base64 || part.media_type().starts_with("text/") && !is_file
}

fn is_inside_multipart(map: &MessageMap, part: &Part) -> bool {
    let holder = part.parent().map(|holder| map.part(holder).structure());
    let multipart = |structure: &Structure| matches!(structure, Structure::Multipart { .. });
    multipart(part.structure()) && holder.is_some_and(multipart)
}

/// Whether a part says, or shows, that it has octets above 127.
fn is_eight_bit(part: &Part) -> bool {
    matches!(
        part.encoding(),
        Encoding::EightBit | Encoding::Binary | Encoding::Unknown
    )
}

/// Whether the fields that describe the body of a message are read alike by all, whatever the other fields are like.
fn describes_plainly(part: &Part) -> bool {
    let mut seen: Vec<&[u8]> = Vec::new();
    part.fields().iter().all(|field| {
        let name = field.name();
        if !resembles_mime_field(name) {
            return true;
        }
        let again = seen.iter().any(|other| other.eq_ignore_ascii_case(name));
        seen.push(name);
        !again && is_sound(field)
    })
}

/// Whether a CR stands in a field that ends no line.
fn has_bare_cr(field: &Field) -> bool {
    let raw = field.raw();
    let mut places = memchr::memchr_iter(b'\r', raw);
    places.any(|at| raw.get(at.saturating_add(1)) != Some(&b'\n'))
}

/// Whether some parser may take this for a field that describes a body.
fn resembles_mime_field(name: &[u8]) -> bool {
    let letters = name.iter().filter(|octet| octet.is_ascii_alphabetic());
    let letters: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    letters.starts_with(b"content") || letters.starts_with(b"mime")
}

/// Printable ASCII and tabs, a name right in front of the colon, lines that end in LF or CRLF.
fn is_sound(field: &Field) -> bool {
    let raw = field.raw();
    let name = raw.get(..field.colon).unwrap_or_default();
    let text = raw.strip_suffix(b"\n").unwrap_or(raw);
    let good = |octet: &u8| matches!(octet, b'\t' | b' '..=b'~');
    let line = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).iter().all(good);
    name.iter().all(u8::is_ascii_graphic) && text.split(|octet| *octet == b'\n').all(line)
}
