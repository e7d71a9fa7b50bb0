//! How text is written in a charset that is ASCII with something added.

use crate::charset::Charset;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::fmt::Write as _;

/// A charset, as far as new text can be written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// ASCII, or ASCII with something that no table at hand has.
    Ascii,
    /// ISO-8859-1. Browsers read it as windows-1252, others do not: what the two do not share is not written.
    Latin,
    /// UTF-8.
    Utf8,
    /// What the tables of web browsers have.
    Table(&'static Encoding),
}

impl Coding {
    /// The charset of this name; none if nobody knows it, or ASCII means something else in it.
    pub(super) fn of(name: &str) -> Option<Self> {
        // In HZ a tilde begins an escape.
        if Charset::of_name(name).is_some() || name.starts_with("hz") {
            return None;
        }
        let known = Encoding::for_label(name.as_bytes());
        let is_ascii = name.contains("ascii") || name.starts_with("ansi");
        Some(match known {
            Some(known) if known == UTF_8 => Coding::Utf8,
            Some(known) if known == WINDOWS_1252 && is_ascii => Coding::Ascii,
            Some(known) if known == WINDOWS_1252 && !name.contains("1252") => Coding::Latin,
            Some(known)
                if known != encoding_rs::REPLACEMENT && known != encoding_rs::X_USER_DEFINED =>
            {
                Coding::Table(known)
            }
            _ => Coding::Ascii,
        })
    }

    /// Text in this charset; none if it cannot hold all of it.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Coding::Utf8 => Some(text.as_bytes().to_vec()),
            Coding::Table(table) => {
                let (octets, _, lossy) = table.encode(text);
                (!lossy).then(|| octets.into_owned())
            }
            Coding::Ascii | Coding::Latin => text.chars().map(|c| self.octet(c)).collect(),
        }
    }

    /// HTML in this charset, with character references for what it cannot hold.
    pub(super) fn encode_html(self, text: &str) -> Vec<u8> {
        let mut references = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_ascii() || self.encode(c.encode_utf8(&mut [0; 4])).is_some() {
                references.push(c);
            } else {
                // Writing to a string does not fail.
                let _ = write!(references, "&#{};", u32::from(c));
            }
        }
        self.encode(&references).unwrap_or_default()
    }

    /// Text of this charset as UTF-8; none if it is not in this charset.
    pub(super) fn to_utf8(self, octets: &[u8]) -> Option<Vec<u8>> {
        let table = match self {
            Coding::Ascii | Coding::Utf8 => UTF_8,
            Coding::Latin => WINDOWS_1252,
            Coding::Table(table) => table,
        };
        let text = table.decode_without_bom_handling_and_without_replacement(octets)?;
        Some(text.into_owned().into_bytes())
    }

    fn octet(self, c: char) -> Option<u8> {
        let shared = |c: &char| self == Coding::Latin && *c >= '\u{a0}';
        let held = Some(c).filter(|c| c.is_ascii() || shared(c));
        held.and_then(|c| u8::try_from(u32::from(c)).ok())
    }
}
