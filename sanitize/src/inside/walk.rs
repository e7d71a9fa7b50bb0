//! The way through containers: each member is unpacked into a place of its own, looked at, and opened in its turn.

use super::budget::{Budget, Exceeded};
use super::host::{Host, Source, Store};
use super::{message, smime, stream, tar, tnef, zip};
use crate::kind::{Kind, Kinds};
use crate::look::{Look, Looked};
use crate::map::FileName;
use crate::map::{Member, Unread};
use std::io::{self, Read, SeekFrom};

/// Octets that are unpacked at a time.
const CHUNK: usize = 32 << 10;
/// Octets at the start that tell the format.
const HEAD: usize = 512;

/// What is known of a container before it is opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container<'a> {
    /// The way to it; empty for a part.
    pub(super) path: &'a [String],
    pub(super) names: &'a [FileName],
    /// By content, names and declared type.
    pub(super) kinds: Kinds,
    /// By content alone.
    pub(super) content: Kinds,
    pub(super) detected: Option<&'static str>,
    /// Containers around it.
    pub(super) depth: u16,
}

impl Container<'_> {
    /// Whether it is a document that is made of files which are its own affair.
    fn is_package(&self) -> bool {
        let office = Kinds::from_iter([Kind::Office, Kind::MacroOffice]);
        self.content.intersects(office)
    }

    /// Whether it is a message as RFC 5322 writes it: by content, or said to be one and nothing else by content.
    fn is_message(&self) -> bool {
        let claimed = self.kinds.contains(Kind::Message) && self.detected.is_none();
        let text = self
            .detected
            .is_some_and(|found| found.starts_with("text/"));
        self.detected == Some("message/rfc822")
            || claimed
            || text && self.kinds.contains(Kind::Message)
    }
}

/// Why everything ends.
#[derive(Debug)]
pub(super) enum Stop {
    /// A bound was reached.
    Limit,
    /// The program has failed, not the content.
    Program(io::Error),
}

impl From<Exceeded> for Stop {
    fn from(_: Exceeded) -> Self {
        Stop::Limit
    }
}

/// What became of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// It is none of this sort.
    NotOne,
    /// It was read to its end.
    Whole,
    /// It was not.
    InPart(Unread),
}

impl Opened {
    /// Read to its end unless there is a reason why not.
    pub(super) fn unless(why: Option<Unread>) -> Self {
        why.map_or(Opened::Whole, Opened::InPart)
    }
}

/// What a walk through a container gives.
pub(super) type Walked = Result<Opened, Stop>;

/// What reading content gives: errors of the content are facts, errors of the disk end everything.
pub(super) fn content_error(error: io::Error) -> Result<Unread, Stop> {
    match error.kind() {
        _ if error.raw_os_error().is_some() => Err(Stop::Program(error)),
        io::ErrorKind::OutOfMemory => Ok(Unread::Limit),
        io::ErrorKind::Unsupported => Ok(Unread::Unsupported),
        _ => Ok(Unread::Damaged),
    }
}

/// How the unpacking of a member ended: why not at its end, or at a bound.
type Unpacked = Result<Option<Unread>, Exceeded>;

/// One walk, and what it has met.
pub(super) struct Walk<'a> {
    pub(super) budget: &'a mut Budget,
    pub(super) members: Vec<Member>,
    host: &'a dyn Host,
}

impl<'a> Walk<'a> {
    pub(super) fn new(host: &'a dyn Host, budget: &'a mut Budget) -> Self {
        Walk {
            budget,
            members: Vec::new(),
            host,
        }
    }

    /// Opens a container with everything that could open it.
    pub(super) fn open(&mut self, source: &mut dyn Source, container: &Container<'_>) -> Walked {
        if let Err(Exceeded) = self.budget.depth(container.depth) {
            return Ok(Opened::InPart(Unread::Limit));
        }
        let head = match head(source) {
            Ok(head) => head,
            Err(error) => return content_error(error).map(Opened::InPart),
        };
        let by_head = self.open_by_head(source, container, &head)?;
        let zipped = zip::walk(self, source, container)?;
        Ok(match (by_head, zipped) {
            (Opened::NotOne, Opened::NotOne) => {
                unopened(container).map_or(Opened::NotOne, Opened::InPart)
            }
            (Opened::InPart(why), _) | (_, Opened::InPart(why)) => Opened::InPart(why),
            _ => Opened::Whole,
        })
    }

    /// Opens what its first octets, or its kind, say that it is.
    fn open_by_head(
        &mut self,
        source: &mut dyn Source,
        container: &Container<'_>,
        head: &[u8],
    ) -> Walked {
        if let Some(format) = stream::by_head(head) {
            stream::walk(self, source, container, format)
        } else if tar::is_header(head) {
            tar::walk(self, source, container)
        } else if head.starts_with(&tnef::SIGNATURE) {
            tnef::walk(self, source, container)
        } else if container.detected == Some("application/pkcs7-mime") {
            smime::walk(self, source, container)
        } else if container.is_message() {
            message::walk(self, source, container)
        } else {
            Ok(Opened::NotOne)
        }
    }

