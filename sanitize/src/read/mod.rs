//! Bytes to events: the streaming reader.

use crate::limits::Limits;
use crate::map::Reading;

/// What the caller wants to know; work that nobody asks for is not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {}

/// Something that the reader saw.
#[derive(Debug)]
pub enum Event<'a> {
    /// Placeholder.
    Content(&'a [u8]),
    /// Everything that was pushed is used up.
    NeedInput,
}

/// Reads one message.
#[derive(Debug)]
pub struct Reader {}

impl Reader {
    /// A reader.
    pub fn new(_needs: Needs, _limits: Limits) -> Self {
        Reader {}
    }

    /// Ends.
    pub fn finish(self) -> Reading {
        unreachable!()
    }
}
