//! ZIP archives and the documents that are made of them, wherever in the content they begin.
//!
//! Members are those of the central directory and those of every local header. Where two headers of one member differ,
//! both names are judged and both methods tried.

mod headers;
mod method;

use crate::inside::compound;
use crate::inside::container::Container;
use crate::inside::cursor::range;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::look;
use crate::map::FileName;
use crate::map::{Member, Unread};
use headers::{Directory, Found, Header, Sort};
use std::collections::BTreeMap;
use std::io::{self, BufReader};

/// Headers of one member: local, central, descriptor; and one to find out that there are too many.
const HEADERS: usize = 3;
/// End records that are believed.
const DIRECTORIES: usize = 8;

/// Opens every member.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    let bound = walk
        .budget
        .members_left()
        .saturating_mul(HEADERS)
        .saturating_add(HEADERS);
    let mut archive = match Archive::read(source, bound) {
        Ok(archive) => archive,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    if archive.locals.is_empty() && archive.lost.is_empty() {
        return Ok(Opened::NotOne);
    }
    // The sectors of a compound file may hold pieces of archives that belong to its streams, which are opened as such.
    let in_pieces = head.starts_with(compound::MAGIC);
    if in_pieces {
        archive.lost.clear();
    }
    for header in &archive.lost {
        let member = Member::new(container.path, judged([header]), "file");
        walk.closed(member, Unread::Damaged)?;
    }
    let mut covered = 0_u64;
    for (at, local) in &archive.locals {
        let central = archive
            .central
            .get(at)
            .map(Vec::as_slice)
            .unwrap_or_default();
        // What looks like a header inside the content of another member is opened with that member.
        if *at < covered && central.is_empty() {
            continue;
        }
        let packed = archive.packed(local, central);
        covered = covered.max(local.at.saturating_add(packed));
        let first = walk.members.len();
        member(walk, source, container, local, central, packed)?;
        let read = walk.members.get(first..).unwrap_or_default();
        if in_pieces
            && read
                .iter()
                .all(|member| member.unread == Some(Unread::Damaged))
        {
            walk.members.truncate(first);
        }
    }
    Ok(Opened::unless(archive.more.then_some(Unread::Limit)))
}

/// What was found of an archive.
#[derive(Debug, Default)]
struct Archive {
    /// Local headers and where they stand.
    locals: BTreeMap<u64, Header>,
    /// The central headers of each local one.
    central: BTreeMap<u64, Vec<Header>>,
    /// Central headers without a local one.
    lost: Vec<Header>,
    /// Where anything begins.
    marks: Vec<u64>,
    /// Whether there were more headers than are read.
    more: bool,
}

impl Archive {
    fn read(source: &mut dyn Source, bound: usize) -> io::Result<Self> {
        let (found, more) = headers::find(source, bound)?;
        let mut archive = Archive {
            marks: found.iter().map(|found| found.at).collect(),
            more,
            ..Archive::default()
        };
        for Found { at, .. } in of(&found, Sort::Local) {
            if let Some(header) = headers::local(source, at)? {
                archive.locals.insert(at, header);
            }
        }
        let covered = archive.covered();
        let lies_inside = |at: u64| {
            let next = covered.partition_point(|(_, end)| *end <= at);
            covered.get(next).is_some_and(|(from, _)| *from <= at)
        };
        let last = of(&found, Sort::End).last().map(|found| found.at);
        let mut directories = Vec::new();
        for Found { at, .. } in of(&found, Sort::End) {
            if (!lies_inside(at) || last == Some(at)) && directories.len() < DIRECTORIES {
                directories.extend(headers::directory(source, at)?);
            }
        }
        for Found { at, .. } in of(&found, Sort::Central) {
            // A directory inside a member is that of an archive in this one, unless an end record says otherwise.
            let own = directories
                .iter()
                .find(|told| (told.at..told.end).contains(&at))
                .map(|told| told.prefix);
            if (own.is_some() || !lies_inside(at))
                && let Some(header) = headers::central(source, at)?
            {
                archive.add_central(header, own, &directories);
            }
        }
        Ok(archive)
    }

    /// Puts a central header to its local one: its offset counts from where its own directory says that the archive
    /// begins, or else from the start, or from where another directory says.
    fn add_central(&mut self, header: Header, own: Option<u64>, directories: &[Directory]) {
        let others = directories.iter().map(|directory| directory.prefix);
        let prefixes = own.into_iter().chain([0]).chain(others);
        let mut places = prefixes.map(|prefix| header.at.saturating_add(prefix));
        match places.find(|at| self.locals.contains_key(at)) {
            Some(at) => self.central.entry(at).or_default().push(header),
            None => self.lost.push(header),
        }
    }

    /// Where the content of members lies, as their local headers say.
    fn covered(&self) -> Vec<(u64, u64)> {
        let mut covered: Vec<(u64, u64)> = Vec::new();
        for (at, local) in &self.locals {
            if covered.last().is_none_or(|(_, end)| at >= end) && local.packed > 0 {
                covered.push((local.at, local.at.saturating_add(local.packed)));
            }
        }
        covered
    }

    /// Octets that a member takes: the most that any header says, or up to the next header where none does.
    fn packed(&self, local: &Header, central: &[Header]) -> u64 {
        let stated = central
            .iter()
            .map(|header| header.packed)
            .fold(local.packed, u64::max);
        if stated > 0 && stated != u64::from(u32::MAX) || local.flags & 8 == 0 && stated == 0 {
            return stated;
        }
        let next = self.marks.partition_point(|mark| *mark < local.at);
        let next = self.marks.get(next).copied().unwrap_or(u64::MAX);
        next.saturating_sub(local.at)
    }
}

fn of(found: &[Found], sort: Sort) -> impl Iterator<Item = Found> {
    found
        .iter()
        .copied()
        .filter(move |found| found.sort == sort)
}

/// Unpacks one member by each method that one of its headers names.
fn member(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    local: &Header,
    central: &[Header],
    packed: u64,
) -> Result<(), Stop> {
    let headers = || std::iter::once(local).chain(central);
    let member = Member::new(container.path, judged(headers()), "file");
    if packed == 0 && headers().all(is_folder) {
        return walk.budget.member(0).map_err(Stop::from);
    }
    if headers().all(Header::is_encrypted) {
        return walk.closed(member, Unread::Encrypted);
    }
    let mut methods: Vec<u16> = headers().map(|header| header.method).collect();
    methods.sort_unstable();
    methods.dedup();
    for method in methods {
        let raw = range(source, local.at, u64::MAX).map_err(Stop::Program)?;
        match method::content(method, BufReader::new(raw), packed) {
            Ok(mut content) if container.is_package() => {
                walk.inner(container, member.clone(), &mut *content)?;
            }
            Ok(mut content) => walk.member(container, member.clone(), &mut *content)?,
            Err(why) => walk.closed(member.clone(), why)?,
        }
    }
    Ok(())
}

fn is_folder(header: &Header) -> bool {
    !header.names.is_empty() && header.names.iter().all(|name| name.ends_with('/'))
}

/// All names in all headers.
fn judged<'a>(headers: impl IntoIterator<Item = &'a Header>) -> Vec<FileName> {
    let mut judged: Vec<FileName> = Vec::new();
    for name in headers.into_iter().flat_map(|header| &header.names) {
        if judged.iter().all(|known| known.text != *name) {
            judged.push(look::name(name));
        }
    }
    judged
}
