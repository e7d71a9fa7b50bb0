//! yEnc (version 1.3): every octet plus 42, four of them escaped by `=`, between `=ybegin` and `=yend`.

/// What an octet was moved by, and an escaped one besides.
const SHIFT: u8 = 42;
const ESCAPED: u8 = 64;

/// Octets of a line `=ybegin` that are kept for the name.
const HEADER_MOST: usize = 1_000;

const BEGIN: &[u8] = b"=ybegin ";

#[derive(Debug, Default)]
pub(super) struct Yenc {
    place: Place,
    /// The start of the line, where that matters.
    line: Vec<u8>,
    /// Whether a line starts here.
    starts: bool,
    name: Option<Vec<u8>>,
    begun: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Before,
    Data,
    /// Behind `=`; whether that began a line.
    Escape {
        starts: bool,
    },
    /// In a line that begins with `=y`.
    Keyword,
    Behind,
}

impl Yenc {
    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let mut rest = raw;
        while let Some((octet, after)) = rest.split_first() {
            match self.place {
                Place::Behind => return,
                Place::Data => rest = self.data(rest, out),
                Place::Escape { starts } => {
                    if self.escape(*octet, starts, out) {
                        rest = after;
                    }
                }
                Place::Before | Place::Keyword => {
                    self.line_octet(*octet);
                    rest = after;
                }
            }
        }
    }

    pub(super) fn finish(&mut self, _out: &mut Vec<u8>) {
        if self.place == Place::Before {
            self.header();
        }
    }

    /// The name behind `name=`.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.name.as_deref()
    }

    /// Whether anything was decoded.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Decodes up to the next octet that means something else.
    fn data<'a>(&mut self, raw: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let stop = memchr::memchr3(b'=', b'\r', b'\n', raw).unwrap_or(raw.len());
        let (plain, rest) = raw.split_at_checked(stop).unwrap_or((raw, &[]));
        out.extend(plain.iter().map(|octet| octet.wrapping_sub(SHIFT)));
        self.begun |= !plain.is_empty();
        self.starts &= plain.is_empty();
        let Some((octet, after)) = rest.split_first() else {
            return rest;
        };
        if *octet == b'=' {
            self.place = Place::Escape {
                starts: self.starts,
            };
        }
        self.starts = *octet == b'\n';
        after
    }

    /// Takes the octet behind `=`. False if that is a line end, which is for others.
    fn escape(&mut self, octet: u8, starts: bool, out: &mut Vec<u8>) -> bool {
        self.place = Place::Data;
        match octet {
            b'\r' | b'\n' => return false,
            b'y' if starts => {
                self.place = Place::Keyword;
                self.line.clear();
            }
            _ => {
                out.push(octet.wrapping_sub(ESCAPED).wrapping_sub(SHIFT));
                self.begun = true;
            }
        }
        true
    }

    /// Takes an octet of a line before the data, or of a keyword among them.
    fn line_octet(&mut self, octet: u8) {
        if octet != b'\n' {
            if self.line.len() < HEADER_MOST {
                self.line.push(octet);
            }
            return;
        }
        if self.place == Place::Before {
            self.header();
        } else if self.line.starts_with(b"end") {
            self.place = Place::Behind;
        } else {
            self.place = Place::Data;
        }
        self.line.clear();
        self.starts = true;
    }

    /// Begins the data if the line says so.
    fn header(&mut self) {
        if let Some(name) = begin(&self.line) {
            self.name = Some(name.to_vec()).filter(|name| !name.is_empty());
            self.place = Place::Data;
        }
    }
}

/// The name on a line `=ybegin`; empty if it names none.
pub(crate) fn begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(BEGIN)?;
    let name = memchr::memmem::find(rest, b"name=")
        .and_then(|at| rest.get(at.saturating_add(5)..))
        .unwrap_or_default();
    Some(name.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(content: &[u8], width: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for line in content.chunks(width) {
            for octet in line {
                match octet.wrapping_add(SHIFT) {
                    critical @ (0 | b'\n' | b'\r' | b'=') => {
                        out.extend([b'=', critical.wrapping_add(ESCAPED)]);
                    }
                    other => out.push(other),
                }
            }
            out.extend(b"\r\n");
        }
        out
    }

    #[track_caller]
    fn check(raw: &[u8], expected: &[u8], name: Option<&str>) {
        for chunk in [1, 2, 5, raw.len().max(1)] {
            let mut decoder = Yenc::default();
            let mut out = Vec::new();
            for piece in raw.chunks(chunk) {
                decoder.push(piece, &mut out);
            }
            decoder.finish(&mut out);
            assert_eq!(out, expected, "in pieces of {chunk}");
            assert_eq!(decoder.name(), name.map(str::as_bytes));
        }
    }

    #[test]
    fn files_are_decoded() {
        let content: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        let data = encode(&content, 128);
        let head = b"=ybegin line=128 size=1000 name=all octets.bin\r\n".as_slice();
        let end = b"=yend size=1000 crc32=deadbeef\r\n".as_slice();
        let name = Some("all octets.bin");
        check(&[head, &data, end].concat(), &content, name);
        check(
            &[b"Hi\r\n", head, &data, end, b"Bye"].concat(),
            &content,
            name,
        );
        check(
            &[head, b"=ypart begin=1 end=1000\r\n", &data, end].concat(),
            &content,
            name,
        );
        check(&[head, &data].concat(), &content, name);
        check(b"=ybeginning\r\nof a text\r\n", b"", None);
        check(b"=ybegin line=1 size=1\nk", b"A", None);
        check(b"=ybegin x\nk=\nk", b"AA", None);
    }
}
