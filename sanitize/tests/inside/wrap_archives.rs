//! Archives made at run time: those that no library writes are put together by hand, without compression.

use super::wrap::{gzip, tar};
use flate2::{Compress, Compression, Crc, FlushCompress};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter};

fn u16_of(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("small").to_le_bytes()
}

fn u32_of(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("small").to_le_bytes()
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

/// A 7-Zip archive (LZMA2), one block for each member.
pub(crate) fn seven_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(std::io::Cursor::new(Vec::new())).expect("in memory");
    for (name, content) in members {
        writer
            .push_archive_entry(ArchiveEntry::new_file(name), Some(*content))
            .expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

/// A RAR archive of version 4 with stored members: flags, name field and content.
pub(crate) fn old_rar(members: &[(u16, &[u8], &[u8])]) -> Vec<u8> {
    let block = |kind: u8, flags: u16, body: &[u8]| {
        let mut block = vec![kind];
        block.extend_from_slice(&flags.to_le_bytes());
        block.extend_from_slice(&u16_of(body.len() + 7));
        block.extend_from_slice(body);
        let sum = u16::try_from(crc(&block) & 0xFFFF).expect("masked");
        [&sum.to_le_bytes()[..], &block].concat()
    };
    let mut rar = b"Rar!\x1A\x07\0".to_vec();
    rar.extend(block(0x73, 0, &[0; 6]));
    for (flags, name, content) in members {
        let mut body = [u32_of(content.len()), u32_of(content.len())].concat();
        body.push(2);
        body.extend_from_slice(&crc(content).to_le_bytes());
        body.extend_from_slice(&[0x21, 0x48, 0x21, 0x50, 20, 0x30]);
        body.extend_from_slice(&u16_of(name.len()));
        body.extend_from_slice(&0x20_u32.to_le_bytes());
        body.extend_from_slice(name);
        rar.extend(block(0x74, 0x8000 | flags, &body));
        rar.extend_from_slice(content);
    }
    rar.extend(block(0x7B, 0x4000, &[]));
    rar
}

/// A RAR archive of version 5 with stored members.
pub(crate) fn rar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let number = |mut value: usize| {
        let mut octets = Vec::new();
        while value > 0x7F {
            octets.push(u8::try_from(value & 0x7F).expect("masked") | 0x80);
            value >>= 7;
        }
        octets.push(u8::try_from(value).expect("small"));
        octets
    };
    let block = |body: &[u8]| {
        let block = [&number(body.len())[..], body].concat();
        [&crc(&block).to_le_bytes()[..], &block].concat()
    };
    let mut rar = b"Rar!\x1A\x07\x01\0".to_vec();
    rar.extend(block(&[1, 0, 0]));
    for (name, content) in members {
        let mut body = vec![2, 2];
        body.extend(number(content.len())); // the data behind the header
        body.push(4); // there is a checksum
        body.extend(number(content.len()));
        body.push(0x20);
        body.extend_from_slice(&crc(content).to_le_bytes());
        body.extend_from_slice(&[0, 1]); // stored, made on Unix
        body.extend(number(name.len()));
        body.extend_from_slice(name.as_bytes());
        rar.extend(block(&body));
        rar.extend_from_slice(content);
    }
    rar.extend(block(&[5, 0, 0]));
    rar
}

/// A cabinet of one folder: stored (0) or MSZIP (1).
pub(crate) fn cab(method: u16, members: &[(&str, &[u8])]) -> Vec<u8> {
    let content: Vec<u8> = members
        .iter()
        .flat_map(|(_, content)| content.to_vec())
        .collect();
    let mut files = Vec::new();
    let mut at = 0;
    for (name, content) in members {
        files.extend([u32_of(content.len()), u32_of(at)].concat());
        files.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0x80, 0]);
        files.extend_from_slice(name.as_bytes());
        files.push(0);
        at += content.len();
    }
    let chunks: Vec<&[u8]> = content.chunks(32 << 10).collect();
    let mut data = Vec::new();
    let mut before: &[u8] = &[];
    for chunk in &chunks {
        let packed = if method == 0 {
            chunk.to_vec()
        } else {
            deflated_block(chunk, before)
        };
        data.extend_from_slice(&[0; 4]);
        data.extend_from_slice(&u16_of(packed.len()));
        data.extend_from_slice(&u16_of(chunk.len()));
        data.extend(packed);
        before = chunk;
    }
    let data_at = 36 + 8 + files.len();
    let mut cab = b"MSCF\0\0\0\0".to_vec();
    cab.extend_from_slice(&u32_of(data_at + data.len()));
    cab.extend_from_slice(&[0; 4]);
    cab.extend_from_slice(&u32_of(36 + 8));
    cab.extend_from_slice(&[0, 0, 0, 0, 3, 1, 1, 0]);
    cab.extend_from_slice(&u16_of(members.len()));
    cab.extend_from_slice(&[0; 6]);
    cab.extend_from_slice(&u32_of(data_at));
    cab.extend_from_slice(&u16_of(chunks.len()));
    cab.extend_from_slice(&method.to_le_bytes());
    [cab, files, data].concat()
}

