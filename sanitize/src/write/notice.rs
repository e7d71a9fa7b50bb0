//! A notice as a MIME entity.

use super::written::Written;
use crate::plan::Notice;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::MimePart;

/// Writes a notice as text/plain in UTF-8, in the transfer encoding that it needs.
pub(super) fn write(notice: &Notice, line_end: &'static str) -> Written {
    let text = notice.text.replace("\r\n", "\n").replace('\n', "\r\n");
    let mut media_type = ContentType::new("text/plain").attribute("charset", "utf-8");
    if !notice.name.is_empty() {
        media_type = media_type.attribute("name", notice.name.as_str());
    }
    let mut part = MimePart::new(media_type, text).inline();
    if !notice.language.is_empty() {
        part = part.language(notice.language.as_str());
    }
    let mut octets = Vec::new();
    part.write_part(&mut octets);
    split(&octets, line_end)
}

/// Takes a written entity apart.
fn split(octets: &[u8], line_end: &'static str) -> Written {
    let border = memchr::memmem::find(octets, b"\r\n\r\n").unwrap_or(octets.len());
    let (header, rest) = octets.split_at_checked(border).unwrap_or((octets, &[]));
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for line in header.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.first(), fields.last_mut()) {
            (Some(b' ' | b'\t'), Some((_, value))) => {
                value.push(b'\n');
                value.extend_from_slice(line);
            }
            (Some(_), _) => {
                let colon = line
                    .iter()
                    .position(|byte| *byte == b':')
                    .unwrap_or(line.len());
                let name =
                    String::from_utf8_lossy(line.get(..colon).unwrap_or_default()).into_owned();
                fields.push((
                    name,
                    line.get(colon.saturating_add(1)..)
                        .unwrap_or_default()
                        .trim_ascii()
                        .to_vec(),
                ));
            }
            (None, _) => {}
        }
    }
    let body = without_delimiters(rest.get(4..).unwrap_or_default(), &fields);
    Written {
        fields,
        kept: &[],
        body: body.trim_ascii_end().to_vec(),
        line_end,
    }
}

/// The encoded body without lines that could be delimiters: what a sender has named a part stands in it.
fn without_delimiters(body: &[u8], fields: &[(String, Vec<u8>)]) -> Vec<u8> {
    let quoted = fields.iter().any(|(_, value)| value == b"quoted-printable");
    let mut harmless = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"--") {
            Some(rest) if quoted => {
                harmless.extend_from_slice(b"=2D-");
                harmless.extend_from_slice(rest);
            }
            Some(_) => {
                harmless.push(b' ');
                harmless.extend_from_slice(line);
            }
            None => harmless.extend_from_slice(line),
        }
    }
    harmless
}
