//! Disk images: file systems that say so far behind the start, and formats that say so at the end.

use super::bytes::{has, slice, u8_at, u16_le};
use super::found::{ARCHIVE, Found};

/// Sectors of an optical disk have 2,048 octets; descriptors start with the 17th and have their name at octet 1.
const FIRST: u64 = 16 * 2_048 + 1;
const STEP: u64 = 2_048;
/// Descriptors that are looked at.
const DESCRIPTORS: u64 = 8;
/// Length of the name of a descriptor: `CD001`, `BEA01`, `NSR02`.
const NAME: u64 = 5;

/// Watches for the volume descriptors of optical disks.
#[derive(Debug, Default)]
pub(super) struct Optical {
    at: u64,
    name: Vec<u8>,
    found: Option<Found>,
}

impl Optical {
    /// Takes the next octets.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let start = self.at;
        self.at = self.at.saturating_add(piece.len() as u64);
        for descriptor in 0..DESCRIPTORS {
            let from = FIRST.saturating_add(descriptor.saturating_mul(STEP));
            let to = from.saturating_add(NAME);
            if to <= start || from >= self.at || self.found.is_some() {
                continue;
            }
            let (low, high) = (from.max(start), to.min(self.at));
            let offset = super::bytes::index(low.saturating_sub(start));
            let name = slice(piece, offset, super::bytes::index(high.saturating_sub(low)));
            if low == from {
                self.name.clear();
            }
            self.name.extend_from_slice(name);
            self.found = named(&self.name);
        }
    }

    /// The image, if it is one.
    pub(super) fn finish(self) -> Option<Found> {
        self.found
    }
}

fn named(name: &[u8]) -> Option<Found> {
    match name {
        b"CD001" => Some(Found::new(
            "application/x-iso9660-image",
            "ISO 9660 image",
            ARCHIVE,
        )),
        b"BEA01" | b"NSR02" | b"NSR03" => Some(Found::new(
            "application/x-iso9660-image",
            "UDF image",
            ARCHIVE,
        )),
        _ => None,
    }
}

/// The last 512 octets of Apple disk images and of fixed virtual disks.
pub(super) fn by_tail(tail: &[u8]) -> Option<Found> {
    let footer = slice(tail, tail.len().checked_sub(512)?, 512);
    match footer {
        _ if footer.starts_with(b"koly\0\0\0\x04") => Some(Found::new(
            "application/x-apple-diskimage",
            "Apple disk image",
            ARCHIVE,
        )),
        _ if footer.starts_with(b"conectix") => Some(Found::new(
            "application/x-vhd",
            "virtual hard disk",
            ARCHIVE,
        )),
        _ => None,
    }
}

/// Boot sectors and file systems of raw images.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    let image = Found::new("application/x-raw-disk-image", "raw disk image", ARCHIVE);
    let boot = has(head, 510, b"\x55\xAA");
    let jump = matches!(
        (u8_at(head, 0), u8_at(head, 2)),
        (Some(0xEB), Some(0x90)) | (Some(0xE9), _)
    );
    let volume = [
        (54, b"FAT1".as_slice()),
        (82, b"FAT32"),
        (3, b"NTFS    "),
        (3, b"EXFAT   "),
        (3, b"-FVE-FS-"),
    ];
    let known = volume.iter().any(|(at, name)| has(head, *at, name));
    let apple =
        has(head, 1_024, b"H+\0\x04") || has(head, 1_024, b"HX\0\x05") || has(head, 0, b"ER\x02\0");
    let linux = has(head, 1_080, b"\x53\xEF")
        && u16_le(head, 1_082).is_some_and(|state| (1..=4).contains(&state));
    (boot && (jump || known || is_partitioned(head)) || apple || linux).then_some(image)
}

/// Four partition entries, of which each is active or not and at least one has a type.
fn is_partitioned(head: &[u8]) -> bool {
    let table = slice(head, 446, 64);
    let entries = || table.chunks_exact(16);
    entries().len() == 4
        && entries().all(|entry| matches!(entry.first(), Some(0 | 0x80)))
        && entries().any(|entry| entry.get(4).is_some_and(|kind| *kind != 0))
}
