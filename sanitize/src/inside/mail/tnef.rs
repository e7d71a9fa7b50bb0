//! TNEF, the `winmail.dat` of Outlook (\[MS-OXTNEF\]): attached files with all their names, and what is embedded in them.

use super::compressed_rtf;
use crate::inside::container::Container;
use crate::inside::cursor::{Cursor, range};
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::Member;
use crate::map::{Extent, FileName};
use std::io;

mod properties;

/// The first octets.
const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];
/// Signature and key.
const HEADER: u64 = 6;
/// Octets of a name that are read.
const NAME: u64 = 4 << 10;

/// Attributes (section 2.1.3), without their type.
const ATTACH_TITLE: u32 = 0x8010;
const ATTACH_DATA: u32 = 0x800F;
const ATTACH_TRANSPORT_NAME: u32 = 0x9001;
const ATTACH_RENDERING: u32 = 0x9002;
const MESSAGE_PROPERTIES: u32 = 0x9003;
const ATTACH_PROPERTIES: u32 = 0x9005;

/// One attached file, as its attributes tell.
#[derive(Debug, Default)]
struct Attached {
    names: Vec<FileName>,
    /// Its content, which may stand in an attribute and in a property.
    contents: Vec<Extent>,
    /// Compressed text of the message.
    compressed: Vec<Extent>,
}

impl Attached {
    fn add_name(&mut self, name: &str) {
        let name = look::name(name.trim_end_matches('\0'));
        if !name.text.is_empty() && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

/// Opens every attached file.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !head.starts_with(&SIGNATURE) {
        return Ok(Opened::NotOne);
    }
    let mut attached = vec![Attached::default()];
    let bound = walk.budget.members_left();
    let unread = match read(source, &mut attached, bound) {
        Ok(()) => None,
        Err(error) => Some(content_error(error)?),
    };
    for file in attached {
        for content in file.contents {
            let member = Member::new(container.path, file.names.clone(), "attachment");
            let mut content = range(source, content.start, content.len()).map_err(Stop::Program)?;
            walk.member(container, member, &mut content)?;
        }
        for text in file.compressed {
            let member = Member::new(container.path, Vec::new(), "body.rtf");
            let text = range(source, text.start, text.len()).map_err(Stop::Program)?;
            match compressed_rtf::text(text) {
                Ok(text) => walk.member(container, member, &mut text.as_slice())?,
                Err(error) => walk.closed(member, content_error(error)?)?,
            }
        }
    }
    Ok(Opened::unless(unread))
}

/// Reads the attributes.
fn read(source: &mut dyn Source, attached: &mut Vec<Attached>, bound: usize) -> io::Result<()> {
    let mut at = HEADER;
    loop {
        let mut cursor = Cursor::new(source, at, u64::MAX)?;
        if cursor.is_at_end() {
            return Ok(());
        }
        cursor.skip(1)?; // the level
        let id = cursor.u32()? & 0xFFFF;
        let length = u64::from(cursor.u32()?);
        let content = Extent::new(cursor.at(), cursor.at().saturating_add(length));
        at = content.end.saturating_add(2); // the checksum
        if id == ATTACH_RENDERING {
            if attached.len() > bound {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            attached.push(Attached::default());
        }
        let Some(file) = attached.last_mut() else {
            return Ok(());
        };
        match id {
            ATTACH_TITLE | ATTACH_TRANSPORT_NAME => {
                let name = cursor.octets(length, NAME)?;
                file.add_name(&String::from_utf8_lossy(&name));
            }
            ATTACH_DATA => file.contents.push(content),
            ATTACH_PROPERTIES | MESSAGE_PROPERTIES => {
                properties::read(source, content, file)?;
            }
            _ => {}
        }
    }
}
