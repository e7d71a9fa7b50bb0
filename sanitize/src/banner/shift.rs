//! Where octets of ASCII stand for other characters: between the escapes of ISO 2022 (RFC 1468, RFC 1557, RFC 1922).

use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;

/// Text with its shifted octets made harmless.
pub(super) struct Shifted<'a> {
    /// As long as the text; `x` for every octet that is no ASCII.
    pub(super) masked: Cow<'a, [u8]>,
    /// Whether the text ends shifted: nothing can be put behind it.
    pub(super) open: bool,
}

/// Reads text of a charset of this name.
pub(super) fn of<'a>(octets: &'a [u8], charset: &str) -> Shifted<'a> {
    let shifts = ["iso-2022-", "iso_2022_", "csiso2022"];
    if !shifts.iter().any(|start| charset.starts_with(start)) {
        return Shifted {
            masked: Cow::Borrowed(octets),
            open: false,
        };
    }
    let mut masked = octets.to_vec();
    let mut open = false;
    let mut rest = masked.as_mut_slice();
    while !rest.is_empty() {
        match shift(rest) {
            Some(shifted) => open = shifted,
            None if open => rest.iter_mut().take(1).for_each(|octet| *octet = b'x'),
            None => {}
        }
        rest = rest.get_mut(1..).unwrap_or_default();
    }
    Shifted {
        masked: Cow::Owned(masked),
        open,
    }
}

/// Whether what follows is shifted, if a change of that stands here.
fn shift(octets: &[u8]) -> Option<bool> {
    match octets {
        [ESCAPE, b'(', b'B' | b'J', ..] | [SHIFT_IN, ..] => Some(false),
        // These say what shift-out means, and shift nothing.
        [ESCAPE, b'$', b')' | b'*' | b'+', ..] => None,
        [ESCAPE, b'$' | b'(', ..] | [SHIFT_OUT, ..] => Some(true),
        _ => None,
    }
}
