//! The leaf that is being read: its content is decoded and looked at as it streams by.

use super::event::Needs;
use super::outline::Outline;
use crate::charset::{Charset, ToUtf8};
use crate::decode::{Decoder, Encoding};
use crate::look::{self, Look, Looked};
use crate::map::{Part, PartId};
use crate::study::{TextFinds, TextScan};
use sha2::{Digest, Sha256};

/// Decoded octets that are enough to tell a type, where the content is not needed to its end.
const HEAD: u64 = 4_096;

/// Decoder and look of the one leaf that can be open at a time.
#[derive(Debug)]
pub(super) struct Leaf {
    needs: Needs,
    identity: bool,
    decoder: Decoder,
    watch: Watch,
    decoded: Vec<u8>,
    size: u64,
    flushed: bool,
    digest: Option<Box<Sha256>>,
}

impl Leaf {
    pub(super) fn new(needs: Needs) -> Self {
        Leaf {
            needs,
            identity: true,
            decoder: Decoder::new(Encoding::SevenBit),
            watch: Watch::default(),
            decoded: Vec::new(),
            size: 0,
            flushed: false,
            digest: None,
        }
    }

    /// A leaf begins.
    pub(super) fn begin(&mut self, part: &Part) {
        self.identity = part.encoding().is_identity();
        self.decoder = Decoder::new(part.encoding());
        self.watch = Watch::of(part);
        self.decoded.clear();
        self.size = 0;
        self.flushed = false;
        self.digest = self.needs.digests.then(Box::default);
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
        self.watch.push(content);
        if let Some(digest) = &mut self.digest {
            digest.update(content);
        }
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
        self.watch.push(&self.decoded);
        if let Some(digest) = &mut self.digest {
            digest.update(&self.decoded);
        }
        self.size = self.size.saturating_add(self.decoded.len() as u64);
        !self.decoded.is_empty()
    }

    /// What was decoded last.
    pub(super) fn decoded(&self) -> &[u8] {
        &self.decoded
    }

    /// Writes down what the content turned out to be.
    pub(super) fn end(&mut self, outline: &mut Outline, part: PartId) {
        let (looked, finds) = std::mem::take(&mut self.watch).finish();
        outline.leaf(part, self.size, &looked, &finds, self.decoder.flaws());
        let digest = self.digest.take().map(|digest| digest.finalize().into());
        outline.leaf_digest(part, digest);
    }
}

/// What looks at the content of one leaf.
#[derive(Debug, Default)]
struct Watch {
    /// Text in a charset that hides ASCII is looked at as UTF-8.
    charset: Option<Box<ToUtf8>>,
    text: Vec<u8>,
    look: Look,
    /// Files may stand in the lines of any text, whatever it is called; what has NUL octets is none.
    scan: Option<Box<TextScan>>,
    is_text: bool,
}

impl Watch {
    fn of(part: &Part) -> Self {
        let is_text = part.media_type().starts_with("text/");
        let charset = part.charset().filter(|_| is_text);
        let charset = charset.and_then(Charset::of_name);
        let charset = charset.filter(|charset| charset.hides_ascii());
        Watch {
            charset: charset.map(ToUtf8::new).map(Box::new),
            look: Look::claimed(look::kinds(None, part.names(), part.media_type())),
            scan: Some(Box::default()),
            is_text,
            ..Watch::default()
        }
    }

    fn push(&mut self, content: &[u8]) {
        if !self.is_text && self.scan.is_some() && memchr::memchr(0, content).is_some() {
            self.scan = None;
        }
        let Some(charset) = &mut self.charset else {
            return Self::look(&mut self.look, &mut self.scan, content);
        };
        self.text.clear();
        charset.push(content, &mut self.text);
        Self::look(&mut self.look, &mut self.scan, &self.text);
    }

    fn look(look: &mut Look, scan: &mut Option<Box<TextScan>>, text: &[u8]) {
        look.push(text);
        if let Some(scan) = scan {
            scan.push(text);
        }
    }

    fn finish(mut self) -> (Looked, TextFinds) {
        if let Some(charset) = &mut self.charset {
            self.text.clear();
            charset.finish(&mut self.text);
            Self::look(&mut self.look, &mut self.scan, &self.text);
        }
        let finds = self.scan.map(|scan| scan.finish()).unwrap_or_default();
        (self.look.finish(), finds)
    }
}
