//! What was found inside a container.

use crate::kind::{Kind, Kinds};
use crate::look::{self, Looked};
use crate::map::{Disposition, FileName};

/// Characters of one step of a path that are kept.
const STEP: usize = 120;

/// A file, or a part of an attached message, inside a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub(super) path: Vec<String>,
    pub(super) names: Vec<FileName>,
    pub(super) media_type: Option<String>,
    pub(super) disposition: Option<Disposition>,
    pub(super) detected: Option<&'static str>,
    pub(super) kinds: Kinds,
    pub(super) content: Kinds,
    pub(super) size: u64,
    pub(super) unread: Option<Unread>,
}

/// Why a container, or a file in it, was not looked at to its end. Never the same as harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A member of these names, before its content is known. What has no name is called by what it is.
    pub(super) fn new(above: &[String], names: Vec<FileName>, otherwise: &str) -> Self {
        let own = names.first().map_or(otherwise, |name| name.text.as_str());
        let mut path = above.to_vec();
        path.push(step(own));
        Member {
            kinds: look::kinds(None, &names, ""),
            path,
            names,
            media_type: None,
            disposition: None,
            detected: None,
            content: Kinds::NONE,
            size: 0,
            unread: None,
        }
    }

    /// Notes what its content is.
    pub(super) fn set_looked(&mut self, looked: &Looked) {
        let media_type = self.media_type.as_deref().unwrap_or_default();
        self.kinds = look::kinds(Some(looked), &self.names, media_type);
        self.detected = looked.media_type;
        self.content = looked.kinds;
        self.size = looked.size;
    }

    /// Notes that it was not looked at to its end. The first reason stays.
    pub(super) fn set_unread(&mut self, why: Unread) {
        if why == Unread::Encrypted {
            self.kinds.insert(Kind::Encrypted);
            self.kinds.remove(Kind::Unknown);
        }
        self.unread.get_or_insert(why);
    }

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
    pub fn detected_type(&self) -> Option<&'static str> {
        self.detected
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
}

/// A name as a step of a path.
pub(super) fn step(name: &str) -> String {
    name.chars().take(STEP).collect()
}
