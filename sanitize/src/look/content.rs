//! What content shows, taken as it streams by.
//!
//! The head is kept and judged at the end; the rest is only watched: for the headers of archives wherever they are, for
//! the directory of compound files, for the first element of markup, for the marks of disk images and for what no text
//! has. Each watcher stops when its question is answered.

use super::active::Active;
use super::bytes::slice;
use super::disk::{self, Optical};
use super::found::{Found, PDF, TEXT};
use super::markup::Markup;
use super::ole::Ole;
use super::prefixed::{self, Prefixed};
use super::text::{Text, Texture, is_quiet};
use super::zip::Zip;
use super::{known, mail, openpgp, pkcs, program, script, signatures};
use crate::kind::{Kind, Kinds};
use std::borrow::Cow;

/// Octets at the start that are kept.
const HEAD: usize = 4_096;
/// Octets at the end that are kept.
const TAIL: usize = 1_024;
/// Octets in which the header of a PDF document may stand.
const PDF_WITHIN: usize = 1_024;
/// How ZIP archives start: with a member, empty, or as the first of several volumes.
const ZIP_STARTS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK00PK\x03\x04",
    b"PK\x07\x08PK\x03\x04",
];

const UNKNOWN: Found = Found::new("", "unknown content", Kinds::NONE);
const PLAIN: Found = Found::new("text/plain", "text", TEXT);
const WIDE: Found = Found::new("text/plain", "UTF-16 text", TEXT);
const DOCUMENT: Found = Found::new("application/pdf", "PDF document", PDF);

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
    /// Whether names or declared type say that it is a page.
    page: bool,
    active: Active,
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
    /// Whether it would run script if it were shown as a page. Not looked for in what is no page by content, nor said to be one.
    pub scripted: bool,
}

impl Look {
    /// A look at content that is still to come.
    pub fn new() -> Self {
        Self::default()
    }

    /// A look at content of which names and declared type say that it is this.
    pub fn claimed(kinds: Kinds) -> Self {
        Look {
            page: kinds.contains(Kind::Html),
            ..Self::default()
        }
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
        let quiet = is_quiet(decoded);
        self.text.push(decoded, quiet);
        self.markup.push(decoded);
        if self.page || self.markup.is_possible() {
            self.active.push(decoded);
        }
        self.ole.push(decoded);
        self.zip.push(decoded, quiet);
        self.prefixed.push(decoded, quiet);
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
                scripted: false,
            };
        }
        let scripted = self.active.finish();
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
            scripted,
        }
    }

    fn keep_tail(&mut self, decoded: &[u8]) {
        let end = slice(decoded, decoded.len().saturating_sub(TAIL), TAIL);
        self.tail.extend_from_slice(end);
        if self.tail.len() > 4 * TAIL {
            self.tail.drain(..self.tail.len().saturating_sub(TAIL));
        }
    }

    /// Everything that was recognised counts: the head, what lies behind it, and what the end says of the whole. The
    /// most telling one gives the name.
    fn found(self) -> Found {
        let tail = slice(&self.tail, self.tail.len().saturating_sub(TAIL), TAIL);
        let edges = Edges {
            head: &self.head,
            tail,
            size: self.size,
        };
        let disk = self.optical.finish().or_else(|| disk::by_tail(tail));
        let compound = self.ole.finish();
        let is_zip = ZIP_STARTS.iter().any(|magic| self.head.starts_with(magic));
        let zip = self.zip.finish(is_zip, compound.is_none(), self.size);
        let start = if is_zip {
            zip
        } else {
            compound.or_else(|| edges.start(&self.text, self.markup))
        };
        let holds =
            compound.is_some() || start.is_some_and(|found| found.kinds.contains(Kind::Archive));
        let behind = zip.or_else(|| self.prefixed.finish(self.size).filter(|_| !holds));
        let runs = start.filter(|found| found.kinds.contains(Kind::Executable));
        let first = runs.or(disk).or(start).or(behind).unwrap_or(UNKNOWN);
        let all = [disk, start, behind];
        let kinds = all
            .iter()
            .flatten()
            .fold(Kinds::NONE, |kinds, found| kinds.union(found.kinds));
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

/// Both ends of the content.
#[derive(Clone, Copy)]
struct Edges<'a> {
    head: &'a [u8],
    tail: &'a [u8],
    size: u64,
}

