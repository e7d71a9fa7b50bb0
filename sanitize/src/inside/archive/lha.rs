//! LHA and LZH archives.

use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{FileName, Member, Unread};
use delharc::{LhaDecodeReader, LhaError, LhaHeader};
use std::io::{self, SeekFrom};

/// Opens every member.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !is_one(head) {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let opened = foreign::call(|| LhaDecodeReader::new(source).map_err(error));
    let mut archive = match opened {
        Ok(archive) => archive,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    loop {
        let header = archive.header();
        let member = Member::new(container.path, names(header), "file");
        if header.is_directory() {
            walk.budget.member(0)?;
        } else if archive.is_decoder_supported() {
            walk.member(container, member, &mut archive)?;
        } else {
            walk.closed(member, Unread::Unsupported)?;
        }
        match foreign::call(|| archive.next_file().map_err(error)) {
            Ok(true) => {}
            Ok(false) => return Ok(Opened::Whole),
            Err(error) => return content_error(error).map(Opened::InPart),
        }
    }
}

/// The method at octet 2: `-lh5-` and the like.
fn is_one(head: &[u8]) -> bool {
    let method = head.get(2..7).unwrap_or_default();
    matches!(
        method,
        [b'-', b'l', b'h' | b'z', _, b'-'] | [b'-', b'p', b'm', _, b'-']
    )
}

/// The name with its folders, and the one that stands in the header itself if it is another.
fn names(header: &LhaHeader) -> Vec<FileName> {
    let plain = header.filename.split(|octet| *octet == 0).next();
    let plain = String::from_utf8_lossy(plain.unwrap_or_default()).into_owned();
    let mut names: Vec<FileName> = Vec::new();
    for name in [header.parse_pathname_to_str(), plain] {
        let name = look::name(&name);
        if !name.text.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn error<R>(error: delharc::decode::LhaDecodeError<R>) -> io::Error
where
    R: delharc::stub_io::Read<Error = io::Error>,
{
    match LhaError::from(error) {
        LhaError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
