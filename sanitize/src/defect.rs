//! The table of everything that can be wrong with a message.
//!
//! Bad mail is data, not an error: the reader never fails, it records. Each code is one row: its name, its class and
//! one line that says what it is. Names are stable; they appear in policies, reports and metrics.

use crate::place::PartId;
use std::fmt;

/// How much a defect matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Against a standard, but parsers agree all the same.
    Cosmetic,
    /// Parsers are known to read it differently.
    Ambiguous,
    /// A bound of ours was reached: the rest was not looked at.
    Limit,
}

impl Class {
    /// The word used in policies and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::Ambiguous => "ambiguous",
            Class::Limit => "limit",
        }
    }
}

macro_rules! codes {
    ($($variant:ident, $name:literal, $class:ident, $what:literal;)*) => {
        /// A deviation that Tamis knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $what] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable name, as policies and reports use it.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// How much it matters.
            pub const fn class(self) -> Class {
                match self { $(Code::$variant => Class::$class,)* }
            }

            /// What it is, in one sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Code::$variant => $what,)* }
            }
        }
    };
}

codes! {
    // lines
    BareLf, "bare-lf", Cosmetic, "A line ends in LF alone in a message whose other lines end in CRLF.";
    BareCr, "bare-cr", Ambiguous, "A CR stands alone, inside a header field or a line of text.";
    NulByte, "nul-byte", Ambiguous, "A NUL octet in a header section or a textual body.";
    // header fields
    MboxFrom, "mbox-from-line", Cosmetic, "The message starts with the From line of an mbox file.";
    ByteOrderMark, "byte-order-mark", Ambiguous, "A byte order mark stands before the first field.";
    FieldNameSpace, "field-name-space", Ambiguous, "White space between a field name and its colon.";
    FieldNameInvalid, "field-name-invalid", Ambiguous, "A field name is empty or has characters other than printable ASCII.";
    FieldMissingColon, "field-missing-colon", Ambiguous, "A line of a header section is no field and continues none.";
    FirstLineFolded, "first-line-folded", Ambiguous, "A header section starts with white space: a continuation of nothing.";
    BlankContinuation, "blank-continuation", Cosmetic, "A continuation line of white space only.";
    Raw8Bit, "raw-8bit-header", Cosmetic, "A header field has octets above 127 that are not declared.";
    ControlCharacter, "control-character", Ambiguous, "A header field has a control character other than tab.";
    LongLine, "long-line", Cosmetic, "A line is longer than 998 octets.";
    DuplicateField, "duplicate-field", Ambiguous, "A field that may stand once stands more than once.";
    MissingSeparator, "missing-separator", Ambiguous, "A header section ends without an empty line.";
    MissingMimeVersion, "missing-mime-version", Cosmetic, "MIME fields without MIME-Version.";
    // structured values
    TypeInvalid, "type-invalid", Ambiguous, "A Content-Type that has no type and subtype.";
    ParameterSyntax, "parameter-syntax", Ambiguous, "A parameter is broken: no name, no value, a missing quote or separator.";
    DuplicateParameter, "duplicate-parameter", Ambiguous, "A parameter is given more than once.";
    ParameterForms, "parameter-forms", Ambiguous, "A parameter has several readings: forms (plain and RFC 2231) that disagree, gaps, a boundary that is encoded or has escapes.";
    ValueComment, "value-comment", Ambiguous, "A comment inside a MIME field.";
    EncodedWordInParameter, "encoded-word-in-parameter", Cosmetic, "An RFC 2047 encoded word in a parameter, where the standard forbids it.";
    UnknownEncoding, "unknown-encoding", Ambiguous, "A Content-Transfer-Encoding that no standard names.";
    UnknownCharset, "unknown-charset", Ambiguous, "A charset that is not known.";
    EncodedContainer, "encoded-container", Ambiguous, "A multipart or message with base64 or quoted-printable as its encoding.";
    NamesDisagree, "names-disagree", Ambiguous, "A part has several file names that differ.";
    DeceptiveName, "deceptive-name", Ambiguous, "A file name hides its ending: bidi or zero-width characters, trailing dots or blanks, full-width dots, a path.";
    // multiparts
    BoundaryMissing, "boundary-missing", Ambiguous, "A multipart without a boundary parameter.";
    BoundaryInvalid, "boundary-invalid", Ambiguous, "A boundary that is empty, too long, ends in white space or has characters that RFC 2046 does not allow.";
    BoundaryUnused, "boundary-unused", Ambiguous, "A multipart whose boundary never occurs.";
    BoundaryRepeated, "boundary-repeated", Ambiguous, "Two open multiparts have the same boundary.";
    BoundaryNearMiss, "boundary-near-miss", Ambiguous, "A line starts like a delimiter of an open multipart but goes on.";
    MissingCloseDelimiter, "missing-close-delimiter", Ambiguous, "A multipart ends without its close delimiter.";
    PartAfterClose, "part-after-close", Ambiguous, "A delimiter stands after the close delimiter of its multipart.";
    PreambleText, "preamble-text", Cosmetic, "Text before the first part of a multipart.";
    EpilogueText, "epilogue-text", Cosmetic, "Text after the last part of a multipart.";
    EmptyMultipart, "empty-multipart", Ambiguous, "A multipart without any part.";
    PartialMessage, "message-partial", Ambiguous, "A fragment (message/partial): mail clients put the pieces together behind every filter.";
    ExternalBody, "message-external-body", Ambiguous, "A reference to content elsewhere (message/external-body).";
    // encodings
    Base64Junk, "base64-junk", Ambiguous, "Characters outside the base64 alphabet.";
    Base64Padding, "base64-padding", Ambiguous, "Base64 padding is missing, early or followed by more data.";
    QuotedPrintableInvalid, "quoted-printable-invalid", Ambiguous, "An escape of quoted-printable that is not two hexadecimal digits.";
    Undeclared8Bit, "undeclared-8bit", Cosmetic, "Octets above 127 in a body declared 7bit.";
    // limits
    LimitMessage, "limit-message-bytes", Limit, "The message is larger than the limit.";
    LimitDepth, "limit-depth", Limit, "Parts are nested deeper than the limit.";
    LimitParts, "limit-parts", Limit, "There are more parts than the limit.";
    LimitFields, "limit-fields", Limit, "A header section has more fields than the limit.";
    LimitFieldBytes, "limit-field-bytes", Limit, "A header field is longer than the limit.";
    LimitHeaderBytes, "limit-header-bytes", Limit, "The header sections are larger than the limit.";
    LimitParameters, "limit-parameters", Limit, "A field has more parameters than the limit.";
    LimitEncodedWords, "limit-encoded-words", Limit, "A field has more encoded words than the limit.";
}

