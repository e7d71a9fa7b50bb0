//! Script elements in UTF-7 (RFC 2152), where even the brackets are letters.

use super::{AROUND, around, is_script};
use crate::look::bytes::slice;
use memchr::memchr_iter;

/// Whether a run of UTF-7 (RFC 2152) begins here that, with what follows, is a script element.
pub(super) fn begins_script(run: &[u8]) -> bool {
    let (mut bits, mut width, mut text, mut length) = (0_u32, 0_u32, Vec::new(), 1_usize);
    for digit in slice(run, 1, AROUND)
        .iter()
        .map_while(|octet| sextet(*octet))
    {
        length = length.saturating_add(1);
        bits = (bits << 6 | digit) & 0x3F_FFFF;
        width = width.saturating_add(6);
        if width >= 16 {
            width = width.saturating_sub(16);
            let unit = bits >> width & 0xFFFF;
            text.push(u8::try_from(unit).unwrap_or(b'?'));
        }
    }
    let behind = slice(run, length, AROUND);
    text.extend_from_slice(behind.strip_prefix(b"-").unwrap_or(behind));
    memchr_iter(b'<', &text).any(|at| is_script(around(&text, at)))
}

fn sextet(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit.wrapping_sub(b'A'),
        b'a'..=b'z' => digit.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => digit.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
