//! Archives that begin behind something else: self-extracting programs, and whatever was put before an archive. The
//! programs that open them look for the archive, so this does.

use super::bytes::{has, slice, u8_at, u16_le, u32_le, u64_le};
use super::found::{ARCHIVE, Found};
use super::window::{View, Window};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// The longest header that is looked at.
const AHEAD: usize = 40;
/// Archives that are kept until the size of the content is known.
const KEPT: usize = 8;

/// Watches for archives behind a prefix.
#[derive(Debug, Default)]
pub(super) struct Prefixed {
    window: Window<AHEAD>,
    seen: Vec<Seen>,
}

/// An archive and the least offset at which it can end.
#[derive(Clone, Copy, Debug)]
struct Seen {
    end: u64,
    found: Found,
}

impl Prefixed {
    /// Takes the next octets; `quiet` if no magic number can have a part in them.
    pub(super) fn push(&mut self, piece: &[u8], quiet: bool) {
        let seen = &mut self.seen;
        if quiet {
            self.window.push_quiet(piece, |view| look(view, seen));
        } else {
            self.window.push(piece, |view| look(view, seen));
        }
    }

    /// The archive, if there is one that fits into the `size` octets of the content.
    pub(super) fn finish(self, size: u64) -> Option<Found> {
        let mut seen = self.seen;
        self.window.finish(|view| look(view, &mut seen));
        seen.iter()
            .find(|seen| seen.end <= size)
            .map(|seen| seen.found)
    }
}

/// Reads the header of one format at an offset.
type Read = fn(&[u8], u64) -> Option<Seen>;

/// Each format with its magic number.
static FORMATS: LazyLock<[(Finder<'static>, Read); 4]> = LazyLock::new(|| {
    [
        (Finder::new(b"Rar!\x1A\x07"), rar),
        (Finder::new(b"7z\xBC\xAF\x27\x1C"), seven_zip),
        (Finder::new(b"MSCF\0\0\0\0"), cabinet),
        (Finder::new(b"\x60\xEA"), arj),
    ]
});

/// Keeps the archives in the order of their offsets, so that the pieces of the stream make no difference.
fn look(view: View<'_>, seen: &mut Vec<Seen>) {
    let mut here = Vec::new();
    for (magic, read) in FORMATS.iter() {
        let found = view.find(magic).filter_map(|position| {
            let at = view.offset(position);
            Some((at, read(view.from(position), at)?))
        });
        here.extend(found.take(KEPT));
    }
    here.sort_by_key(|(at, _)| *at);
    let room = KEPT.saturating_sub(seen.len());
    seen.extend(here.into_iter().take(room).map(|(_, archive)| archive));
}

/// Magic number, then a main header: block type 0x73 in RAR 4, 1 or 4 (encryption) in RAR 5.
fn rar(header: &[u8], at: u64) -> Option<Seen> {
    let old = has(header, 6, b"\0") && u8_at(header, 9) == Some(0x73);
    let new = has(header, 6, b"\x01\0") && matches!(u8_at(header, 13), Some(1 | 4));
    let found = Found::new("application/vnd.rar", "RAR archive", ARCHIVE);
    (old || new).then_some(Seen {
        end: at.saturating_add(20),
        found,
    })
}

/// Version 0.x, and a start header that tells where the directory lies: it must fit into the content.
fn seven_zip(header: &[u8], at: u64) -> Option<Seen> {
    u8_at(header, 6).filter(|version| *version == 0)?;
    let (offset, length) = (u64_le(header, 12)?, u64_le(header, 20)?);
    let end = at
        .checked_add(32)?
        .checked_add(offset)?
        .checked_add(length)?;
    Some(Seen {
        end,
        found: Found::new("application/x-7z-compressed", "7-Zip archive", ARCHIVE),
    })
}

/// Version 1.3, and a size that fits into the content.
fn cabinet(header: &[u8], at: u64) -> Option<Seen> {
    let length = u32_le(header, 8).filter(|length| *length > 36)?;
    u16_le(header, 24).filter(|version| *version == 0x0103)?;
    let end = at.checked_add(u64::from(length))?;
    Some(Seen {
        end,
        found: Found::new(
            "application/vnd.ms-cab-compressed",
            "Windows cabinet",
            ARCHIVE,
        ),
    })
}

