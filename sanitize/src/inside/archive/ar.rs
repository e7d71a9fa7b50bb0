//! Unix archives: static libraries, and Debian packages (deb(5)) that are made of two tar archives.
//!
//! Long names stand behind the header (BSD) or in a table of their own (System V, GNU).

use crate::inside::container::Container;
use crate::inside::cursor::Cursor;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::Member;
use std::io::{self, Read, SeekFrom};

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: u64 = 60;
/// Octets of the table of long names, or of one name, that are read.
const NAMES: u64 = 64 << 10;

/// Opens every member.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !head.starts_with(MAGIC) {
        return Ok(Opened::NotOne);
    }
    let mut at = MAGIC.len() as u64;
    let mut table = Vec::new();
    loop {
        let entry = match Entry::read(source, at, &table) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(Opened::Whole),
            Err(error) => return content_error(error).map(Opened::InPart),
        };
        at = entry.next();
        if let Err(error) = source.seek(SeekFrom::Start(entry.at)) {
            return content_error(error).map(Opened::InPart);
        }
        match entry.name.as_str() {
            "//" | "/" | "/SYM64/" => {
                walk.budget.member(0)?;
                if entry.name == "//"
                    && let Err(error) = source.take(entry.size.min(NAMES)).read_to_end(&mut table)
                {
                    return content_error(error).map(Opened::InPart);
                }
            }
            name => {
                let member = Member::new(container.path, vec![look::name(name)], "file");
                let mut content = Whole(source.take(entry.size));
                walk.member(container, member, &mut content)?;
            }
        }
    }
}

/// Content of a stated size: that it ends before is an error.
pub(super) struct Whole<R>(pub(super) io::Take<R>);

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        if count == 0 && self.0.limit() > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(count)
    }
}

struct Entry {
    name: String,
    at: u64,
    size: u64,
}

impl Entry {
    /// The entry whose header stands there; none at the end.
    fn read(source: &mut dyn Source, at: u64, table: &[u8]) -> io::Result<Option<Entry>> {
        let mut cursor = Cursor::new(source, at, u64::MAX)?;
        if cursor.is_at_end() {
            return Ok(None);
        }
        let header = cursor.octets(HEADER, HEADER)?;
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        if header.get(58..60) != Some(b"`\n".as_slice()) {
            return Err(damaged());
        }
        let size = header.get(48..58).and_then(decimal).ok_or_else(damaged)?;
        let field = header.get(..16).unwrap_or_default().trim_ascii_end();
        let mut entry = Entry {
            name: String::from_utf8_lossy(field).into_owned(),
            at: cursor.at(),
            size,
        };
        if let Some(length) = field.strip_prefix(b"#1/").and_then(decimal) {
            let length = length.min(size);
            let name = cursor.octets(length, NAMES)?;
            let name = name.split(|octet| *octet == 0).next().unwrap_or_default();
            entry.name = String::from_utf8_lossy(name).into_owned();
            entry.at = cursor.at();
            entry.size = size.saturating_sub(length);
        } else if let Some(offset) = field.strip_prefix(b"/").and_then(decimal) {
            entry.name = long_name(table, offset).unwrap_or(entry.name);
        } else if field.len() > 2 && field != b"/SYM64/" {
            entry.name.truncate(entry.name.trim_end_matches('/').len());
        }
        Ok(Some(entry))
    }

    /// Entries begin at even offsets.
    fn next(&self) -> u64 {
        let end = self.at.saturating_add(self.size);
        end.saturating_add(end & 1)
    }
}

/// A name in the table ends with a line.
fn long_name(table: &[u8], offset: u64) -> Option<String> {
    let name = table.get(usize::try_from(offset).ok()?..)?;
    let name = name.split(|octet| *octet == b'\n').next()?;
    Some(
        String::from_utf8_lossy(name)
            .trim_end_matches('/')
            .to_owned(),
    )
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}
