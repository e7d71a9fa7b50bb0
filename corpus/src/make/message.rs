//! Random messages from a seed, together with what is in them.
//!
//! A sound message is well formed: every reader sees the leaves that are listed. A flawed one is damaged in ways that are
//! known, and listed too.

use super::encode::{base64_lines, encoded_words, extended, quoted, quoted_printable, segments};
use super::payload;
use crate::random::Random;
use tamis_sanitize::Code;
use tamis_sanitize::decode::Encoding;

/// A message and what is in it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The message.
    pub octets: Vec<u8>,
    /// Its leaves, in order.
    pub leaves: Vec<Leaf>,
    /// What is wrong with it.
    pub flaws: Vec<Code>,
}

/// A leaf of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The declared type, in lower case.
    pub media_type: String,
    /// How it is encoded.
    pub encoding: Encoding,
    /// The decoded content, octet for octet.
    pub content: Vec<u8>,
    /// Its file name.
    pub name: Option<String>,
}

/// A well-formed message: random tree, types, encodings, charsets and names.
pub fn sound(seed: u64) -> Made {
    build(seed, false)
}

/// A message with one to three known flaws. Its leaves are what a lenient reader sees.
pub fn flawed(seed: u64) -> Made {
    build(seed, true)
}

fn build(seed: u64, flawed: bool) -> Made {
    let mut maker = Maker {
        random: Random::new(seed),
        leaves: Vec::new(),
        flaws: Vec::new(),
        boundaries: 0,
        flawed,
        unclosed: false,
    };
    let mut octets = maker.message(4, Place::Outermost);
    if !maker.unclosed {
        octets.extend_from_slice(b"\r\n");
    }
    if flawed && maker.flaws.is_empty() {
        octets.splice(0..0, *b"X-Note : none\r\n");
        maker.flaws.push(Code::FieldNameSpace);
    }
    maker.flaws.sort_unstable();
    maker.flaws.dedup();
    Made {
        octets,
        leaves: maker.leaves,
        flaws: maker.flaws,
    }
}

/// Texts of several scripts, each a charset label and octets in it. CRLF stands between lines, none at the end.
const TEXTS: &[(&str, &[u8])] = &[
    (
        "us-ascii",
        b"Dear all,\r\n\r\nplease find the report attached.\r\n\r\n-- \r\nAnna",
    ),
    ("us-ascii", b"One line without an end"),
    (
        "us-ascii",
        b"--\r\n--not-a-boundary\r\n--=_also not--\r\nFrom here on: text.\r\n.\r\n..dots",
    ),
    (
        "utf-8",
        "Gr\u{fc}\u{df}e aus K\u{f6}ln\r\n\u{4f60}\u{597d}, \u{4e16}\u{754c}".as_bytes(),
    ),
    (
        "utf-8",
        "\u{645}\u{631}\u{62d}\u{628}\u{627}\r\n\u{5e9}\u{5dc}\u{5d5}\u{5dd}".as_bytes(),
    ),
    ("iso-8859-1", b"Caf\xe9 cr\xe8me = 3 euros"),
    ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4"),
    ("iso-2022-jp", b"\x1b$B$3$s$K$A$O\x1b(B"),
];

/// File names as people write them.
const NAMES: &[&str] = &[
    "report.pdf",
    "Quarterly figures 2026.xlsx",
    "notes (final).txt",
    "\u{dc}bersicht.docx",
    "\u{8cc7}\u{6599}.zip",
    "\u{43e}\u{442}\u{447}\u{451}\u{442} \u{437}\u{430} \u{43c}\u{430}\u{439}.pdf",
    "it's a name & more.png",
    "a-file-name-that-is-much-longer-than-any-line-of-a-header-should-be-but-that-occurs-all-the-same.tar.gz",
];

const SUBTYPES: &[&str] = &[
    "mixed",
    "mixed",
    "mixed",
    "alternative",
    "related",
    "report",
    "x-unknown",
    "digest",
];

/// Where an entity stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the message: the line end at the end of the octets is its own.
    Outermost,
    /// It is the message inside a message part.
    Inner,
    /// It is a part of a multipart.
    Part,
}