    /// Unpacks a member, looks at it and opens it. An error of `content` is a fact about the member.
    pub(super) fn member(
        &mut self,
        holder: &Container<'_>,
        mut member: Member,
        content: &mut dyn Read,
    ) -> Result<(), Stop> {
        self.budget.member(name_bytes(&member))?;
        let mut store = self.host.store().map_err(Stop::Program)?;
        let (looked, outcome) = self.unpack(content, &mut *store, member.kinds())?;
        member.set_looked(&looked);
        let at = self.members.len();
        self.members.push(member);
        match outcome {
            Err(Exceeded) => {
                self.note(at, Unread::Limit);
                return Err(Stop::Limit);
            }
            Ok(Some(why)) => self.note(at, why),
            Ok(None) => {}
        }
        self.open_member(at, holder, &mut *store)?;
        if holder.is_package() {
            self.forget_inner(at);
        }
        Ok(())
    }

    /// A member whose content cannot be had.
    pub(super) fn closed(&mut self, mut member: Member, why: Unread) -> Result<(), Stop> {
        self.budget.member(name_bytes(&member))?;
        member.set_unread(why);
        self.members.push(member);
        Ok(())
    }

    fn open_member(
        &mut self,
        at: usize,
        holder: &Container<'_>,
        store: &mut dyn Store,
    ) -> Result<(), Stop> {
        let Some(member) = self.members.get(at) else {
            return Ok(());
        };
        if !may_hold(member.kinds(), member.content()) {
            return Ok(());
        }
        let (path, names) = (member.path.clone(), member.names.clone());
        let container = Container {
            path: &path,
            names: &names,
            kinds: member.kinds(),
            content: member.content(),
            detected: member.detected_type(),
            depth: holder.depth.saturating_add(1),
        };
        store.rewind().map_err(Stop::Program)?;
        let walked = self.open(store, &container);
        match &walked {
            Ok(Opened::InPart(why)) => self.note(at, *why),
            Err(Stop::Limit) => self.note(at, Unread::Limit),
            _ => {}
        }
        walked.map(|_| ())
    }

    fn note(&mut self, at: usize, why: Unread) {
        if let Some(member) = self.members.get_mut(at) {
            member.set_unread(why);
        }
    }

    /// Copies content into a store and looks at it on the way.
    fn unpack(
        &mut self,
        content: &mut dyn Read,
        store: &mut dyn Store,
        claimed: Kinds,
    ) -> Result<(Looked, Unpacked), Stop> {
        let mut look = Look::claimed(claimed);
        let mut buffer = vec![0; CHUNK];
        let outcome = loop {
            if !self.host.has_time() {
                break Err(Exceeded);
            }
            let count = match content.read(&mut buffer) {
                Ok(0) => break Ok(None),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Ok(Some(content_error(error)?)),
            };
            if let Err(exceeded) = self.budget.charge(count) {
                break Err(exceeded);
            }
            let chunk = buffer.get(..count).unwrap_or_default();
            look.push(chunk);
            store.write_all(chunk).map_err(Stop::Program)?;
        };
        Ok((look.finish(), outcome))
    }

    /// The files that a document is made of are the document: only what is more than that counts.
    fn forget_inner(&mut self, at: usize) {
        let telling = Kinds::from_iter([
            Kind::Executable,
            Kind::Script,
            Kind::ActiveHtml,
            Kind::MacroOffice,
            Kind::Encrypted,
            Kind::Archive,
            Kind::Office,
            Kind::Message,
        ]);
        let plain = self
            .members
            .get(at)
            .is_some_and(|member| !member.kinds.intersects(telling) && member.unread.is_none());
        if plain && self.members.len() == at.saturating_add(1) {
            self.members.pop();
        }
    }
}

/// Whether content of these kinds could hold something else. Text and pictures hold nothing unless something else was
/// recognised in them, or they are called a container.
pub(super) fn may_hold(kinds: Kinds, content: Kinds) -> bool {
    let holders = Kinds::from_iter([
        Kind::Archive,
        Kind::Office,
        Kind::MacroOffice,
        Kind::Message,
        Kind::Executable,
        Kind::Encrypted,
        Kind::Unknown,
    ]);
    kinds.union(content).intersects(holders)
}

/// Why a container that nothing here opens is not read; none if it is no container.
fn unopened(container: &Container<'_>) -> Option<Unread> {
    let content = container.content;
    // What is a message only because of its name, or of what it was taken from, holds nothing more.
    let message = content.contains(Kind::Message)
        && container
            .detected
            .is_some_and(|found| found.starts_with("application/"));
    if content.contains(Kind::Encrypted) {
        Some(Unread::Encrypted)
    } else if !content.contains(Kind::Executable) && (content.contains(Kind::Archive) || message) {
        Some(Unread::Unsupported)
    } else {
        None
    }
}

fn name_bytes(member: &Member) -> usize {
    let of = |name: &FileName| name.text.len().saturating_add(name.judged.len());
    let names: usize = member.names.iter().map(of).sum();
    let path: usize = member.path.iter().map(String::len).sum();
    names.saturating_add(path)
}

/// The first octets.
fn head(source: &mut dyn Source) -> io::Result<Vec<u8>> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    source.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}
