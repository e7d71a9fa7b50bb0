//! A message in pieces, so that each trick can change its own.

use super::Load;
use crate::make::encode::base64_lines;
use crate::random::Random;

/// A header field in its three pieces.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Vec<u8>,
    pub(super) colon: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl Field {
    pub(super) fn new(name: &str, value: impl Into<Vec<u8>>) -> Field {
        Field {
            name: name.into(),
            colon: b": ".to_vec(),
            value: value.into(),
        }
    }

    /// A line that is no field.
    pub(super) fn line(text: impl Into<Vec<u8>>) -> Field {
        Field {
            name: text.into(),
            colon: Vec::new(),
            value: Vec::new(),
        }
    }
}

/// A header section and the border behind it.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) fields: Vec<Field>,
    pub(super) line_end: Vec<u8>,
    pub(super) border: Vec<u8>,
}

impl Section {
    fn new(fields: Vec<Field>) -> Section {
        Section {
            fields,
            line_end: b"\r\n".to_vec(),
            border: b"\r\n".to_vec(),
        }
    }

    /// Where the field of that name stands, or the end.
    pub(super) fn place(&self, name: &str) -> usize {
        let found = self
            .fields
            .iter()
            .position(|field| field.name.eq_ignore_ascii_case(name.as_bytes()));
        found.unwrap_or(self.fields.len())
    }

    /// The field of that name; made if there is none.
    pub(super) fn field(&mut self, name: &str) -> &mut Field {
        let place = self.place(name);
        if place == self.fields.len() {
            self.fields.push(Field::new(name, ""));
        }
        &mut self.fields[place]
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.fields
            .retain(|field| !field.name.eq_ignore_ascii_case(name.as_bytes()));
    }

    fn write(&self, out: &mut Vec<u8>) {
        for field in &self.fields {
            out.extend_from_slice(&field.name);
            out.extend_from_slice(&field.colon);
            out.extend_from_slice(&field.value);
            out.extend_from_slice(&self.line_end);
        }
        out.extend_from_slice(&self.border);
    }
}

/// A change of the whole message, when it is put together.
pub(super) type Change = fn(&mut Random, Vec<u8>) -> Vec<u8>;

/// A message with a line of text and a file, before it is put together.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) random: Random,
    pub(super) load: Load,
    /// The header of the message.
    pub(super) top: Section,
    /// The media type of the message, and what follows it in its field.
    pub(super) media_type: Vec<u8>,
    pub(super) parameters: Vec<u8>,
    /// A string that no other message has; and the boundary as the delimiter lines write it.
    pub(super) token: String,
    pub(super) boundary: Vec<u8>,
    pub(super) preamble: Vec<u8>,
    /// The text part, without its delimiter and without the line end in front of the next one.
    pub(super) text: Vec<u8>,
    /// The delimiter line in front of the file: what ends the line before, hyphens, boundary, rest, line end.
    pub(super) mark: [Vec<u8>; 4],
    /// The boundary on that line, if it differs.
    pub(super) mark_boundary: Option<Vec<u8>>,
    /// The header of the file part.
    pub(super) part: Section,
    /// Its encoded data.
    pub(super) data: Vec<u8>,
    /// The whole part, if a trick has put it into something else.
    pub(super) entity: Option<Vec<u8>>,
    /// The whole body of the message, if a trick does without the multipart.
    pub(super) body: Option<Vec<u8>>,
    pub(super) close: Option<Vec<u8>>,
    pub(super) epilogue: Vec<u8>,
    pub(super) last: Vec<Change>,
}

