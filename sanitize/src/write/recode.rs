//! A range of the message, read by a chain of stages and written anew in one transfer encoding, as a stream.

use super::digits::Base64Lines;
use super::quote::QuotedText;
use crate::charset::{Charset, ToUtf8};
use crate::decode::{Decoder, Encoding, Leniency};
use crate::map::Extent;
use std::ops::Range;

/// Content of a leaf that is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recode {
    /// The encoded body in the message that was read.
    pub from: Extent,
    /// What it goes through, in order.
    pub chain: Vec<Stage>,
    /// How the result is written.
    pub to: Transfer,
}

/// A step between encoded body and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A transfer encoding is taken off.
    Decode(Encoding, Leniency),
    /// Only these octets of what the stages before gave are kept: in order and without overlap.
    Cut(Vec<Range<u64>>),
    /// Text becomes UTF-8.
    ToUtf8(Charset),
}

/// How content is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transfer {
    /// Text, in quoted-printable: every line end becomes CRLF, nothing looks like structure to a reader that scans lines.
    QuotedPrintable,
    /// Files, in base64: lines of 76 digits. No line end stands behind the last one.
    Base64,
    /// Entities with parts of their own: as they are, with CRLF for LF.
    Raw,
}

impl Transfer {
    /// The value of the Content-Transfer-Encoding field that says so.
    pub const fn name(self) -> &'static str {
        match self {
            Transfer::QuotedPrintable => "quoted-printable",
            Transfer::Base64 => "base64",
            Transfer::Raw => "8bit",
        }
    }
}

/// Carries a [`Recode`] out on the octets of its range, piece by piece. Any way of cutting them gives the same result.
#[derive(Debug)]
pub struct Recoder {
    chain: Vec<Step>,
    last: Last,
    /// What goes from one step to the next.
    octets: Vec<u8>,
    made: Vec<u8>,
}

impl Recoder {
    /// At the start of the range.
    pub fn new(recode: &Recode) -> Self {
        Recoder {
            chain: recode.chain.iter().map(Step::new).collect(),
            last: Last::new(recode.to),
            octets: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Takes the next octets of the range and puts what they become behind `out`.
    pub fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        self.octets.clear();
        self.octets.extend_from_slice(raw);
        for step in &mut self.chain {
            self.made.clear();
            step.push(&self.octets, &mut self.made);
            std::mem::swap(&mut self.octets, &mut self.made);
        }
        self.last.push(&self.octets, out);
    }

    /// Ends the range: puts what was held back behind `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.octets.clear();
        for step in &mut self.chain {
            self.made.clear();
            step.push(&self.octets, &mut self.made);
            step.finish(&mut self.made);
            std::mem::swap(&mut self.octets, &mut self.made);
        }
        self.last.push(&self.octets, out);
        self.last.finish(out);
    }
}

/// A stage at work.
#[derive(Debug)]
pub(crate) enum Step {
    Decode(Box<Decoder>),
    Cut { at: u64, keep: Vec<Range<u64>> },
    ToUtf8(Box<ToUtf8>),
}

impl Step {
    pub(crate) fn new(stage: &Stage) -> Self {
        match stage {
            Stage::Decode(encoding, leniency) => {
                Step::Decode(Box::new(Decoder::reading(*encoding, *leniency)))
            }
            Stage::Cut(keep) => Step::Cut {
                at: 0,
                keep: keep.iter().rev().cloned().collect(),
            },
            Stage::ToUtf8(charset) => Step::ToUtf8(Box::new(ToUtf8::new(*charset))),
        }
    }

    pub(crate) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        match self {
            Step::Decode(decoder) => decoder.push(octets, out),
            Step::Cut { at, keep } => cut(at, keep, octets, out),
            Step::ToUtf8(decoder) => decoder.push(octets, out),
        }
    }

    /// The decoder of a transfer encoding, if this is one.
    pub(crate) fn decoder(&self) -> Option<&Decoder> {
        match self {
            Step::Decode(decoder) => Some(decoder),
            Step::Cut { .. } | Step::ToUtf8(_) => None,
        }
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        match self {
            Step::Decode(decoder) => decoder.finish(out),
            Step::Cut { .. } => {}
            Step::ToUtf8(decoder) => decoder.finish(out),
        }
    }
}

/// Keeps what lies in the ranges, the next one of which is the last of `keep`.
fn cut(at: &mut u64, keep: &mut Vec<Range<u64>>, octets: &[u8], out: &mut Vec<u8>) {
    let start = *at;
    let end = start.saturating_add(octets.len() as u64);
    *at = end;
    while let Some(range) = keep.last() {
        let index = |place: u64| {
            usize::try_from(place.clamp(start, end).saturating_sub(start)).unwrap_or(usize::MAX)
        };
        let kept = octets.get(index(range.start)..index(range.end));
        out.extend_from_slice(kept.unwrap_or_default());
        if range.end > end {
            return;
        }
        keep.pop();
    }
}

/// The encoder at the end of the chain.
#[derive(Debug)]
enum Last {
    Quoted(QuotedText),
    Base64(Base64Lines),
    Raw { cr: bool },
}

impl Last {
    fn new(to: Transfer) -> Self {
        match to {
            Transfer::QuotedPrintable => Last::Quoted(QuotedText::default()),
            Transfer::Base64 => Last::Base64(Base64Lines::default()),
            Transfer::Raw => Last::Raw { cr: false },
        }
    }

    fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        match self {
            Last::Quoted(encoder) => encoder.push(octets, out),
            Last::Base64(encoder) => encoder.push(octets, out),
            Last::Raw { cr } => raw(octets, cr, out),
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        match self {
            Last::Quoted(encoder) => encoder.finish(out),
            Last::Base64(encoder) => encoder.finish(out),
            Last::Raw { .. } => {}
        }
    }
}

/// Copies octets with CRLF for LF. `cr` says whether the octet before was a CR.
fn raw(octets: &[u8], cr: &mut bool, out: &mut Vec<u8>) {
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                let has_cr = text.last().map_or(*cr, |octet| *octet == b'\r');
                out.extend_from_slice(text);
                out.extend_from_slice(if has_cr { b"\n" } else { b"\r\n" });
            }
            None => out.extend_from_slice(line),
        }
        *cr = line.ends_with(b"\r");
    }
}
