//! What content shows, taken as it streams by.
//!
//! The head is kept and judged at the end; the rest is only watched: for the headers of archives wherever they are, for
//! the directory of compound files, for the first element of markup, for the marks of disk images and for what no text
//! has. Each watcher stops when its question is answered.

use super::bytes::slice;
use super::disk::{self, Optical};
use super::found::{Found, PDF, TEXT};
use super::markup::Markup;
use super::ole::Ole;
use super::prefixed::{self, Prefixed};
use super::text::{Text, Texture};
use super::zip::Zip;
use super::{known, mail, openpgp, pkcs, program, script, signatures};
use crate::kind::{Kind, Kinds};

/// Octets at the start that are kept.
const HEAD: usize = 4_096;
/// Octets at the end that are kept.
const TAIL: usize = 1_024;

/// Looks at one part's decoded content as it streams by. Bounded memory (about 12 KiB), linear time; any cut of the content
/// into pieces gives the same result.
#[derive(Debug, Default)]
pub struct Look {
    head: Vec<u8>,
    /// The end of the content, and up to as much before it.
    tail: Vec<u8>,
    size: u64,
    text: Text,
    markup: Markup,
    ole: Ole,
    zip: Zip,
    prefixed: Prefixed,
    optical: Optical,
}

/// What content showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The media type, if the content was recognised.
    pub media_type: Option<&'static str>,
    /// A few words for reports: `PE program`.
    pub label: &'static str,
    /// What it is by content. Never empty: [`Kind::Unknown`] if nothing was recognised.
    pub kinds: Kinds,
    /// Octets of decoded content.
    pub size: u64,
}

impl Look {
    /// A look at content that is still to come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets, in pieces of any size.
    pub fn push(&mut self, decoded: &[u8]) {
        if decoded.is_empty() {
            return;
        }
        self.size = self.size.saturating_add(decoded.len() as u64);
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(slice(decoded, 0, room));
        self.keep_tail(decoded);
        self.text.push(decoded);
        self.markup.push(decoded);
        self.ole.push(decoded);
        self.zip.push(decoded);
        self.prefixed.push(decoded);
        self.optical.push(decoded);
    }

    /// What it is, now that all of it went by.
    pub fn finish(self) -> Looked {
        let size = self.size;
        if size == 0 {
            return Looked {
                media_type: None,
                label: "empty",
                kinds: TEXT,
                size,
            };
        }
        let found = self.found();
        let kinds = match found.kinds {
            kinds if kinds.is_empty() => Kinds::of(Kind::Unknown),
            kinds => kinds,
        };
        Looked {
            media_type: Some(found.media_type).filter(|media_type| !media_type.is_empty()),
            label: found.label,
            kinds,
            size,
        }
    }

    fn keep_tail(&mut self, decoded: &[u8]) {
        let end = slice(decoded, decoded.len().saturating_sub(TAIL), TAIL);
        self.tail.extend_from_slice(end);
        if self.tail.len() > 4 * TAIL {
            self.tail.drain(..self.tail.len().saturating_sub(TAIL));
        }
    }

    fn found(self) -> Found {
        let tail = slice(&self.tail, self.tail.len().saturating_sub(TAIL), TAIL);
        let (head, size) = (self.head.as_slice(), self.size);
        let disk = self.optical.finish().or_else(|| disk::by_tail(tail));
        let texture = self.text.texture();
        let compound = self.ole.finish();
        let is_zip = head.starts_with(b"PK\x03\x04")
            || head.starts_with(b"PK\x05\x06")
            || head.starts_with(b"PK00PK\x03\x04")
            || head.starts_with(b"PK\x07\x08PK\x03\x04");
        let zip = self.zip.finish(is_zip, compound.is_none(), size);
        let start = match texture {
            _ if is_zip => zip,
            Texture::Binary => compound
                .or_else(|| binary(head, tail, size))
                .or_else(|| self.markup.finish()),
            _ => compound.or_else(|| textual(head, tail, texture, self.markup.finish())),
        };
        let contained =
            start.is_some_and(|found| found.kinds.contains(Kind::Archive) || compound.is_some());
        let behind = zip.or_else(|| self.prefixed.finish(size).filter(|_| !contained));
        let all = [disk, start, behind];
        let kinds = all
            .iter()
            .flatten()
            .fold(Kinds::NONE, |kinds, found| kinds.union(found.kinds));
        let unknown = Found::new("", "unknown content", Kinds::NONE);
        let runs = start.filter(|found| found.kinds.contains(Kind::Executable));
        let first = runs.or(disk).or(start).or(behind).unwrap_or(unknown);
        Found {
            kinds: without_plain_text(kinds),
            ..first
        }
    }
}

