//! Transfer encodings (RFC 2045, section 6): what octets the encoded body stands for, piece by piece.
//!
//! The decoders are lenient in the way that shows most content. Whatever they were lenient about is in [`Flaws`]: it marks
//! where another reading exists. One reading is made today; a second one of the same octets is another variant of
//! [`Decoder`]'s inner enum beside it, fed with the same pieces. These are the readings that parsers are known to make:
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
//! | blanks at the end of a quoted-printable line | dropped | kept |
//! | an unknown encoding, or none | octets as they are | base64, quoted-printable, uuencode, yEnc, where they fit |

mod base64;
mod block;
mod flaws;
mod quoted_printable;

pub use flaws::Flaws;

use base64::Base64;
use flaws::Lines;
use quoted_printable::QuotedPrintable;

/// A declared transfer encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Lines of ASCII; also what holds when nothing is declared.
    SevenBit,
    /// Lines of octets.
    EightBit,
    /// Any octets.
    Binary,
    /// RFC 2045, section 6.8.
    Base64,
    /// RFC 2045, section 6.7.
    QuotedPrintable,
    /// A name that no standard knows; its content is taken as it is.
    Unknown,
}

impl Encoding {
    /// The encoding of that name; surrounding white space and ASCII case do not matter.
    pub fn from_name(name: &[u8]) -> Encoding {
        let name = name.trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match () {
            () if name.is_empty() || is("7bit") => Encoding::SevenBit,
            () if is("8bit") => Encoding::EightBit,
            () if is("binary") => Encoding::Binary,
            () if is("base64") => Encoding::Base64,
            () if is("quoted-printable") => Encoding::QuotedPrintable,
            () => Encoding::Unknown,
        }
    }

    /// The name in the spelling of RFC 2045; `unknown` for what no standard knows.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::SevenBit => "7bit",
            Encoding::EightBit => "8bit",
            Encoding::Binary => "binary",
            Encoding::Base64 => "base64",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::Unknown => "unknown",
        }
    }

    /// Whether content stands in the message as it is.
    pub const fn is_identity(self) -> bool {
        !matches!(self, Encoding::Base64 | Encoding::QuotedPrintable)
    }
}

/// Decodes one body, piece by piece: any way of cutting it into pieces gives the same octets and flaws.
#[derive(Debug)]
pub struct Decoder(Kind);

#[derive(Debug)]
enum Kind {
    Identity(Lines),
    Base64(Base64),
    QuotedPrintable(QuotedPrintable, Lines),
}

impl Decoder {
    /// A decoder at the start of a body.
    pub fn new(encoding: Encoding) -> Self {
        Decoder(match encoding {
            Encoding::Base64 => Kind::Base64(Base64::default()),
            Encoding::QuotedPrintable => {
                Kind::QuotedPrintable(QuotedPrintable::default(), Lines::default())
            }
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
        }
    }

    /// Ends the body: puts what was held back behind `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity(_) => {}
            Kind::Base64(decoder) => decoder.finish(out),
            Kind::QuotedPrintable(decoder, _) => decoder.finish(out),
        }
    }

    /// What was wrong with the body so far. What only matters in text or under one encoding is for the caller to judge.
    pub fn flaws(&self) -> Flaws {
        match &self.0 {
            Kind::Identity(lines) => lines.flaws(),
            Kind::Base64(decoder) => decoder.flaws(),
            Kind::QuotedPrintable(decoder, lines) => decoder.flaws().with(lines.flaws()),
        }
    }
}
