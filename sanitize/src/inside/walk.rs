//! The way through containers: each member is unpacked into a place of its own, looked at, and opened in its turn.

use super::budget::{Budget, Exceeded};
use super::container::{Container, Place, is_called_a_holder, may_hold};
use super::foreign::Guarded;
use super::host::{Host, Source, Store};
use super::outcome::{Opened, Stop, Walked, content_error};
use super::told;
use crate::finding::{Finding, Findings};
use crate::kind::{Kind, Kinds};
use crate::look::{self, Look, Looked};
use crate::map::FileName;
use crate::map::{Member, Unread};
use crate::study::TextScan;
use sha2::{Digest, Sha256};
use std::io::{self, Read, SeekFrom};

/// Octets that are unpacked at a time.
const CHUNK: usize = 32 << 10;
/// Octets at the start that tell the format.
const HEAD: usize = 4 << 10;

/// Opens content if it is one of a format. `head` is the first octets, at most [`HEAD`] of them.
pub(super) type Open = fn(&mut Walk<'_>, &mut dyn Source, &Container<'_>, head: &[u8]) -> Walked;

/// How the unpacking of a member ended.
struct Unpacked {
    looked: Looked,
    /// Why not at its end, or at a bound.
    outcome: Result<Option<Unread>, Exceeded>,
    /// Whether files stand in its lines.
    written: bool,
    digest: Option<[u8; 32]>,
}

/// One walk, and what it has met.
pub(super) struct Walk<'a> {
    pub(super) budget: &'a mut Budget,
    pub(super) members: Vec<Member>,
    /// What was found in the part itself.
    pub(super) findings: Findings,
    pub(super) host: &'a dyn Host,
    /// Whether members are digested.
    pub(super) digests: bool,
    formats: &'a [Open],
}

impl<'a> Walk<'a> {
    pub(super) fn new(formats: &'a [Open], host: &'a dyn Host, budget: &'a mut Budget) -> Self {
        Walk {
            budget,
            members: Vec::new(),
            findings: Findings::NONE,
            host,
            digests: false,
            formats,
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
        let mut opened = Opened::NotOne;
        for open in self.formats {
            opened = opened.and(open(self, source, container, &head)?);
        }
        for finding in told::findings(container, opened) {
            self.find_at(container.place, finding);
        }
        Ok(match opened {
            Opened::NotOne => container.unopened().map_or(opened, Opened::InPart),
            opened => opened,
        })
    }

    /// Notes what was found in a container, and so in the document that it is a file of.
    pub(super) fn find(&mut self, container: &Container<'_>, finding: Finding) {
        self.find_at(container.place, finding);
        if let Some(document) = container.package {
            self.find_at(document, finding);
        }
    }

    /// Notes what was found in the container of that place.
    pub(super) fn find_at(&mut self, place: Place, finding: Finding) {
        match place {
            Place::Part => self.findings.insert(finding),
            Place::Member(at) => {
                if let Some(member) = self.members.get_mut(at) {
                    member.findings.insert(finding);
                }
            }
        }
    }

    /// As [`member`](Walk::member), for something that a document is made of: it is forgotten if it says nothing.
    pub(super) fn inner(
        &mut self,
        holder: &Container<'_>,
        member: Member,
        content: &mut dyn Read,
    ) -> Result<(), Stop> {
        let at = self.members.len();
        self.member(holder, member, content)?;
        self.forget_inner(at);
        Ok(())
    }

    /// As [`member`](Walk::member), for a file that was put into a document or page: it is a finding as well.
    pub(super) fn embedded(
        &mut self,
        holder: &Container<'_>,
        member: Member,
        content: &mut dyn Read,
    ) -> Result<(), Stop> {
        let at = self.members.len();
        self.find(holder, Finding::EmbeddedFile);
        let walked = self.member(holder, member, content);
        let runs = Kinds::from_iter([Kind::Executable, Kind::Script]);
        let all = self.members.get(at..).unwrap_or_default();
        if all.iter().any(|member| member.kinds.intersects(runs)) {
            self.find(holder, Finding::EmbeddedProgram);
        }
        walked
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
        let unpacked = self.unpack(content, &mut *store, member.kinds())?;
        member.set_looked(&unpacked.looked);
        member.digest = unpacked.digest;
        let at = self.members.len();
        self.members.push(member);
        match unpacked.outcome {
            Err(Exceeded) => {
                self.note(at, Unread::Limit);
                return Err(Stop::Limit);
            }
            Ok(Some(why)) => self.note(at, why),
            Ok(None) => {}
        }
        self.open_member(at, holder, unpacked.written, &mut *store)
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
        written: bool,
        store: &mut dyn Store,
    ) -> Result<(), Stop> {
        let Some(member) = self.members.get(at) else {
            return Ok(());
        };
        let called = is_called_a_holder(&member.names, member.detected_type().unwrap_or_default());
        if !holder.is_package()
            && !called
            && !written
            && !may_hold(member.kinds(), member.content())
        {
            return Ok(());
        }
        let member = member.clone();
        let container = Container {
            path: &member.path,
            names: &member.names,
            kinds: member.kinds(),
            content: member.content(),
            detected: member.detected_type(),
            place: Place::Member(at),
            package: holder.is_package().then_some(holder.place),
            declared: look::kinds_of_type(member.media_type.as_deref().unwrap_or_default()),
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

    /// Copies content into a store and looks at it on the way. Whatever reads it may fail.
    fn unpack(
        &mut self,
        content: &mut dyn Read,
        store: &mut dyn Store,
        claimed: Kinds,
    ) -> Result<Unpacked, Stop> {
        let mut content = Guarded::new(content);
        let mut look = Look::claimed(claimed);
        let mut scan = Some(TextScan::new());
        let mut digest = self.digests.then(Sha256::new);
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
            if let Some(digest) = &mut digest {
                digest.update(chunk);
            }
            // What has NUL octets is no text that files are written in.
            scan.take_if(|_| memchr::memchr(0, chunk).is_some());
            if let Some(scan) = &mut scan {
                scan.push(chunk);
            }
            store.write_all(chunk).map_err(Stop::Program)?;
        };
        let mut looked = look.finish();
        // What stands in a message is found when that is opened.
        let message = looked.kinds.union(claimed).contains(Kind::Message);
        let scan = scan.filter(|_| !message);
        let written = scan.map(TextScan::finish).unwrap_or_default();
        looked.kinds = looked.kinds.union(written.kinds());
        Ok(Unpacked {
            looked,
            outcome,
            written: !written.blocks.is_empty(),
            digest: digest.map(|digest| digest.finalize().into()),
        })
    }

    /// The files that a document is made of are the document, with all that lies in them: only what is more than that counts.
    fn forget_inner(&mut self, at: usize) {
        let inner = self.members.get(at..).unwrap_or_default();
        if inner.iter().all(is_plain) {
            self.members.truncate(at);
        }
    }
}

/// Whether there is nothing to be said of a file that a document is made of. Its name counts where it says that it runs;
/// many are called like something that they are not.
fn is_plain(member: &Member) -> bool {
    let by_name = Kinds::from_iter([Kind::Executable, Kind::Script]);
    let by_content = Kinds::from_iter([
        Kind::Executable,
        Kind::Script,
        Kind::ActiveHtml,
        Kind::MacroOffice,
        Kind::Encrypted,
        Kind::Message,
    ]);
    !member.kinds.intersects(by_name)
        && !member.content.intersects(by_content)
        && member.unread.is_none()
        && member.findings.is_empty()
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