struct Maker {
    random: Random,
    leaves: Vec<Leaf>,
    flaws: Vec<Code>,
    boundaries: usize,
    flawed: bool,
    /// Whether the outermost multipart has no close delimiter.
    unclosed: bool,
}

impl Maker {
    /// A message with its header section, without the last line end.
    fn message(&mut self, depth: usize, place: Place) -> Vec<u8> {
        let number = self.random.bits();
        let mut octets = format!(
            "Received: from mx.example.org by mx.example.com; Sun, 22 Nov 2026 10:00:00 +0000\r\n\
             From: Sender <sender@example.org>\r\nTo: recipient@example.com\r\nMessage-ID: <{number:x}@example.org>\r\n\
             Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
            encoded_words(self.random.pick(NAMES), "\r\n ")
        );
        if self.flaw(8, Code::DuplicateField) {
            octets.push_str("Subject: another\r\n");
        }
        let mut octets = octets.into_bytes();
        octets.extend_from_slice(&self.entity(depth, place));
        octets
    }

    /// MIME fields, empty line and body, without the last line end.
    fn entity(&mut self, depth: usize, place: Place) -> Vec<u8> {
        match self.random.below(10) {
            0..=4 if depth > 0 => self.multipart(depth - 1, place),
            5 if depth > 0 && place == Place::Part => self.inner(depth - 1),
            _ => self.leaf(place == Place::Outermost),
        }
    }

    /// Content-Type and body of a message/rfc822 part.
    fn inner(&mut self, depth: usize) -> Vec<u8> {
        let mut octets = b"Content-Type: message/rfc822\r\n\r\n".to_vec();
        octets.extend_from_slice(&self.message(depth, Place::Inner));
        octets
    }

    fn multipart(&mut self, depth: usize, place: Place) -> Vec<u8> {
        let boundary = self.boundary();
        let subtype = self.random.pick(SUBTYPES);
        let space = if self.flaw(20, Code::FieldNameSpace) {
            " "
        } else {
            ""
        };
        let mut octets = format!(
            "Content-Type{space}: multipart/{subtype};\r\n boundary={}\r\n\r\n",
            quoted(&boundary)
        )
        .into_bytes();
        if self.random.one_in(3) {
            octets.extend_from_slice(b"This is a multi-part message in MIME format.\r\n");
        }
        for _ in 0..self.random.between(1, 4) {
            octets.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            if subtype == "digest" {
                octets.extend_from_slice(&self.digest_entry(depth));
            } else {
                octets.extend_from_slice(&self.entity(depth, Place::Part));
            }
            octets.extend_from_slice(b"\r\n");
        }
        if self.flaw(10, Code::MissingCloseDelimiter) {
            octets.truncate(octets.len() - 2);
            self.unclosed |= place == Place::Outermost;
            return octets;
        }
        octets.extend_from_slice(format!("--{boundary}--").as_bytes());
        if self.random.one_in(4) {
            octets.extend_from_slice(b"\r\n\r\nThis is the epilogue.");
        }
        octets
    }

