//! Presentations of `PowerPoint` up to 2003 (\[MS-PPT\], section 2.10.34): objects that are kept in the stream, compressed or not.

use crate::finding::Finding;
use crate::inside::compound::MAGIC;
use crate::inside::container::Container;
use crate::inside::outcome::Stop;
use crate::inside::walk::Walk;
use crate::map::Member;
use memchr::memmem;

/// Type of the record, behind its version and instance.
const OBJECT: &[u8] = &[0x11, 0x10];
/// Objects that are opened.
const MOST: usize = 1_000;

/// Opens every object.
pub(super) fn objects(
    walk: &mut Walk<'_>,
    container: &Container<'_>,
    stream: &[u8],
) -> Result<(), Stop> {
    for at in memmem::find_iter(stream, OBJECT).take(MOST) {
        let Some((compressed, content)) = object(stream, at) else {
            continue;
        };
        walk.find(container, Finding::EmbeddedObject);
        let member = Member::new(container.path, Vec::new(), "object");
        if compressed {
            walk.embedded(
                container,
                member,
                &mut flate2::read::ZlibDecoder::new(content),
            )?;
        } else {
            let mut content = content;
            walk.embedded(container, member, &mut content)?;
        }
    }
    Ok(())
}

/// The object whose type stands here, and whether it is compressed.
fn object(stream: &[u8], at: usize) -> Option<(bool, &[u8])> {
    let version = stream.get(at.checked_sub(2)?..at)?;
    let length = stream.get(at.checked_add(2)?..at.checked_add(6)?)?;
    let length = u32::from_le_bytes(length.try_into().ok()?);
    let from = at.checked_add(6)?;
    let to = from.saturating_add(usize::try_from(length).ok()?);
    let content = stream.get(from..to.min(stream.len()))?;
    match version {
        [0x10, 0] => Some((true, content.get(4..)?)),
        [0, 0] if content.starts_with(MAGIC) => Some((false, content)),
        _ => None,
    }
}
