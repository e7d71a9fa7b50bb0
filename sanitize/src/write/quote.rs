//! Text in quoted-printable, as a stream (RFC 2045, section 6.7).
//!
//! Canonical: CRLF for every line end, lines of at most 76 characters, white space at the end of a line escaped. And
//! harmless: some readers look for files, delimiters and header fields in any line, decoded or not. So the first character
//! of a written line is escaped where the line would look like one of them.

/// Characters in a line, without the `=` of a soft line break.
const LINE: usize = 75;

/// Octets that tell what a line looks like, and more than a line end after white space has.
const AHEAD: usize = 16;

/// Starts of lines that mean something to readers that scan, in lower case.
const STARTS: &[&[u8]] = &[
    b"--",
    b":",
    b"begin ",
    b"begin-",
    b"begin\t",
    b"content-",
    b"content_",
    b"mime-version",
    b"from ",
    b"(this file",
];

/// An encoder of text.
#[derive(Debug, Default)]
pub(super) struct QuotedText {
    /// Octets that wait for those behind them.
    held: Vec<u8>,
    column: usize,
    begun: bool,
}

impl QuotedText {
    pub(super) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(octets);
        self.encode(AHEAD, out);
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.encode(1, out);
    }

    /// Encodes what is held as long as so many octets are left.
    fn encode(&mut self, ahead: usize, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        let mut rest = held.as_slice();
        while rest.len() >= ahead {
            let begun = std::mem::replace(&mut self.begun, true);
            rest = match rest {
                // Some readers drop empty lines in front of text.
                [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] if !begun => {
                    out.extend_from_slice(b"=0D=0A");
                    self.column = 6;
                    after
                }
                [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] => {
                    out.extend_from_slice(b"\r\n");
                    self.column = 0;
                    after
                }
                [octet, after @ ..] => {
                    self.octet(*octet, after, out);
                    after
                }
                [] => break,
            };
        }
        self.held = rest.to_vec();
    }

    fn octet(&mut self, octet: u8, after: &[u8], out: &mut Vec<u8>) {
        let escape = match octet {
            b' ' | b'\t' => is_line_end(after),
            b'=' => true,
            _ => !octet.is_ascii_graphic(),
        };
        let width = if escape { 3 } else { 1 };
        if self.column.saturating_add(width) > LINE {
            out.extend_from_slice(b"=\r\n");
            self.column = 0;
        }
        if escape || (self.column == 0 && looks_like_structure(octet, after)) {
            out.extend_from_slice(&[b'=', digit(octet >> 4), digit(octet & 0xf)]);
            self.column = self.column.saturating_add(3);
        } else {
            out.push(octet);
            self.column = self.column.saturating_add(1);
        }
    }
}

/// Whether a line that starts so would mean something to a reader that scans.
pub(super) fn looks_like_structure(first: u8, after: &[u8]) -> bool {
    let starts = |start: &&[u8]| {
        start.split_first().is_some_and(|(head, tail)| {
            first.eq_ignore_ascii_case(head)
                && after
                    .get(..tail.len())
                    .is_some_and(|next| next.eq_ignore_ascii_case(tail))
        })
    };
    (first == b'.' && is_line_end(after)) || STARTS.iter().any(starts)
}

/// Whether a line, or the text, ends here.
fn is_line_end(after: &[u8]) -> bool {
    matches!(after, [] | [b'\n', ..] | [b'\r', b'\n', ..])
}

fn digit(value: u8) -> u8 {
    match value {
        0..=9 => b'0'.saturating_add(value),
        _ => b'A'.saturating_add(value.saturating_sub(10)),
    }
}
