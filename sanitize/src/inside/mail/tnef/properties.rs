//! MAPI properties in TNEF (\[MS-OXTNEF\], section 2.1.3.4): the names and the content of an attached file.

use super::{Attached, NAME};
use crate::inside::cursor::Cursor;
use crate::inside::host::Source;
use crate::map::Extent;
use std::io;

/// Properties that are read.
const PROPERTIES: u32 = 4_096;
/// Values of one property that are read.
const VALUES: u32 = 1_024;

/// Properties (\[MS-OXPROPS\]).
const DISPLAY_NAME: u16 = 0x3001;
const ATTACH_DATA: u16 = 0x3701;
const ATTACH_NAME: u16 = 0x3704;
const ATTACH_LONG_NAME: u16 = 0x3707;
const ATTACH_LONG_PATH: u16 = 0x370D;
const COMPRESSED_RTF: u16 = 0x1009;
const HTML_BODY: u16 = 0x1013;

/// The identifier of an interface before an embedded object.
const INTERFACE: u64 = 16;

/// Types whose values have a length of their own.
const OBJECT: u16 = 0x000D;
const STRING: u16 = 0x001E;
const UNICODE: u16 = 0x001F;
const BINARY: u16 = 0x0102;

/// Reads the properties in a range.
pub(super) fn read(source: &mut dyn Source, range: Extent, file: &mut Attached) -> io::Result<()> {
    let mut cursor = Cursor::new(source, range.start, range.end)?;
    let count = cursor.u32()?;
    for _ in 0..count.min(PROPERTIES) {
        property(&mut cursor, file)?;
    }
    Ok(())
}

fn property(cursor: &mut Cursor<'_>, file: &mut Attached) -> io::Result<()> {
    let sort = cursor.u16()?;
    let id = cursor.u16()?;
    if id >= 0x8000 {
        named(cursor)?;
    }
    let many = sort & 0x1000 != 0;
    let sort = sort & 0x0FFF;
    let counted = many || matches!(sort, OBJECT | STRING | UNICODE | BINARY);
    let count = if counted { cursor.u32()? } else { 1 };
    if count > VALUES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    for _ in 0..count {
        match sort {
            OBJECT | STRING | UNICODE | BINARY => variable(cursor, sort, id, file)?,
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => cursor.skip(8)?,
            0x0048 => cursor.skip(16)?,
            _ => cursor.skip(4)?,
        }
    }
    Ok(())
}

/// Passes over the name of a named property.
fn named(cursor: &mut Cursor<'_>) -> io::Result<()> {
    cursor.skip(16)?;
    if cursor.u32()? == 0 {
        return cursor.skip(4);
    }
    let length = cursor.u32()?;
    cursor.skip(padded(length))
}

fn variable(cursor: &mut Cursor<'_>, sort: u16, id: u16, file: &mut Attached) -> io::Result<()> {
    let length = cursor.u32()?;
    let (at, length, whole) = (cursor.at(), u64::from(length), padded(length));
    match id {
        ATTACH_NAME | ATTACH_LONG_NAME | ATTACH_LONG_PATH | DISPLAY_NAME => {
            let text = cursor.octets(whole, length.min(NAME))?;
            file.add_name(&text_of(&text, sort));
            return Ok(());
        }
        ATTACH_DATA => {
            // An object has its interface before it: with and without it are both looked at.
            let start = if sort == OBJECT {
                INTERFACE.min(length)
            } else {
                0
            };
            let start = at.saturating_add(start);
            file.contents
                .push(Extent::new(start, at.saturating_add(length)));
        }
        COMPRESSED_RTF => file
            .compressed
            .push(Extent::new(at, at.saturating_add(length))),
        HTML_BODY => file
            .contents
            .push(Extent::new(at, at.saturating_add(length))),
        _ => {}
    }
    cursor.skip(whole)
}

fn text_of(octets: &[u8], sort: u16) -> String {
    if sort != UNICODE {
        return String::from_utf8_lossy(octets).into_owned();
    }
    let units = octets.chunks_exact(2);
    let units = units.filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Values are filled up to a multiple of four octets.
fn padded(length: u32) -> u64 {
    u64::from(length).next_multiple_of(4)
}
