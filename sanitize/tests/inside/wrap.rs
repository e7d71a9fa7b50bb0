//! Containers made at run time around any content.

use super::wrap_archives as archives;
use std::io::Write;
use tamis_corpus::make::zip::{Entry, stored};

/// A way of putting a file into a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrap {
    Zip,
    Deflated,
    Prefixed,
    Gzip,
    Bzip2,
    Xz,
    Lzma,
    Zstd,
    Tar,
    LongTar,
    PaxTar,
    Tnef,
    Message,
    EncodedMessage,
    Signed,
    SignedInPieces,
    SevenZip,
    PrefixedSevenZip,
    OldRar,
    Rar,
    StoredCab,
    Cab,
    Lha,
    Ar,
    Deb,
    OldCpio,
    Cpio,
    Rpm,
}

impl Wrap {
    pub(crate) const ALL: [Wrap; 28] = [
        Wrap::Zip,
        Wrap::Deflated,
        Wrap::Prefixed,
        Wrap::Gzip,
        Wrap::Bzip2,
        Wrap::Xz,
        Wrap::Lzma,
        Wrap::Zstd,
        Wrap::Tar,
        Wrap::LongTar,
        Wrap::PaxTar,
        Wrap::Tnef,
        Wrap::Message,
        Wrap::EncodedMessage,
        Wrap::Signed,
        Wrap::SignedInPieces,
        Wrap::SevenZip,
        Wrap::PrefixedSevenZip,
        Wrap::OldRar,
        Wrap::Rar,
        Wrap::StoredCab,
        Wrap::Cab,
        Wrap::Lha,
        Wrap::Ar,
        Wrap::Deb,
        Wrap::OldCpio,
        Wrap::Cpio,
        Wrap::Rpm,
    ];

    /// The container, and a name that it might have.
    pub(crate) fn around(self, name: &str, content: &[u8]) -> (String, Vec<u8>) {
        let (ending, container) = match self {
            Wrap::Zip => ("zip", stored(&[Entry::new(name, content)])),
            Wrap::Deflated => ("zip", deflated(name, content)),
            Wrap::Prefixed => (
                "gif",
                [
                    b"GIF89a",
                    &[0; 64][..],
                    &stored(&[Entry::new(name, content)]),
                ]
                .concat(),
            ),
            Wrap::Gzip => return (format!("{name}.gz"), gzip(content)),
            Wrap::Bzip2 => return (format!("{name}.bz2"), bzip2(content)),
            Wrap::Xz => return (format!("{name}.xz"), xz(content)),
            Wrap::Lzma => return (format!("{name}.lzma"), lzma(content)),
            Wrap::Zstd => return (format!("{name}.zst"), zstd(content)),
            Wrap::Tar => ("tar", tar(&[(b'0', name, content)])),
            Wrap::LongTar => (
                "tar",
                tar(&[
                    (b'L', "././@LongLink", name.as_bytes()),
                    (b'0', "a.txt", content),
                ]),
            ),
            Wrap::PaxTar => (
                "tar",
                tar(&[
                    (b'x', "p", pax("path", name).as_bytes()),
                    (b'0', "a.txt", content),
                ]),
            ),
            Wrap::Tnef => ("dat", tnef(name, content)),
            Wrap::Message => ("eml", message(name, "binary", content)),
            Wrap::Signed => ("p7m", signed(&entity(name, content), false)),
            Wrap::SignedInPieces => ("p7m", signed(&entity(name, content), true)),
            Wrap::EncodedMessage => {
                let lines = tamis_corpus::make::encode::base64_lines(content);
                ("eml", message(name, "base64", lines.as_bytes()))
            }
            Wrap::SevenZip => ("7z", archives::seven_zip(&[(name, content)])),
            Wrap::PrefixedSevenZip => (
                "bin",
                [b"prefix", &archives::seven_zip(&[(name, content)])[..]].concat(),
            ),
            Wrap::OldRar => ("rar", archives::old_rar(&[(0, name.as_bytes(), content)])),
            Wrap::Rar => ("rar", archives::rar(&[(name, content)])),
            Wrap::StoredCab => ("cab", archives::cab(0, &[(name, content)])),
            Wrap::Cab => ("cab", archives::cab(1, &[(name, content)])),
            Wrap::Lha => ("lzh", archives::lha(name, content)),
            Wrap::Ar => ("a", archives::ar(name, content)),
            Wrap::Deb => ("deb", archives::deb(name, content)),
            Wrap::OldCpio => ("cpio", archives::old_cpio(name, content)),
            Wrap::Cpio => ("cpio", archives::cpio(name, content)),
            Wrap::Rpm => ("rpm", archives::rpm(name, content)),
        };
        (format!("in.{ending}"), container)
    }
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("in memory");
    encoder.finish().expect("in memory")
}

fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(content).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

fn xz(content: &[u8]) -> Vec<u8> {
    let mut writer =
        lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).expect("in memory");
    writer.write_all(content).expect("in memory");
    writer.finish().expect("in memory")
}