impl Edges<'_> {
    /// What the head shows. A magic number counts only where the content is not text through and through: a letter may
    /// begin with `MZ` or `BM`, but no program is without control characters.
    fn start(self, text: &Text, markup: Markup) -> Option<Found> {
        let texture = text.texture();
        let binary = if text.is_pure() { None } else { self.binary() };
        match texture {
            Texture::Binary => self
                .with_pdf(binary)
                .or_else(|| mixed(self.head))
                .or_else(|| markup.finish()),
            _ => binary.or_else(|| Some(self.textual(texture, markup))),
        }
    }

    /// What content is that is no text. Headers that can be checked come before mere magic numbers.
    fn binary(self) -> Option<Found> {
        let head = self.head;
        let found = program::by_head(head)
            .or_else(|| signatures::by_head(head))
            .or_else(|| pkcs::by_head(head))
            .or_else(|| known::by_head(head))
            .or_else(|| openpgp::by_packet(head))
            .or_else(|| disk::by_head(head))?;
        let rar = || head.starts_with(b"Rar!") && prefixed::is_encrypted_rar(head);
        let seven_zip = || {
            head.starts_with(b"7z\xBC\xAF")
                && prefixed::is_encrypted_seven_zip(head, self.tail, self.size)
        };
        Some(if rar() || seven_zip() {
            found.and(Kind::Encrypted)
        } else {
            found
        })
    }

    /// A PDF reader looks for the header in the first 1,024 octets (ISO 32000-1, annex H, note 13), whatever else it
    /// finds there. In an archive it is a member's.
    fn with_pdf(self, found: Option<Found>) -> Option<Found> {
        let header = memchr::memmem::find(slice(self.head, 0, PDF_WITHIN), b"%PDF-");
        match found {
            None => header.map(|_| DOCUMENT),
            Some(found) if header.is_some() && !found.kinds.contains(Kind::Archive) => {
                Some(found.and(Kind::Pdf))
            }
            found => found,
        }
    }

    /// What text is, beyond being text.
    fn textual(self, texture: Texture, markup: Markup) -> Found {
        let plain = narrowed(self.head, texture);
        let start = plain.trim_ascii_start();
        script::by_head(&plain)
            .or_else(|| openpgp::by_armour(start))
            .or_else(|| signatures::by_text(start))
            .or_else(|| self.pdf_in_text(&plain))
            .or_else(|| mail::by_head(&plain))
            .or_else(|| markup.finish())
            .unwrap_or(if texture == Texture::Octets {
                PLAIN
            } else {
                WIDE
            })
    }

    /// A PDF document of ASCII alone: the header at the start, or at the start of a line if the end is that of a PDF.
    fn pdf_in_text(self, text: &[u8]) -> Option<Found> {
        let at = memchr::memmem::find(slice(text, 0, PDF_WITHIN), b"%PDF-")?;
        let before = slice(text, 0, at);
        let line = before.last().is_none_or(u8::is_ascii_whitespace);
        let ends = memchr::memmem::find(self.tail, b"%%EOF").is_some();
        (before.trim_ascii().is_empty() || line && ends).then_some(DOCUMENT)
    }
}

/// Formats that start as text and go on with any octets: a shell runs the lines before the archive in a self-extracting
/// script, whatever follows.
fn mixed(head: &[u8]) -> Option<Found> {
    script::by_head(head)
        .or_else(|| signatures::by_text(head))
        .or_else(|| mail::by_head(head))
}

/// Text with its ASCII in single octets, without byte order mark.
fn narrowed(head: &[u8], texture: Texture) -> Cow<'_, [u8]> {
    let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let rest = marks
        .iter()
        .find_map(|mark| head.strip_prefix(*mark))
        .unwrap_or(head);
    match texture {
        Texture::Octets | Texture::Binary => Cow::Borrowed(rest),
        Texture::LittleEndian | Texture::BigEndian => {
            rest.iter().copied().filter(|octet| *octet != 0).collect()
        }
    }
}
