//! The content of an entry: its digests while it is kept, and what it stands for when it is taken out.

use super::{Digest, Error, Record, Store, What};
use crate::spool::next_chunk;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use tamis_sanitize::decode::Decoder;

/// Works out size and digest of what is kept, and of what it decodes to.
pub(super) struct Digesting {
    stored: Counter,
    part: Option<(Stripped, Counter)>,
}

impl Digesting {
    pub(super) fn new(what: &What) -> Self {
        let part = match what {
            What::Message => None,
            What::Part(part) => {
                let stripped = Stripped::new(part.header_bytes, Decoder::new(part.encoding()));
                Some((stripped, Counter::default()))
            }
        };
        Digesting {
            stored: Counter::default(),
            part,
        }
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.stored.take(bytes);
        if let Some((stripped, counter)) = &mut self.part {
            counter.take(stripped.push(bytes));
        }
    }

    /// Of what is stored, and of what a part decodes to.
    pub(super) fn finish(self) -> (Digest, Option<Digest>) {
        let decoded = self.part.map(|(mut stripped, mut counter)| {
            counter.take(stripped.finish());
            counter.finish()
        });
        (self.stored.finish(), decoded)
    }
}

#[derive(Default)]
struct Counter {
    size: u64,
    sha256: Sha256,
}

impl Counter {
    fn take(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.sha256.update(bytes);
    }

    fn finish(self) -> Digest {
        let sha256 = self.sha256.finalize();
        Digest {
            size: self.size,
            sha256: hexadecimal(&sha256),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An entity without its header section, decoded.
#[derive(Debug)]
struct Stripped {
    header_left: u64,
    decoder: Decoder,
    decoded: Vec<u8>,
}

impl Stripped {
    fn new(header_left: u64, decoder: Decoder) -> Self {
        Stripped {
            header_left,
            decoder,
            decoded: Vec::new(),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> &[u8] {
        let header = usize::try_from(self.header_left).unwrap_or(usize::MAX);
        let body = bytes.get(header.min(bytes.len())..).unwrap_or_default();
        self.header_left = self.header_left.saturating_sub(bytes.len() as u64);
        self.decoded.clear();
        self.decoder.push(body, &mut self.decoded);
        &self.decoded
    }

    fn finish(&mut self) -> &[u8] {
        self.decoded.clear();
        self.decoder.finish(&mut self.decoded);
        &self.decoded
    }
}

/// The content of an entry on its way out.
#[derive(Debug)]
pub enum Export {
    /// As it stood in the message.
    Raw(File),
    /// The file that a removed part was.
    Decoded(Decoded),
}

impl Export {
    /// What an entry stands for: a message as it came, a removed part decoded (unless `raw`).
    pub fn open(store: &Store, record: &Record, raw: bool) -> Result<Self, Error> {
        let file = store.content(&record.id)?;
        Ok(match &record.what {
            What::Part(part) if !raw => Export::Decoded(Decoded {
                file,
                stripped: Stripped::new(part.header_bytes, Decoder::new(part.encoding())),
                ready: Vec::new(),
                at: 0,
                done: false,
            }),
            _ => Export::Raw(file),
        })
    }

    /// Whether the content of an entry is still what was kept.
    pub fn is_intact(store: &Store, record: &Record) -> Result<bool, Error> {
        let mut file = store.content(&record.id)?;
        let mut counter = Counter::default();
        let failed = |error| Error::Read(store.content_path(&record.id), error);
        while let Some(chunk) = next_chunk(&mut file).map_err(failed)? {
            counter.take(&chunk);
        }
        Ok(counter.finish() == record.stored)
    }
}

impl Read for Export {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Export::Raw(file) => file.read(buffer),
            Export::Decoded(decoded) => decoded.read(buffer),
        }
    }
}

/// Reads a removed part decoded.
#[derive(Debug)]
pub struct Decoded {
    file: File,
    stripped: Stripped,
    ready: Vec<u8>,
    at: usize,
    done: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.ready.len() && !self.done {
            self.at = 0;
            self.ready = if let Some(chunk) = next_chunk(&mut self.file)? {
                self.stripped.push(&chunk).to_vec()
            } else {
                self.done = true;
                self.stripped.finish().to_vec()
            };
        }
        let mut rest = self.ready.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at = self.at.saturating_add(read);
        Ok(read)
    }
}
