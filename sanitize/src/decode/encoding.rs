//! The names of transfer encodings, and the ways in which readers are lenient about them.

/// A declared transfer encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The lines of `uuencode`, from `begin` to `end` (POSIX). Never standard in mail, and still read.
    Uuencode,
    /// As uuencode, with letters and digits only.
    Xxencode,
    /// yEnc 1.3, as Usenet has it.
    Yenc,
    /// `BinHex` 4.0 (RFC 1741, appendix A): of the file, its data fork.
    BinHex,
    /// A name that nobody knows; its content is taken as it is.
    Unknown,
}

/// Names that some mail programs take for an encoding.
const NAMES: &[(&str, Encoding)] = &[
    ("7bit", Encoding::SevenBit),
    ("8bit", Encoding::EightBit),
    ("binary", Encoding::Binary),
    ("base64", Encoding::Base64),
    ("quoted-printable", Encoding::QuotedPrintable),
    ("x-uuencode", Encoding::Uuencode),
    ("x-uue", Encoding::Uuencode),
    ("uuencode", Encoding::Uuencode),
    ("uue", Encoding::Uuencode),
    ("x-xxencode", Encoding::Xxencode),
    ("xxencode", Encoding::Xxencode),
    ("x-yenc", Encoding::Yenc),
    ("yenc", Encoding::Yenc),
    ("x-yencode", Encoding::Yenc),
    ("mac-binhex40", Encoding::BinHex),
    ("x-mac-binhex40", Encoding::BinHex),
    ("binhex", Encoding::BinHex),
    ("x-binhex", Encoding::BinHex),
    ("x-binhex40", Encoding::BinHex),
];

impl Encoding {
    /// The encoding of that name; surrounding white space and ASCII case do not matter.
    pub fn from_name(name: &[u8]) -> Encoding {
        let name = name.trim_ascii();
        if name.is_empty() {
            return Encoding::SevenBit;
        }
        NAMES
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Encoding::Unknown, |(_, encoding)| *encoding)
    }

    /// The name in the spelling of RFC 2045, or the usual one; `unknown` for what nobody knows.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::SevenBit => "7bit",
            Encoding::EightBit => "8bit",
            Encoding::Binary => "binary",
            Encoding::Base64 => "base64",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::Uuencode => "x-uuencode",
            Encoding::Xxencode => "x-xxencode",
            Encoding::Yenc => "x-yenc",
            Encoding::BinHex => "mac-binhex40",
            Encoding::Unknown => "unknown",
        }
    }

    /// Whether RFC 2045 has it. What it has not, parsers differ about.
    pub const fn is_standard(self) -> bool {
        matches!(
            self,
            Encoding::SevenBit
                | Encoding::EightBit
                | Encoding::Binary
                | Encoding::Base64
                | Encoding::QuotedPrintable
        )
    }

    /// Whether content stands in the message as it is.
    pub const fn is_identity(self) -> bool {
        matches!(
            self,
            Encoding::SevenBit | Encoding::EightBit | Encoding::Binary | Encoding::Unknown
        )
    }
}

/// Which of the readings that parsers make of the same octets is made. Where an encoding knows no such reading, it is that
/// of [`Leniency::Most`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leniency {
    /// What shows most: what does not belong is skipped, data after base64 padding begin anew.
    #[default]
    Most,
    /// The file that was sent: as [`Leniency::Most`], but what stands behind whole base64 padding counts only if it is
    /// lines of base64. Text that a mailing list put there is dropped.
    File,
    /// Decoding stops at the first octet that does not belong.
    StopAtJunk,
    /// Decoding stops at base64 padding.
    StopAtPadding,
    /// Base64 padding is skipped as if it were junk.
    SkipPadding,
    /// `-` and `_` are digits of base64 (RFC 4648, section 5).
    UrlSafe,
    /// Each line of base64 is decoded for itself.
    ByLine,
}
