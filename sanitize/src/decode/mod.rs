//! Transfer encodings (RFC 2045, section 6): what octets the encoded body stands for, piece by piece.

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

use crate::defect::Code;
/// stub
#[derive(Debug)]
pub struct Decoder {
    e: Encoding,
    buf: Vec<u8>,
}
/// stub
#[derive(Debug, Default, Clone, Copy)]
pub struct Flaws(u8);
impl Flaws {
    pub fn codes(self) -> impl Iterator<Item = Code> {
        std::iter::empty()
    }
}
impl Decoder {
    pub fn new(encoding: Encoding) -> Self {
        Decoder {
            e: encoding,
            buf: vec![],
        }
    }
    pub fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw)
    }
    pub fn finish(&mut self, _out: &mut Vec<u8>) {}
    pub fn flaws(&self) -> Flaws {
        Flaws(0)
    }
}
