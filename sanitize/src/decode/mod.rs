//! Transfer encodings (RFC 2045, section 6): what octets the encoded body stands for, piece by piece.
//!
//! The decoders are lenient in the way that shows most content. Whatever they were lenient about is in [`Flaws`]: it marks
//! where another reading exists. That one is made by the same decoder under another [`Leniency`], fed with the same pieces.
//! These are the readings that parsers are known to make:
//!
//! | what stands there | reading made here | other readings |
//! |---|---|---|
//! | junk in base64, blanks among it | skipped | decoding stops; the line or the body is dropped |
//! | `-` and `_` in base64 | junk | `+` and `/` (RFC 4648, section 5) |
//! | base64 after padding | begins anew | decoding stops; the padding is skipped as junk |
//! | base64 that ends inside a group | whole octets count | the group or the body is dropped |
//! | base64 lines of odd length | one stream | each line begins anew |
//! | `=` and no two digits | stands for itself | dropped; decoding stops |
//! | `=`, blanks, line end | soft line break | `=` and the line end stand for themselves |
//! | `=` and CR alone | soft line break | `=` and CR stand for themselves |
//! | blanks at the end of a quoted-printable line | dropped | kept |
//! | text behind a file in base64 | none of it ([`Leniency::File`]) or digits of it | decoding stops |
//! | an unknown encoding, or none | octets as they are | base64, quoted-printable, uuencode, yEnc, where they fit |
//!
//! [`study`](crate::study) says which of them is delivered.

mod base64;
pub(crate) mod binhex;
mod block;
mod by_line;
mod encoding;
mod flaws;
mod quoted_printable;
mod trailer;
pub(crate) mod uuencode;
pub(crate) mod yenc;

pub use encoding::{Encoding, Leniency};
pub use flaws::Flaws;

use base64::Base64;
use binhex::BinHex;
use flaws::Lines;
use quoted_printable::QuotedPrintable;
use uuencode::{Alphabet, Uuencode};
use yenc::Yenc;

/// Decodes one body, piece by piece: any way of cutting it into pieces gives the same octets and flaws.
#[derive(Debug)]
pub struct Decoder(Kind);

#[derive(Debug)]
enum Kind {
    Identity(Lines),
    Base64(Base64),
    QuotedPrintable(QuotedPrintable, Lines),
    Uuencode(Uuencode),
    Yenc(Yenc),
    BinHex(BinHex),
}

impl Decoder {
    /// A decoder at the start of a body, for the reading that shows most.
    pub fn new(encoding: Encoding) -> Self {
        Decoder::reading(encoding, Leniency::Most)
    }

    /// A decoder at the start of a body, for one of the readings that parsers make.
    pub fn reading(encoding: Encoding, leniency: Leniency) -> Self {
        Decoder(match encoding {
            Encoding::Base64 => Kind::Base64(Base64::reading(leniency)),
            Encoding::QuotedPrintable => {
                Kind::QuotedPrintable(QuotedPrintable::default(), Lines::default())
            }
            Encoding::Uuencode => Kind::Uuencode(Uuencode::new(Alphabet::Uu)),
            Encoding::Xxencode => Kind::Uuencode(Uuencode::new(Alphabet::Xx)),
            Encoding::Yenc => Kind::Yenc(Yenc::default()),
            Encoding::BinHex => Kind::BinHex(BinHex::default()),
            Encoding::SevenBit | Encoding::EightBit | Encoding::Binary | Encoding::Unknown => {
                Kind::Identity(Lines::default())
            }
        })
    }

    /// Takes the next octets of a body that stands for itself ([`Encoding::is_identity`]), without a copy.
    pub(crate) fn pass(&mut self, raw: &[u8]) {
        if let Kind::Identity(lines) = &mut self.0 {
            lines.look(raw);
        }
    }

    /// Takes the next octets of the body and puts what they stand for behind `out`.
    pub fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity(lines) => {
                lines.look(raw);
                out.extend_from_slice(raw);
            }
            Kind::Base64(decoder) => decoder.push(raw, out),
            Kind::QuotedPrintable(decoder, lines) => {
                lines.look(raw);
                decoder.push(raw, out);
            }
            Kind::Uuencode(decoder) => decoder.push(raw, out),
            Kind::Yenc(decoder) => decoder.push(raw, out),
            Kind::BinHex(decoder) => decoder.push(raw, out),
        }
    }

    /// Ends the body: puts what was held back behind `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity(_) | Kind::BinHex(_) => {}
            Kind::Base64(decoder) => decoder.finish(out),
            Kind::QuotedPrintable(decoder, _) => decoder.finish(out),
            Kind::Uuencode(decoder) => decoder.finish(out),
            Kind::Yenc(decoder) => decoder.finish(out),
        }
    }

    /// The file name that the encoded data have in themselves, as it stands there.
    pub fn file_name(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Uuencode(decoder) => decoder.name(),
            Kind::Yenc(decoder) => decoder.name(),
            Kind::BinHex(decoder) => decoder.name(),
            Kind::Identity(_) | Kind::Base64(_) | Kind::QuotedPrintable(..) => None,
        }
    }

    /// Whether data of an encoding that has a mark of its own at their start were found.
    pub fn has_found(&self) -> bool {
        match &self.0 {
            Kind::Uuencode(decoder) => decoder.has_begun(),
            Kind::Yenc(decoder) => decoder.has_begun(),
            Kind::BinHex(decoder) => decoder.has_begun(),
            Kind::Identity(_) | Kind::Base64(_) | Kind::QuotedPrintable(..) => false,
        }
    }

    /// What was wrong with the body so far. What only matters in text or under one encoding is for the caller to judge.
    pub fn flaws(&self) -> Flaws {
        match &self.0 {
            Kind::Identity(lines) => lines.flaws(),
            Kind::Base64(decoder) => decoder.flaws(),
            Kind::QuotedPrintable(decoder, lines) => decoder.flaws().with(lines.flaws()),
            // Their names alone are a defect already.
            Kind::Uuencode(_) | Kind::Yenc(_) | Kind::BinHex(_) => Flaws::default(),
        }
    }
}
