//! Office documents in one file of XML (Word and Excel 2003, Open XML and OpenDocument in one piece): what they do, and the
//! files that are written in them.

use super::package;
use crate::finding::Finding;
use crate::inside::blob;
use crate::inside::container::Container;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::{Kind, Kinds};
use std::io::SeekFrom;

/// Reads the document, and opens the files that are written in it.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let office = Kinds::from_iter([Kind::Office, Kind::MacroOffice]);
    if container.package.is_some() || !container.content.intersects(office) || !is_markup(head) {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    if let Err(error) = package::read(walk, container.place, &mut *source) {
        return content_error(error).map(Opened::InPart);
    }
    if container.content.contains(Kind::MacroOffice) {
        walk.find(container, Finding::Macro);
    }
    blob::open(walk, source, container)?;
    Ok(Opened::Whole)
}

/// Whether it begins like XML, behind a byte order mark or not, in one octet or two for each character.
fn is_markup(head: &[u8]) -> bool {
    let mark = |octet: &&u8| !matches!(**octet, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF | 0);
    let mut plain = head
        .iter()
        .filter(mark)
        .skip_while(|octet| octet.is_ascii_whitespace());
    plain.next() == Some(&b'<')
}
