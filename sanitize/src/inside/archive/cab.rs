//! Windows cabinets: stored, MSZIP and LZX. Members lie one after another in folders that are compressed as a whole.

use super::ar::Whole;
use super::behind;
use super::cab_folder::{Folder, Unpacked};
use crate::inside::container::Container;
use crate::inside::cursor::Cursor;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{Member, Unread};
use std::io::{self, Read};

const MAGIC: &[u8] = b"MSCF\0\0\0\0";
/// Octets of a name that are read, as the format allows.
const NAME: usize = 256;
/// Folders whose members go on from or into another cabinet.
const CONTINUED: u16 = 0xFFFD;

/// Opens every member of every cabinet, wherever it begins.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let places = match behind::places(source, MAGIC) {
        Ok(places) => places,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    let mut opened = Opened::NotOne;
    for at in places {
        let cabinet = match Cabinet::read(source, at) {
            Ok(cabinet) => cabinet,
            Err(error) if at == 0 && head.starts_with(MAGIC) => {
                opened = opened.and(content_error(error).map(Opened::InPart)?);
                continue;
            }
            Err(_) => continue,
        };
        opened = opened.and(members(walk, source, container, &cabinet)?);
    }
    Ok(opened)
}

/// Opens the members of one cabinet, folder by folder.
fn members(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    cabinet: &Cabinet,
) -> Walked {
    let bound = walk.budget.members_left().saturating_add(1);
    let (mut files, cut) = match cabinet.files(source, bound) {
        Ok(found) => found,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    files.sort_by_key(|file| (file.folder, file.at));
    let mut rest = files.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.partition_point(|file| file.folder == first.folder);
        let (here, others) = rest.split_at(count);
        rest = others;
        match cabinet.folder(source, first.folder) {
            Ok(folder) => folder_members(walk, source, container, here, &folder)?,
            Err(why) => {
                for file in here {
                    walk.closed(file.member(container), why)?;
                }
            }
        }
    }
    Ok(Opened::unless(cut.then_some(Unread::Damaged)))
}

/// Opens the members of one folder, in the order in which they lie in it.
fn folder_members(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    files: &[File],
    folder: &Folder,
) -> Result<(), Stop> {
    let mut content = match Unpacked::new(source, folder) {
        Ok(content) => content,
        Err(why) => {
            return files
                .iter()
                .try_for_each(|file| walk.closed(file.member(container), why));
        }
    };
    for file in files {
        let gap = file.at.checked_sub(content.at());
        let reached = match gap {
            Some(gap) => skip(walk, &mut content, gap)?,
            None => Some(Unread::Unsupported), // It overlaps the one before.
        };
        if let Some(why) = reached {
            walk.closed(file.member(container), why)?;
        } else {
            let mut whole = Whole((&mut content).take(file.size));
            walk.member(container, file.member(container), &mut whole)?;
        }
    }
    Ok(())
}

/// Passes over octets of a folder, which costs as much as reading them.
fn skip(
    walk: &mut Walk<'_>,
    content: &mut Unpacked<'_>,
    mut left: u64,
) -> Result<Option<Unread>, Stop> {
    let mut buffer = vec![0; 32 << 10];
    while left > 0 {
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        match content.read(buffer.get_mut(..most).unwrap_or_default()) {
            Ok(0) => return Ok(Some(Unread::Damaged)),
            Ok(count) => {
                walk.budget.charge(count)?;
                left = left.saturating_sub(count as u64);
            }
            Err(error) => return content_error(error).map(Some),
        }
    }
    Ok(None)
}

/// The header of a cabinet (CFHEADER) and its folders (CFFOLDER).
struct Cabinet {
    folders: Vec<Folder>,
    files_at: u64,
    files: u16,
}

impl Cabinet {
    fn read(source: &mut dyn Source, start: u64) -> io::Result<Cabinet> {
        let mut cursor = Cursor::new(source, start.saturating_add(16), u64::MAX)?;
        let files_at = u64::from(cursor.u32()?).saturating_add(start);
        cursor.skip(4)?;
        if cursor.u16()? != 0x0103 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (folders, files, flags) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
        cursor.skip(4)?;
        let (mut folder_extra, mut data_extra) = (0, 0);
        if flags & 4 != 0 {
            let header_extra = cursor.u16()?;
            folder_extra = u64::from(cursor.u8()?);
            data_extra = cursor.u8()?;
            cursor.skip(u64::from(header_extra))?;
        }
        // The cabinet before and the one behind, each with the name of its disk.
        for _ in 0..(flags & 1).saturating_add(flags >> 1 & 1).saturating_mul(2) {
            text(&mut cursor)?;
        }
        let mut cabinet = Cabinet {
            folders: Vec::new(),
            files_at,
            files,
        };
        for _ in 0..folders {
            cabinet.folders.push(Folder {
                at: u64::from(cursor.u32()?).saturating_add(start),
                blocks: cursor.u16()?,
                method: cursor.u16()?,
                extra: data_extra,
            });
            cursor.skip(folder_extra)?;
        }
        Ok(cabinet)
    }

    /// The files (CFFILE), and whether there should be more.
    fn files(&self, source: &mut dyn Source, bound: usize) -> io::Result<(Vec<File>, bool)> {
        let mut cursor = Cursor::new(source, self.files_at, u64::MAX)?;
        let mut files = Vec::new();
        for _ in 0..usize::from(self.files).min(bound) {
            match File::read(&mut cursor) {
                Ok(file) => files.push(file),
                Err(_) => return Ok((files, true)),
            }
        }
        Ok((files, false))
    }

    fn folder(&self, source: &mut dyn Source, number: u16) -> Result<Folder, Unread> {
        if number >= CONTINUED {
            return Err(Unread::Unsupported);
        }
        let folder = self.folders.get(usize::from(number)).copied();
        let length = source.seek(io::SeekFrom::End(0)).unwrap_or_default();
        folder
            .filter(|folder| folder.at <= length)
            .ok_or(Unread::Damaged)
    }
}

struct File {
    name: String,
    folder: u16,
    at: u64,
    size: u64,
}

impl File {
    fn read(cursor: &mut Cursor<'_>) -> io::Result<File> {
        let (size, at) = (u64::from(cursor.u32()?), u64::from(cursor.u32()?));
        let folder = cursor.u16()?;
        cursor.skip(6)?;
        Ok(File {
            name: String::from_utf8_lossy(&text(cursor)?).into_owned(),
            folder,
            at,
            size,
        })
    }

    fn member(&self, container: &Container<'_>) -> Member {
        Member::new(container.path, vec![look::name(&self.name)], "file")
    }
}

/// Text up to a NUL, which is passed over.
fn text(cursor: &mut Cursor<'_>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    while text.len() < NAME {
        match cursor.u8()? {
            0 => return Ok(text),
            octet => text.push(octet),
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}
