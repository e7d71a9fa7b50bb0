//! ZIP archives of files that are not compressed (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

/// A file that goes into an archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
    /// Whether it is marked as encrypted.
    pub(super) encrypted: bool,
}

impl Entry {
    /// A file that is not encrypted.
    pub(super) fn new(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Entry {
            name: name.to_owned(),
            content: content.into(),
            encrypted: false,
        }
    }
}

/// An archive of these files.
pub(super) fn stored(entries: &[Entry]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = short(archive.len());
        archive.extend_from_slice(b"PK\x03\x04");
        described(entry, &mut archive);
        archive.extend_from_slice(&[0; 2]);
        archive.extend_from_slice(entry.name.as_bytes());
        archive.extend_from_slice(&entry.content);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        described(entry, &mut directory);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(entry.name.as_bytes());
    }
    let at = short(archive.len());
    archive.extend_from_slice(&directory);
    let count = u16::try_from(entries.len())
        .unwrap_or(u16::MAX)
        .to_le_bytes();
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&short(directory.len()).to_le_bytes());
    archive.extend_from_slice(&at.to_le_bytes());
    archive.extend_from_slice(&[0; 2]);
    archive
}

/// What both headers of a file say: version, flags, method, date (1980-01-01), checksum, sizes, length of the name.
fn described(entry: &Entry, out: &mut Vec<u8>) {
    for word in [20, u16::from(entry.encrypted), 0, 0, 0x21] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(&crc32(&entry.content).to_le_bytes());
    out.extend_from_slice(&short(entry.content.len()).to_le_bytes());
    out.extend_from_slice(&short(entry.content.len()).to_le_bytes());
    let length = u16::try_from(entry.name.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
}

fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// CRC-32 as ZIP and PNG use it.
pub(super) fn crc32(octets: &[u8]) -> u32 {
    let step = |crc: u32, octet: &u8| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| {
            let carry = 0xEDB8_8320 * (crc & 1);
            (crc >> 1) ^ carry
        })
    };
    !octets.iter().fold(u32::MAX, step)
}