/// A block of MSZIP that refers to the one before.
fn deflated_block(content: &[u8], before: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::default(), false);
    if !before.is_empty() {
        deflate.set_dictionary(before).expect("in memory");
    }
    let mut packed = Vec::with_capacity(content.len() + 1_024);
    deflate
        .compress_vec(content, &mut packed, FlushCompress::Finish)
        .expect("in memory");
    [b"CK", &packed[..]].concat()
}

/// An LHA archive with one stored member, its header of level 0.
pub(crate) fn lha(name: &str, content: &[u8]) -> Vec<u8> {
    let sum = content.iter().fold(0_u16, |mut sum, octet| {
        sum ^= u16::from(*octet);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xA001
            } else {
                sum >> 1
            };
        }
        sum
    });
    let mut header = b"-lh0-".to_vec();
    header.extend([u32_of(content.len()), u32_of(content.len()), [0; 4]].concat());
    header.extend_from_slice(&[0x20, 0]);
    header.push(u8::try_from(name.len()).expect("short"));
    header.extend_from_slice(name.as_bytes());
    header.extend_from_slice(&sum.to_le_bytes());
    let check = header
        .iter()
        .fold(0_u8, |sum, octet| sum.wrapping_add(*octet));
    let length = u8::try_from(header.len()).expect("short");
    [&[length, check][..], &header, content, &[0]].concat()
}

fn ar_member(name: &str, content: &[u8]) -> Vec<u8> {
    let header = format!(
        "{name:<16}0           0     0     100644  {:<10}`\n",
        content.len()
    );
    let fill: &[u8] = if content.len() % 2 == 1 { b"\n" } else { b"" };
    [header.as_bytes(), content, fill].concat()
}

/// A Unix archive; the name in a table if it is long.
pub(crate) fn ar(name: &str, content: &[u8]) -> Vec<u8> {
    let table = ar_member("//", format!("{name}/\n").as_bytes());
    [b"!<arch>\n", &table[..], &ar_member("/0", content)].concat()
}

/// A Debian package.
pub(crate) fn deb(name: &str, content: &[u8]) -> Vec<u8> {
    let data = gzip(&tar(&[(b'0', name, content)]));
    [
        b"!<arch>\n",
        &ar_member("debian-binary", b"2.0\n")[..],
        &ar_member("data.tar.gz", &data),
    ]
    .concat()
}

/// A cpio archive of the hexadecimal form.
pub(crate) fn cpio(name: &str, content: &[u8]) -> Vec<u8> {
    let entry = |name: &str, content: &[u8]| {
        let mut entry = format!(
            "070701{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{name}\0",
            1, 0o100_644, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0
        )
        .into_bytes();
        entry.resize(entry.len().next_multiple_of(4), 0);
        entry.extend_from_slice(content);
        entry.resize(entry.len().next_multiple_of(4), 0);
        entry
    };
    [entry(name, content), entry("TRAILER!!!", b"")].concat()
}

/// A cpio archive of the binary form.
pub(crate) fn old_cpio(name: &str, content: &[u8]) -> Vec<u8> {
    let entry = |name: &str, content: &[u8]| {
        let mut entry = b"\xC7\x71".to_vec();
        entry.extend_from_slice(&[0; 18]);
        entry.extend_from_slice(&u16_of(name.len() + 1));
        entry.extend_from_slice(&u16_of(content.len() >> 16));
        entry.extend_from_slice(&u16_of(content.len() & 0xFFFF));
        entry.extend_from_slice(name.as_bytes());
        entry.push(0);
        entry.resize(entry.len().next_multiple_of(2), 0);
        entry.extend_from_slice(content);
        entry.resize(entry.len().next_multiple_of(2), 0);
        entry
    };
    [entry(name, content), entry("TRAILER!!!", b"")].concat()
}

/// An RPM package: a lead, two empty headers and a compressed payload.
pub(crate) fn rpm(name: &str, content: &[u8]) -> Vec<u8> {
    let mut lead = b"\xED\xAB\xEE\xDB\x03\0".to_vec();
    lead.resize(96, 0);
    let header = b"\x8E\xAD\xE8\x01\0\0\0\0\0\0\0\0\0\0\0\0";
    [&lead[..], header, header, &gzip(&cpio(name, content))].concat()
}
