//! Small hand-made files of many formats, built when a test asks for them.

/// A ZIP archive of stored members; `flags` go into every header.
pub(crate) fn zip(members: &[(&str, &[u8])], flags: u16) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let at = length(archive.len());
        let mut shared = Vec::new();
        shared.extend_from_slice(&flags.to_le_bytes());
        shared.extend_from_slice(&[0; 10]); // method, time, date, checksum
        shared.extend_from_slice(&length(content.len()).to_le_bytes());
        shared.extend_from_slice(&length(content.len()).to_le_bytes());
        shared.extend_from_slice(
            &u16::try_from(name.len())
                .expect("a small sample")
                .to_le_bytes(),
        );
        shared.extend_from_slice(&[0, 0]);
        archive.extend_from_slice(b"PK\x03\x04\x14\0");
        archive.extend_from_slice(&shared);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
        directory.extend_from_slice(&shared);
        directory.extend_from_slice(&[0; 10]); // comment, disk, attributes
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let at = length(archive.len());
    let count = u16::try_from(members.len())
        .expect("a small sample")
        .to_le_bytes();
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&[count, count].concat());
    archive.extend_from_slice(&length(directory.len()).to_le_bytes());
    archive.extend_from_slice(&at.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// A compound file with these entries: name, and whether it is a storage. The directory stands in the second sector.
pub(crate) fn ole(entries: &[(&str, bool)]) -> Vec<u8> {
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(1_024, 0);
    for (name, storage) in [("Root Entry", false)].iter().chain(entries) {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let size = u16::try_from(entry.len() + 2).expect("a small sample");
        entry.resize(64, 0);
        entry.extend_from_slice(&size.to_le_bytes());
        entry.push(if *name == "Root Entry" {
            5
        } else {
            2 - u8::from(*storage)
        });
        entry.push(1);
        entry.resize(128, 0);
        file.extend_from_slice(&entry);
    }
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

/// A DOS header that leads to `magic` at octet 128.
pub(crate) fn program(magic: &[u8]) -> Vec<u8> {
    let mut file = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0".to_vec();
    file.resize(60, 0);
    file.extend_from_slice(&128_u32.to_le_bytes());
    file.resize(128, 0x0E);
    file.extend_from_slice(magic);
    file.resize(512, 0);
    file
}

/// A program whose header is hidden in text: hardly an octet says that it is not text.
pub(crate) fn program_in_text() -> Vec<u8> {
    let mut file = b"MZ".to_vec();
    file.resize(60, b'a');
    file.extend_from_slice(&6_000_u32.to_le_bytes());
    file.resize(6_000, b'a');
    file.extend_from_slice(b"PE\0\0\x4C\x01");
    file.resize(2_000_000, b'a');
    file
}

/// `octets` at `at`, zeros before and behind.
pub(crate) fn placed(at: usize, octets: &[u8], size: usize) -> Vec<u8> {
    let mut file = vec![0; at];
    file.extend_from_slice(octets);
    file.resize(size.max(file.len()), 0);
    file
}

/// One tar header without magic number.
pub(crate) fn tar() -> Vec<u8> {
    let mut file = placed(0, b"setup.exe", 148);
    file.extend_from_slice(b"        ");
    file.resize(512, 0);
    let sum: u32 = file.iter().map(|octet| u32::from(*octet)).sum();
    file[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    file
}

/// A RAR 4 archive: main header with `main` flags and a member with `member` flags.
pub(crate) fn rar4(main: u16, member: u16) -> Vec<u8> {
    let mut file = b"Rar!\x1A\x07\0".to_vec();
    file.extend_from_slice(b"\xCF\x90\x73");
    file.extend_from_slice(&main.to_le_bytes());
    file.extend_from_slice(&[13, 0, 0, 0, 0, 0, 0, 0]);
    file.extend_from_slice(b"\0\0\x74");
    file.extend_from_slice(&member.to_le_bytes());
    file.extend_from_slice(&[32, 0]);
    file.resize(file.len() + 40, 0);
    file
}

/// A RAR 5 archive with one member, whose header has an extra record of this type.
pub(crate) fn rar5(record: u8) -> Vec<u8> {
    let mut file = b"Rar!\x1A\x07\x01\0".to_vec();
    file.extend_from_slice(&[0, 0, 0, 0, 3, 1, 0, 0]);
    file.extend_from_slice(&[0, 0, 0, 0, 9, 2, 1, 3, 0, 0, 0, 2, record, 0]);
    file.resize(file.len() + 40, 0);
    file
}

/// A 7-Zip archive whose directory is `directory`.
pub(crate) fn seven_zip(directory: &[u8]) -> Vec<u8> {
    let mut file = b"7z\xBC\xAF\x27\x1C\0\x04\0\0\0\0".to_vec();
    file.extend_from_slice(&100_u64.to_le_bytes());
    file.extend_from_slice(&u64::from(length(directory.len())).to_le_bytes());
    file.resize(132, 0);
    file.extend_from_slice(directory);
    file
}

/// A cryptographic message: the last octet of its PKCS #7 type, and what it holds.
pub(crate) fn cms(kind: u8, content: &[u8]) -> Vec<u8> {
    let object = [
        b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07".as_slice(),
        &[kind],
    ]
    .concat();
    [
        b"\x30\x80".as_slice(),
        &object,
        b"\xA0\x80",
        content,
        &[0; 8],
    ]
    .concat()
}

/// Text in UTF-16, low octet first, without a mark.
pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn length(octets: usize) -> u32 {
    u32::try_from(octets).expect("a small sample")
}
