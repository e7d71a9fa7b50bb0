//! Images of discs: ISO 9660 with all its trees, and UDF, which may lie over the same files.

mod iso;
mod udf;

use crate::inside::container::Container;
use crate::inside::cursor::length;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::pieces::Pieces;
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{Extent, FileName, Member, Unread};
use std::collections::BTreeMap;
use std::io;

/// Octets of a sector.
const SECTOR: u64 = 2_048;
/// The first sector that tells anything.
const FIRST: u64 = 16;
/// Folders that are read, and that wait to be.
const FOLDERS: usize = 20_000;
/// Octets of all folders that are read: folders may lie over each other.
const FOLDER_BYTES: u64 = 32 << 20;
/// Octets of a path.
const PATH: usize = 4 << 10;
/// Names of one file.
const NAMES: usize = 64;
/// Octets of all names.
const NAME_BYTES: usize = 8 << 20;

/// Opens every file.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    let end = length(source).map_err(Stop::Program)?;
    if end <= SECTOR.saturating_mul(FIRST) {
        return Ok(Opened::NotOne);
    }
    let mut files = Files::new(end, walk.budget.members_left());
    let outcome = iso::read(source, &mut files)
        .and_then(|iso| udf::read(source, &mut files).map(|udf| iso || udf));
    let mut why = match outcome {
        Ok(false) => return Ok(Opened::NotOne),
        Ok(true) => files.why,
        Err(error) => Some(content_error(error)?),
    };
    for (place, file) in std::mem::take(&mut files.by_place) {
        let first = place.first().copied().unwrap_or_default();
        let names: Vec<FileName> = file.names.iter().map(|name| look::name(name)).collect();
        let member = Member::new(container.path, names, "file");
        if first >= end && !file.pieces.is_empty() {
            walk.closed(member, Unread::Damaged)?;
            why.get_or_insert(Unread::Damaged);
            continue;
        }
        let mut content = Pieces {
            source: &mut *source,
            pieces: file.pieces.into(),
        };
        walk.member(container, member, &mut content)?;
    }
    Ok(Opened::unless(why))
}

/// A file by all its names.
#[derive(Debug, Default)]
struct File {
    names: Vec<String>,
    pieces: Vec<Extent>,
}

/// What all trees hold. The same content under several names is one file.
#[derive(Debug)]
struct Files {
    /// By where the content begins, and by all its pieces if there are several.
    by_place: BTreeMap<Vec<u64>, File>,
    /// Octets of the image.
    end: u64,
    most: usize,
    why: Option<Unread>,
    /// Files without content, which have no place.
    empty: u64,
    /// Octets of folders that may still be read, and of names that may still be kept.
    folder_bytes: u64,
    name_bytes: usize,
}

impl Files {
    fn new(end: u64, most: usize) -> Self {
        Files {
            by_place: BTreeMap::new(),
            end,
            most,
            why: None,
            empty: u64::MAX,
            folder_bytes: FOLDER_BYTES,
            name_bytes: NAME_BYTES,
        }
    }

    /// Notes a file.
    fn add(&mut self, name: String, pieces: Vec<Extent>) {
        if self.by_place.len() > self.most {
            self.why = Some(Unread::Limit);
            return;
        }
        let place = match pieces.as_slice() {
            [] => {
                self.empty = self.empty.saturating_sub(1);
                vec![self.empty]
            }
            [piece] => vec![piece.start],
            all => all.iter().flat_map(|one| [one.start, one.end]).collect(),
        };
        if pieces.iter().any(|piece| piece.end > self.end) {
            self.damaged();
        }
        let file = self.by_place.entry(place).or_default();
        if !file.names.contains(&name) {
            let left = self.name_bytes.checked_sub(name.len());
            match left.filter(|_| file.names.len() < NAMES) {
                Some(left) => {
                    self.name_bytes = left;
                    file.names.push(name);
                }
                None => self.why = Some(Unread::Limit),
            }
        }
        // Where trees say different sizes, the larger one is read.
        let size = |pieces: &[Extent]| {
            pieces
                .iter()
                .map(|piece| piece.len())
                .fold(0, u64::saturating_add)
        };
        if size(&pieces) > size(&file.pieces) {
            file.pieces = pieces;
        }
    }

    /// How much of a folder of this size is read.
    fn folder(&mut self, size: u64) -> u64 {
        let read = size.min(self.end).min(self.folder_bytes);
        if read < size.min(self.end) {
            self.why = Some(Unread::Limit);
        }
        self.folder_bytes = self.folder_bytes.saturating_sub(read);
        read
    }

    /// Whether one more folder of this path may wait among so many.
    fn may_wait(&mut self, waiting: usize, path: &str) -> bool {
        let may = waiting < FOLDERS && path.len() <= PATH;
        if !may {
            self.why = Some(Unread::Limit);
        }
        may
    }

    /// Something of the image lies in a way that is not followed.
    fn unsupported(&mut self) {
        self.why.get_or_insert(Unread::Unsupported);
    }

    /// Something of the image is not as it should be.
    fn damaged(&mut self) {
        self.why.get_or_insert(Unread::Damaged);
    }
}

/// Octets of a source, as many as there are.
fn octets(source: &mut dyn Source, at: u64, count: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    io::Read::read_to_end(
        &mut crate::inside::cursor::range(source, at, count)?,
        &mut octets,
    )?;
    Ok(octets)
}

fn u16_le(octets: &[u8], at: usize) -> Option<u16> {
    let octets = octets.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*octets))
}

fn u32_le(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*octets))
}

fn u64_le(octets: &[u8], at: usize) -> Option<u64> {
    let octets = octets.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*octets))
}
