//! The end of a message: the only moment at which changes may be sent, and the value that stands for it.

use super::edit::{Edits, HeaderEdit};
use super::flags::Actions;
use super::frame;
use super::order::Writing;
use bytes::BytesMut;
use std::collections::BTreeMap;
use std::fmt;

/// The MTA waits for the end of this message. Made by a session, given back to it with the conclusion.
///
/// Changes come first, then the new body in one run, then the conclusion; progress only before the new body, because
/// Postfix breaks the connection on anything between two pieces of it.
#[derive(Debug)]
#[must_use = "the MTA waits for a conclusion"]
pub struct EndOfMessage {
    writing: Writing,
    seen: Seen,
    payload_max: usize,
    in_body: bool,
}

impl EndOfMessage {
    pub(crate) fn new(writing: Writing, seen: Seen, payload_max: usize) -> Self {
        Self {
            writing,
            seen,
            payload_max: payload_max.max(1),
            in_body: false,
        }
    }

    /// Tells the MTA that work goes on. Nothing is written once the new body has begun.
    pub fn progress(&self, out: &mut BytesMut) {
        if !self.in_body {
            frame::put(out, b'p', &[]);
        }
    }

    /// Writes changes in the order that MTAs need. Nothing is written if one of them is not possible.
    pub fn edits(&self, edits: &Edits, out: &mut BytesMut) -> Result<(), EditError> {
        allow(edits.lacking(self.writing.actions))?;
        for edit in edits.header_edits() {
            if let HeaderEdit::Change(name, nth, _) = edit {
                let count = self.seen.count(name.as_str());
                if count.is_some_and(|count| nth.get() > count) {
                    return Err(EditError::NoSuchField {
                        name: name.as_str().to_owned(),
                        nth: nth.get(),
                    });
                }
            }
        }
        self.writing.put(edits, out);
        Ok(())
    }

    /// Writes a piece of the new body, in packets of at most [`EndOfMessage::payload_max`] octets. The first call replaces
    /// the body, so one with nothing makes it empty.
    pub fn body(&mut self, piece: &[u8], out: &mut BytesMut) -> Result<(), EditError> {
        allow(Actions::REPLACE_BODY.without(self.writing.actions))?;
        if piece.is_empty() && !self.in_body {
            frame::put(out, b'b', &[]);
        }
        self.in_body = true;
        for chunk in piece.chunks(self.payload_max) {
            frame::put(out, b'b', &[chunk]);
        }
        Ok(())
    }

    /// Octets of the new body that fit into one packet.
    pub fn payload_max(&self) -> usize {
        self.payload_max
    }

    /// Whether the new body may be written here.
    pub fn can_replace_body(&self) -> bool {
        self.writing.actions.contains(Actions::REPLACE_BODY)
    }
}

fn allow(lacking: Actions) -> Result<(), EditError> {
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(EditError::NotAgreed(lacking))
    }
}

/// Names of header fields that are counted; more are not, and a change of one of those is not checked.
const NAMES_COUNTED: usize = 256;
const NAME_COUNTED_MAX: usize = 100;

/// How many fields of each name the filter was shown: the change of one that is not there would add a field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    counts: BTreeMap<Box<[u8]>, u32>,
    partial: bool,
}

impl Seen {
    /// For a filter that is shown no header at all.
    pub(crate) fn unknown() -> Self {
        Self {
            counts: BTreeMap::new(),
            partial: true,
        }
    }

    pub(crate) fn note(&mut self, name: &[u8]) {
        let key = name.to_ascii_lowercase();
        if let Some(count) = self.counts.get_mut(key.as_slice()) {
            *count = count.saturating_add(1);
        } else if self.counts.len() < NAMES_COUNTED && key.len() <= NAME_COUNTED_MAX {
            self.counts.insert(key.into_boxed_slice(), 1);
        } else {
            self.partial = true;
        }
    }

    /// `None` if it is not known.
    fn count(&self, name: &str) -> Option<u32> {
        let count = self
            .counts
            .get(name.as_bytes().to_ascii_lowercase().as_slice())
            .copied();
        count.or(if self.partial { None } else { Some(0) })
    }
}

/// Why changes cannot be sent. The message must be refused for now: delivering it unchanged is not what was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// The MTA did not agree to these actions, or the filter did not ask for them.
    NotAgreed(Actions),
    /// There is no such field to be changed; MTAs would add one.
    NoSuchField {
        /// Name of the field.
        name: String,
        /// Which one of that name.
        nth: u32,
    },
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAgreed(actions) => write!(f, "not negotiated with the MTA: {actions}"),
            Self::NoSuchField { name, nth } => {
                write!(f, "the message has no header field {name} number {nth}")
            }
        }
    }
}

impl std::error::Error for EditError {}
