//! Base64 (RFC 2045, section 6.8), read leniently.
//!
//! Lines of one length are decoded in blocks. Where that does not do, runs of whole groups of four digits, and the line ends
//! between them, are decoded by table without a look back; whatever else stands there goes octet by octet until a group
//! starts again.

use super::block::{Blocks, blocks};
use super::trailer::{Line, Trailer};
use super::{Flaws, Leniency};
use crate::defect::Code;

/// Octets that are decoded at a time: a line of the usual length fits, and what junk costs is bounded.
const BLOCK: usize = 128;

/// What is no digit.
const NONE: u8 = 0xff;

/// The value of each digit.
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which checks the bounds"
)]
const DIGITS: [u8; 256] = {
    let mut table = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0u8;
    while (value as usize) < alphabet.len() {
        table[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    table
};

#[derive(Debug, Default)]
pub(super) struct Base64 {
    /// Digits of the group of four that is not complete, six bits each.
    bits: u32,
    digits: u8,
    /// Padding characters that the last group still wants.
    wanted: u8,
    /// Whether padding was seen.
    padded: bool,
    leniency: Leniency,
    /// Whether this reading ends here.
    stopped: bool,
    /// What stands behind padding and is not judged yet.
    trailer: Trailer,
    flaws: Flaws,
}

impl Base64 {
    pub(super) fn reading(leniency: Leniency) -> Self {
        Base64 {
            leniency,
            ..Base64::default()
        }
    }

    pub(super) fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        if self.leniency == Leniency::File {
            return self.push_lines(raw, out);
        }
        let mut rest = raw;
        while !rest.is_empty() && !self.stopped {
            let blocks = if self.digits == 0 && !self.padded {
                blocks(rest, out)
            } else {
                Blocks {
                    used: 0,
                    doubtful: rest.len().min(BLOCK),
                }
            };
            rest = rest.get(blocks.used..).unwrap_or_default();
            let (doubtful, after) = rest
                .split_at_checked(blocks.doubtful)
                .unwrap_or((rest, &[]));
            self.push_doubtful(doubtful, out);
            rest = after;
        }
    }

    /// Takes what may hold anything.
    fn push_doubtful(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let mut rest = raw;
        while !rest.is_empty() && !self.stopped {
            if self.digits == 0 && !self.padded {
                rest = rest.get(groups(rest, out)..).unwrap_or_default();
            }
            let Some((byte, after)) = rest.split_first() else {
                return;
            };
            self.octet(*byte, out);
            rest = after;
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.line(out);
        if self.digits > 0 || self.wanted > 0 {
            self.flaws.add(Code::Base64Padding);
        }
        self.close_group(out);
    }

    pub(super) fn flaws(&self) -> Flaws {
        self.flaws
    }

    fn octet(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b'\r' | b'\n' => {
                if self.leniency == Leniency::ByLine {
                    self.close_group(out);
                }
            }
            b'=' if self.leniency == Leniency::SkipPadding => {}
            b'=' => self.padding(out),
            _ => match self.value(byte) {
                NONE => {
                    self.flaws.add(Code::Base64Junk);
                    self.stopped |= self.leniency == Leniency::StopAtJunk;
                }
                value => self.digit(value, out),
            },
        }
    }

    fn value(&self, byte: u8) -> u8 {
        match (byte, self.leniency) {
            (b'-', Leniency::UrlSafe) => 62,
            (b'_', Leniency::UrlSafe) => 63,
            _ => value(byte),
        }
    }

    /// Takes the body of a file line by line: text behind it is none of it.
    fn push_lines(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        for byte in raw {
            if self.stopped {
                return;
            }
            if self.trailer.hold(*byte) {
                self.line(out);
            }
        }
    }

    /// Takes the line that is held. What stands behind padding, on its line or the next, is judged anew.
    fn line(&mut self, out: &mut Vec<u8>) {
        let line = self.trailer.take();
        let is_padded = |decoder: &Self| decoder.padded && decoder.wanted == 0;
        let mut behind = false;
        if !is_padded(self) && self.trailer.judge(&line, self.digits == 0) == Line::Text {
            self.flaws.add(Code::Base64Junk);
            return;
        }
        let mut rest = line.as_slice();
        while let Some((byte, after)) = rest.split_first() {
            if is_padded(self) && !behind && *byte != b'=' {
                let glued = rest.len() < line.len();
                if self.trailer.behind_padding(rest, glued) == Line::Text {
                    self.flaws.add(Code::Base64Junk);
                    self.stopped = true;
                    return;
                }
                behind = true;
            }
            self.octet(*byte, out);
            rest = after;
        }
    }

    fn digit(&mut self, value: u8, out: &mut Vec<u8>) {
        if self.padded {
            // Data after padding: another run was put behind the first.
            self.flaws.add(Code::Base64Padding);
            self.padded = false;
            self.wanted = 0;
        }
        self.bits = (self.bits << 6) | u32::from(value);
        self.digits += 1;
        if self.digits == 4 {
            let [_, octets @ ..] = self.bits.to_be_bytes();
            out.extend_from_slice(&octets);
            (self.bits, self.digits) = (0, 0);
        }
    }

    fn padding(&mut self, out: &mut Vec<u8>) {
        self.stopped |= self.leniency == Leniency::StopAtPadding;
        if self.wanted > 0 {
            self.wanted -= 1;
            return;
        }
        match self.digits {
            2 => self.wanted = 1,
            3 => {}
            _ => self.flaws.add(Code::Base64Padding),
        }
        self.padded = true;
        self.close_group(out);
    }

    /// Gives the whole octets of a group that is not complete.
    fn close_group(&mut self, out: &mut Vec<u8>) {
        let [_, first, second, _] = (self.bits << (6 * (4 - u32::from(self.digits)))).to_be_bytes();
        match self.digits {
            2 => out.push(first),
            3 => out.extend_from_slice(&[first, second]),
            _ => {}
        }
        (self.bits, self.digits) = (0, 0);
    }
}

/// Decodes whole groups of four digits, and the line ends between them, as long as there is nothing else. Gives the octets
/// used up.
fn groups(raw: &[u8], out: &mut Vec<u8>) -> usize {
    let mut used = 0usize;
    loop {
        let rest = raw.get(used..).unwrap_or_default();
        let block = rest.get(..BLOCK).unwrap_or(rest);
        let block = block
            .get(..memchr::memchr2(b'\r', b'\n', block).unwrap_or(block.len()))
            .unwrap_or_default();
        let done = whole_groups(block, out);
        used = used.saturating_add(done);
        if done < block.len() {
            return used;
        }
        used = match raw.get(used..) {
            Some([b'\r', b'\n', ..]) => used.saturating_add(2),
            Some([b'\n', ..]) => used.saturating_add(1),
            Some([_, ..]) if done > 0 => used,
            _ => return used,
        };
    }
}

/// Decodes groups of four digits up to the first that is none. Gives the octets used up.
fn whole_groups(block: &[u8], out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.resize(start.saturating_add(block.len() / 4 * 3), 0);
    let room = out.get_mut(start..).unwrap_or_default();
    let mut done = 0usize;
    for (group, octets) in block.chunks_exact(4).zip(room.chunks_exact_mut(3)) {
        let Some(decoded) = group_of_four(group) else {
            break;
        };
        octets.copy_from_slice(&decoded);
        done = done.saturating_add(1);
    }
    out.truncate(start.saturating_add(done.saturating_mul(3)));
    done.saturating_mul(4)
}

fn group_of_four(group: &[u8]) -> Option<[u8; 3]> {
    let [a, b, c, d] = *group else { return None };
    let values = [value(a), value(b), value(c), value(d)];
    if values.iter().fold(0, |all, value| all | value) == NONE {
        return None;
    }
    let bits = values
        .iter()
        .fold(0u32, |bits, value| (bits << 6) | u32::from(*value));
    let [_, octets @ ..] = bits.to_be_bytes();
    Some(octets)
}

#[expect(
    clippy::indexing_slicing,
    reason = "the table has a place for every octet"
)]
fn value(byte: u8) -> u8 {
    DIGITS[usize::from(byte)]
}
