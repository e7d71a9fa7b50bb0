//! The leaf that is being read: its content is decoded and looked at as it streams by.

use super::event::Needs;
use super::outline::Outline;
use crate::decode::{Decoder, Encoding};
use crate::look::Look;
use crate::map::{Part, PartId};

/// Decoded octets that are enough to tell a type, where the content is not needed to its end.
const HEAD: u64 = 4_096;

/// Decoder and look of the one leaf that can be open at a time.
#[derive(Debug)]
pub(super) struct Leaf {
    needs: Needs,
    identity: bool,
    decoder: Decoder,
    look: Look,
    decoded: Vec<u8>,
    size: u64,
    flushed: bool,
}

impl Leaf {
    pub(super) fn new(needs: Needs) -> Self {
        Leaf {
            needs,
            identity: true,
            decoder: Decoder::new(Encoding::SevenBit),
            look: Look::new(),
            decoded: Vec::new(),
            size: 0,
            flushed: false,
        }
    }

    /// A leaf begins.
    pub(super) fn begin(&mut self, part: &Part) {
        self.identity = part.encoding().is_identity();
        self.decoder = Decoder::new(part.encoding());
        self.look = Look::new();
        self.decoded.clear();
        self.size = 0;
        self.flushed = false;
    }

    /// Decodes the next octets of its body. Borrows what needs no decoding.
    pub(super) fn content<'a>(&'a mut self, raw: &'a [u8]) -> &'a [u8] {
        self.decoded.clear();
        if !self.needs.content && self.size >= HEAD {
            self.size = self.size.saturating_add(raw.len() as u64);
            return &self.decoded;
        }
        let content = if self.identity {
            self.decoder.pass(raw);
            raw
        } else {
            self.decoder.push(raw, &mut self.decoded);
            &self.decoded
        };
        self.look.push(content);
        self.size = self.size.saturating_add(content.len() as u64);
        content
    }

    /// Ends the encoded body. True if that gave more decoded octets, once.
    pub(super) fn flush(&mut self) -> bool {
        if self.flushed {
            return false;
        }
        self.flushed = true;
        self.decoded.clear();
        self.decoder.finish(&mut self.decoded);
        self.look.push(&self.decoded);
        self.size = self.size.saturating_add(self.decoded.len() as u64);
        !self.decoded.is_empty()
    }

    /// What was decoded last.
    pub(super) fn decoded(&self) -> &[u8] {
        &self.decoded
    }

    /// Writes down what the content turned out to be.
    pub(super) fn end(&mut self, outline: &mut Outline, part: PartId) {
        let looked = std::mem::take(&mut self.look).finish();
        outline.leaf(part, self.size, &looked, self.decoder.flaws());
    }
}