    /// A part of a digest: a message, by default (RFC 2046, section 5.1.5). Not all parsers know that.
    fn digest_entry(&mut self, depth: usize) -> Vec<u8> {
        let mut octets = Vec::new();
        if !self.flaw(3, Code::MissingPartHeader) {
            octets.extend_from_slice(b"Content-Type: message/rfc822\r\n");
        }
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&self.message(depth, Place::Inner));
        octets
    }

    /// A boundary that is no prefix of another one.
    fn boundary(&mut self) -> String {
        self.boundaries += 1;
        let front = self
            .random
            .pick(&["----=_Part_", "=_", "", "--------------0", "b1_(part)+:."]);
        let number = self.random.bits();
        format!("{front}{number:016x}_{}.", self.boundaries)
    }

    fn leaf(&mut self, outermost: bool) -> Vec<u8> {
        let textual = self.random.one_in(2);
        let (media_type, charset, mut content) = if textual { self.text() } else { self.file() };
        let encoding = self.encoding(&content, textual);
        if outermost && encoding.is_identity() {
            // The last line end of the message is content here; inside a multipart it is the delimiter's.
            content.extend_from_slice(b"\r\n");
        }
        let name = (!textual || self.random.one_in(4)).then(|| self.random.pick(NAMES).to_owned());
        let mut header = format!("Content-Type: {media_type}");
        if let Some(charset) = charset {
            header += "; charset=";
            header += charset;
        }
        self.name_fields(&mut header, name.as_deref());
        if encoding != Encoding::SevenBit || self.random.one_in(3) {
            header += "\r\nContent-Transfer-Encoding: ";
            header += encoding.name();
        }
        header.push_str("\r\n\r\n");
        let mut octets = header.into_bytes();
        octets.extend_from_slice(&self.body(&content, encoding, textual));
        if outermost && encoding.is_identity() {
            octets.truncate(octets.len() - 2);
        } else if outermost && encoding == Encoding::QuotedPrintable {
            // The line end behind the body is a hard one.
            content.extend_from_slice(b"\r\n");
        }
        self.leaves.push(Leaf {
            media_type: media_type.to_owned(),
            encoding,
            content,
            name,
        });
        octets
    }

    fn text(&mut self) -> (&'static str, Option<&'static str>, Vec<u8>) {
        let (charset, text) = self.random.pick(TEXTS);
        let media_type = self
            .random
            .pick(&["text/plain", "text/plain", "text/html", "text/csv"]);
        let repeats = self.random.between(1, 3);
        (
            media_type,
            Some(charset),
            vec![text; repeats].join(&b"\r\n"[..]),
        )
    }

    fn file(&mut self) -> (&'static str, Option<&'static str>, Vec<u8>) {
        let (media_type, content) = match self.random.below(5) {
            0 => ("image/png", payload::png()),
            1 => ("application/pdf", payload::pdf()),
            2 => ("application/zip", payload::zipped_executable()),
            3 => ("application/octet-stream", Vec::new()),
            _ => {
                let length = self.random.between(1, 3_000);
                ("application/octet-stream", self.random.octets(length))
            }
        };
        (media_type, None, content)
    }

    /// An encoding that keeps this content as it is.
    fn encoding(&mut self, content: &[u8], textual: bool) -> Encoding {
        let identity = if content.is_ascii() {
            Encoding::SevenBit
        } else {
            Encoding::EightBit
        };
        match self.random.below(3) {
            0 if textual => identity,
            1 => Encoding::QuotedPrintable,
            _ => Encoding::Base64,
        }
    }

    fn body(&mut self, content: &[u8], encoding: Encoding, textual: bool) -> Vec<u8> {
        match encoding {
            Encoding::Base64 => {
                let mut text = base64_lines(content);
                if text.len() > 8 && self.flaw(6, Code::Base64Junk) {
                    text.insert(4, '!');
                }
                text.into_bytes()
            }
            Encoding::QuotedPrintable => quoted_printable(content, textual).into_bytes(),
            _ => content.to_vec(),
        }
    }

    /// Content-Type parameter and Content-Disposition with the name, in one of the forms that mail programs write.
    fn name_fields(&mut self, header: &mut String, name: Option<&str>) {
        let Some(name) = name else {
            if self.random.one_in(3) {
                header.push_str("\r\nContent-Disposition: inline");
            }
            return;
        };
        let form = if name.is_ascii() {
            self.random.below(4)
        } else {
            self.random.between(1, 2)
        };
        let field = "\r\nContent-Disposition: attachment";
        let fields = match form {
            0 => format!("{field}; filename={}", quoted(name)),
            1 => format!("{field};\r\n filename*={}", extended(name)),
            2 => format!("{field}{}", segments("filename", name, 40)),
            _ => format!(";\r\n name={0}{field};\r\n filename={0}", quoted(name)),
        };
        header.push_str(&fields);
    }

    /// Whether to make this flaw here; if so it is written down.
    fn flaw(&mut self, one_in: usize, code: Code) -> bool {
        let make = self.flawed && self.flaws.len() < 3 && self.random.one_in(one_in);
        if make {
            self.flaws.push(code);
        }
        make
    }
}
