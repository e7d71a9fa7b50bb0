//! What takes the place of a part or of its body.

use super::fields::FieldEdits;
use super::written::{Written, with_line_ends};
use super::{Work, content, encode, notice};
use crate::charset::Charset;
use crate::map::{Part, PartId, Structure};
use crate::plan::{Changes, Content, NewText, Notice};

impl Work<'_> {
    /// Puts a notice in the place of a part. Gives the edits that make the header section fit.
    pub(super) fn put_notice(&mut self, part: &Part, text: &Notice) -> FieldEdits {
        let written = notice::write(text, self.map.line_end());
        self.put(part, &written)
    }

    /// Puts content in the place of a part. Gives the edits that make the header section fit.
    pub(super) fn put_content(&mut self, part: &Part, content: &Content) -> FieldEdits {
        let lines = !self.holds_boundary(part, &content.octets);
        let written = content::write(content, part, lines, self.map.line_end());
        self.put(part, &written)
    }

    /// Carries out the changes of a part that stays. Gives those of its header section.
    pub(super) fn change(&mut self, part: &Part, changes: &Changes) -> FieldEdits {
        let mut edits = FieldEdits::default();
        if let Some(media_type) = &changes.media_type {
            edits.relabel(part, media_type);
        }
        if let Some(text) = &changes.text {
            let encoding = self.put_text(part, text);
            edits.describe_text(part, &text.charset, encoding);
        }
        if (changes.media_type.is_some() || changes.text.is_some()) && self.is_top(part) {
            edits.be_mime(part);
        }
        if let Some(name) = &changes.name {
            edits.rename(part, name);
        }
        edits
    }

    /// Puts text in the place of the body of a part. Gives the transfer encoding that it is in.
    fn put_text(&mut self, part: &Part, text: &NewText) -> &'static str {
        let line_end = self.map.line_end();
        let hidden = Charset::of_name(&text.charset).is_some_and(Charset::hides_ascii);
        let encoded = if hidden || self.holds_boundary(part, &text.octets) {
            encode::file(&text.octets)
        } else {
            encode::text(&text.octets)
        };
        let mut octets = Vec::new();
        if part.id() != PartId::ROOT && !part.is_separated() {
            octets.extend_from_slice(line_end.as_bytes());
        }
        octets.extend(with_line_ends(&encoded.body, line_end));
        self.end(part, &mut octets);
        self.splices.replace(part.body(), octets);
        encoded.encoding
    }

    /// Puts an entity in the place of a part: of the body alone if the part is a message, which keeps its header section.
    fn put(&mut self, part: &Part, written: &Written) -> FieldEdits {
        let line_end = self.map.line_end();
        let top = self.is_top(part);
        let mut octets = Vec::new();
        if top && part.id() != PartId::ROOT && !part.is_separated() {
            octets.extend_from_slice(line_end.as_bytes());
        }
        if top {
            octets.extend(written.body());
        } else {
            octets.extend(written.entity(Some(part)));
        }
        if part.id() != PartId::ROOT || !octets.is_empty() {
            self.end(part, &mut octets);
        }
        if top {
            self.splices.replace(part.body(), octets);
            return FieldEdits::of_entity(part, written);
        }
        self.splices.replace(part.entity(), octets);
        FieldEdits::default()
    }

    /// Whether a delimiter of a multipart around the part stands somewhere in these octets: some parsers take one in the middle
    /// of a line.
    fn holds_boundary(&self, part: &Part, octets: &[u8]) -> bool {
        let mut around = self.map.ancestors(part.id());
        around.any(|holder| {
            let mut boundaries = holder.boundaries().iter();
            boundaries.any(|boundary| {
                let delimiter = [b"--", boundary.as_slice()].concat();
                memchr::memmem::find(octets, &delimiter).is_some()
            })
        })
    }

    /// Ends what stands in the place of a part, where no line end follows it.
    fn end(&self, part: &Part, octets: &mut Vec<u8>) {
        let last = self.is_at_end(part);
        let ended = last && octets.ends_with(b"\n");
        if !ended && (last || self.is_glued(part)) {
            octets.extend_from_slice(self.map.line_end().as_bytes());
        }
    }

    /// Whether the message ends with this part.
    pub(super) fn is_at_end(&self, part: &Part) -> bool {
        part.body().end == self.map.size()
    }

    /// Whether a delimiter line may follow this part without a line end in front of it: that of the last header line may
    /// serve as both.
    fn is_glued(&self, part: &Part) -> bool {
        let mut outermost = part;
        for holder in self.map.ancestors(part.id()) {
            if *holder.structure() != Structure::Message {
                break;
            }
            outermost = holder;
        }
        outermost.outer().end == part.body().end
    }

    /// Whether the part is a message: no delimiter stands before it.
    pub(super) fn is_top(&self, part: &Part) -> bool {
        part.parent()
            .is_none_or(|holder| *self.map.part(holder).structure() == Structure::Message)
    }
}
