//! What was signed in an opaque S/MIME message (RFC 5652, section 5; RFC 8551, section 3.5.2): a MIME entity, which every
//! client shows. The signature itself is nobody's business here.
//!
//! Lengths may be left open (X.690, section 8.1.3.6) and the content may come in pieces, as streaming programs write it.

use crate::inside::container::Container;
use crate::inside::cursor::Cursor;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Walked, content_error};
use crate::inside::pieces::Pieces;
use crate::inside::walk::Walk;
use crate::kind::{Kind, Kinds};
use crate::map::{Extent, Member};
use std::collections::VecDeque;
use std::io;

/// Pieces that the content may come in.
const PIECES: usize = 100_000;
/// Elements in each other that are passed over.
const DEPTH: u8 = 16;

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const CONTENT: u8 = 0xA0;
const END: u8 = 0x00;

/// Opens the entity that was signed.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    if container.detected != Some("application/pkcs7-mime") {
        return Ok(Opened::NotOne);
    }
    let pieces = match signed(source) {
        Ok(pieces) if pieces.is_empty() => return Ok(Opened::NotOne),
        Ok(pieces) => pieces,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let mut member = Member::new(container.path, Vec::new(), "signed message");
    member.media_type = Some("message/rfc822".to_owned());
    member.kinds = Kinds::of(Kind::Message);
    let mut content = Pieces { source, pieces };
    walk.member(container, member, &mut content)?;
    Ok(Opened::Whole)
}

/// One element: its tag, and where its content ends, if it says so.
struct Element {
    tag: u8,
    end: Option<u64>,
}

/// Where the signed octets lie; nothing if this is no signed message with its content in it.
fn signed(source: &mut dyn Source) -> io::Result<VecDeque<Extent>> {
    let mut cursor = Cursor::new(source, 0, u64::MAX)?;
    // ContentInfo is a type and a SignedData: version, digests, and a type and the content again.
    for (tag, passed) in [
        (SEQUENCE, 1),
        (CONTENT, 0),
        (SEQUENCE, 2),
        (SEQUENCE, 1),
        (CONTENT, 0),
    ] {
        if element(&mut cursor)?.tag != tag {
            return Ok(VecDeque::new());
        }
        for _ in 0..passed {
            let element = element(&mut cursor)?;
            pass(&mut cursor, &element, DEPTH)?;
        }
    }
    let content = element(&mut cursor)?;
    let mut pieces = VecDeque::new();
    match (content.tag, content.end) {
        (OCTETS, Some(end)) => pieces.push_back(Extent::new(cursor.at(), end)),
        (OCTETS_IN_PIECES, end) => collect(&mut cursor, end, &mut pieces)?,
        _ => {}
    }
    Ok(pieces)
}

/// The pieces of an octet string.
fn collect(
    cursor: &mut Cursor<'_>,
    end: Option<u64>,
    pieces: &mut VecDeque<Extent>,
) -> io::Result<()> {
    while end.is_none_or(|end| cursor.at() < end) && !cursor.is_at_end() {
        let piece = element(cursor)?;
        match (piece.tag, piece.end) {
            (OCTETS, Some(end)) if pieces.len() < PIECES => {
                pieces.push_back(Extent::new(cursor.at(), end));
            }
            (END, _) => break,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
        pass(cursor, &piece, DEPTH)?;
    }
    Ok(())
}

/// Reads tag and length (X.690, section 8.1). Tags of several octets do not occur here.
fn element(cursor: &mut Cursor<'_>) -> io::Result<Element> {
    let tag = cursor.u8()?;
    let length = match cursor.u8()? {
        0x80 => None,
        short @ 0..0x80 => Some(u64::from(short)),
        long => {
            let count = u64::from(long & 0x7F);
            if count > 8 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let octets = cursor.octets(count, count)?;
            Some(
                octets
                    .iter()
                    .fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet)),
            )
        }
    };
    let end = length.map(|length| cursor.at().saturating_add(length));
    Ok(Element { tag, end })
}

/// Passes over the content of an element.
fn pass(cursor: &mut Cursor<'_>, passed: &Element, depth: u8) -> io::Result<()> {
    if let Some(end) = passed.end {
        return cursor.skip(end.saturating_sub(cursor.at()));
    }
    let depth = depth.checked_sub(1).ok_or(io::ErrorKind::InvalidData)?;
    loop {
        let inner = element(cursor)?;
        pass(cursor, &inner, depth)?;
        if inner.tag == END {
            return Ok(());
        }
    }
}
