//! What content shows, taken as it streams by.

use super::found::{Found, TEXT};
use crate::kind::{Kind, Kinds};

/// Octets at the start that are kept.
const HEAD: usize = 4_096;

/// Looks at one part's decoded content as it streams by. Bounded memory, linear time.
#[derive(Debug, Default)]
pub struct Look {
    head: Vec<u8>,
    size: u64,
}

/// What content showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The media type, if the content was recognised.
    pub media_type: Option<&'static str>,
    /// A few words for reports: `PE program`.
    pub label: &'static str,
    /// What it is by content.
    pub kinds: Kinds,
    /// Octets of decoded content.
    pub size: u64,
}

impl Look {
    /// A look at content that is still to come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets, in pieces of any size.
    pub fn push(&mut self, decoded: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len()).min(decoded.len());
        self.head
            .extend_from_slice(decoded.get(..room).unwrap_or_default());
        self.size = self.size.saturating_add(decoded.len() as u64);
    }

    /// What it is, now that all of it went by.
    pub fn finish(self) -> Looked {
        let text = Found::new("text/plain", "text", TEXT);
        let found = if self.head.starts_with(b"MZ") {
            Some(Found::new(
                "application/vnd.microsoft.portable-executable",
                "PE program",
                Kinds::of(Kind::Executable),
            ))
        } else {
            std::str::from_utf8(&self.head).is_ok().then_some(text)
        };
        Looked {
            media_type: found.map(|found| found.media_type),
            label: found.map_or("unknown", |found| found.label),
            kinds: found.map_or(Kinds::of(Kind::Unknown), |found| found.kinds),
            size: self.size,
        }
    }
}
