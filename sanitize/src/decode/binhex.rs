//! `BinHex` 4.0 (RFC 1741, appendix A): lines of 6-bit characters between two colons, run lengths in what they stand for,
//! and in that a header, the data fork and the resource fork of a file. The data fork is given.

/// The characters for 0 to 63.
const ALPHABET: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

/// What stands before the count of a run.
const RUN: u8 = 0x90;

/// Octets that runs may add. They are the only part of the format that makes more than it takes.
const RUNS_MOST: u64 = 64 << 20;

/// Octets of the header behind the name: a zero, type, creator, flags, length of either fork, checksum.
const BEHIND_NAME: usize = 21;

#[derive(Debug, Default)]
pub(super) struct BinHex {
    place: Place,
    starts: Start,
    bits: u32,
    count: u32,
    /// The octet that a run repeats, and whether [`RUN`] was seen.
    last: u8,
    run: bool,
    added: u64,
    header: Vec<u8>,
    /// Octets of the data fork that are still to come, once the header is complete.
    left: Option<u32>,
    begun: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Before,
    Data,
    Behind,
}

/// Whether a colon here would start a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Start {
    #[default]
    Line,
    Middle,
}

impl BinHex {
    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        for octet in raw {
            match (self.place, *octet) {
                (Place::Before, b':') if self.starts == Start::Line => self.place = Place::Data,
                (Place::Before, b'\r' | b'\n') => self.starts = Start::Line,
                (Place::Before, _) => self.starts = Start::Middle,
                (Place::Data, b':') => self.place = Place::Behind,
                (Place::Data, _) => self.character(*octet, out),
                (Place::Behind, _) => return,
            }
        }
    }

    /// The name in the header.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.left?;
        let (length, rest) = self.header.split_first()?;
        rest.get(..usize::from(*length))
    }

    /// Whether a whole header was decoded.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    fn character(&mut self, octet: u8, out: &mut Vec<u8>) {
        let Some(value) = value(octet) else { return };
        self.bits = (self.bits << 6) | value;
        self.count = self.count.saturating_add(6);
        if self.count >= 8 {
            self.count = self.count.saturating_sub(8);
            let [.., octet] = (self.bits >> self.count).to_be_bytes();
            self.expand(octet, out);
        }
    }

    /// Takes an octet that may be part of a run.
    fn expand(&mut self, octet: u8, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.run) {
            if octet == RUN {
                self.run = true;
            } else {
                self.last = octet;
                self.file(octet, out);
            }
            return;
        }
        if octet == 0 {
            self.last = RUN;
            return self.file(RUN, out);
        }
        let more = u64::from(octet.saturating_sub(1));
        self.added = self.added.saturating_add(more);
        if self.added > RUNS_MOST {
            self.place = Place::Behind;
            return;
        }
        for _ in 0..more {
            self.file(self.last, out);
        }
    }

    /// Takes an octet of the header or a fork.
    fn file(&mut self, octet: u8, out: &mut Vec<u8>) {
        match &mut self.left {
            Some(0) => {}
            Some(left) => {
                *left = left.saturating_sub(1);
                out.push(octet);
            }
            None => {
                self.header.push(octet);
                self.left = fork_length(&self.header);
                self.begun |= self.left.is_some();
            }
        }
    }
}

/// The length of the data fork, once the header is whole.
fn fork_length(header: &[u8]) -> Option<u32> {
    let (name, _) = header.split_first()?;
    let rest = header.get(usize::from(*name).saturating_add(1)..)?;
    let rest = rest.first_chunk::<BEHIND_NAME>()?;
    let length = rest.get(11..15)?;
    Some(u32::from_be_bytes(length.try_into().ok()?))
}

fn value(octet: u8) -> Option<u32> {
    let at = memchr::memchr(octet, ALPHABET)?;
    u32::try_from(at).ok()
}

/// Whether these can be characters of such a file.
pub(crate) fn is_data(line: &[u8]) -> bool {
    line.iter().all(|octet| value(*octet).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(name: &str, data: &[u8], resource: &[u8]) -> Vec<u8> {
        let mut plain = vec![u8::try_from(name.len()).unwrap()];
        plain.extend(name.as_bytes());
        plain.extend(b"\0TEXTttxt\0\0");
        plain.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        plain.extend(u32::try_from(resource.len()).unwrap().to_be_bytes());
        plain.extend([0, 0]);
        plain.extend(data);
        plain.extend([0, 0]);
        plain.extend(resource);
        let mut squeezed = Vec::new();
        let mut at = 0;
        while at < plain.len() {
            let octet = plain[at];
            let run = plain[at..]
                .iter()
                .take_while(|next| **next == octet)
                .take(255)
                .count();
            squeezed.push(octet);
            if octet == RUN {
                squeezed.push(0);
                at += 1;
            } else if run > 3 {
                squeezed.extend([RUN, u8::try_from(run).unwrap()]);
                at += run;
            } else {
                at += 1;
            }
        }
        let mut out = b"(This file must be converted with BinHex 4.0)\r\n\r\n:".to_vec();
        let mut width = 1;
        for group in squeezed.chunks(3) {
            let mut bits = [0; 4];
            bits[1..=group.len()].copy_from_slice(group);
            let bits = u32::from_be_bytes(bits);
            for shift in [18, 12, 6, 0].iter().take(group.len() + 1) {
                if width == 64 {
                    out.extend(b"\r\n");
                    width = 0;
                }
                out.push(ALPHABET[usize::try_from((bits >> shift) & 63).unwrap()]);
                width += 1;
            }
        }
        out.extend(b":\r\nBye\r\n");
        out
    }

    #[track_caller]
    fn check(name: &str, data: &[u8], resource: &[u8]) {
        let raw = encode(name, data, resource);
        for chunk in [1, 7, raw.len()] {
            let mut decoder = BinHex::default();
            let mut out = Vec::new();
            for piece in raw.chunks(chunk) {
                decoder.push(piece, &mut out);
            }
            assert_eq!(out, data, "in pieces of {chunk}");
            assert_eq!(decoder.name(), Some(name.as_bytes()));
        }
    }

    #[test]
    fn the_data_fork_is_decoded() {
        let all: Vec<u8> = (0..=255).cycle().take(700).collect();
        check("all octets", &all, b"");
        check("x", &[0; 3_000], b"resource");
        check("x", &[RUN; 20], b"");
        check("empty", b"", b"resource");
    }

    #[test]
    fn runs_are_bounded() {
        let mut decoder = BinHex::default();
        let mut out = Vec::new();
        decoder.push(b":", &mut out);
        for _ in 0..400_000 {
            decoder.expand(RUN, &mut out);
            decoder.expand(255, &mut out);
            out.clear();
        }
        assert_eq!(decoder.place, Place::Behind);
    }
}
