//! ZIP archives and what is built on them: where the members begin, what they are called and whether they are encrypted.
//!
//! The central directory at the end says what most programs see. Local headers are followed as far as they say where
//! the next one begins; those met by search alone may lie inside a member (an archive in an archive) and count only
//! where no directory was found.

use super::bytes::{index, slice, u8_at, u16_le, u32_le};
use super::found::Found;
use super::members::{Document, Members, name};
use super::window::{View, Window};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A central header and the start of the member's name.
const AHEAD: usize = 320;
/// What may follow the end record, its comment included: programs search so far back.
const TRAILER: u64 = 66_000;
const LOCAL: &[u8] = b"PK\x03\x04";
/// What all headers begin with.
static HEADER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"PK"));
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Watches for the headers of a ZIP archive, wherever they are.
#[derive(Debug, Default)]
pub(super) struct Zip {
    window: Window<AHEAD>,
    headers: Headers,
}

/// What was seen of an archive.
#[derive(Debug, Default)]
struct Headers {
    /// Local headers that stand where the one before said.
    chained: Members,
    /// Local headers that were met by search.
    met: Members,
    /// The latest run of central headers, and where it begins and ends.
    directory: Members,
    directory_at: u64,
    directory_end: u64,
    /// Where the next local header should begin; none before the first, or if the last one did not say.
    next: Option<u64>,
    /// Where the archive ends by its end record, if that fits the directory.
    end: Option<u64>,
    /// What the member `mimetype` says, if it is the first one (`OpenDocument`, EPUB).
    document: Option<Document>,
}

impl Zip {
    /// Takes the next octets; `quiet` if no magic number can have a part in them.
    pub(super) fn push(&mut self, piece: &[u8], quiet: bool) {
        let headers = &mut self.headers;
        if quiet {
            self.window.push_quiet(piece, |view| headers.look(view));
        } else {
            self.window.push(piece, |view| headers.look(view));
        }
    }

    /// What the archive is. `starts` tells whether the content starts like one; else only an archive that ends where
    /// the content of `size` octets ends is believed, or nearly so if `loose`.
    pub(super) fn finish(self, starts: bool, loose: bool, size: u64) -> Option<Found> {
        let mut headers = self.headers;
        self.window.finish(|view| headers.look(view));
        let slack = if loose { TRAILER } else { 0 };
        let ends = headers
            .end
            .is_some_and(|end| end <= size && size.saturating_sub(end) <= slack);
        if !starts && !ends {
            return None;
        }
        let members = match headers.end {
            Some(_) => headers.directory.and(headers.chained),
            None => headers.chained.and(headers.met).and(headers.directory),
        };
        Some(name(members, headers.document))
    }
}

impl Headers {
    fn look(&mut self, view: View<'_>) {
        for position in view.find(&HEADER) {
            let header = view.from(position);
            let at = view.offset(position);
            if header.starts_with(LOCAL) {
                self.local(header, at);
            } else if header.starts_with(CENTRAL) {
                self.central(header, at);
            } else if header.starts_with(END) {
                self.end(header, at);
            }
        }
    }

    fn local(&mut self, header: &[u8], at: u64) {
        let Some((flags, name, extra)) = fixed_part(header, 6, 26, 30) else {
            return;
        };
        let first = self.chained == Members::default() && self.met == Members::default();
        let chained = first || self.next == Some(at);
        let members = if chained {
            &mut self.chained
        } else {
            &mut self.met
        };
        members.add(name, flags);
        if first && name == b"mimetype" {
            self.document = Document::of(slice(header, 38_usize.saturating_add(extra), 80));
        }
        if chained {
            self.next = next_local(header, flags, at);
        }
    }

    fn central(&mut self, header: &[u8], at: u64) {
        let Some((flags, name, extra)) = fixed_part(header, 8, 28, 46) else {
            return;
        };
        if at != self.directory_end {
            self.directory = Members::default();
            self.directory_at = at;
        }
        self.directory.add(name, flags);
        let comment = u16_le(header, 32).unwrap_or_default();
        let name_length = u16_le(header, 28).unwrap_or_default();
        let length = [46, u64::from(name_length), extra as u64, u64::from(comment)];
        self.directory_end = length
            .iter()
            .fold(at, |sum, part| sum.saturating_add(*part));
    }

    /// The end record counts if the directory that it tells of lies right before it. In ZIP64 two more records lie between.
    fn end(&mut self, header: &[u8], at: u64) {
        let fields = (u32_le(header, 12), u16_le(header, 20), u16_le(header, 10));
        let (Some(length), Some(comment), Some(entries)) = fields else {
            return;
        };
        let empty = entries == 0 && length == 0;
        let fits = at.checked_sub(u64::from(length)) == Some(self.directory_at)
            || at.saturating_sub(self.directory_end) == 76;
        if empty || (fits && self.directory_end <= at && self.directory != Members::default()) {
            self.end = Some(at.saturating_add(22).saturating_add(u64::from(comment)));
        }
    }
}

/// Flags, name and length of the extra field of a header whose name length stands at `lengths` and whose fixed part has
/// `fixed` octets; none if it cannot be a header.
fn fixed_part(
    header: &[u8],
    flags: usize,
    lengths: usize,
    fixed: usize,
) -> Option<(u16, &[u8], usize)> {
    let method = u16_le(header, flags.saturating_add(2))?;
    let version = u8_at(header, flags.saturating_sub(2))?;
    let name_length = u16_le(header, lengths)?;
    let extra = u16_le(header, lengths.saturating_add(2))?;
    if method > 99 || version > 100 || name_length > 4_096 {
        return None;
    }
    Some((
        u16_le(header, flags)?,
        slice(header, fixed, index(name_length)),
        index(extra),
    ))
}

/// Where the header behind this member stands, if its header says how long the member is.
fn next_local(header: &[u8], flags: u16, at: u64) -> Option<u64> {
    let length = u32_le(header, 18).filter(|length| flags & 8 == 0 && *length != u32::MAX)?;
    let parts = [
        30,
        u64::from(length),
        u64::from(u16_le(header, 26)?),
        u64::from(u16_le(header, 28)?),
    ];
    Some(parts.iter().fold(at, |sum, part| sum.saturating_add(*part)))
}
