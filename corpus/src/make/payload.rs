//! Inert stubs: the first octets of a program, an archive or a picture, and nothing that could run.

use super::zip::{Entry, crc32, stored};

/// The EICAR test file, which every virus scanner knows. Put together here, because it must lie in no repository: a
/// scanner on the way would take the repository away.
pub fn eicar() -> Vec<u8> {
    let pieces = [
        r"X5O!P%@AP[4\PZ",
        "X54(P^)7CC)7}$",
        "EICAR-STANDARD-",
        "ANTIVIRUS-TEST",
        "-FILE!$H+H*",
    ];
    pieces.concat().into_bytes()
}

/// Something that every type detection takes for a Windows program, and that cannot run.
pub fn executable() -> Vec<u8> {
    let mut octets = vec![0; 0x80];
    octets[..2].copy_from_slice(&[0x4d, 0x5a]);
    octets[0x3c] = 0x80;
    let text = b"This program cannot be run in DOS mode.\r\r\n$";
    octets[0x40..0x40 + text.len()].copy_from_slice(text);
    // PE signature; machine i386; no sections, no symbols; no optional header; executable image.
    octets.extend_from_slice(b"PE\0\0\x4c\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x01");
    octets.extend_from_slice(b"inert stub of the Tamis corpus");
    octets
}

/// An ELF header for x86-64 without any segment.
pub fn elf() -> Vec<u8> {
    let mut octets = vec![0; 64];
    octets[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    octets[0x10..0x15].copy_from_slice(&[2, 0, 62, 0, 1]);
    octets.extend_from_slice(b"inert stub of the Tamis corpus");
    octets
}

/// A Windows script that does nothing.
pub fn script() -> Vec<u8> {
    b"// inert stub of the Tamis corpus\r\nvar shell = null;\r\nfunction nothing() { return shell; }\r\n".to_vec()
}

/// A shell script that does nothing.
pub fn shell_script() -> Vec<u8> {
    b"#!/bin/sh\n# inert stub of the Tamis corpus\nexit 0\n".to_vec()
}

/// A picture of one white pixel.
pub fn png() -> Vec<u8> {
    let mut octets = b"\x89PNG\r\n\x1a\n".to_vec();
    png_chunk(&mut octets, *b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
    // zlib: one stored block of a filter octet and one pixel, and its Adler-32.
    png_chunk(
        &mut octets,
        *b"IDAT",
        b"\x78\x01\x01\x02\0\xfd\xff\0\xff\x01\x01\x01\0",
    );
    png_chunk(&mut octets, *b"IEND", b"");
    octets
}

fn png_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(0);
    out.extend_from_slice(&length.to_be_bytes());
    let body = [&name[..], data].concat();
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc32(&body).to_be_bytes());
}

/// The head of a JPEG file.
pub fn jpeg() -> Vec<u8> {
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9".to_vec()
}

/// A PDF document of one empty page.
pub fn pdf() -> Vec<u8> {
    let text = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
        trailer<</Root 1 0 R>>\n%%EOF\n";
    text.as_bytes().to_vec()
}

/// The head of an OLE compound file, as old office documents have it.
pub fn ole() -> Vec<u8> {
    let mut octets = vec![0; 512];
    octets[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    octets[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    octets
}

/// A Word document without macros.
pub fn docx() -> Vec<u8> {
    word(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        false,
    )
}

/// A Word document with a macro project, which is empty.
pub fn docm() -> Vec<u8> {
    word(
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        true,
    )
}

fn word(content_type: &str, macros: bool) -> Vec<u8> {
    let types = format!(
        "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/word/document.xml\" ContentType=\"{content_type}\"/></Types>"
    );
    let ole = ole();
    let mut entries = vec![
        Entry::new("[Content_Types].xml", types.as_bytes()),
        Entry::new("_rels/.rels", b"<Relationships/>"),
        Entry::new("word/document.xml", b"<w:document/>"),
    ];
    if macros {
        entries.push(Entry::new("word/vbaProject.bin", &ole));
    }
    stored(&entries)
}

/// A ZIP archive with a program in it, `setup.exe`.
pub fn zipped_executable() -> Vec<u8> {
    stored(&[Entry::new("setup.exe", &executable())])
}

/// A ZIP archive whose only file is marked as encrypted.
pub fn encrypted_zip() -> Vec<u8> {
    stored(&[Entry {
        encrypted: true,
        ..Entry::new("secret.doc", b"twelve octets, then what a key would open")
    }])
}

/// The stub of that name, as placeholders in messages call it.
pub fn by_name(name: &str) -> Option<Vec<u8>> {
    Some(match name {
        "eicar" => eicar(),
        "pe" => executable(),
        "elf" => elf(),
        "script" => script(),
        "shell-script" => shell_script(),
        "png" => png(),
        "jpeg" => jpeg(),
        "pdf" => pdf(),
        "ole" => ole(),
        "docx" => docx(),
        "docm" => docm(),
        "zip-pe" => zipped_executable(),
        "zip-encrypted" => encrypted_zip(),
        _ => return None,
    })
}

/// Every name that [`by_name`] knows.
pub const NAMES: &[&str] = &[
    "eicar",
    "pe",
    "elf",
    "script",
    "shell-script",
    "png",
    "jpeg",
    "pdf",
    "ole",
    "docx",
    "docm",
    "zip-pe",
    "zip-encrypted",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stubs_begin_as_what_they_stand_for() {
        let heads: [(&str, &[u8]); 8] = [
            ("pe", &[0x4d, 0x5a]),
            ("elf", b"\x7fELF"),
            ("png", b"\x89PNG"),
            ("jpeg", b"\xff\xd8\xff"),
            ("pdf", b"%PDF-"),
            ("ole", b"\xd0\xcf\x11\xe0"),
            ("docm", b"PK\x03\x04"),
            ("zip-pe", b"PK\x03\x04"),
        ];
        for (name, head) in heads {
            assert!(by_name(name).expect(name).starts_with(head), "{name}");
        }
        assert!(NAMES.iter().all(|name| by_name(name).is_some()));
        assert_eq!(by_name("virus"), None);
    }

    #[test]
    fn eicar_is_the_file_that_scanners_know() {
        let file = eicar();
        assert_eq!(file.len(), 68);
        assert_eq!(crc32(&file), 0x6851_cf3c);
    }

    #[test]
    fn the_pe_header_stands_where_the_dos_header_says() {
        let file = executable();
        assert_eq!(&file[0x80..0x84], b"PE\0\0");
    }
}
