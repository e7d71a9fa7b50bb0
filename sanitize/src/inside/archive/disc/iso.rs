//! ISO 9660 (ECMA-119) with its extensions: Joliet, Rock Ridge (IEEE P1282), El Torito.

use super::{FIRST, FOLDERS, Files, SECTOR, octets, u16_le, u32_le};
use crate::inside::host::Source;
use crate::map::Extent;
use std::collections::{HashSet, VecDeque};
use std::io;

/// Volume descriptors that are read.
const DESCRIPTORS: u64 = 64;
/// Areas of extensions that are followed for one entry.
const AREAS: usize = 8;

/// How the names of a tree are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Short,
    /// Two octets for each character.
    Joliet,
}

/// A folder that is still to be read.
#[derive(Debug)]
struct Folder {
    path: String,
    at: u64,
    size: u64,
    names: Names,
    /// Octets of a block.
    block: u64,
}

/// Reads every tree of every volume descriptor. Whether there is one.
pub(super) fn read(source: &mut dyn Source, files: &mut Files) -> io::Result<bool> {
    let mut folders = VecDeque::new();
    let mut any = false;
    for number in FIRST..FIRST.saturating_add(DESCRIPTORS) {
        let descriptor = octets(source, number.saturating_mul(SECTOR), SECTOR)?;
        if descriptor.get(1..6) != Some(b"CD001") {
            break;
        }
        any = true;
        match descriptor.first() {
            Some(0) => boot(source, &descriptor, files)?,
            Some(1 | 2) => folders.extend(root(&descriptor)),
            Some(255) => break,
            _ => {}
        }
    }
    let mut met = HashSet::new();
    while let Some(folder) = folders.pop_front() {
        if !met.insert((folder.at, folder.names == Names::Joliet)) {
            continue;
        }
        if met.len() > FOLDERS {
            files.why = Some(crate::map::Unread::Limit);
            break;
        }
        walk(source, &folder, files, &mut folders)?;
    }
    Ok(any)
}

/// The root folder that a volume descriptor names (sections 8.4 and 8.5).
fn root(descriptor: &[u8]) -> Option<Folder> {
    let joliet = matches!(descriptor.get(88..91), Some(b"%/@" | b"%/C" | b"%/E"));
    let block = u64::from(u16_le(descriptor, 128)?);
    let entry = Entry::read(descriptor.get(156..190)?)?;
    let block = if (512..=SECTOR).contains(&block) {
        block
    } else {
        SECTOR
    };
    Some(Folder {
        path: String::new(),
        at: entry.at.saturating_mul(block),
        size: entry.size,
        names: if joliet { Names::Joliet } else { Names::Short },
        block,
    })
}

/// The image that a machine starts from, where the boot catalogue says (El Torito, section 2).
fn boot(source: &mut dyn Source, descriptor: &[u8], files: &mut Files) -> io::Result<()> {
    let known = descriptor
        .get(7..)
        .is_some_and(|name| name.starts_with(b"EL TORITO"));
    let Some(catalogue) = u32_le(descriptor, 71).filter(|_| known) else {
        return Ok(());
    };
    let catalogue = octets(source, u64::from(catalogue).saturating_mul(SECTOR), SECTOR)?;
    let entry = catalogue.get(32..64).unwrap_or_default();
    let (Some(count), Some(at)) = (u16_le(entry, 6), u32_le(entry, 8)) else {
        return Ok(());
    };
    let start = u64::from(at).saturating_mul(SECTOR);
    let end = start.saturating_add(u64::from(count.max(1)).saturating_mul(512));
    if start > 0 && start < files.end {
        files.add(
            "boot image".to_owned(),
            vec![Extent::new(start, end.min(files.end))],
        );
    }
    Ok(())
}

/// Reads the entries of one folder.
fn walk(
    source: &mut dyn Source,
    folder: &Folder,
    files: &mut Files,
    folders: &mut VecDeque<Folder>,
) -> io::Result<()> {
    let room = files.folder(folder.size);
    let content = octets(source, folder.at, room)?;
    if (content.len() as u64) < folder.size {
        files.damaged();
    }
    // The parts of a file that has several entries, all but the last one marked so.
    let mut pieces: Vec<Extent> = Vec::new();
    let mut at = 0_usize;
    while let Some(length) = content.get(at).copied() {
        if length == 0 {
            // An entry does not go over the end of a sector.
            let sector = usize::try_from(SECTOR).unwrap_or(usize::MAX);
            at = at.saturating_add(1).next_multiple_of(sector);
            continue;
        }
        let record = content.get(at..).unwrap_or_default();
        let record = record.get(..usize::from(length)).unwrap_or(record);
        at = at.saturating_add(usize::from(length));
        let Some(entry) = Entry::read(record) else {
            files.damaged();
            continue;
        };
        if entry.is_self() {
            continue;
        }
        let names = entry.names(source, folder)?;
        let start = entry.at.saturating_mul(folder.block);
        if entry.flags & 2 != 0 {
            let path = names.into_iter().next().unwrap_or_default() + "/";
            if files.may_wait(folders.len(), &path) {
                folders.push_back(Folder {
                    path,
                    at: start,
                    size: entry.size,
                    ..*folder
                });
            }
            continue;
        }
        if entry.interleaved {
            files.unsupported();
        }
        if entry.size > 0 {
            pieces.push(Extent::new(start, start.saturating_add(entry.size)));
        }
        if entry.flags & 0x80 == 0 {
            let pieces = std::mem::take(&mut pieces);
            // What is empty has no place by which its names would be known for those of one file.
            let count = if pieces.is_empty() { 1 } else { names.len() };
            for name in names.into_iter().take(count) {
                files.add(name, pieces.clone());
            }
        }
    }
    Ok(())
}

