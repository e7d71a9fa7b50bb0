//! Messages: parts of known content under known names.

use std::fmt::Write as _;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Harmless text.
    Text,
    /// The same in base64.
    Encoded,
    /// A program.
    Program,
    /// What scanners find.
    Evil,
    /// Text with two transfer encodings, which mail programs read differently.
    Ambiguous,
    /// A lot of text.
    Large,
}

/// A message.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// Which message of its session it is.
    pub(crate) number: usize,
    pub(crate) parts: Vec<Kind>,
}

/// What scanners find.
pub(crate) const EVIL: &str = "EVIL-SIGNATURE";

/// The first octets of each program.
pub(crate) const PROGRAM: &str = "MZ\u{1}program";

pub(crate) const BOUNDARY: &str = "b0undary";

impl Mail {
    /// A word that only this part has.
    pub(crate) fn word(&self, number: usize) -> String {
        format!("word-{}-{number};", self.number)
    }

    /// The content of a part, decoded.
    pub(crate) fn content(&self, number: usize) -> String {
        let word = self.word(number);
        match self.parts.get(number) {
            Some(Kind::Program) => format!("{PROGRAM} {word}"),
            Some(Kind::Evil) => format!("see {EVIL} {word}"),
            Some(Kind::Large) => format!(
                "{word}\r\n{}",
                "many words in a line of text\r\n".repeat(3_000)
            ),
            _ => format!("some words, {word} and no more"),
        }
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = String::new();
        for (number, kind) in self.parts.iter().enumerate() {
            let content = self.content(number);
            let (fields, content) = match kind {
                Kind::Text | Kind::Evil | Kind::Large => (String::new(), content),
                Kind::Encoded => (
                    "Content-Transfer-Encoding: base64\r\n".to_owned(),
                    base64(content.as_bytes()),
                ),
                Kind::Program => (
                    format!("Content-Disposition: attachment; filename=\"{number}.exe\"\r\n"),
                    content,
                ),
                Kind::Ambiguous => (
                    "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: quoted-printable\r\n".to_owned(),
                    content,
                ),
            };
            let kind = if *kind == Kind::Program {
                "application/octet-stream"
            } else {
                "text/plain"
            };
            let _ = write!(
                body,
                "--{BOUNDARY}\r\nContent-Type: {kind}; name=\"{number}.{}\"\r\n{fields}\r\n{content}\r\n",
                if kind == "text/plain" { "txt" } else { "exe" }
            );
        }
        let _ = write!(body, "--{BOUNDARY}--\r\n");
        body.into_bytes()
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.parts.contains(&kind)
    }
}

/// Name and value of each field of any message.
pub(crate) fn header() -> Vec<(String, String)> {
    [
        ("From", " a@example.org"),
        ("To", " b@example.net"),
        ("Subject", " words"),
        ("Date", " Mon, 16 Nov 2026 09:12:41 +0000"),
        ("Message-ID", " <1@example.org>"),
        ("MIME-Version", " 1.0"),
        ("Content-Type", " multipart/mixed; boundary=b0undary"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Base64 in lines, without help: a test does not trust what it tests.
fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (index, three) in octets.chunks(3).enumerate() {
        if index > 0 && index % 19 == 0 {
            text.push_str("\r\n");
        }
        let bits = three
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_u32, |bits, octet| bits << 8 | u32::from(*octet));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit <= three.len() {
                char::from(DIGITS[value as usize])
            } else {
                '='
            });
        }
    }
    text
}
