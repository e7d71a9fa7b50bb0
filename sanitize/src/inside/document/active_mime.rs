//! ActiveMime: how Word keeps the macros of a document that is saved as a page, compressed (zlib, RFC 1950).

use crate::inside::container::Container;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked};
use crate::inside::walk::Walk;
use crate::map::{Member, Unread};
use flate2::read::ZlibDecoder;
use std::io::SeekFrom;

/// What it begins with.
const MAGIC: &[u8] = b"ActiveMime";
/// Octets in which the compressed ones begin.
const HEADER: std::ops::Range<usize> = 10..1_024;

/// Unpacks what it holds.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !head.starts_with(MAGIC) {
        return Ok(Opened::NotOne);
    }
    let Some(at) = HEADER.clone().find(|at| begins(head, *at)) else {
        return Ok(Opened::InPart(Unread::Damaged));
    };
    source
        .seek(SeekFrom::Start(at as u64))
        .map_err(Stop::Program)?;
    let member = Member::new(container.path, Vec::new(), "macros");
    walk.member(container, member, &mut ZlibDecoder::new(source))?;
    Ok(Opened::Whole)
}

/// Whether a header of zlib stands there: deflate with a window of 32 KiB, and the right check bits.
fn begins(head: &[u8], at: usize) -> bool {
    let octets = head.get(at..).and_then(<[u8]>::first_chunk::<2>);
    octets.is_some_and(|octets| {
        octets[0] == 0x78 && u16::from_be_bytes(*octets).is_multiple_of(31) && octets[1] & 0x20 == 0
    })
}
