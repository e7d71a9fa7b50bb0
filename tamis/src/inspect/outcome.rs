//! What became of a message, ready to be answered or written.

use super::report::Report;
use crate::spool::{Splice, Spool, SpoolReader};
use bytes::Bytes;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use tamis_rules::{Delivery, EnvelopeDecision, Reply};
use tamis_sanitize::{Extent, HeaderEdit, MessageMap, Piece, Rewrite};

/// What became of a message, and the story of it.
#[derive(Debug)]
pub struct Outcome {
    /// What the sender is told, and what is delivered.
    pub fate: Fate,
    /// What was found and done, for people and programs.
    pub report: Report,
}

/// What the sender is told, and what is delivered.
#[derive(Debug)]
pub enum Fate {
    /// The message is delivered.
    Deliver(Box<Delivered>),
    /// It is refused.
    Reject(Reply),
    /// The sender shall try again later.
    TempFail(Reply),
    /// The sender is told that all is well, and nothing is delivered.
    Discard,
}

/// A message that is delivered, changed or not.
#[derive(Debug)]
pub struct Delivered {
    pub(super) spool: Arc<Spool>,
    pub(super) header: Vec<HeaderEdit>,
    pub(super) body: Option<Vec<Piece>>,
    /// The whole result; none if nothing changes.
    pub(super) message: Option<Vec<Piece>>,
    /// The map of the result, if it was changed and could be read.
    pub(super) after: Option<MessageMap>,
    pub(super) envelope: EnvelopeDecision,
    pub(super) hold: Option<String>,
}

impl Delivered {
    /// As it came.
    pub(super) fn untouched(spool: Spool) -> Self {
        Delivered {
            spool: Arc::new(spool),
            header: Vec::new(),
            body: None,
            message: None,
            after: None,
            envelope: EnvelopeDecision::default(),
            hold: None,
        }
    }

    /// As a rewrite makes it.
    pub(super) fn rewritten(
        spool: Spool,
        map: &MessageMap,
        rewrite: Rewrite,
        after: Option<MessageMap>,
    ) -> Self {
        let message = Some(rewrite.message(map));
        Delivered {
            spool: Arc::new(spool),
            message,
            header: rewrite.header,
            body: rewrite.body,
            after,
            envelope: EnvelopeDecision::default(),
            hold: None,
        }
    }

    /// With this envelope, and held or not.
    pub(super) fn sent(mut self, delivery: &Delivery) -> Self {
        self.envelope.clone_from(&delivery.envelope);
        self.hold.clone_from(&delivery.hold);
        self
    }

    /// Changes of the envelope.
    pub fn envelope(&self) -> &EnvelopeDecision {
        &self.envelope
    }

    /// Why the MTA shall hold the message; none if it is to be delivered at once.
    pub fn hold(&self) -> Option<&str> {
        self.hold.as_deref()
    }

    /// Whether anything changed.
    pub fn is_changed(&self) -> bool {
        self.message.is_some()
    }

    /// Changes of the header section.
    pub fn header_edits(&self) -> &[HeaderEdit] {
        &self.header
    }

    /// The new body, if it changed; it can be read after this is gone.
    pub fn body(&self) -> Option<Body> {
        let pieces = self.body.clone()?;
        Some(Body {
            spool: Arc::clone(&self.spool),
            pieces: pieces.into(),
        })
    }

    /// The map of the result, if it was changed and could be read to its end.
    pub fn after(&self) -> Option<&MessageMap> {
        self.after.as_ref()
    }

    /// Octets of the message as it is delivered.
    pub fn len(&self) -> u64 {
        let length = |piece: &Piece| match piece {
            Piece::Copy(range) => range.len(),
            Piece::Bytes(bytes) => bytes.len() as u64,
            // Only a canonical form has these, and it lies in a spool of its own.
            Piece::Recode(_) => 0,
        };
        match &self.message {
            Some(pieces) => pieces.iter().map(length).fold(0, u64::saturating_add),
            None => self.spool.len(),
        }
    }

    /// Whether nothing is delivered but an empty message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the whole message as it is delivered.
    pub fn message(&self) -> Message<'_> {
        match &self.message {
            Some(pieces) => Message::Changed(self.spool.splice(pieces)),
            None => Message::Untouched(self.spool.reader()),
        }
    }
}

/// The octets of a message that is delivered.
#[derive(Debug)]
pub enum Message<'a> {
    /// As it came.
    Untouched(SpoolReader<'a>),
    /// As it was rewritten.
    Changed(Splice<'a>),
}

impl io::Read for Message<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Message::Untouched(reader) => reader.read(buffer),
            Message::Changed(splice) => splice.read(buffer),
        }
    }
}

/// A changed body, piece by piece.
#[derive(Debug)]
pub struct Body {
    spool: Arc<Spool>,
    pieces: VecDeque<Piece>,
}

impl Iterator for Body {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let range = match self.pieces.pop_front()? {
                Piece::Bytes(bytes) if bytes.is_empty() => continue,
                Piece::Bytes(bytes) => return Some(Ok(Bytes::from(bytes))),
                Piece::Copy(range) => range,
                Piece::Recode(_) => {
                    self.pieces.clear();
                    return Some(Err(io::Error::other("a rewritten body is not recoded")));
                }
            };
            match self.spool.range(range).chunk() {
                Ok(None) => {}
                Ok(Some(chunk)) => {
                    let rest =
                        Extent::new(range.start.saturating_add(chunk.len() as u64), range.end);
                    if !rest.is_empty() {
                        self.pieces.push_front(Piece::Copy(rest));
                    }
                    return Some(Ok(chunk));
                }
                Err(error) => {
                    self.pieces.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}
