//! cpio archives: the binary form in both octet orders, the octal form of POSIX (odc), and the hexadecimal one (newc and
//! crc); and RPM packages, whose content is a compressed one.

use super::ar::Whole;
use crate::inside::container::Container;
use crate::inside::cursor::{Cursor, length};
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::Member;
use std::io::{self, Read, SeekFrom};

/// Octets of a name that are read.
const NAME: u64 = 4 << 10;
/// What the last entry is called.
const LAST: &str = "TRAILER!!!";

/// Opens every member.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if Form::of(head).is_none() {
        return Ok(Opened::NotOne);
    }
    let mut at = 0;
    loop {
        let entry = match Entry::read(source, at) {
            Ok(entry) => entry,
            Err(error) => return content_error(error).map(Opened::InPart),
        };
        at = entry.next;
        if entry.name == LAST {
            return Ok(Opened::Whole);
        }
        if entry.size == 0 {
            walk.budget.member(entry.name.len())?;
            continue;
        }
        if let Err(error) = source.seek(SeekFrom::Start(entry.at)) {
            return content_error(error).map(Opened::InPart);
        }
        let member = Member::new(container.path, vec![look::name(&entry.name)], "file");
        walk.member(container, member, &mut Whole(source.take(entry.size)))?;
    }
}

/// Opens the payload of an RPM package, which stands behind a lead and two headers.
pub(in crate::inside) fn open_rpm(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !head.starts_with(b"\xED\xAB\xEE\xDB") {
        return Ok(Opened::NotOne);
    }
    let at = match payload(source) {
        Ok(at) => at,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    if let Err(error) = source.seek(SeekFrom::Start(at)) {
        return content_error(error).map(Opened::InPart);
    }
    let member = Member::new(container.path, Vec::new(), "payload");
    walk.member(container, member, source)?;
    Ok(Opened::Whole)
}

/// Where the payload of a package begins: the first header is filled up to eight octets.
fn payload(source: &mut dyn Source) -> io::Result<u64> {
    let signature = header(source, 96)?;
    header(source, signature.next_multiple_of(8))
}

/// Where a header of a package ends.
fn header(source: &mut dyn Source, at: u64) -> io::Result<u64> {
    let mut cursor = Cursor::new(source, at, u64::MAX)?;
    if cursor.octets(8, 3)? != *b"\x8E\xAD\xE8" {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let entries = u64::from(cursor.u32()?.swap_bytes());
    let data = u64::from(cursor.u32()?.swap_bytes());
    cursor.skip(entries.saturating_mul(16).saturating_add(data))?;
    Ok(cursor.at())
}

#[derive(Clone, Copy)]
enum Form {
    /// Whether numbers have their high octet first.
    Binary(bool),
    Octal,
    Hexadecimal,
}

impl Form {
    fn of(head: &[u8]) -> Option<Form> {
        const MAGIC: &[(&[u8], Form)] = &[
            (b"070701", Form::Hexadecimal),
            (b"070702", Form::Hexadecimal),
            (b"070707", Form::Octal),
            (b"\xC7\x71", Form::Binary(false)),
            (b"\x71\xC7", Form::Binary(true)),
        ];
        let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
        found.map(|(_, form)| *form)
    }

    /// Octets of a header, the multiple to which names and content are filled up.
    fn shape(self) -> (u64, u64) {
        match self {
            Form::Binary(_) => (26, 2),
            Form::Octal => (76, 1),
            Form::Hexadecimal => (110, 4),
        }
    }

    /// Octets of the name, and of the content.
    fn sizes(self, header: &[u8]) -> Option<(u64, u64)> {
        match self {
            Form::Hexadecimal => Some((number(header, 94, 8, 16)?, number(header, 54, 8, 16)?)),
            Form::Octal => Some((number(header, 59, 6, 8)?, number(header, 65, 11, 8)?)),
            Form::Binary(high_first) => {
                let word = |at: usize| -> Option<u64> {
                    let octets = header.get(at..at.checked_add(2)?)?.try_into().ok()?;
                    Some(u64::from(if high_first {
                        u16::from_be_bytes(octets)
                    } else {
                        u16::from_le_bytes(octets)
                    }))
                };
                Some((word(20)?, word(22)? << 16 | word(24)?))
            }
        }
    }
}

struct Entry {
    name: String,
    at: u64,
    size: u64,
    next: u64,
}

impl Entry {
    fn read(source: &mut dyn Source, at: u64) -> io::Result<Entry> {
        let end = length(source)?;
        source.seek(SeekFrom::Start(at.min(end)))?;
        let mut head = Vec::new();
        source.take(110).read_to_end(&mut head)?;
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let form = Form::of(&head).ok_or_else(damaged)?;
        let (header, fill) = form.shape();
        let (name_size, size) = form.sizes(&head).ok_or_else(damaged)?;
        let mut cursor = Cursor::new(source, at.saturating_add(header), u64::MAX)?;
        let name = cursor.octets(name_size, NAME)?;
        let name = name.split(|octet| *octet == 0).next().unwrap_or_default();
        // Headers and content are filled up together, counted from where the entry begins.
        let filled = |to: u64| to.checked_next_multiple_of(fill).unwrap_or(u64::MAX);
        let content = at.saturating_add(filled(header.saturating_add(name_size)));
        Ok(Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            at: content,
            size,
            next: content.saturating_add(filled(size)),
        })
    }
}

fn number(header: &[u8], at: usize, digits: usize, radix: u32) -> Option<u64> {
    let digits = header.get(at..at.checked_add(digits)?)?;
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}