/// An entry of a folder (section 9.1).
#[derive(Debug)]
struct Entry<'a> {
    at: u64,
    size: u64,
    flags: u8,
    /// Whether its content lies in pieces with gaps between them (section 6.4.3).
    interleaved: bool,
    name: &'a [u8],
    /// What extensions say.
    more: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(record: &'a [u8]) -> Option<Self> {
        let length = usize::from(*record.get(32)?);
        let name = record.get(33..)?;
        let name = name.get(..length).unwrap_or(name);
        let behind = 33_usize.saturating_add(length).next_multiple_of(2);
        Some(Entry {
            at: u64::from(u32_le(record, 2)?).saturating_add(u64::from(*record.get(1)?)),
            size: u64::from(u32_le(record, 10)?),
            flags: *record.get(25)?,
            interleaved: record.get(26..28)? != [0, 0],
            name,
            more: record.get(behind..).unwrap_or_default(),
        })
    }

    /// Whether it is the folder itself, or the one above.
    fn is_self(&self) -> bool {
        self.flags & 2 != 0 && matches!(self.name, [0 | 1])
    }

    /// The paths under which it is shown: Windows knows nothing of Rock Ridge, others prefer it.
    fn names(&self, source: &mut dyn Source, folder: &Folder) -> io::Result<Vec<String>> {
        let own = match folder.names {
            Names::Joliet => wide(self.name),
            Names::Short => String::from_utf8_lossy(self.name).into_owned(),
        };
        let mut names = Vec::new();
        if folder.names == Names::Short {
            names.extend(self.rock_ridge(source, folder.block)?);
        }
        let own = plain(&own).to_owned();
        if !names.contains(&own) {
            names.push(own);
        }
        let path = |name: String| format!("{}{name}", folder.path);
        Ok(names.into_iter().map(path).collect())
    }

    /// The pieces of the alternate name (IEEE P1282, section 4.1.4), which may go on elsewhere (IEEE P1281, section 5.1).
    fn rock_ridge(&self, source: &mut dyn Source, block: u64) -> io::Result<Option<String>> {
        let (mut area, mut name) = (self.more.to_vec(), Vec::new());
        for _ in 0..AREAS {
            let Some((at, size)) = fields(&area, &mut name) else {
                break;
            };
            area = octets(
                source,
                at.0.saturating_mul(block).saturating_add(at.1),
                size,
            )?;
        }
        Ok((!name.is_empty()).then(|| String::from_utf8_lossy(&name).into_owned()))
    }
}

/// Block of an area and offset in it, and its octets.
type Area = ((u64, u64), u64);

/// Takes the pieces of a name out of an area. Gives where the next area lies.
fn fields(mut rest: &[u8], name: &mut Vec<u8>) -> Option<Area> {
    let mut next = None;
    while let [one, two, length, _, ..] = rest {
        let length = usize::from(*length).max(4);
        let field = rest.get(..length).unwrap_or(rest);
        match [*one, *two] {
            [b'N', b'M'] => name.extend_from_slice(field.get(5..).unwrap_or_default()),
            [b'C', b'E'] => {
                let number = |at| u32_le(field, at).map(u64::from);
                let place = number(4).zip(number(12));
                next = place.zip(number(20).map(|size| size.min(SECTOR)));
            }
            _ => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    next
}

fn wide(name: &[u8]) -> String {
    let units: Vec<u16> = name
        .chunks_exact(2)
        .filter_map(|unit| unit.first_chunk::<2>())
        .map(|unit| u16::from_be_bytes(*unit))
        .collect();
    String::from_utf16_lossy(&units)
}

/// A name without version, which is a number (ECMA-119, section 7.5.1).
fn plain(name: &str) -> &str {
    let is_version = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let name = match name.rsplit_once(';') {
        Some((name, version)) if is_version(version) => name,
        _ => name,
    };
    name.strip_suffix('.').unwrap_or(name)
}
