//! Messages that were attached as files: the reader over them, and each leaf that it finds as a member.

use crate::inside::container::Container;
use crate::inside::decoded::Decoded;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use crate::limits::Limits;
use crate::look;
use crate::map::{Extent, Part, Reading};
use crate::map::{Member, Unread};
use crate::read::{Event, Needs, Reader};
use std::io::{self, Read, SeekFrom};
use std::ops::Range;

/// Octets that are read at a time.
const CHUNK: usize = 32 << 10;
/// Octets of the longest envelope line.
const ENVELOPE: u64 = 1_024;

/// Reads the message and opens each of its leaves, in each transfer encoding that some field names.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !is_message(container, look::mail_type(head)) {
        return Ok(Opened::NotOne);
    }
    let (reading, start) = match read(source) {
        Ok(read) => read,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let map = reading.map();
    // What has no header section is no message: it would be found in itself again and again.
    if map.root().body().start == 0 {
        return Ok(Opened::NotOne);
    }
    for part in map.parts().iter().filter(|part| part.is_leaf()) {
        for encoding in part.encodings() {
            let mut content =
                Decoded::new(source, from(start, part.body()), *encoding).map_err(Stop::Program)?;
            walk.member(container, member(container, part), &mut content)?;
        }
    }
    Ok(Opened::unless(reading.limit().map(|_| Unread::Limit)))
}

/// Whether it is a message as RFC 5322 writes it: by how it starts, or said to be one and nothing else by content.
fn is_message(container: &Container<'_>, starts_as: Option<&str>) -> bool {
    let claimed = container.kinds.contains(Kind::Message);
    match starts_as.or(container.detected) {
        None => claimed,
        Some("message/rfc822") => true,
        Some("application/mbox") => false,
        Some(found) => claimed && found.starts_with("text/"),
    }
}

/// Where a body stands in the source of a message that starts there.
fn from(start: u64, body: Extent) -> Range<u64> {
    start.saturating_add(body.start)..start.saturating_add(body.end)
}

fn member(container: &Container<'_>, part: &Part) -> Member {
    let mut member = Member::new(container.path, part.names().to_vec(), part.media_type());
    member.media_type = Some(part.media_type().to_owned());
    member.kinds = part.kinds();
    member.disposition = part.disposition();
    member
}

/// Reads the message, and tells where it starts: behind the envelope line of a mailbox, or the size that Apple Mail writes.
fn read(source: &mut dyn Source) -> io::Result<(Reading, u64)> {
    let start = start(source)?;
    source.seek(SeekFrom::Start(start))?;
    let mut reader = Reader::new(Needs::default(), Limits::default());
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = source.read(&mut buffer)?;
        if count == 0 {
            return Ok((reader.finish(), start));
        }
        reader.push(buffer.get(..count).unwrap_or_default());
        while reader.next() != Event::NeedInput {}
    }
}

fn start(source: &mut dyn Source) -> io::Result<u64> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    Read::take(source, ENVELOPE).read_to_end(&mut head)?;
    let line = head
        .split(|octet| *octet == b'\n')
        .next()
        .unwrap_or_default();
    let number = line.trim_ascii_end();
    let counted = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    let length = (line.len() as u64).saturating_add(1);
    Ok(if counted || line.starts_with(b"From ") {
        length
    } else {
        0
    })
}
