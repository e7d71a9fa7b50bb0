//! What lies inside a part that is a container.

use super::{Disposition, FileName};
use crate::finding::Findings;
use crate::kind::Kinds;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What was found in one part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// What lies in it, each container before what it holds.
    pub members: Vec<Member>,
    /// Why the part itself was not read to its end; none if it was, or if it is no container.
    pub unread: Option<Unread>,
    /// What was found in the content of the part itself.
    pub findings: Findings,
}

/// A file, or a part of an attached message, inside a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub(crate) path: Vec<String>,
    pub(crate) names: Vec<FileName>,
    pub(crate) media_type: Option<String>,
    pub(crate) disposition: Option<Disposition>,
    pub(crate) detected: Option<Cow<'static, str>>,
    pub(crate) kinds: Kinds,
    pub(crate) content: Kinds,
    pub(crate) size: u64,
    pub(crate) unread: Option<Unread>,
    pub(crate) findings: Findings,
    pub(crate) digest: Option<[u8; 32]>,
    /// What it lies in. Worked out anew where it is noted.
    #[serde(skip)]
    pub(crate) within: Kinds,
}

impl Inside {
    /// Notes for each member what it lies in; `part` is what the part itself is.
    pub(crate) fn note_holders(&mut self, part: Kinds) {
        // What lies around a member of each depth, the way down to the last one that was seen.
        let mut around = vec![part];
        for member in &mut self.members {
            let depth = member.path.len().clamp(1, around.len());
            around.truncate(depth);
            member.within = around.last().copied().unwrap_or(part);
            let inside = member.within.union(member.kinds).union(member.content);
            around.push(inside);
        }
    }
}

/// Why a container, or a file in it, was not looked at to its end. Never the same as harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unread {
    /// It cannot be read without a key.
    Encrypted,
    /// It is written in a way that is not read here.
    Unsupported,
    /// It is not as its format says.
    Damaged,
    /// It would cost more than one message may.
    Limit,
    /// What reads it has failed.
    Failed,
}

impl Unread {
    /// Every reason.
    pub const ALL: [Unread; 5] = [
        Unread::Encrypted,
        Unread::Unsupported,
        Unread::Damaged,
        Unread::Limit,
        Unread::Failed,
    ];

    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Unread::Encrypted => "encrypted",
            Unread::Unsupported => "unsupported",
            Unread::Damaged => "damaged",
            Unread::Limit => "limit",
            Unread::Failed => "failed",
        }
    }
}

impl Member {
    /// The way to it from the part that holds it: names of the containers between, then its own.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Every file name that some program could give it, without repeats.
    pub fn names(&self) -> &[FileName] {
        &self.names
    }

    /// The declared type in lower case, where the container knows such a thing.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// The declared disposition, where the container is a message.
    pub fn disposition(&self) -> Option<Disposition> {
        self.disposition
    }

    /// The type that its content shows; none if nothing was recognised.
    pub fn detected_type(&self) -> Option<&str> {
        self.detected.as_deref()
    }

    /// What it is by content, by any name and by declared type, all together.
    pub fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// What it is by content alone.
    pub fn content(&self) -> Kinds {
        self.content
    }

    /// Octets of its content, as far as they were read.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Why it was not looked at to its end; none if it was.
    pub fn unread(&self) -> Option<Unread> {
        self.unread
    }

    /// What was found in its content.
    pub fn findings(&self) -> Findings {
        self.findings
    }

    /// SHA-256 of its content; none if that was not asked for, or it could not be had.
    pub fn digest(&self) -> Option<&[u8; 32]> {
        self.digest.as_ref()
    }

    /// What it lies in: every container around it, the part among them.
    pub fn within(&self) -> Kinds {
        self.within
    }
}
