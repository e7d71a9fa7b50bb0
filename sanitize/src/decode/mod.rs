//! Transfer encodings (RFC 2045, section 6): what octets the encoded body stands for, piece by piece.
//!
//! The decoders are lenient in the way that shows most content: junk is skipped, data after padding goes on, an escape
//! that is none stands for itself. Whatever they were lenient about is a [`Flaws`].

mod base64;
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
    QuotedPrintable(QuotedPrintable),
}

impl Decoder {
    /// A decoder at the start of a body.
    pub fn new(encoding: Encoding) -> Self {
        Decoder(match encoding {
            Encoding::Base64 => Kind::Base64(Base64::default()),
            Encoding::QuotedPrintable => Kind::QuotedPrintable(QuotedPrintable::default()),
            _ => Kind::Identity(Lines::default()),
        })
    }

    /// Takes the next octets of the body and puts what they stand for behind `out`.
    pub fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity(lines) => {
                lines.look(raw);
                out.extend_from_slice(raw);
            }
            Kind::Base64(decoder) => decoder.push(raw, out),
            Kind::QuotedPrintable(decoder) => decoder.push(raw, out),
        }
    }

    /// Ends the body: puts what was held back behind `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Identity(_) => {}
            Kind::Base64(decoder) => decoder.finish(out),
            Kind::QuotedPrintable(decoder) => decoder.finish(out),
        }
    }

    /// What was wrong with the body so far.
    pub fn flaws(&self) -> Flaws {
        match &self.0 {
            Kind::Identity(lines) => lines.flaws(),
            Kind::Base64(decoder) => decoder.flaws(),
            Kind::QuotedPrintable(decoder) => decoder.flaws(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Encoding};
    use crate::defect::Code;
    use proptest::prelude::*;

    fn decode(encoding: Encoding, raw: &[u8], chunk: usize) -> (Vec<u8>, Vec<Code>) {
        let mut decoder = Decoder::new(encoding);
        let mut out = Vec::new();
        for piece in raw.chunks(chunk.max(1)) {
            decoder.push(piece, &mut out);
        }
        decoder.finish(&mut out);
        (out, decoder.flaws().codes().collect())
    }

    #[track_caller]
    fn check(encoding: Encoding, raw: &str, expected: &str, flaws: &[Code]) {
        for chunk in [1, 2, 3, 5, raw.len()] {
            let (out, codes) = decode(encoding, raw.as_bytes(), chunk);
            assert_eq!(
                String::from_utf8_lossy(&out),
                expected,
                "{raw:?} in pieces of {chunk}"
            );
            assert_eq!(codes, flaws, "{raw:?} in pieces of {chunk}");
        }
    }

    #[test]
    fn base64_is_read_to_show_most() {
        let check = |raw: &str, expected: &str, flaws: &[Code]| {
            check(Encoding::Base64, raw, expected, flaws)
        };
        check("SGVsbG8gd29ybGQ=\r\n", "Hello world", &[]);
        check("SGVs\r\nbG8g\r\nd29ybGQ=", "Hello world", &[]);
        check("S G\tVsbG8=", "Hello", &[]);
        check("SGVsbG8", "Hello", &[Code::Base64Padding]);
        check("SGVsb", "Hel", &[Code::Base64Padding]);
        check("SGVs*bG8=", "Hello", &[Code::Base64Junk]);
        check("SGVsbG8=d29ybGQ=", "Helloworld", &[Code::Base64Padding]);
        check(
            "SGVsbG8=\r\n-- \r\nfoot",
            "Hello~\u{fffd}-",
            &[Code::Base64Junk, Code::Base64Padding],
        );
        check("SGVsbG8==", "Hello", &[Code::Base64Padding]);
        check("SGVs=", "Hel", &[Code::Base64Padding]);
        check("", "", &[]);
    }

    #[test]
    fn quoted_printable_is_read_to_show_most() {
        let check = |raw: &str, expected: &str, flaws: &[Code]| {
            check(Encoding::QuotedPrintable, raw, expected, flaws)
        };
        check("a=3Db=0d=0A", "a=b\r\n", &[]);
        check("one=\r\ntwo=\nthree", "onetwothree", &[]);
        check("blank \t\r\nkept", "blank\r\nkept", &[]);
        check("in  side", "in  side", &[]);
        check("soft= \t\r\nbreak", "softbreak", &[]);
        check("a=XYb", "a=XYb", &[Code::QuotedPrintableInvalid]);
        check("a=4", "a=4", &[Code::QuotedPrintableInvalid]);
        check("a= b", "a= b", &[Code::QuotedPrintableInvalid]);
        check("a==41", "a=A", &[Code::QuotedPrintableInvalid]);
        check("end=", "end", &[]);
        check("end  ", "end", &[]);
    }

    #[test]
    fn what_stands_as_it_is_is_looked_at() {
        check(Encoding::SevenBit, "plain\r\n", "plain\r\n", &[]);
        check(
            Encoding::SevenBit,
            "\u{e4}",
            "\u{e4}",
            &[Code::Undeclared8Bit],
        );
        check(
            Encoding::Binary,
            "a\0b\rc",
            "a\0b\rc",
            &[Code::BareCr, Code::NulByte],
        );
        let long = "x".repeat(999);
        check(
            Encoding::SevenBit,
            &format!("{long}\r\n"),
            &format!("{long}\r\n"),
            &[Code::LongLine],
        );
        check(
            Encoding::SevenBit,
            &format!("{}\r\n", &long[..998]),
            &format!("{}\r\n", &long[..998]),
            &[],
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn pieces_change_nothing(raw in "[A-Za-d0-9+/=* \\t\\r\\n\\x00\\xff]{0,300}", chunk in 1usize..40) {
            for encoding in [Encoding::Base64, Encoding::QuotedPrintable, Encoding::SevenBit] {
                prop_assert_eq!(decode(encoding, raw.as_bytes(), chunk), decode(encoding, raw.as_bytes(), raw.len()));
            }
        }

        #[test]
        fn what_a_library_encodes_comes_back(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut encoded = Vec::new();
            let part = mail_builder::mime::MimePart::new("application/octet-stream", octets.clone());
            part.write_part(&mut encoded);
            let body = memchr::memmem::find(&encoded, b"\r\n\r\n").map_or(0, |at| at + 4);
            prop_assert_eq!(decode(Encoding::Base64, &encoded[body..], 61), (octets, vec![]));
        }
    }
}
