//! Harmless files that look like something: the head of a program, a document, a picture, and nothing that could run.

use super::zip::{Entry, crc32, stored};
use crate::sight::test_file;
use tamis_rules::Sample;

/// The content of a sample.
pub(super) fn content(sample: Sample) -> Vec<u8> {
    match sample {
        Sample::Program => program(),
        Sample::Elf => elf(),
        Sample::Script => b"#!/bin/sh\n# a script of a test\nexit 0\n".to_vec(),
        Sample::Page => {
            b"<!DOCTYPE html><html><body><script>var a = 1;</script>a page of a test</body></html>\n"
                .to_vec()
        }
        Sample::Image => image(),
        Sample::Pdf => pdf(""),
        Sample::PdfScript => pdf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        Sample::Macro => macro_document(),
        Sample::EncryptedZip => stored(&[Entry {
            encrypted: true,
            ..Entry::new("secret.txt", *b"twelve octets, and what a key would open")
        }]),
        Sample::DeepZip => deep_zip(),
        Sample::DeepMessage => deep_message(),
        Sample::Eicar => test_file(),
        Sample::Text => b"a text of a test\n".to_vec(),
    }
}

/// The file name and declared type that a sample usually comes with.
pub(super) fn usual(sample: Sample) -> (&'static str, &'static str) {
    match sample {
        Sample::Program => ("setup.exe", "application/octet-stream"),
        Sample::Elf => ("setup", "application/octet-stream"),
        Sample::Script => ("install.sh", "application/x-sh"),
        Sample::Page => ("page.html", "text/html"),
        Sample::Image => ("picture.png", "image/png"),
        Sample::Pdf | Sample::PdfScript => ("document.pdf", "application/pdf"),
        Sample::Macro => (
            "document.docm",
            "application/vnd.ms-word.document.macroEnabled.12",
        ),
        Sample::EncryptedZip => ("secret.zip", "application/zip"),
        Sample::DeepZip => ("files.zip", "application/zip"),
        Sample::DeepMessage => ("message.eml", "message/rfc822"),
        Sample::Eicar => ("eicar.com", "application/octet-stream"),
        Sample::Text => ("note.txt", "text/plain"),
    }
}

/// DOS and PE headers of a program without sections.
fn program() -> Vec<u8> {
    let mut octets = b"MZ".to_vec();
    octets.resize(0x3c, 0);
    octets.extend_from_slice(&0x80_u32.to_le_bytes());
    octets.resize(0x80, 0);
    octets.extend_from_slice(b"PE\0\0\x4c\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x01");
    octets.extend_from_slice(b"a program of a test");
    octets
}

/// The header of a program without segments.
fn elf() -> Vec<u8> {
    let mut octets = b"\x7fELF\x02\x01\x01".to_vec();
    octets.resize(0x10, 0);
    octets.extend_from_slice(&[2, 0, 62, 0, 1]);
    octets.resize(64, 0);
    octets.extend_from_slice(b"a program of a test");
    octets
}

/// A picture of one white pixel.
fn image() -> Vec<u8> {
    let mut octets = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunks: [(&[u8], &[u8]); 3] = [
        (b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"),
        (b"IDAT", b"\x78\x01\x01\x02\0\xfd\xff\0\xff\x01\x01\x01\0"),
        (b"IEND", b""),
    ];
    for (name, data) in chunks {
        let length = u32::try_from(data.len()).unwrap_or_default();
        let body = [name, data].concat();
        octets.extend_from_slice(&length.to_be_bytes());
        octets.extend_from_slice(&body);
        octets.extend_from_slice(&crc32(&body).to_be_bytes());
    }
    octets
}

/// A document of one empty page.
fn pdf(more: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{more}>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
         trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}

/// A Word document with a macro project, which is empty.
fn macro_document() -> Vec<u8> {
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Override PartName=\"/word/document.xml\" \
                 ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>";
    let mut project = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    project.resize(512, 0);
    stored(&[
        Entry::new("[Content_Types].xml", types),
        Entry::new("_rels/.rels", "<Relationships/>"),
        Entry::new("word/document.xml", "<w:document/>"),
        Entry::new("word/vbaProject.bin", project),
    ])
}

/// Levels of what is too deep: more than the limits of containers and of messages are by default.
const DEEP_ZIP: usize = 24;
const DEEP_MESSAGE: usize = 80;

fn deep_zip() -> Vec<u8> {
    let text = content(Sample::Text);
    (0..DEEP_ZIP).fold(text, |inner, level| {
        let name = if level == 0 { "note.txt" } else { "files.zip" };
        stored(&[Entry::new(name, inner)])
    })
}

fn deep_message() -> Vec<u8> {
    let level = "Subject: a test\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n";
    let inner = "Subject: a test\r\n\r\na text of a test\r\n";
    [level.repeat(DEEP_MESSAGE).as_str(), inner].concat().into()
}
