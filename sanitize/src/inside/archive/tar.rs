//! tar archives: the old form, ustar, GNU and PAX (IEEE Std 1003.1, pax, "Interchange Format").
//!
//! Names come from the header, from GNU and from PAX records: all of them count.

use crate::inside::container::Container;
use crate::inside::cursor::length;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::FileName;
use crate::map::{Member, Unread};
use std::io::{self, Read, SeekFrom};

const BLOCK: u64 = 512;
/// Octets of a record about the next member that are read; more is of no use.
const RECORD: u64 = 64 << 10;

/// Opens every member.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if Header::read(head).is_none() {
        return Ok(Opened::NotOne);
    }
    let end = length(source).map_err(Stop::Program)?;
    let mut at = 0_u64;
    let mut about = About::default();
    while at < end {
        let block = match block(source, at) {
            Ok(block) => block,
            Err(error) => return content_error(error).map(Opened::InPart),
        };
        at = at.saturating_add(BLOCK);
        if block.iter().all(|octet| *octet == 0) {
            continue; // Two of them end the archive; what follows is read all the same.
        }
        let Some(header) = Header::read(&block) else {
            return Ok(Opened::InPart(Unread::Damaged));
        };
        let result = match header.kind {
            b'L' | b'K' | b'x' | b'X' | b'g' => record(source, at, &header, &mut about),
            _ => {
                let size = about.size.take().unwrap_or(header.size);
                let names = std::mem::take(&mut about.names);
                file(walk, source, container, at, size, &header, names)?;
                at = next(at, size);
                continue;
            }
        };
        if let Err(error) = result {
            return content_error(error).map(Opened::InPart);
        }
        at = next(at, header.size);
    }
    // Content that is cut short was looked at as far as it goes.
    Ok(Opened::unless((at > end).then_some(Unread::Damaged)))
}

/// What records say about the member that follows.
#[derive(Debug, Default)]
struct About {
    names: Vec<String>,
    size: Option<u64>,
}

/// A header that is one by its checksum.
#[derive(Debug)]
struct Header {
    name: String,
    size: u64,
    kind: u8,
}

impl Header {
    fn read(block: &[u8]) -> Option<Header> {
        let block = block.get(..512)?;
        let stated = number(block.get(148..156)?)?;
        let sum = |from: usize, to: usize| -> u64 {
            let octets = block.get(from..to).unwrap_or_default();
            octets.iter().map(|octet| u64::from(*octet)).sum()
        };
        let actual = sum(0, 148)
            .saturating_add(8 * 32)
            .saturating_add(sum(156, 512));
        if stated != actual || actual == 8 * 32 {
            return None;
        }
        let name = text(block.get(..100)?);
        let prefix = text(block.get(345..500)?);
        let posix = block.get(257..263)? == b"ustar\0";
        Some(Header {
            name: if posix && !prefix.is_empty() {
                format!("{prefix}/{name}")
            } else {
                name
            },
            size: number(block.get(124..136)?)?,
            kind: *block.get(156)?,
        })
    }
}

fn file(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    at: u64,
    size: u64,
    header: &Header,
    mut names: Vec<String>,
) -> Result<(), Stop> {
    names.push(header.name.clone());
    let mut judged: Vec<FileName> = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        let name = look::name(name);
        if !judged.contains(&name) {
            judged.push(name);
        }
    }
    let folder = matches!(header.kind, b'5' | b'1' | b'2');
    if folder && size == 0 {
        return walk.budget.member(0).map_err(Stop::from);
    }
    source.seek(SeekFrom::Start(at)).map_err(Stop::Program)?;
    let member = Member::new(container.path, judged, "file");
    walk.member(container, member, &mut source.take(size))
}

/// Reads a record about the member that follows.
fn record(source: &mut dyn Source, at: u64, header: &Header, about: &mut About) -> io::Result<()> {
    source.seek(SeekFrom::Start(at))?;
    let mut content = Vec::new();
    source
        .take(header.size.min(RECORD))
        .read_to_end(&mut content)?;
    match header.kind {
        b'L' => about.names.push(text(&content)),
        b'x' | b'X' => pax(&content, about),
        _ => {}
    }
    Ok(())
}

/// Records of the form `length key=value\n`. The last size counts, every path does.
fn pax(mut rest: &[u8], about: &mut About) {
    while let Some(blank) = memchr::memchr(b' ', rest) {
        let length = rest.get(..blank).and_then(decimal);
        let length = length.and_then(|length| usize::try_from(length).ok());
        let Some(record) = length.and_then(|length| rest.get(blank.saturating_add(1)..length))
        else {
            return;
        };
        rest = rest.get(length.unwrap_or(usize::MAX)..).unwrap_or_default();
        if let Some(path) = record.strip_prefix(b"path=") {
            about.names.push(text(path));
        } else if let Some(size) = record.strip_prefix(b"size=") {
            about.size = decimal(size.trim_ascii()).or(about.size);
        }
    }
}

/// Text up to a NUL or a line end.
fn text(octets: &[u8]) -> String {
    let mut parts = octets.split(|octet| matches!(octet, 0 | b'\n'));
    String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned()
}

/// A number in octal, or in base 256 if its first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|first| first & 0x80 != 0) {
        let low = field.get(field.len().saturating_sub(8)..)?;
        return Some(u64::from_be_bytes(low.try_into().ok()?) & (u64::MAX >> 1));
    }
    let digits = field.split(|octet| *octet == 0).next().unwrap_or_default();
    let digits = digits.trim_ascii();
    let step = |sum: u64, digit: &u8| match digit {
        b'0'..=b'7' => Some(sum.checked_mul(8)?.saturating_add(u64::from(digit - b'0'))),
        _ => None,
    };
    digits.iter().try_fold(0, step)
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}

/// Where the header behind a member of that size stands.
fn next(at: u64, size: u64) -> u64 {
    at.saturating_add(size.div_ceil(BLOCK).saturating_mul(BLOCK))
}

/// One block. The last one may be cut short.
fn block(source: &mut dyn Source, at: u64) -> io::Result<Vec<u8>> {
    source.seek(SeekFrom::Start(at))?;
    let mut block = Vec::with_capacity(512);
    source.take(BLOCK).read_to_end(&mut block)?;
    Ok(block)
}
