//! UDF (ECMA-167, OSTA UDF 2.60): one partition, as images of discs and sticks have it.

use super::{FIRST, FOLDERS, Files, SECTOR, octets, u16_le, u32_le, u64_le};
use crate::inside::host::Source;
use crate::map::{Extent, Unread};
use std::collections::{HashSet, VecDeque};
use std::io;

/// Sectors of the recognition sequence and of the descriptors that are read.
const SECTORS: u64 = 64;
/// Places of content that are read of one file.
const PIECES: usize = 100_000;

/// Where the partition begins, and octets of a block.
#[derive(Clone, Copy, Debug)]
struct Partition {
    start: u64,
    block: u64,
}

impl Partition {
    fn place(self, number: u32) -> u64 {
        self.start
            .saturating_add(u64::from(number).saturating_mul(self.block))
    }
}

/// Reads the tree. Whether there is one.
pub(super) fn read(source: &mut dyn Source, files: &mut Files) -> io::Result<bool> {
    if !is_udf(source)? {
        return Ok(false);
    }
    let Some((partition, set)) = volume(source, files.end)? else {
        files.damaged();
        return Ok(true);
    };
    // The file set descriptor names the root folder (ECMA-167, part 4, section 14.1).
    let set = octets(source, set, 512)?;
    let Some(root) = u32_le(&set, 404).filter(|_| u16_le(&set, 0) == Some(256)) else {
        files.why = Some(Unread::Unsupported);
        return Ok(true);
    };
    let mut folders = VecDeque::from([(String::new(), partition.place(root))]);
    let mut met = HashSet::new();
    while let Some((path, at)) = folders.pop_front() {
        if !met.insert(at) {
            continue;
        }
        if met.len() > FOLDERS {
            files.why = Some(Unread::Limit);
            break;
        }
        let Some(node) = Node::read(source, partition, at)? else {
            files.damaged();
            continue;
        };
        if !node.is_whole {
            files.unsupported();
        }
        if node.is_folder {
            let content = node.content(source, files)?;
            entries(&content, partition, &path, &mut folders, files);
        } else {
            files.add(path, node.pieces);
        }
    }
    Ok(true)
}

/// Whether the recognition sequence names it (ECMA-167, part 2, section 9).
fn is_udf(source: &mut dyn Source) -> io::Result<bool> {
    for number in FIRST..FIRST.saturating_add(SECTORS) {
        let sector = octets(source, number.saturating_mul(SECTOR), 6)?;
        match sector.get(1..6) {
            Some(b"NSR02" | b"NSR03") => return Ok(true),
            Some(b"CD001" | b"BEA01" | b"BOOT2" | b"CDW02" | b"TEA01") => {}
            _ => return Ok(false),
        }
    }
    Ok(false)
}

