//! PDF (ISO 32000-2): files that are embedded, and what a document does when it is opened.
//!
//! No table of objects is believed: everything that has the shape of an object counts, in the file and in its object streams,
//! so that no lying or broken table hides one.

mod filter;
mod outline;
mod token;

use crate::finding::Finding;
use crate::inside::container::Container;
use crate::inside::cursor::range;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use crate::look;
use crate::map::{Extent, Member, Unread};
use filter::Filter;
use outline::Outline;
use std::io::{self, BufReader, Read, SeekFrom};

/// Octets of object streams that are read, all together.
const OBJECTS: u64 = 64 << 20;

/// Opens every embedded file, and notes what the document does.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    if !container.content.contains(Kind::Pdf) {
        return Ok(Opened::NotOne);
    }
    let outline = match read(source, walk.budget.members_left()) {
        Ok(outline) => outline,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for finding in outline.findings() {
        walk.find(container, finding);
    }
    let mut first = None;
    for file in outline.embedded() {
        let names = file.names.iter().filter(|name| !name.trim().is_empty());
        let names: Vec<_> = names.map(|name| look::name(name)).collect();
        let member = Member::new(container.path, names, "embedded file");
        walk.find(container, Finding::EmbeddedFile);
        if outline.encrypted {
            walk.closed(member, Unread::Encrypted)?;
            first.get_or_insert(Unread::Encrypted);
            continue;
        }
        match decoded(source, file.content, file.filters).map_err(Stop::Program)? {
            Ok(mut content) => walk.embedded(container, member, &mut content)?,
            Err(why) => walk.closed(member, why)?,
        }
    }
    if outline.encrypted {
        first.get_or_insert(Unread::Encrypted);
    }
    Ok(Opened::unless(
        first.or(outline.more.then_some(Unread::Limit)),
    ))
}

/// Reads the file, then its object streams.
fn read(source: &mut dyn Source, most: usize) -> io::Result<Outline> {
    let mut outline = Outline::new(most);
    source.seek(SeekFrom::Start(0))?;
    outline.read(BufReader::new(&mut *source), true)?;
    let mut left = OBJECTS;
    for (content, filters) in outline.object_streams() {
        if let Ok(stream) = decoded(source, content, &filters)? {
            let mut stream = stream.take(left);
            // What is damaged ends early.
            let read = outline.read(BufReader::new(&mut stream), false);
            drop(read);
            left = stream.limit();
        }
    }
    outline.more |= left == 0;
    Ok(outline)
}

/// The content of a stream without its filters.
fn decoded<'a>(
    source: &'a mut dyn Source,
    content: Extent,
    filters: &[Filter],
) -> io::Result<Result<Box<dyn Read + 'a>, Unread>> {
    let raw = range(source, content.start, content.len())?;
    let mut content: Box<dyn Read + 'a> = Box::new(raw);
    for filter in filters {
        content = match filter.applied(content) {
            Some(content) => content,
            None => return Ok(Err(Unread::Unsupported)),
        };
    }
    Ok(Ok(content))
}
