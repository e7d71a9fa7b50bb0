//! An entity that takes the place of a part, written out.

use crate::map::Part;

/// Header fields and body, apart: in the place of a message, the fields become those of its header section.
pub(super) struct Written {
    /// New fields: name, and value with lines separated by LF.
    pub(super) fields: Vec<(String, Vec<u8>)>,
    /// Names of fields of the part that stay, in lower case.
    pub(super) kept: &'static [&'static str],
    /// The encoded body, with any line ends.
    pub(super) body: Vec<u8>,
    /// The line end of the message.
    pub(super) line_end: &'static str,
}

impl Written {
    /// The body with the line ends of the message.
    pub(super) fn body(&self) -> Vec<u8> {
        self.with_line_ends(&self.body)
    }

    /// Header fields, empty line and body: in the place of this part, or in no place of any.
    pub(super) fn entity(&self, place: Option<&Part>) -> Vec<u8> {
        let mut octets = Vec::new();
        for (name, value) in &self.fields {
            octets.extend_from_slice(name.as_bytes());
            octets.extend_from_slice(b": ");
            octets.extend_from_slice(&self.with_line_ends(value));
            octets.extend_from_slice(self.line_end.as_bytes());
        }
        for name in self.kept {
            let field = place.and_then(|part| part.field(name));
            // One that is the last octets of the message has no line end.
            if let Some(field) = field.filter(|field| field.raw().ends_with(b"\n")) {
                octets.extend_from_slice(field.raw());
            }
        }
        octets.extend_from_slice(self.line_end.as_bytes());
        octets.extend_from_slice(&self.body());
        octets
    }

    /// The octets with each CRLF or LF made the line end of the message.
    fn with_line_ends(&self, octets: &[u8]) -> Vec<u8> {
        with_line_ends(octets, self.line_end)
    }
}

/// The octets with each CRLF or LF made this line end.
pub(super) fn with_line_ends(octets: &[u8], line_end: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    for (index, line) in octets.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.extend_from_slice(line_end.as_bytes());
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    out
}