impl Draft {
    pub(super) fn new(load: Load, seed: u64) -> Draft {
        let mut random = Random::new(seed ^ 0x6472_6166_7400);
        let token = format!("{:012x}", random.bits() >> 16);
        let boundary = format!("=_b{token}");
        let top = Section::new(vec![
            Field::new("From", "Sender <sender@example.org>"),
            Field::new("To", "recipient@example.com"),
            Field::new("Subject", format!("message {token}")),
            Field::new("Date", "Sun, 22 Nov 2026 10:00:00 +0000"),
            Field::new("Message-ID", format!("<{token}@example.org>")),
            Field::new("MIME-Version", "1.0"),
            Field::new("Content-Type", ""),
        ]);
        let part = Section::new(vec![
            Field::new(
                "Content-Type",
                format!("{}; name=\"{}\"", load.media_type, load.name),
            ),
            Field::new(
                "Content-Disposition",
                format!("attachment; filename=\"{}\"", load.name),
            ),
            Field::new("Content-Transfer-Encoding", "base64"),
        ]);
        let line = b"\r\n".to_vec();
        Draft {
            random,
            data: base64_lines(&load.content).into_bytes(),
            load,
            top,
            media_type: b"multipart/mixed".to_vec(),
            parameters: format!("; boundary=\"{boundary}\"").into_bytes(),
            boundary: boundary.into_bytes(),
            preamble: Vec::new(),
            text: format!(
                "Content-Type: text/plain; charset=us-ascii\r\n\r\nPlease see the file. {token}\r\n"
            )
            .into_bytes(),
            mark: [line.clone(), b"--".to_vec(), Vec::new(), line],
            mark_boundary: None,
            part,
            token,
            entity: None,
            body: None,
            close: None,
            epilogue: Vec::new(),
            last: Vec::new(),
        }
    }

    /// What the message carries.
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// Sets parameter and delimiter: `{b}` in either stands for the string that only this message has.
    pub(super) fn bound(&mut self, parameters: &str, delimiter: &str) {
        let fill = |text: &str, token: &str| text.replace("{b}", &format!("=_b{token}"));
        self.parameters = fill(parameters, &self.token).into_bytes();
        self.boundary = fill(delimiter, &self.token).into_bytes();
    }

    /// A field of message or part that says how the load is to be read.
    pub(super) fn any_field(&mut self) -> &mut Field {
        match self.random.below(4) {
            0 => self.top.field("Content-Type"),
            1 => self.part.field("Content-Type"),
            2 => self.part.field("Content-Disposition"),
            _ => self.part.field("Content-Transfer-Encoding"),
        }
    }

    /// The header of message or part, and the name of a field in it that matters.
    pub(super) fn any_section(&mut self) -> (&mut Section, &'static str) {
        if self.random.one_in(2) {
            (&mut self.top, "Content-Type")
        } else {
            (&mut self.part, "Content-Transfer-Encoding")
        }
    }

    /// The file part: header, border, data.
    pub(super) fn file_part(&self) -> Vec<u8> {
        if let Some(entity) = &self.entity {
            return entity.clone();
        }
        let mut out = Vec::new();
        self.part.write(&mut out);
        out.extend_from_slice(&self.data);
        out
    }

    /// The delimiter line in front of the file part.
    pub(super) fn mark_line(&self) -> Vec<u8> {
        let boundary = self.mark_boundary.as_ref().unwrap_or(&self.boundary);
        let [before, hyphens, rest, end] = &self.mark;
        [before, hyphens, boundary, rest, end]
            .map(Vec::as_slice)
            .concat()
    }

    /// The octets of the message.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut top = self.top.clone();
        for field in &mut top.fields {
            if field.name.eq_ignore_ascii_case(b"Content-Type") && field.value.is_empty() {
                field.value = [&self.media_type[..], &self.parameters].concat();
                break;
            }
        }
        top.write(&mut out);
        if let Some(body) = &self.body {
            out.extend_from_slice(body);
        } else {
            self.write_multipart(&mut out);
        }
        for change in self.last.clone() {
            out = change(&mut self.random, out);
        }
        out
    }

    fn write_multipart(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.preamble);
        out.extend_from_slice(&[b"--", &self.boundary[..], b"\r\n"].concat());
        out.extend_from_slice(&self.text);
        out.extend_from_slice(&self.mark_line());
        out.extend_from_slice(&self.file_part());
        let close = [b"\r\n--", &self.boundary[..], b"--\r\n"].concat();
        out.extend_from_slice(self.close.as_ref().unwrap_or(&close));
        out.extend_from_slice(&self.epilogue);
    }
}
