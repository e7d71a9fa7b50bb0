//! Notes of `OneNote` (\[MS-ONESTORE\], section 2.6.13): the files that were put into them.
//!
//! Each stands behind a mark of sixteen octets, wherever it is; no table is followed. Their names stand elsewhere: every text
//! that is a file name by itself may be the name of each.

use crate::finding::Finding;
use crate::inside::container::Container;
use crate::inside::cursor::range;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{Extent, FileName, Member};
use memchr::memmem::Finder;
use std::io::{self, Read, SeekFrom};

/// How a section and a table of contents begin.
const STARTS: [&[u8]; 2] = [
    b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3",
    b"\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C\x9E\xE2\x10\xEA\x57\x22\x76\x5F",
];
/// The mark before a file.
const FILE: &[u8] = b"\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC";
/// Octets between the mark and the file: its length, and what is unused.
const HEADER: u64 = 20;
/// Octets that are read at a time.
const CHUNK: usize = 64 << 10;
/// Octets of one chunk that the next one sees as well: longer than a mark or a name.
const SEAM: usize = 2_048;
/// Octets between the start of a program and its second header.
const PROGRAM: usize = 1_024;
/// Names that are kept.
const NAMES: usize = 32;
/// Characters of the longest name.
const NAME: usize = 255;

/// Opens every file.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    if !STARTS.iter().any(|start| head.starts_with(start)) {
        return Ok(Opened::NotOne);
    }
    let most = walk.budget.members_left();
    let notes = match Notes::read(source, most) {
        Ok(notes) => notes,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for file in &notes.files {
        walk.find(container, Finding::EmbeddedFile);
        let member = Member::new(container.path, notes.names.clone(), "file");
        let mut content = range(source, file.start, file.len()).map_err(Stop::Program)?;
        walk.embedded(container, member, &mut content)?;
    }
    Ok(Opened::Whole)
}

#[derive(Debug, Default)]
struct Notes {
    files: Vec<Extent>,
    names: Vec<FileName>,
}

impl Notes {
    fn read(source: &mut dyn Source, most: usize) -> io::Result<Self> {
        let mut notes = Notes::default();
        let mark = Finder::new(FILE);
        source.seek(SeekFrom::Start(0))?;
        let (mut window, mut at) = (Vec::new(), 0_u64);
        loop {
            let seam = window.len();
            let more: &mut dyn Source = source;
            more.take(CHUNK as u64).read_to_end(&mut window)?;
            let over = window.len() == seam;
            // What begins in the seam is seen again with what follows it.
            let fresh = if over {
                window.len()
            } else {
                window.len().saturating_sub(SEAM)
            };
            for found in mark.find_iter(&window).filter(|found| *found < fresh) {
                let header = window
                    .get(found.saturating_add(FILE.len())..)
                    .unwrap_or_default();
                if let Some((length, _)) = header.split_first_chunk::<8>()
                    && notes.files.len() < most
                {
                    let start = at
                        .saturating_add(found as u64)
                        .saturating_add(FILE.len() as u64);
                    let start = start.saturating_add(HEADER);
                    let length = u64::from_le_bytes(*length);
                    notes
                        .files
                        .push(Extent::new(start, start.saturating_add(length)));
                }
            }
            notes.add_programs(&window, fresh, at);
            notes.add_names(&window, fresh);
            if over {
                return Ok(notes);
            }
            window.drain(..fresh);
            at = at.saturating_add(fresh as u64);
        }
    }

    /// Programs behind no mark, as notes have them that were saved by a browser: the header and the offset to it must agree.
    fn add_programs(&mut self, window: &[u8], fresh: usize, at: u64) {
        for header in memchr::memmem::find_iter(window, b"PE\0\0").filter(|at| *at < fresh) {
            let before = window.get(..header).unwrap_or_default();
            let starts = memchr::memmem::rfind_iter(before, b"MZ");
            let start = starts
                .take_while(|start| header.saturating_sub(*start) <= PROGRAM)
                .find(|start| {
                    let offset = start.saturating_add(0x3C);
                    let offset = before
                        .get(offset..)
                        .and_then(|rest| rest.split_first_chunk::<4>());
                    let stated = offset.map(|(offset, _)| u32::from_le_bytes(*offset));
                    stated == u32::try_from(header.saturating_sub(*start)).ok()
                });
            if let Some(start) = start.filter(|_| self.files.is_empty()) {
                let start = at.saturating_add(start as u64);
                self.files.push(Extent::new(start, u64::MAX));
            }
        }
    }

    /// Texts of UTF-16 whose length stands before them, as properties have it.
    fn add_names(&mut self, window: &[u8], fresh: usize) {
        for dot in memchr::memchr_iter(b'.', window.get(..fresh).unwrap_or_default()) {
            if self.names.len() >= NAMES {
                return;
            }
            if let Some(name) = name_around(window, dot)
                && self.names.iter().all(|known| known.text != name)
            {
                self.names.push(look::name(&name));
            }
        }
    }
}

/// The text around a dot, if it looks like the name of a file.
fn name_around(window: &[u8], dot: usize) -> Option<String> {
    let after = window.get(dot..)?;
    let units = after.chunks_exact(2).take(NAME);
    let tail: Vec<u8> = units
        .map_while(|unit| match unit {
            [octet, 0] if is_of_name(*octet) => Some(*octet),
            _ => None,
        })
        .collect();
    let before = window.get(..dot)?;
    let head: Vec<u8> = before
        .rchunks_exact(2)
        .take(NAME)
        .map_while(|unit| match unit {
            [octet, 0] if is_of_name(*octet) => Some(*octet),
            _ => None,
        })
        .collect();
    let extension = tail.rsplit(|octet| *octet == b'.').next()?;
    let named = (1..=8).contains(&extension.len())
        && extension.iter().all(u8::is_ascii_alphanumeric)
        && !head.is_empty();
    let name: Vec<u8> = head.into_iter().rev().chain(tail).collect();
    named.then(|| String::from_utf8_lossy(&name).into_owned())
}

fn is_of_name(octet: u8) -> bool {
    matches!(octet, b' '..=b'~') && !br#""*/:<>?\|"#.contains(&octet)
}
