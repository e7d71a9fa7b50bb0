//! Formats by magic number, and those that need a little more: a checksum, a size, a version.

use super::bytes::{has, slice, u8_at, u16_le, u32_le};
use super::found::{ARCHIVE, Found, IMAGE, PROGRAM};
use super::magic::{BINARY, Signature, TEXTUAL};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// What binary content is by a magic number.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    table(BINARY, head).or_else(|| structured(head))
}

/// What text is by the words that it starts with.
pub(super) fn by_text(text: &[u8]) -> Option<Found> {
    table(TEXTUAL, text)
        .or_else(|| uuencoded(text))
        .or_else(|| binhex(text))
}

fn table(rows: &[Signature], head: &[u8]) -> Option<Found> {
    rows.iter()
        .find(|row| has(head, row.at, row.magic))
        .map(|row| row.found)
}

/// Formats that need more than octets at a place.
fn structured(head: &[u8]) -> Option<Found> {
    let archive = |media_type, label| Some(Found::new(media_type, label, ARCHIVE));
    match () {
        () if is_tar(head) => archive("application/x-tar", "tar archive"),
        () if is_lha(head) => archive("application/x-lzh-compressed", "LHA archive"),
        () if is_arj(head) => archive("application/x-arj", "ARJ archive"),
        () if is_arc(head) => archive("application/x-arc", "ARC archive"),
        () if is_lzma(head) => archive("application/x-lzma", "LZMA stream"),
        () if is_macbinary(head) => archive("application/x-macbinary", "MacBinary file"),
        () if is_flash(head) => Some(Found::new(
            "application/x-shockwave-flash",
            "Flash program",
            PROGRAM,
        )),
        () if is_bitmap(head) => Some(Found::new("image/bmp", "Windows bitmap", IMAGE)),
        () if has(head, 40, b" EMF") && has(head, 0, b"\x01\0\0\0") => {
            Some(Found::new("image/emf", "enhanced metafile", IMAGE))
        }
        () => None,
    }
}

/// The checksum of the first header (POSIX.1-1988, section 10.1.1): older archives have no magic number.
fn is_tar(head: &[u8]) -> bool {
    let header = slice(head, 0, 512);
    let field = slice(header, 148, 8);
    let digits = field
        .iter()
        .skip_while(|octet| **octet == b' ')
        .take_while(|octet| octet.is_ascii_digit());
    let written = digits.fold(0_u32, |sum, digit| {
        sum.saturating_mul(8)
            .saturating_add(u32::from(digit.saturating_sub(b'0')))
    });
    let others = header.iter().map(|octet| u32::from(*octet)).sum::<u32>();
    let spaces = field.iter().map(|octet| u32::from(*octet)).sum::<u32>();
    let sum = others.saturating_sub(spaces).saturating_add(8 * 32);
    header.len() == 512 && written > 0 && written == sum
}

/// `-lh5-` and the like at octet 2.
fn is_lha(head: &[u8]) -> bool {
    match slice(head, 2, 5) {
        [b'-', b'l', b'h', method, b'-'] => matches!(method, b'0'..=b'9' | b'd' | b'e' | b'x'),
        [b'-', b'l', b'z', method, b'-'] => matches!(method, b's' | b'2'..=b'5'),
        [b'-', b'p', b'm', method, b'-'] => matches!(method, b'0'..=b'2' | b's'),
        _ => false,
    }
}

/// Header id, length of the main header, length of its fixed part.
fn is_arj(head: &[u8]) -> bool {
    let (length, fixed) = (u16_le(head, 2), u8_at(head, 4));
    has(head, 0, b"\x60\xEA")
        && length.is_some_and(|length| length <= 2_600)
        && fixed.is_none_or(|fixed| (28..=64).contains(&fixed))
}

/// Marker, method, and a name that is printable up to its NUL.
fn is_arc(head: &[u8]) -> bool {
    let name = slice(head, 2, 13);
    let end = name.iter().position(|octet| *octet == 0);
    let printable = |name: &[u8]| name.iter().all(u8::is_ascii_graphic) && name.len() >= 3;
    has(head, 0, b"\x1A")
        && matches!(u8_at(head, 1), Some(1..=11))
        && end.is_some_and(|end| printable(slice(name, 0, end)))
}

/// Usual properties, a dictionary of a power of two, half as much again or all there is, and a size that is unknown or below 256 GiB.
fn is_lzma(head: &[u8]) -> bool {
    let dictionary = u32_le(head, 1).is_some_and(|size| {
        let odd = size >> size.trailing_zeros().min(31);
        size >= 4_096 && matches!(odd, 1 | 3) || size == u32::MAX
    });
    let size = slice(head, 5, 8);
    let known =
        size == [0xFF; 8] || size.len() == 8 && slice(size, 5, 3) == [0, 0, 0] && size != [0; 8];
    has(head, 0, b"\x5D") && dictionary && known && u8_at(head, 13) == Some(0)
}

/// Zeros where the format has them, a name with a length, printable type and creator.
fn is_macbinary(head: &[u8]) -> bool {
    let zeros = [0, 74, 82].iter().all(|at| u8_at(head, *at) == Some(0));
    let length = u8_at(head, 1)
        .map(usize::from)
        .filter(|length| (1..=63).contains(length));
    let name = |length| slice(head, 2, length).iter().all(|octet| *octet >= 32);
    let kind = slice(head, 65, 8);
    zeros
        && length.is_some_and(name)
        && kind.len() == 8
        && kind.iter().all(|octet| matches!(octet, 32..=126))
        && u8_at(head, 122).is_some_and(|v| matches!(v, 0 | 129 | 130))
}

fn is_flash(head: &[u8]) -> bool {
    matches!(slice(head, 0, 3), b"FWS" | b"CWS" | b"ZWS")
        && u8_at(head, 3).is_some_and(|version| (1..=60).contains(&version))
}

/// Magic number and the size of a known information header.
fn is_bitmap(head: &[u8]) -> bool {
    has(head, 0, b"BM") && matches!(u32_le(head, 14), Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// `begin 644 name` and a line whose first character tells its length.
fn uuencoded(text: &[u8]) -> Option<Found> {
    let mut lines = text
        .split(|octet| *octet == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .skip_while(|line| line.is_empty());
    let first = lines.next().filter(|first| first.starts_with(b"begin"))?;
    let second = lines.next()?;
    let base64 = first.starts_with(b"begin-base64 ");
    let mode = first.strip_prefix(b"begin ")?;
    let digits = mode
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    let count = usize::from(second.first()?.checked_sub(32)?) & 63;
    let fits = count
        .div_ceil(3)
        .saturating_mul(4)
        .abs_diff(second.len().saturating_sub(1))
        <= 3;
    let known = base64 || (3..=4).contains(&digits) && (fits || second.first() == Some(&b'h'));
    known.then_some(Found::new(
        "application/x-uuencode",
        "uuencoded file",
        ARCHIVE,
    ))
}

static BINHEX: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(b"(This file must be converted with BinHex"));

/// The sentence that `BinHex` files start with; a few lines may stand before it.
fn binhex(text: &[u8]) -> Option<Found> {
    let start = slice(text, 0, 1_024);
    let at = BINHEX.find(start)?;
    let first = at == 0 || start.get(at.saturating_sub(1)) == Some(&b'\n');
    first.then_some(Found::new(
        "application/mac-binhex40",
        "BinHex file",
        ARCHIVE,
    ))
}
