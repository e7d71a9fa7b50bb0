//! 7-Zip archives, wherever in the content they begin.

use super::behind::{self, From};
use super::seven_directory;
use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{Member, Unread};
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error, Password};
use std::io::{self, Read};

const MAGIC: &[u8] = b"7z\xBC\xAF\x27\x1C";
/// Octets of a directory that is read: the reader may take some hundred times as much for its members.
const DIRECTORY: u64 = 768 << 10;
/// What a dictionary may take, in KiB.
const DICTIONARY_KIB: usize = 96 << 10;

/// Opens every member of every archive.
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
        let mut source = From::new(source, at).map_err(Stop::Program)?;
        let password = Password::empty();
        let archive = foreign::call(|| {
            if seven_directory::size(&mut source)? > DIRECTORY {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            Archive::read_with_memory_limit(&mut source, &password, DICTIONARY_KIB).map_err(error)
        });
        match archive {
            Ok(archive) => {
                opened = opened.and(members(walk, &mut source, container, &archive)?);
            }
            Err(error) => {
                let why = content_error(error)?;
                let own = at == 0 && head.starts_with(MAGIC);
                if own || why == Unread::Encrypted || why == Unread::Limit {
                    opened = opened.and(Opened::InPart(why));
                }
            }
        }
    }
    Ok(opened)
}

/// Opens what lies in blocks, in order, and then names what has no content.
fn members(
    walk: &mut Walk<'_>,
    source: &mut From<'_>,
    container: &Container<'_>,
    archive: &Archive,
) -> Walked {
    for block in 0..archive.blocks.len() {
        let files: Vec<usize> = in_block(archive, block).collect();
        let encrypted = files.iter().any(|file| archive.is_file_encrypted(*file));
        let read = if encrypted {
            Progress::none(Unread::Encrypted)
        } else {
            read_block(walk, source, container, archive, block)?
        };
        let Some(why) = read.why else {
            continue;
        };
        let rest = files.iter().filter_map(|file| archive.files.get(*file));
        for file in rest.skip(read.count).filter(|file| !file.is_directory) {
            walk.closed(member(container, file), why)?;
        }
    }
    let free = archive
        .files
        .iter()
        .zip(&archive.stream_map.file_block_index)
        .filter(|(_, block)| block.is_none());
    for (file, _) in free {
        if file.is_directory {
            walk.budget.member(file.name.len())?;
        } else {
            walk.member(container, member(container, file), &mut io::empty())?;
        }
    }
    Ok(Opened::Whole)
}

fn in_block(archive: &Archive, block: usize) -> impl Iterator<Item = usize> {
    let all = archive.stream_map.file_block_index.iter().enumerate();
    all.filter(move |(_, of)| **of == Some(block))
        .map(|(file, _)| file)
}

/// How far a block was read: members that were met, and why no more.
struct Progress {
    count: usize,
    why: Option<Unread>,
}

impl Progress {
    fn none(why: Unread) -> Self {
        Progress {
            count: 0,
            why: Some(why),
        }
    }
}

fn read_block(
    walk: &mut Walk<'_>,
    source: &mut From<'_>,
    container: &Container<'_>,
    archive: &Archive,
    block: usize,
) -> Result<Progress, Stop> {
    let password = Password::empty();
    let mut count = 0_usize;
    let mut stopped = None;
    let outcome = foreign::call(|| {
        let decoder = BlockDecoder::new_with_memory_limit(
            1,
            DICTIONARY_KIB,
            block,
            archive,
            &password,
            source,
        );
        let each = &mut |file: &ArchiveEntry, content: &mut dyn Read| {
            count = count.saturating_add(1);
            if file.is_directory {
                return Ok(true);
            }
            let walked = walk.member(container, member(container, file), content);
            stopped = walked.err();
            Ok(stopped.is_none())
        };
        decoder.for_each_entries(each).map_err(error)
    });
    match (stopped, outcome) {
        (Some(stop), _) => Err(stop),
        (None, Ok(_)) => Ok(Progress { count, why: None }),
        (None, Err(error)) => Ok(Progress {
            count,
            why: Some(content_error(error)?),
        }),
    }
}

fn member(container: &Container<'_>, file: &ArchiveEntry) -> Member {
    Member::new(container.path, vec![look::name(&file.name)], "file")
}

/// The error of the reader as one of content.
fn error(error: Error) -> io::Error {
    let kind = match &error {
        Error::Io(inner, _) if inner.raw_os_error().is_some() => {
            return match error {
                Error::Io(inner, _) => inner,
                other => io::Error::other(other.to_string()),
            };
        }
        Error::Io(inner, _) => inner.kind(),
        Error::PasswordRequired | Error::MaybeBadPassword(_) => io::ErrorKind::PermissionDenied,
        Error::UnsupportedCompressionMethod(name) if name.contains("AES") => {
            io::ErrorKind::PermissionDenied
        }
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::ExternalUnsupported
        | Error::UnsupportedVersion { .. } => io::ErrorKind::Unsupported,
        Error::MaxMemLimited { .. } => io::ErrorKind::OutOfMemory,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error.to_string())
}
