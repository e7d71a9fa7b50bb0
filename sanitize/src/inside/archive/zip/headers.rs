//! The headers of a ZIP archive (APPNOTE.TXT 6.3.10, section 4.3), found by search and not by what the end record says:
//! programs that begin at the end and programs that read forward see different members, and all of them count.

use crate::inside::cursor::length;
use crate::inside::host::Source;
use memchr::memmem::Finder;
use std::io::{self, Read, SeekFrom};
use std::sync::LazyLock;

/// Octets that are searched at a time.
const CHUNK: usize = 64 << 10;
/// Octets of a name that are believed.
const NAME: u16 = 4_096;
/// What all headers begin with.
static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"PK"));

/// What stands where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Local,
    Central,
    End,
    /// Sizes behind the content of a member.
    Descriptor,
}

/// A header, found but not read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) at: u64,
    pub(super) sort: Sort,
}

/// One member as one of its headers tells.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Its name, and the one in the Unicode path field (section 4.6.9) if that is there.
    pub(super) names: Vec<String>,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Octets as compressed.
    pub(super) packed: u64,
    /// In a local header, where the content begins; in a central one, where the local header does, seen from the start of the archive.
    pub(super) at: u64,
}

impl Header {
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// Every header in the content, at most `bound`; whether there were more.
pub(super) fn find(source: &mut dyn Source, bound: usize) -> io::Result<(Vec<Found>, bool)> {
    source.seek(SeekFrom::Start(0))?;
    let mut found = Vec::new();
    let (mut window, mut start) = (Vec::with_capacity(CHUNK.saturating_mul(2)), 0_u64);
    loop {
        let before = window.len();
        Read::take(&mut *source, CHUNK as u64).read_to_end(&mut window)?;
        let last = window.len() == before;
        // The last three octets may begin a mark that goes on in the next piece.
        let searched = window.len().saturating_sub(if last { 0 } else { 3 });
        for position in MARK.find_iter(&window) {
            let Some(sort) = window.get(position.saturating_add(2)..).and_then(sort) else {
                continue;
            };
            if position >= searched {
                break;
            }
            if found.len() >= bound {
                return Ok((found, true));
            }
            found.push(Found {
                at: start.saturating_add(position as u64),
                sort,
            });
        }
        if last {
            return Ok((found, false));
        }
        window.drain(..searched);
        start = start.saturating_add(searched as u64);
    }
}

fn sort(behind_mark: &[u8]) -> Option<Sort> {
    match behind_mark.get(..2)? {
        [3, 4] => Some(Sort::Local),
        [1, 2] => Some(Sort::Central),
        [5, 6] => Some(Sort::End),
        [7, 8] => Some(Sort::Descriptor),
        _ => None,
    }
}

/// Reads a local header; none if it cannot be one.
pub(super) fn local(source: &mut dyn Source, at: u64) -> io::Result<Option<Header>> {
    let Some((flags, method, rest)) = fixed(source, at, 6)? else {
        return Ok(None);
    };
    let (Some(packed), Some(size)) = (u32_at(&rest, 18), u32_at(&rest, 22)) else {
        return Ok(None);
    };
    let Some((name, extra, behind)) = names(source, at, &rest, 26, 30)? else {
        return Ok(None);
    };
    let extra = Extra::read(&extra, [size, packed, 0]);
    Ok(Some(Header {
        names: name.into_iter().chain(extra.name).collect(),
        flags,
        method,
        packed: extra.packed.unwrap_or(u64::from(packed)),
        at: behind,
    }))
}

/// Reads a central header; none if it cannot be one.
pub(super) fn central(source: &mut dyn Source, at: u64) -> io::Result<Option<Header>> {
    let Some((flags, method, rest)) = fixed(source, at, 8)? else {
        return Ok(None);
    };
    let numbers = (u32_at(&rest, 20), u32_at(&rest, 24), u32_at(&rest, 42));
    let (Some(packed), Some(size), Some(offset)) = numbers else {
        return Ok(None);
    };
    let Some((name, extra, _)) = names(source, at, &rest, 28, 46)? else {
        return Ok(None);
    };
    let extra = Extra::read(&extra, [size, packed, offset]);
    Ok(Some(Header {
        names: name.into_iter().chain(extra.name).collect(),
        flags,
        method,
        packed: extra.packed.unwrap_or(u64::from(packed)),
        at: extra.offset.unwrap_or(u64::from(offset)),
    }))
}

/// Where the directory that an end record tells of lies, and how far its offsets are too small: octets before the archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directory {
    pub(super) at: u64,
    pub(super) end: u64,
    pub(super) prefix: u64,
}