/// Text that an archive or anything else is hidden behind is not text alone.
fn without_plain_text(mut kinds: Kinds) -> Kinds {
    if kinds != TEXT {
        kinds.remove(Kind::Text);
    }
    kinds
}

/// What content is that is no text. Headers that can be checked come before mere magic numbers.
fn binary(head: &[u8], tail: &[u8], size: u64) -> Option<Found> {
    let found = program::by_head(head)
        .or_else(|| signatures::by_head(head))
        .or_else(|| pkcs::by_head(head))
        .or_else(|| known::by_head(head))
        .or_else(|| openpgp::by_packet(head))
        .or_else(|| disk::by_head(head))
        .or_else(|| mixed(head));
    let pdf =
        pdf_within(head).filter(|_| found.is_none_or(|found| !found.kinds.contains(Kind::Archive)));
    match (found, pdf) {
        (Some(found), Some(_)) => Some(found.and(Kind::Pdf)),
        (Some(found), None) => Some(sealed(found, head, tail, size)),
        (None, pdf) => pdf,
    }
}

/// Formats that start as text and go on with any octets: a shell runs the lines before the archive in a self-extracting
/// script, whatever follows.
fn mixed(head: &[u8]) -> Option<Found> {
    script::by_head(head)
        .or_else(|| signatures::by_text(head))
        .or_else(|| mail::by_head(head))
}

/// Archives whose headers tell of encryption.
fn sealed(found: Found, head: &[u8], tail: &[u8], size: u64) -> Found {
    let sealed = head.starts_with(b"Rar!") && prefixed::is_encrypted_rar(head)
        || head.starts_with(b"7z\xBC\xAF") && prefixed::is_encrypted_seven_zip(head, tail, size);
    if sealed {
        found.and(Kind::Encrypted)
    } else {
        found
    }
}

/// The header may stand anywhere in the first 1,024 octets (ISO 32000-1, annex H, note 13).
fn pdf_within(head: &[u8]) -> Option<Found> {
    memchr::memmem::find(slice(head, 0, 1_024), b"%PDF-").map(|_| pdf())
}

fn pdf() -> Found {
    Found::new("application/pdf", "PDF document", PDF)
}

/// What text is, beyond being text.
fn textual(head: &[u8], tail: &[u8], texture: Texture, markup: Option<Found>) -> Option<Found> {
    let plain = narrowed(head, texture);
    let text = plain.as_slice();
    let start = text.trim_ascii_start();
    let label = match texture {
        Texture::Octets | Texture::Binary => "text",
        Texture::LittleEndian | Texture::BigEndian => "UTF-16 text",
    };
    script::by_head(text)
        .or_else(|| openpgp::by_armour(start))
        .or_else(|| signatures::by_text(start))
        .or_else(|| pdf_in_text(text, tail))
        .or_else(|| mail::by_head(text))
        .or(markup)
        .or(Some(Found::new("text/plain", label, TEXT)))
}

/// A PDF document of ASCII alone: the header at the start, or at the start of a line if the end is that of a PDF.
fn pdf_in_text(text: &[u8], tail: &[u8]) -> Option<Found> {
    let at = memchr::memmem::find(slice(text, 0, 1_024), b"%PDF-")?;
    let line = at == 0
        || text
            .get(at.saturating_sub(1))
            .is_some_and(u8::is_ascii_whitespace);
    let ends = memchr::memmem::find(tail, b"%%EOF").is_some();
    let blank = slice(text, 0, at).trim_ascii().is_empty();
    (blank || line && ends).then(pdf)
}

/// Text with its ASCII in single octets, without byte order mark.
fn narrowed(head: &[u8], texture: Texture) -> Vec<u8> {
    let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let rest = marks
        .iter()
        .find_map(|mark| head.strip_prefix(*mark))
        .unwrap_or(head);
    match texture {
        Texture::Octets | Texture::Binary => rest.to_owned(),
        Texture::LittleEndian | Texture::BigEndian => {
            rest.iter().copied().filter(|octet| *octet != 0).collect()
        }
    }
}