fn lzma(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::default();
    let mut writer =
        lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("in memory");
    writer.write_all(content).expect("in memory");
    writer.finish().expect("in memory")
}

/// What is signed in S/MIME: the fields that are about the content, and the content.
fn entity(name: &str, content: &[u8]) -> Vec<u8> {
    let lines = tamis_corpus::make::encode::base64_lines(content);
    let fields = "Content-Transfer-Encoding: base64\r\n\r\n";
    format!("Content-Type: application/octet-stream; name=\"{name}\"\r\n{fields}{lines}")
        .into_bytes()
}

/// Signed data without a signature: with definite lengths, or with open ones and the content in pieces.
fn signed(content: &[u8], in_pieces: bool) -> Vec<u8> {
    let der = |tag: u8, content: &[u8]| {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [&[tag, 0x84][..], &length, content].concat()
    };
    let open = |tag: u8, content: &[u8]| [&[tag, 0x80][..], content, &[0, 0]].concat();
    let octets = if in_pieces {
        let pieces: Vec<u8> = content
            .chunks(100)
            .flat_map(|piece| der(0x04, piece))
            .collect();
        open(0x24, &pieces)
    } else {
        der(0x04, content)
    };
    let put = |tag: u8, content: &[u8]| {
        if in_pieces {
            open(tag, content)
        } else {
            der(tag, content)
        }
    };
    let data = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
    let signed_data = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
    let inner = put(0x30, &[&data[..], &put(0xA0, &octets)].concat());
    let signed = put(0x30, &[&b"\x02\x01\x01\x31\x00"[..], &inner].concat());
    put(0x30, &[&signed_data[..], &put(0xA0, &signed)].concat())
}

/// One member with its sizes behind it, and no directory: as a program writes that cannot go back.
fn deflated(name: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("in memory");
    let packed = encoder.finish().expect("in memory");
    let mut zip = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0".to_vec();
    zip.extend_from_slice(&[0; 12]);
    zip.extend_from_slice(&u16::try_from(name.len()).expect("in memory").to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    zip.extend_from_slice(name.as_bytes());
    zip.extend_from_slice(&packed);
    zip.extend_from_slice(b"PK\x07\x08");
    zip.extend_from_slice(&[0; 4]);
    zip.extend_from_slice(
        &u32::try_from(packed.len())
            .expect("in memory")
            .to_le_bytes(),
    );
    zip.extend_from_slice(
        &u32::try_from(content.len())
            .expect("in memory")
            .to_le_bytes(),
    );
    zip
}

/// An archive of members: type, name and content.
pub(crate) fn tar(members: &[(u8, &str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (kind, name, content) in members {
        let mut block = [0; 512];
        let end = name.len().min(100);
        block[..end].copy_from_slice(&name.as_bytes()[..end]);
        block[100..108].copy_from_slice(b"0000644\0");
        block[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        block[148..156].fill(b' ');
        block[156] = *kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = block.iter().map(|octet| u32::from(*octet)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend_from_slice(&block);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1_024, 0);
    archive
}

fn pax(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let length = (rest..rest + 10)
        .find(|length| length - length.to_string().len() == rest)
        .expect("in memory");
    format!("{length} {key}={value}\n")
}

/// One attached file: its short name in an attribute, its long name in a property.
pub(crate) fn tnef(name: &str, content: &[u8]) -> Vec<u8> {
    let mut tnef = b"\x78\x9F\x3E\x22\x01\0".to_vec();
    let mut attribute = |id: u32, content: &[u8]| {
        tnef.push(2);
        tnef.extend_from_slice(&id.to_le_bytes());
        tnef.extend_from_slice(
            &u32::try_from(content.len())
                .expect("in memory")
                .to_le_bytes(),
        );
        tnef.extend_from_slice(content);
        let sum = content
            .iter()
            .fold(0_u16, |sum, octet| sum.wrapping_add(u16::from(*octet)));
        tnef.extend_from_slice(&sum.to_le_bytes());
    };
    attribute(0x0006_9002, &[0; 14]);
    attribute(0x0001_8010, b"SHORT.TXT\0");
    attribute(0x0006_800F, content);
    attribute(0x0006_9005, &properties(name));
    tnef
}

fn properties(name: &str) -> Vec<u8> {
    let text: Vec<u8> = name
        .encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut properties = 2_u32.to_le_bytes().to_vec();
    properties.extend_from_slice(&[0x03, 0, 0x05, 0x37, 1, 0, 0, 0]); // the method of attachment, a number
    properties.extend_from_slice(&[0x1F, 0, 0x07, 0x37, 1, 0, 0, 0]);
    properties.extend_from_slice(&u32::try_from(text.len()).expect("in memory").to_le_bytes());
    properties.extend_from_slice(&text);
    properties.resize(properties.len().next_multiple_of(4), 0);
    properties
}

fn message(name: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    let header = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 9 Nov 2026 09:15:00 +0100\r\n\
         MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n"
    );
    [header.as_bytes(), body].concat()
}