/// Reads an end record; none if the directory would begin before the content.
pub(super) fn directory(source: &mut dyn Source, end: u64) -> io::Result<Option<Directory>> {
    let record = octets(source, end, 22)?;
    let (Some(size), Some(offset)) = (u32_at(&record, 12), u32_at(&record, 16)) else {
        return Ok(None);
    };
    let begins = end.checked_sub(u64::from(size));
    let prefix = begins.and_then(|begins| begins.checked_sub(u64::from(offset)));
    Ok(begins
        .zip(prefix)
        .map(|(at, prefix)| Directory { at, end, prefix }))
}

/// Flags and method, which stand at `flags` and right behind, and the fixed part of the header.
fn fixed(
    source: &mut dyn Source,
    at: u64,
    flags: usize,
) -> io::Result<Option<(u16, u16, Vec<u8>)>> {
    let header = octets(source, at, 46)?;
    let method = u16_at(&header, flags.saturating_add(2)).filter(|method| *method <= 99);
    let numbers = u16_at(&header, flags).zip(method);
    Ok(numbers.map(|(flags, method)| (flags, method, header)))
}

/// A name, the extra field behind it, and where what follows begins.
type Named = (Option<String>, Vec<u8>, u64);

/// Reads the name and the extra field, whose lengths stand at `lengths`, behind a fixed part of `fixed` octets.
fn names(
    source: &mut dyn Source,
    at: u64,
    header: &[u8],
    lengths: usize,
    fixed: u64,
) -> io::Result<Option<Named>> {
    let length = u16_at(header, lengths).filter(|length| *length <= NAME);
    let (Some(length), Some(extra)) = (length, u16_at(header, lengths.saturating_add(2))) else {
        return Ok(None);
    };
    let from = at.saturating_add(fixed);
    let behind_name = from.saturating_add(u64::from(length));
    let name = octets(source, from, u64::from(length))?;
    let name = Some(String::from_utf8_lossy(&name).into_owned()).filter(|name| !name.is_empty());
    let field = octets(source, behind_name, u64::from(extra))?;
    Ok(Some((
        name,
        field,
        behind_name.saturating_add(u64::from(extra)),
    )))
}

/// What extra fields say (section 4.5).
#[derive(Debug, Default)]
struct Extra {
    packed: Option<u64>,
    offset: Option<u64>,
    name: Option<String>,
}

impl Extra {
    /// `stated` are size, packed size and offset of the header: the ZIP64 field has those that do not fit there, in this order.
    fn read(mut rest: &[u8], stated: [u32; 3]) -> Self {
        let mut extra = Extra::default();
        while let (Some(id), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
            let end = usize::from(length).saturating_add(4);
            let field = rest.get(4..end).unwrap_or_default();
            match id {
                0x0001 => extra.read_long(field, stated),
                // Version and checksum of the other name come first.
                0x7075 => {
                    extra.name = field
                        .get(5..)
                        .map(|name| String::from_utf8_lossy(name).into_owned());
                }
                _ => {}
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        extra
    }

    fn read_long(&mut self, field: &[u8], stated: [u32; 3]) {
        let mut numbers = field.chunks_exact(8).filter_map(|octets| {
            let octets = <[u8; 8]>::try_from(octets).ok()?;
            Some(u64::from_le_bytes(octets))
        });
        let mut next = |stated: u32| {
            if stated == u32::MAX {
                numbers.next()
            } else {
                None
            }
        };
        let [size, packed, offset] = stated;
        let _ = next(size);
        self.packed = next(packed);
        self.offset = next(offset);
    }
}

/// Octets from `at` on; fewer where the source ends.
fn octets(source: &mut dyn Source, at: u64, count: u64) -> io::Result<Vec<u8>> {
    let end = length(source)?;
    source.seek(SeekFrom::Start(at.min(end)))?;
    let mut octets = Vec::new();
    Read::take(source, count).read_to_end(&mut octets)?;
    Ok(octets)
}

fn u16_at(octets: &[u8], at: usize) -> Option<u16> {
    let octets = octets.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(octets.try_into().ok()?))
}

fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(octets.try_into().ok()?))
}