/// The partition, and the place of the file set descriptor, as the anchor in some sector leads to it (part 3, section 10).
fn volume(source: &mut dyn Source, end: u64) -> io::Result<Option<(Partition, u64)>> {
    let last = (end / SECTOR).saturating_sub(1);
    for anchor in [256, last, last.saturating_sub(256), 512] {
        let anchor = octets(source, anchor.saturating_mul(SECTOR), 512)?;
        if u16_le(&anchor, 0) != Some(2) {
            continue;
        }
        for at in [16, 24] {
            let (Some(size), Some(first)) =
                (u32_le(&anchor, at), u32_le(&anchor, at.saturating_add(4)))
            else {
                continue;
            };
            let sectors = (u64::from(size) / SECTOR).min(SECTORS);
            if let Some(found) = descriptors(source, u64::from(first), sectors)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// What the descriptors say that stand in these sectors.
fn descriptors(
    source: &mut dyn Source,
    first: u64,
    sectors: u64,
) -> io::Result<Option<(Partition, u64)>> {
    let (mut start, mut logical) = (None, None);
    for number in first..first.saturating_add(sectors) {
        let descriptor = octets(source, number.saturating_mul(SECTOR), SECTOR)?;
        match u16_le(&descriptor, 0) {
            Some(5) => start = u32_le(&descriptor, 188),
            Some(6) => {
                let (block, set) = (u32_le(&descriptor, 212), u32_le(&descriptor, 252));
                logical = block.zip(set);
            }
            Some(8) | None => break,
            _ => {}
        }
    }
    Ok(start.zip(logical).map(|(start, (block, set))| {
        let block = u64::from(block);
        let block = if (512..=SECTOR).contains(&block) {
            block
        } else {
            SECTOR
        };
        let partition = Partition {
            start: u64::from(start).saturating_mul(block),
            block,
        };
        (partition, partition.place(set))
    }))
}

/// The entries of a folder (part 4, section 14.4).
fn entries(
    content: &[u8],
    partition: Partition,
    path: &str,
    folders: &mut VecDeque<(String, u64)>,
    files: &mut Files,
) {
    const DELETED: u8 = 4;
    const PARENT: u8 = 8;
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let mut rest = content;
    while u16_le(rest, 0) == Some(257) {
        let (Some(traits), Some(length)) = (rest.get(18).copied(), rest.get(19).copied()) else {
            break;
        };
        let (Some(place), Some(used)) = (u32_le(rest, 24), u16_le(rest, 36)) else {
            break;
        };
        let start = 38_usize.saturating_add(usize::from(used));
        let end = start.saturating_add(usize::from(length));
        let name = rest.get(start..end).unwrap_or_default();
        // What was deleted is there to be read all the same, but nobody is shown it.
        if traits & (DELETED | PARENT) == 0 {
            let path = format!("{prefix}{}", text(name));
            if !files.may_wait(folders.len(), &path) {
                break;
            }
            folders.push_back((path, partition.place(place)));
        }
        rest = rest.get(end.next_multiple_of(4)..).unwrap_or_default();
    }
}

/// A name: one octet for each character, or two (OSTA UDF, section 2.1.1).
fn text(name: &[u8]) -> String {
    match name.split_first() {
        Some((8, octets)) => octets.iter().map(|octet| char::from(*octet)).collect(),
        Some((16, octets)) => {
            let units: Vec<u16> = octets
                .chunks_exact(2)
                .filter_map(|unit| unit.first_chunk::<2>())
                .map(|unit| u16::from_be_bytes(*unit))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::new(),
    }
}

/// A file or folder (part 4, sections 14.9 and 14.17).
#[derive(Debug)]
struct Node {
    is_folder: bool,
    /// Whether the pieces are all there is.
    is_whole: bool,
    pieces: Vec<Extent>,
}

impl Node {
    fn read(source: &mut dyn Source, partition: Partition, at: u64) -> io::Result<Option<Node>> {
        let node = octets(source, at, partition.block)?;
        let sizes = match u16_le(&node, 0) {
            Some(261) => 168_usize,
            Some(266) => 208,
            _ => return Ok(None),
        };
        let (Some(extended), Some(places)) =
            (u32_le(&node, sizes), u32_le(&node, sizes.saturating_add(4)))
        else {
            return Ok(None);
        };
        let (Some(kind), Some(flags), Some(size)) =
            (node.get(27).copied(), u16_le(&node, 34), u64_le(&node, 56))
        else {
            return Ok(None);
        };
        let start = (sizes as u64)
            .saturating_add(8)
            .saturating_add(u64::from(extended));
        let (mut pieces, mut is_whole) = (Vec::new(), true);
        match flags & 7 {
            // The content stands here.
            3 => {
                let from = at.saturating_add(start);
                pieces.push(Extent::new(
                    from,
                    from.saturating_add(size.min(partition.block)),
                ));
            }
            form @ (0 | 1) => {
                let width = if form == 0 { 8 } else { 16 };
                let end = start.saturating_add(u64::from(places));
                let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
                let list = range.and_then(|(start, end)| node.get(start..end.min(node.len())));
                is_whole = allocated(
                    list.unwrap_or_default(),
                    width,
                    partition,
                    size,
                    &mut pieces,
                );
            }
            _ => return Ok(None),
        }
        Ok(Some(Node {
            is_folder: kind == 4,
            is_whole,
            pieces,
        }))
    }

    /// The content of a folder.
    fn content(&self, source: &mut dyn Source, files: &mut Files) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        for piece in &self.pieces {
            content.extend(octets(source, piece.start, files.folder(piece.len()))?);
        }
        Ok(content)
    }
}

/// Where content lies, as allocation descriptors say (part 4, sections 14.14.1 and 14.14.2), up to its size. Whether that
/// is all of it: descriptors that go on elsewhere are not followed, nor are extents that were never written.
fn allocated(
    list: &[u8],
    width: usize,
    partition: Partition,
    size: u64,
    pieces: &mut Vec<Extent>,
) -> bool {
    let mut left = size;
    for descriptor in list.chunks_exact(width).take(PIECES) {
        let (Some(length), Some(number)) = (u32_le(descriptor, 0), u32_le(descriptor, 4)) else {
            break;
        };
        let (kind, length) = (length >> 30, length & 0x3FFF_FFFF);
        if length == 0 {
            break;
        }
        if kind != 0 {
            return left == 0;
        }
        let length = u64::from(length).min(left);
        if length == 0 {
            break;
        }
        let start = partition.place(number);
        pieces.push(Extent::new(start, start.saturating_add(length)));
        left = left.saturating_sub(length);
    }
    left == 0
}
