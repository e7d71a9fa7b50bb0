//! RAR archives of all versions, wherever in the content they begin.
//!
//! The reader writes what it unpacks, so each member goes through a place of its own before it is looked at.

use super::behind::{self, From};
use super::rar_names;
use super::rar_sink::Sink;
use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::{FileName, Member, Unread};
use rars::{
    Archive, ArchiveMember, ArchiveMemberDetail, ArchiveReadOptions, ArchiveReader, Error,
    ErrorKind, ExtractionDecision, ExtractionErrorAction,
};
use std::io;

/// The magic number of all versions since 1.5.
const MAGIC: &[u8] = b"Rar!\x1A\x07";
/// The magic number before that.
const OLD_MAGIC: &[u8] = b"RE~^";
/// Octets that a dictionary, and all working space together, may take.
const WORKSPACE: u64 = 96 << 20;
/// Octets of headers that are read.
const HEADERS: u64 = 4 << 20;

/// Opens every member of every archive.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let mut places = match behind::places(source, MAGIC) {
        Ok(places) => places,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    if head.starts_with(OLD_MAGIC) {
        places.insert(0, 0);
    }
    let mut opened = Opened::NotOne;
    for at in places {
        let own = at == 0;
        opened = opened.and(archive(walk, source, container, at, own)?);
        if opened == Opened::Whole {
            break; // What else looks like an archive lies in this one.
        }
    }
    Ok(opened)
}

/// Opens the archive that begins there. What only looks like one is none, unless all the content should be it.
fn archive(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    at: u64,
    own: bool,
) -> Walked {
    let mut place = walk.host.store().map_err(Stop::Program)?;
    let mut from = From::new(source, at).map_err(Stop::Program)?;
    io::copy(&mut from, &mut place).map_err(Stop::Program)?;
    let headers = walk.budget.members_left().saturating_mul(2) as u64;
    let options = options()
        .with_max_header_count(headers.saturating_add(16))
        .with_max_header_bytes(HEADERS);
    let read = foreign::call(|| {
        ArchiveReader::read_reader_with_options(place, options).map_err(|e| error(&e))
    });
    match read {
        Ok(archive) => members(walk, container, &archive),
        Err(error) => {
            let why = content_error(error)?;
            let certain = own || matches!(why, Unread::Encrypted | Unread::Limit);
            if !certain {
                return Ok(Opened::NotOne);
            }
            for name in rar_names::names(source, at).map_err(Stop::Program)? {
                let name = name.split(|octet| *octet == 0).next().unwrap_or_default();
                let names = vec![look::name(&String::from_utf8_lossy(name))];
                walk.closed(Member::new(container.path, names, "file"), why)?;
            }
            Ok(Opened::InPart(why))
        }
    }
}

fn options() -> ArchiveReadOptions<'static> {
    ArchiveReadOptions::new()
        .with_max_reader_workspace_bytes(WORKSPACE)
        .with_rar50_dictionary_size_limit(WORKSPACE)
        .with_rar50_buffered_decode_limit(WORKSPACE / 4)
}

/// A member that is being unpacked, or was.
struct Pending {
    member: Member,
    sink: Sink,
}