/// The main header: its length, that of its fixed part, the versions that made it and can read it, a known system, and the
/// type of a main header.
fn arj(header: &[u8], at: u64) -> Option<Seen> {
    let within = |at: usize, range: std::ops::RangeInclusive<u8>| {
        u8_at(header, at).is_some_and(|octet| range.contains(&octet))
    };
    let length = u16_le(header, 2).filter(|length| (30..=2_600).contains(length))?;
    let sound = within(4, 28..=64)
        && within(5, 1..=20)
        && within(6, 1..=20)
        && within(7, 0..=12)
        && within(10, 2..=2);
    sound.then_some(Seen {
        end: at.saturating_add(u64::from(length)).saturating_add(10),
        found: Found::new("application/x-arj", "ARJ archive", ARCHIVE),
    })
}

/// Whether a RAR archive that starts here has an encrypted directory or an encrypted first member.
pub(super) fn is_encrypted_rar(head: &[u8]) -> bool {
    if has(head, 6, b"\0") {
        let main_flags = u16_le(head, 10).unwrap_or_default();
        let main_size = usize::from(u16_le(head, 12).unwrap_or_default());
        let file = slice(head, main_size.saturating_add(7), 7);
        let file_flags = u16_le(file, 3).unwrap_or_default();
        return main_flags & 0x80 != 0 || u8_at(file, 2) == Some(0x74) && file_flags & 4 != 0;
    }
    rar5::is_encrypted(slice(head, 8, head.len()))
}

/// Whether the directory of a 7-Zip archive, which lies at the end, tells of AES: `tail` ends where the content does.
pub(super) fn is_encrypted_seven_zip(head: &[u8], tail: &[u8], size: u64) -> bool {
    const AES: &[u8] = b"\x06\xF1\x07\x01";
    let place = (u64_le(head, 12), u64_le(head, 20));
    let (Some(offset), Some(length)) = place else {
        return false;
    };
    let start = offset.saturating_add(32);
    let skipped = start.saturating_sub(size.saturating_sub(tail.len() as u64));
    let directory = slice(
        tail,
        super::bytes::index(skipped),
        super::bytes::index(length),
    );
    memchr::memmem::find(directory, AES).is_some()
}

/// Blocks of RAR 5: checksum, size, type, flags, all numbers of variable length.
mod rar5 {
    use crate::look::bytes::{index, slice};

    /// Blocks that are looked at: encryption and the first member stand at the start.
    const BLOCKS: usize = 4;

    pub(super) fn is_encrypted(mut blocks: &[u8]) -> bool {
        for _ in 0..BLOCKS {
            let Some((length, rest)) = number(slice(blocks, 4, blocks.len())) else {
                return false;
            };
            let header = slice(rest, 0, index(length));
            match number(header) {
                Some((4, _)) => return true,
                Some((2 | 3, rest)) => return member(rest).unwrap_or(false),
                Some((1, _)) => blocks = slice(rest, index(length), rest.len()),
                _ => return false,
            }
        }
        false
    }

    /// A member is encrypted if its extra area, at the end of the header, has a record of type 1.
    fn member(header: &[u8]) -> Option<bool> {
        let (flags, rest) = number(header)?;
        if flags & 1 == 0 {
            return Some(false);
        }
        let (extra, rest) = number(rest)?;
        let mut records = slice(rest, rest.len().saturating_sub(index(extra)), rest.len());
        while let Some((length, rest)) = number(records).filter(|(length, _)| *length > 0) {
            if number(rest)?.0 == 1 {
                return Some(true);
            }
            records = slice(rest, index(length), rest.len());
        }
        Some(false)
    }

    /// Seven bits an octet, the low ones first.
    fn number(octets: &[u8]) -> Option<(u64, &[u8])> {
        let mut value = 0_u64;
        for (place, octet) in octets.iter().take(9).enumerate() {
            let shift = u32::try_from(place).ok()?.checked_mul(7)?;
            value |= u64::from(octet & 0x7F).checked_shl(shift)?;
            if octet & 0x80 == 0 {
                return Some((value, slice(octets, place.saturating_add(1), octets.len())));
            }
        }
        None
    }
}
