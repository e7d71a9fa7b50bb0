//! How a member is described: its names first, then what its content shows.

use crate::finding::Findings;
use crate::kind::{Kind, Kinds};
use crate::look::{self, Looked};
use crate::map::{FileName, Member, Unread};
use std::borrow::Cow;

/// Characters of one step of a path that are kept.
const STEP: usize = 120;

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
            findings: Findings::NONE,
            digest: None,
            within: Kinds::NONE,
        }
    }

    /// Notes what its content is.
    pub(super) fn set_looked(&mut self, looked: &Looked) {
        let media_type = self.media_type.as_deref().unwrap_or_default();
        self.kinds = look::kinds(Some(looked), &self.names, media_type);
        self.detected = looked.media_type.map(Cow::Borrowed);
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
}

/// A name as a step of a path.
pub(super) fn step(name: &str) -> String {
    name.chars().take(STEP).collect()
}
