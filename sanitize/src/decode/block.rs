//! Blocks of base64 lines of one length, as nearly all programs write them: decoded at once.
//!
//! The decoder for that is a lenient one that tells of nothing. But where each line ends is seen here, and a block in which
//! all else are digits is the only one that gives so many octets: anything skipped makes it shorter.

use encodify::base64::LENIENT;

/// Octets of a block: enough for the decoder to be fast, few enough to be read again when there is junk in it.
const BLOCK: usize = 4_096;

/// Longest line that is taken for one; the usual one has 76 digits.
const LINE_MOST: usize = 1_000;

/// How far blocks went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    /// Octets that were decoded.
    pub(super) used: usize,
    /// Octets behind them that are to be read one by one.
    pub(super) doubtful: usize,
}

/// Decodes whole lines of digits from the start of `raw` as long as they have one length and nothing else is there.
pub(super) fn blocks(raw: &[u8], out: &mut Vec<u8>) -> Blocks {
    let mut used = 0usize;
    loop {
        let rest = raw.get(used..).unwrap_or_default();
        let Some(digits) = line(rest) else {
            let newline = memchr::memchr(b'\n', rest.get(..LINE_MOST).unwrap_or(rest));
            let line = newline.map_or(LINE_MOST, |newline| newline.saturating_add(1));
            let doubtful = line.min(rest.len());
            return Blocks { used, doubtful };
        };
        let (lines, length) = lines(rest, digits);
        if !decode(
            rest.get(..length).unwrap_or_default(),
            lines.saturating_mul(digits),
            out,
        ) {
            return Blocks {
                used,
                doubtful: length,
            };
        }
        used = used.saturating_add(length);
    }
}

/// How many digits the line that stands next has, if it is a whole one and they are whole groups.
fn line(raw: &[u8]) -> Option<usize> {
    let newline = memchr::memchr(b'\n', raw.get(..LINE_MOST).unwrap_or(raw))?;
    let line = raw.get(..newline)?;
    let digits = line.strip_suffix(b"\r").unwrap_or(line).len();
    (digits > 0 && digits.is_multiple_of(4)).then_some(digits)
}

/// How many lines with so many digits stand in the next block, and their octets.
fn lines(raw: &[u8], digits: usize) -> (usize, usize) {
    let end: &[u8] = match raw.get(digits) {
        Some(b'\r') => b"\r\n",
        _ => b"\n",
    };
    let length = digits.saturating_add(end.len());
    let alike = |line: &&[u8]| line.ends_with(end);
    let block = raw.get(..BLOCK).unwrap_or(raw);
    let lines = block.chunks_exact(length).take_while(alike).count();
    (lines, lines.saturating_mul(length))
}

/// Decodes a block that has so many digits if there is nothing else but line ends in it. Else `out` stays as it was.
fn decode(block: &[u8], digits: usize, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let whole = digits / 4 * 3;
    let decoded = LENIENT.decode_append(block, out);
    let done = decoded.is_ok_and(|octets| octets == whole);
    if !done {
        out.truncate(start);
    }
    done
}
