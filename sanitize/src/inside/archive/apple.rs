//! Files of the Macintosh with both of their forks: AppleSingle and AppleDouble (RFC 1740, appendix A), MacBinary.

use crate::inside::container::Container;
use crate::inside::cursor::{Cursor, range};
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{FileName, Member, Unread};
use std::io;

/// Entries of a file that are read.
const ENTRIES: usize = 64;
/// Octets of a name.
const NAME: u64 = 255;
/// Octets of the header of MacBinary.
const MACBINARY: u64 = 128;

/// A fork of the file.
#[derive(Debug)]
struct Fork {
    called: &'static str,
    at: u64,
    size: u64,
}

/// A file.
#[derive(Debug, Default)]
struct File {
    name: Option<Vec<u8>>,
    forks: Vec<Fork>,
}

/// Opens both forks.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let file = match head {
        [0, 5, 0x16, 0 | 7, ..] => entries(&mut *source),
        _ if container.detected == Some("application/x-macbinary") => macbinary(head),
        _ => return Ok(Opened::NotOne),
    };
    let file = match file {
        Ok(file) => file,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let length = crate::inside::cursor::length(source).map_err(Stop::Program)?;
    let mut cut = false;
    for fork in file.forks.iter().filter(|fork| fork.size > 0) {
        let name = file.name.as_deref().map(String::from_utf8_lossy);
        let names: Vec<FileName> = name.iter().map(|name| look::name(name)).collect();
        let member = Member::new(container.path, names, fork.called);
        cut |= fork.at.saturating_add(fork.size) > length;
        let mut content = range(&mut *source, fork.at, fork.size).map_err(Stop::Program)?;
        walk.member(container, member, &mut content)?;
    }
    Ok(Opened::unless(cut.then_some(Unread::Damaged)))
}

/// The entries of AppleSingle and AppleDouble: number, place and size, high octet first.
fn entries(source: &mut dyn Source) -> io::Result<File> {
    let mut cursor = Cursor::new(source, 24, u64::MAX)?;
    let count = usize::from(cursor.u16()?.swap_bytes()).min(ENTRIES);
    let mut file = File::default();
    let mut name = None;
    for _ in 0..count {
        let mut next = || cursor.u32().map(u32::swap_bytes);
        let (id, at, size) = (next()?, u64::from(next()?), u64::from(next()?));
        match id {
            1 => file.forks.push(Fork {
                called: "data fork",
                at,
                size,
            }),
            2 => file.forks.push(Fork {
                called: "resource fork",
                at,
                size,
            }),
            3 => name = Some((at, size.min(NAME))),
            _ => {}
        }
    }
    if let Some((at, size)) = name {
        file.name = Some(Cursor::new(source, at, u64::MAX)?.up_to(size)?);
    }
    Ok(file)
}

/// The header of MacBinary; the resource fork stands behind the data fork, at a multiple of 128 octets.
fn macbinary(head: &[u8]) -> io::Result<File> {
    let length = usize::from(head.get(1).copied().unwrap_or_default());
    let size = |at: usize| {
        let octets = head.get(at..).and_then(<[u8]>::first_chunk::<4>);
        octets.map(|octets| u64::from(u32::from_be_bytes(*octets)))
    };
    let (Some(data), Some(resource)) = (size(83), size(87)) else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let behind = MACBINARY.saturating_add(data.div_ceil(MACBINARY).saturating_mul(MACBINARY));
    Ok(File {
        name: head
            .get(2..)
            .and_then(|rest| rest.get(..length))
            .map(<[u8]>::to_vec),
        forks: vec![
            Fork {
                called: "data fork",
                at: MACBINARY,
                size: data,
            },
            Fork {
                called: "resource fork",
                at: behind,
                size: resource,
            },
        ],
    })
}