/// Unpacks every member that can be, and names the others.
fn members(walk: &mut Walk<'_>, container: &Container<'_>, archive: &Archive) -> Walked {
    let sink = Sink::new(walk.host.store().map_err(Stop::Program)?, 0);
    let failed = sink.clone();
    let mut current = Pending {
        member: Member::new(container.path, Vec::new(), "file"),
        sink,
    };
    let (mut met, mut started, mut stop) = (0_usize, false, None);
    let options = options().with_max_total_output_bytes(walk.budget.bytes_left().saturating_add(1));
    let outcome = foreign::call(|| {
        let decide = |entry: &ArchiveMember| {
            if std::mem::take(&mut started)
                && let Err(why) = finish(walk, container, &mut current)
            {
                stop = Some(why);
                return Ok(ExtractionDecision::Stop);
            }
            met = met.saturating_add(1);
            match begin(walk, container, entry, &mut current) {
                Ok(true) => {
                    started = true;
                    Ok(ExtractionDecision::Extract(Box::new(current.sink.clone())))
                }
                Ok(false) => Ok(ExtractionDecision::Skip),
                Err(why) => {
                    stop = Some(why);
                    Ok(ExtractionDecision::Stop)
                }
            }
        };
        let on_error = |_: &ArchiveMember, why: &Error| {
            failed.fail(error(why));
            Ok(ExtractionErrorAction::Continue)
        };
        let done = archive.extract_with_control_and_errors(options, decide, on_error);
        done.map_err(|e| error(&e))
    });
    if let Some(stop) = stop {
        return Err(stop);
    }
    let mut why = None;
    if let Err(error) = outcome {
        why = Some(content_error(io::Error::new(
            error.kind(),
            error.to_string(),
        ))?);
        current.sink.fail(error);
    }
    if started {
        finish(walk, container, &mut current)?;
    }
    for entry in archive.members().skip(met) {
        let reason = closed(&entry).or(why).unwrap_or(Unread::Damaged);
        walk.closed(member(container, &entry), reason)?;
    }
    Ok(Opened::Whole)
}

/// Whether a member is to be unpacked now. What cannot be is named at once.
fn begin(
    walk: &mut Walk<'_>,
    container: &Container<'_>,
    entry: &ArchiveMember,
    current: &mut Pending,
) -> Result<bool, Stop> {
    if entry.meta.is_directory {
        walk.budget.member(entry.meta.name.len())?;
        return Ok(false);
    }
    let member = member(container, entry);
    if entry.meta.is_redirection {
        walk.member(container, member, &mut io::empty())?;
        return Ok(false);
    }
    if let Some(why) = closed(entry) {
        walk.closed(member, why)?;
        return Ok(false);
    }
    let place = walk.host.store().map_err(Stop::Program)?;
    current.sink.begin(place, walk.budget.bytes_left());
    current.member = member;
    Ok(true)
}

/// Looks at what was unpacked.
fn finish(
    walk: &mut Walk<'_>,
    container: &Container<'_>,
    current: &mut Pending,
) -> Result<(), Stop> {
    let mut content = current.sink.content().map_err(Stop::Program)?;
    walk.member(container, current.member.clone(), &mut content)
}

/// Why a member cannot be unpacked, if that is known before.
fn closed(entry: &ArchiveMember) -> Option<Unread> {
    let meta = &entry.meta;
    if meta.is_encrypted {
        Some(Unread::Encrypted)
    } else {
        // The rest is in another volume.
        (meta.is_split_before || meta.is_split_after).then_some(Unread::Unsupported)
    }
}

/// A member by its name, and by the one before it in the field where an old name and a Unicode one stand together.
fn member(container: &Container<'_>, entry: &ArchiveMember) -> Member {
    let mut names: Vec<FileName> = vec![look::name(&entry.meta.name_lossy())];
    if let ArchiveMemberDetail::Rar15To40 {
        unicode_name: Some(field),
        ..
    } = &entry.detail
    {
        let old = field.split(|octet| *octet == 0).next().unwrap_or_default();
        let old = look::name(&String::from_utf8_lossy(old));
        if !old.text.is_empty() && !names.contains(&old) {
            names.push(old);
        }
    }
    Member::new(container.path, names, "file")
}

/// The error of the reader as one of content.
fn error(error: &Error) -> io::Error {
    let root = error.root_cause();
    let kind = match error.kind() {
        _ if matches!(
            root,
            Error::UnsupportedEncryption { .. } | Error::FeatureDisabled { .. }
        ) =>
        {
            io::ErrorKind::PermissionDenied // Nothing that is left out concerns anything else.
        }
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => io::ErrorKind::PermissionDenied,
        ErrorKind::ResourceLimit => io::ErrorKind::OutOfMemory,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => io::ErrorKind::Unsupported,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error.to_string())
}