impl Code {
    /// The code of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Code> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Defect {
    /// What is wrong.
    pub code: Code,
    /// The part that it was seen in.
    pub part: PartId,
    /// Offset of the octet, from the start of the message.
    pub at: u64,
}

/// All defects of a message: the first ones with their place, all of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    seen: Vec<Defect>,
    counts: std::collections::BTreeMap<Code, u32>,
}

impl Defects {
    /// Records a defect. One place is kept for each code and part; at most `keep` places in all.
    pub fn add(&mut self, defect: Defect, keep: usize) {
        let count = self.counts.entry(defect.code).or_insert(0);
        *count = count.saturating_add(1);
        let known = |seen: &Defect| seen.code == defect.code && seen.part == defect.part;
        if self.seen.len() < keep && !self.seen.iter().rev().any(known) {
            self.seen.push(defect);
        }
    }

    /// The same defects, each in the part that `place` names for its own.
    pub(crate) fn moved(&self, place: impl Fn(PartId) -> PartId) -> Self {
        let moved = |defect: &Defect| Defect {
            part: place(defect.part),
            ..*defect
        };
        Defects {
            seen: self.seen.iter().map(moved).collect(),
            counts: self.counts.clone(),
        }
    }

    /// The defects that were kept, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Defect> {
        self.seen.iter()
    }

    /// How often a code was seen.
    pub fn count(&self, code: Code) -> u32 {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// The codes that were seen, with how often.
    pub fn counts(&self) -> impl Iterator<Item = (Code, u32)> {
        self.counts.iter().map(|(code, count)| (*code, *count))
    }

    /// Whether the code was seen.
    pub fn contains(&self, code: Code) -> bool {
        self.counts.contains_key(&code)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}
