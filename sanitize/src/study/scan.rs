//! Files that stand in text.

use crate::decode::Encoding;
use crate::kind::Kinds;
use std::ops::Range;

/// A file that stands in text, from its first line to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The octets of the text, the line ends of its last line included.
    pub range: Range<u64>,
    /// How it is written.
    pub encoding: Encoding,
    /// The file name that it names, as it stands there.
    pub name: Option<Vec<u8>>,
    /// What the file is by content.
    pub kinds: Kinds,
}

/// What was found in text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFinds {
    /// Files, in order.
    pub blocks: Vec<Block>,
    /// What runs of base64 in the text stand for, and bodies of messages that are quoted as source: what was recognised
    /// there other than text.
    pub quoted: Kinds,
}

impl TextFinds {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.quoted.is_empty()
    }
}

/// Looks for files in text as it streams by. Costs next to nothing where there are none.
#[derive(Debug, Default)]
pub struct TextScan {
    finds: TextFinds,
}

impl TextScan {
    /// At the start of the text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets of decoded text.
    pub fn push(&mut self, _text: &[u8]) {}

    /// What was found, now that all of it went by.
    pub fn finish(self) -> TextFinds {
        self.finds
    }
}
