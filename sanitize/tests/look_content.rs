//! What content shows: one small sample of each format, what must not be mistaken for one, and the laws.

mod look_samples;

use look_samples::{
    cms, ole, placed, program, program_in_text, rar4, rar5, seven_zip, tar, wide, zip,
};
use proptest::prelude::*;
use tamis_sanitize::look::{Look, Looked, kinds, name};
use tamis_sanitize::{Kind, Kinds};

fn look(content: &[u8], piece: usize) -> Looked {
    let mut look = Look::new();
    content.chunks(piece).for_each(|piece| look.push(piece));
    look.finish()
}

/// Looks at the content whole and in small pieces.
#[track_caller]
fn check(content: &[u8], label: &str, kinds: &[Kind]) {
    let whole = look(content, content.len().max(1));
    let expected: Kinds = kinds.iter().copied().collect();
    assert_eq!(
        (whole.label, whole.kinds),
        (label, expected),
        "{:?}",
        String::from_utf8_lossy(&content[..content.len().min(60)])
    );
    assert_eq!(whole.size, content.len() as u64);
    for piece in [3, 500] {
        assert_eq!(look(content, piece), whole, "in pieces of {piece}");
    }
}

#[test]
fn programs() {
    let check = |content: &[u8], label: &str| check(content, label, &[Kind::Executable]);
    check(&program(b"PE\0\0\x4C\x01"), "PE program");
    check(
        &program(
            &placed(22, b"\x02\x21", 24)
                .iter()
                .zip(b"PE".iter().chain(&[0; 22]))
                .map(|(a, b)| a | b)
                .collect::<Vec<_>>(),
        ),
        "PE library",
    );
    check(&program(b"NE"), "16-bit Windows program");
    check(&program(b"LX"), "OS/2 program or driver");
    check(&program(b"??"), "DOS or Windows program");
    check(b"MZ\x90\0", "DOS or Windows program");
    check(&program_in_text(), "DOS or Windows program");
    check(b"\x7FELF\x02\x01\x01\0", "ELF program");
    check(b"\xCF\xFA\xED\xFE\x07\0\0\x01", "Mach-O program");
    check(b"\xCA\xFE\xBA\xBE\0\0\0\x02", "Mach-O program");
    check(b"\xCA\xFE\xBA\xBE\0\0\0\x34", "Java class");
    check(b"dex\n035\0", "Android program");
    check(b"\0asm\x01\0\0\0", "WebAssembly program");
    check(
        b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "Windows shortcut",
    );
    check(b"ITSF\x03\0\0\0\x60\0\0\0", "compiled HTML help");
    check(b"?_\x03\0\0\0\0\0", "Windows help");
    check(b"CWS\x0A\x01\x02\x03\0", "Flash program");
    check(
        &ole(&[("\u{4840}\u{3F3F}\u{4577}", false)]),
        "Windows installer",
    );
    check(
        b"[InternetShortcut]\r\nURL=file://example.com/a.exe\r\n",
        "Internet shortcut",
    );
    check(b"[Desktop Entry]\nExec=sh\n", "desktop entry");
    check(
        b"<?xml version=\"1.0\"?><PCSettings>",
        "Windows settings shortcut",
    );
    check(
        b"<?xml version='1.0'?>\r\n<libraryDescription xmlns=''>",
        "Windows search or library",
    );
    check(
        b"<?xml version='1.0'?><MMC_ConsoleFile ConsoleVersion='3.0'>",
        "Microsoft management console",
    );
    check(b"<jnlp spec='1.0'>", "Java Web Start");
}

#[test]
fn programs_that_are_archives() {
    let check =
        |content: &[u8], label: &str| check(content, label, &[Kind::Executable, Kind::Archive]);
    check(&zip(&[("META-INF/MANIFEST.MF", b"")], 0), "Java archive");
    check(&zip(&[("a/B.class", b"")], 0), "Java archive");
    check(
        &zip(
            &[("AndroidManifest.xml", b""), ("META-INF/MANIFEST.MF", b"")],
            0,
        ),
        "Android application",
    );
    check(
        &zip(
            &[("AppxManifest.xml", b""), ("[Content_Types].xml", b"")],
            0,
        ),
        "Windows application package",
    );
    check(
        b"!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n",
        "Debian package",
    );
    check(b"\xED\xAB\xEE\xDB\x03\0", "RPM package");
    check(b"Cr24\x03\0\0\0", "browser extension");
    check(b"xar!\0\x1C\0\x01", "XAR archive, as macOS packages are");
    check(
        &[program(b"PE\0\0"), zip(&[("a.txt", b"a")], 0)].concat(),
        "PE program",
    );
    check(&[program(b"PE\0\0"), rar4(0, 0)].concat(), "PE program");
    check(
        &[program(b"PE\0\0"), seven_zip(b"\x01\x04")].concat(),
        "PE program",
    );
}

#[test]
fn scripts() {
    let check = |content: &[u8], label: &str| check(content, label, &[Kind::Script]);
    check(b"#!/bin/sh\necho\n", "script with an interpreter line");
    check(b"#! /usr/bin/env perl\n", "script with an interpreter line");
    check(
        b"#!/bin/sh\nexec tail\n\0\x01\x02\x03\x04\x05\x06\0\0\0\0",
        "script with an interpreter line",
    );
    check(b"#@~^EQAAAA==\x7F", "encoded script");
    check(b"@ECHO OFF\r\nstart a.exe\r\n", "batch file");
    check(
        b"<html><head><HTA:APPLICATION id=x></head>",
        "HTML application",
    );
    check(&wide("\u{FEFF}<html><hta:application>"), "HTML application");
    check(
        b"<job><script language='VBScript'>x</script></job>",
        "Windows script",
    );
    check(
        b"<?xml version='1.0'?><package><job id='a'><SCRIPT>",
        "Windows script",
    );
    check(
        b"<scriptlet><registration/><script>",
        "Windows script component",
    );
    check(
        &wide("\u{FEFF}Windows Registry Editor Version 5.00\r\n"),
        "registry entries",
    );
    check(
        b"On Error Resume Next\r\nSet s = CreateObject(\"WScript.Shell\")\r\n",
        "Visual Basic script",
    );
    check(b"var s = new ActiveXObject('WScript.Shell');", "JScript");
}

#[test]
fn text_about_scripts_is_text() {
    let check = |content: &[u8]| check(content, "text", &[Kind::Text]);
    check(b"Hello,\n\n#!/bin/sh\necho\n");
    check(b"#!");
    check(b"#! a joke\n");
    check(b"> @echo off\n");
    check(b"Use CreateObject(\"WScript.Shell\") as in\n\nOn Error Resume Next\n");
    check(b"MZ is how programs start, BM how bitmaps do.\n");
    check(b"PK\n");
    check(b"The mark is %PDF-1.4, at the start.\n%PDF-1.4\n");
    check(b"From: a\nSubject: b\n\nA memo, not mail.\n");
    check(b"<someone@example.com> wrote:\n");
    check(b"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-#!/bin/sh\n");
    check(b"begin 644 is a mode\nand this a line\n");
    check(b"Gr\xFC\xDFe\n");
    check(b"a stray\x01 control character in a line of text\n");
}

#[test]
fn office_documents() {
    let word: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b""),
    ];
    let excel: &[(&str, &[u8])] = &[
        ("_rels/.rels", b""),
        ("xl/workbook.xml", b""),
        ("[Content_Types].xml", b""),
    ];
    check(&zip(word, 0), "Word document", &[Kind::Office]);
    check(&zip(excel, 0), "Excel workbook", &[Kind::Office]);
    check(
        &zip(&[word, &[("word/vbaProject.bin", b"")]].concat(), 0),
        "Word document",
        &[Kind::MacroOffice],
    );
    check(
        &zip(&[word, &[("setup.exe", b"")]].concat(), 0),
        "Word document",
        &[Kind::Office, Kind::Archive],
    );
    check(
        &zip(&[excel, &[("xl/macrosheets/sheet1.xml", b"")]].concat(), 0),
        "Excel workbook",
        &[Kind::MacroOffice],
    );
    let text: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    check(&zip(&[text], 0), "OpenDocument text", &[Kind::Office]);
    check(
        &zip(&[text, ("Basic/Standard/Module1.xml", b"")], 0),
        "OpenDocument text",
        &[Kind::MacroOffice],
    );
    check(
        &ole(&[("WordDocument", false)]),
        "Word document",
        &[Kind::Office],
    );
    check(
        &ole(&[("WordDocument", false), ("Macros", true)]),
        "Word document",
        &[Kind::MacroOffice],
    );
    check(
        &ole(&[("Workbook", false), ("_VBA_PROJECT_CUR", true)]),
        "Excel workbook",
        &[Kind::MacroOffice],
    );
    check(
        &ole(&[("PowerPoint Document", false)]),
        "PowerPoint presentation",
        &[Kind::Office],
    );
    check(&ole(&[]), "OLE document", &[Kind::Office]);
    check(
        &ole(&[("Quill", false), ("VBA", true)]),
        "Publisher document",
        &[Kind::Office],
    );
    let macro_sheet = b"\x85\0\x0E\0\0\x10\0\0\x01\x01\x06\0Macro1";
    check(
        &[&ole(&[("Workbook", false)])[..], &[0; 77], macro_sheet].concat(),
        "Excel workbook",
        &[Kind::MacroOffice],
    );
    let flag = b"\x1F\0\xFF\x03\x14\0\0\0\x02\0\0\x04\x0C\0\0\0\x07\0\0\0\x01\0\0\0";
    check(
        &[&ole(&[("PowerPoint Document", false)])[..], flag].concat(),
        "PowerPoint presentation",
        &[Kind::MacroOffice],
    );
    check(b"{\\rtf1\\ansi}", "RTF document", &[Kind::Office]);
    check(b"{\\rt{}}", "RTF document", &[Kind::Office]);
    check(
        b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3\0",
        "OneNote section",
        &[Kind::Office],
    );
    check(b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument w:macrosPresent=\"yes\">", "Word document in XML", &[Kind::MacroOffice]);
    check(
        b"ID;PWXL;N;E\r\nP;PGeneral\r\n",
        "spreadsheet in SYLK",
        &[Kind::MacroOffice],
    );
    check(
        b"WEB\r\n1\r\nhttp://example.com/\r\n",
        "web query",
        &[Kind::MacroOffice],
    );
}

#[test]
fn archives_and_images() {
    let check = |content: &[u8], label: &str| check(content, label, &[Kind::Archive]);
    check(&zip(&[("a.txt", b"a")], 0), "ZIP archive");
    check(&zip(&[], 0), "ZIP archive");
    check(
        &[b"GARBAGE\0".as_slice(), &zip(&[("a.txt", b"a")], 0)].concat(),
        "ZIP archive",
    );
    check(
        &zip(
            &[("inner.zip", &zip(&[("META-INF/MANIFEST.MF", b"")], 0))],
            0,
        ),
        "ZIP archive",
    );
    check(b"Rar!\x1A\x07\0\xCF\x90\x73\0", "RAR archive");
    check(&seven_zip(b"\x01\x04"), "7-Zip archive");
    check(&tar(), "tar archive");
    check(&placed(257, b"ustar", 512), "tar archive");
    check(b"\x1F\x8B\x08\0\0", "gzip stream");
    check(b"BZh91AY&SY\0\0", "bzip2 stream");
    check(b"\xFD7zXZ\0\0\x04", "xz stream");
    check(
        b"\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0",
        "LZMA stream",
    );
    check(b"\x28\xB5\x2F\xFD\x04\0", "zstd stream");
    check(b"MSCF\0\0\0\0\x2C", "Windows cabinet");
    check(b"\x21\x50-lh5-\0\0\0", "LHA archive");
    check(b"\x60\xEA\x2C\0\x22\x0B\x01", "ARJ archive");
    check(b"\0\0\0\0\0\0\0**ACE**\x14", "ACE archive");
    check(b"ALZ\x01\x0A\0\0\0", "ALZ archive");
    check(b"EGGA\0\x01\x02\x03\x04", "EGG archive");
    check(b"SIT!\0\x01\0\0", "StuffIt archive");
    check(b"ZOO 2.10 Archive.\x1A\0\0\xDC\xA7\xC4\xFD", "ZOO archive");
    check(b"070701000000000000", "cpio archive");
    check(b"MSWIM\0\0\0\xD0\0", "Windows image");
    check(b"vhdxfileM\0i\0c\0", "virtual hard disk");
    check(
        &placed(5_000, b"conectix\0\0\0\x02", 5_512),
        "virtual hard disk",
    );
    check(&placed(5_000, b"koly\0\0\0\x04", 5_512), "Apple disk image");
    check(&placed(32_769, b"CD001\x01", 40_000), "ISO 9660 image");
    check(&placed(32_769, b"BEA01\x01", 40_000), "UDF image");
    check(
        &placed(510, b"\x55\xAA", 512)
            .iter()
            .zip(placed(0, b"\xEB\x3C\x90", 512))
            .map(|(a, b)| a | b)
            .collect::<Vec<_>>(),
        "raw disk image",
    );
    check(b"\x78\x9F\x3E\x22\x01\0", "Outlook rich text package");
    check(b"begin 644 setup.exe\n#86)C\n`\nend\n", "uuencoded file");
    check(b"=ybegin line=128 size=3 name=a\n", "yEnc file");
    check(
        b"(This file must be converted with BinHex 4.0)\n\n:abc:\n",
        "BinHex file",
    );
}

#[test]
fn what_needs_a_key() {
    let archive = [Kind::Archive, Kind::Encrypted];
    check(&zip(&[("a.exe", b"a")], 1), "ZIP archive", &archive);
    check(&rar4(0x80, 0), "RAR archive", &archive);
    check(&rar4(0, 4), "RAR archive", &archive);
    check(&rar4(0, 0), "RAR archive", &[Kind::Archive]);
    check(&rar5(1), "RAR archive", &archive);
    check(&rar5(3), "RAR archive", &[Kind::Archive]);
    check(
        &seven_zip(b"\x17\x06\x01\x09\x06\xF1\x07\x01"),
        "7-Zip archive",
        &archive,
    );
    check(
        &ole(&[("EncryptedPackage", false)]),
        "encrypted Office document",
        &[Kind::Office, Kind::Encrypted],
    );
    let word = b"\xEC\xA5\xC1\0\0\0\0\0\0\0\0\x01";
    check(
        &[&ole(&[("WordDocument", false)])[..], &[0; 64], word].concat(),
        "Word document",
        &[Kind::Office, Kind::Encrypted],
    );
    let excel = b"\x09\x08\x10\0\0\x06\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\x2F\0\x36\0";
    check(
        &[&ole(&[("Workbook", false)])[..], excel].concat(),
        "Excel workbook",
        &[Kind::Office, Kind::Encrypted],
    );
    check(
        b"-----BEGIN PGP MESSAGE-----\n\nabc\n",
        "PGP message",
        &[Kind::Encrypted],
    );
    check(
        b"\x85\x01\x0C\x03\x01\x02\x03\x04\x05\x06\x07\x08\x01\x07\xFF",
        "PGP message",
        &[Kind::Encrypted],
    );
    check(
        b"\x8C\x0D\x04\x09\x03\x02\x01\x02\x03\x04\x05\x06\x07\x08\x60",
        "PGP message",
        &[Kind::Encrypted],
    );
    check(
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        "PGP signed text",
        &[Kind::Text],
    );
    check(
        b"-----BEGIN PGP SIGNATURE-----\n",
        "PGP signature",
        &[Kind::Text],
    );
    check(
        &cms(3, b"\x30\x80\x02\x01\0"),
        "encrypted S/MIME message",
        &[Kind::Encrypted],
    );
    let digests = b"\x30\x80\x02\x01\x01\x31\0\x30\x0F\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
    check(
        &cms(2, &[digests.as_slice(), b"\xA0\x02\x04\0"].concat()),
        "signed S/MIME message",
        &[Kind::Message],
    );
    let detached =
        b"\x30\x80\x02\x01\x01\x31\0\x30\x0B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01\x31\0";
    check(&cms(2, detached), "S/MIME signature", &[Kind::Text]);
    check(
        b"Salted__\0\x01\x02\x03\x04\x05\x06\x07",
        "OpenSSL encrypted file",
        &[Kind::Encrypted],
    );
}

#[test]
fn pages_drawings_and_documents() {
    let page = |content: &[u8]| check(content, "HTML page", &[Kind::Html]);
    page(b"<html><body>");
    page(b"<!DOCTYPE html>\n<title>x");
    page(b"\xEF\xBB\xBF\r\n  <HtMl>");
    page(b"<!-- a comment --><P>text</P>");
    page(&wide("\u{FEFF}<html><body>text"));
    page(&wide("<html><body>text"));
    page(format!("<!--{}--><table><tr>", "long ".repeat(2_000)).as_bytes());
    page(b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a 'b>'>]><html>");
    page(b"<html>\0\x01\x02\x03\x04\x05\x06\x0E\0\0\0\0");
    let drawing = |content: &[u8]| check(content, "SVG drawing", &[Kind::Html, Kind::Image]);
    drawing(b"<svg xmlns='http://www.w3.org/2000/svg'>");
    drawing(b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'><svg:svg>");
    drawing(format!("<?xml version='1.0'?><!-- {} --><svg>", "-".repeat(9_000)).as_bytes());
    check(b"<?xml version='1.0'?><rss>", "XML document", &[Kind::Text]);
    check(
        b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n\0\0\0",
        "PDF document",
        &[Kind::Pdf],
    );
    check(b"%PDF-1.4\n1 0 obj\n", "PDF document", &[Kind::Pdf]);
    check(
        &[&placed(900, b"%PDF-1.4\n", 2_000)[..]].concat(),
        "PDF document",
        &[Kind::Pdf],
    );
    check(
        b"junk\n%PDF-1.4\n1 0 obj\n%%EOF\n",
        "PDF document",
        &[Kind::Pdf],
    );
    check(
        b"GIF89a\x01\0\x01\0\0\0\0%PDF-1.4\n",
        "GIF picture",
        &[Kind::Image, Kind::Pdf],
    );
}

#[test]
fn media_and_mail() {
    check(
        b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR",
        "PNG picture",
        &[Kind::Image],
    );
    check(
        b"\xFF\xD8\xFF\xE0\0\x10JFIF\0",
        "JPEG picture",
        &[Kind::Image],
    );
    check(b"GIF89a\x01\0\x01\0", "GIF picture", &[Kind::Image]);
    check(
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        "Windows bitmap",
        &[Kind::Image],
    );
    check(
        &placed(40, b" EMF", 60)
            .iter()
            .zip(placed(0, b"\x01", 60))
            .map(|(a, b)| a | b)
            .collect::<Vec<_>>(),
        "enhanced metafile",
        &[Kind::Image],
    );
    check(
        b"\0\0\0\x18ftypheic\0\0\0\0",
        "HEIC picture",
        &[Kind::Image],
    );
    check(b"\0\0\0\x18ftypisom\0\0\0\0", "MP4 video", &[Kind::Video]);
    check(b"RIFF\x24\0\0\0AVI LIST", "AVI video", &[Kind::Video]);
    check(b"RIFF\x24\0\0\0WAVEfmt ", "Wave sound", &[Kind::Audio]);
    check(b"ID3\x03\0\0\0\0\0\0", "MP3 sound", &[Kind::Audio]);
    check(b"\0\x01\0\0\0\x0F\0\x80", "font", &[Kind::Unknown]);
    check(
        b"Received: from a\nFrom: b\nTo: c\nSubject: d\n\ntext",
        "mail message",
        &[Kind::Message],
    );
    check(
        b"From a@example.com Sat Jan  3 01:05:34 1996\nReceived: x\nFrom: y\n\ntext",
        "mail folder",
        &[Kind::Message],
    );
    check(
        &ole(&[("__properties_version1.0", false), ("WordDocument", false)]),
        "Outlook message",
        &[Kind::Message],
    );
    check(b"", "empty", &[Kind::Text]);
    check(
        &wide("\u{FEFF}text in wide letters"),
        "UTF-16 text",
        &[Kind::Text],
    );
    check(
        &[0x9C, 1, 2, 3, 4, 0, 9, 0xFE],
        "unknown content",
        &[Kind::Unknown],
    );
}

#[test]
fn every_reading_of_a_part_counts() {
    let check = |content: &[u8], names: &[&str], media_type: &str, expected: &[Kind]| {
        let looked = look(content, 4_096);
        let names: Vec<_> = names.iter().map(|text| name(text)).collect();
        assert_eq!(
            kinds(Some(&looked), &names, media_type),
            expected.iter().copied().collect(),
            "{names:?} as {media_type}"
        );
    };
    let (pe, docx) = (
        program(b"PE\0\0"),
        zip(
            &[("[Content_Types].xml", b""), ("word/document.xml", b"")],
            0,
        ),
    );
    let octets = "application/octet-stream";
    check(b"text", &[], "text/plain", &[Kind::Text]);
    check(b"text", &["notes.txt"], octets, &[Kind::Text]);
    check(b"alert(1)", &["x.js"], "text/plain", &[Kind::Script]);
    check(b"alert(1)", &["x.txt"], "text/javascript", &[Kind::Script]);
    check(b"#!/bin/sh\n", &["x.txt"], "text/plain", &[Kind::Script]);
    check(
        b"text",
        &["x.txt", "x.exe"],
        "text/plain",
        &[Kind::Executable],
    );
    check(
        &pe,
        &["photo.jpg"],
        "image/jpeg",
        &[Kind::Executable, Kind::Image],
    );
    check(&pe, &[], "text/plain", &[Kind::Executable]);
    check(&docx, &["letter.docx"], octets, &[Kind::Office]);
    check(
        &docx,
        &["letter.docx"],
        "application/zip",
        &[Kind::Office, Kind::Archive],
    );
    check(
        &docx,
        &["letter.docm"],
        octets,
        &[Kind::Office, Kind::MacroOffice],
    );
    check(b"\x01\x02\x03\0", &[], octets, &[Kind::Unknown]);
    check(
        b"\x01\x02\x03\0",
        &["a.txt"],
        "text/plain",
        &[Kind::Unknown],
    );
    check(b"\x01\x02\x03\0", &["a.jpg"], octets, &[Kind::Image]);
    check(b"\x01\x02\x03\0", &["a.gpg"], octets, &[Kind::Encrypted]);
    check(
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        &["a.pgp"],
        octets,
        &[Kind::Text],
    );
    check(&pe, &["a.gpg"], octets, &[Kind::Executable]);
    check(b"", &["a.txt"], "text/plain", &[Kind::Text]);
    check(b"text", &[], "text/html", &[Kind::Html]);
    assert_eq!(kinds(None, &[], "multipart/mixed"), Kinds::NONE);
    assert_eq!(kinds(None, &[], "message/rfc822"), Kinds::of(Kind::Message));
    assert_eq!(
        kinds(None, &[name("setup.exe")], "multipart/mixed"),
        Kinds::of(Kind::Executable)
    );
}

/// Octets that are likely to look like something.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let magic = prop::sample::select(vec![
        zip(
            &[("word/document.xml", b""), ("[Content_Types].xml", b"x")],
            8,
        ),
        ole(&[("WordDocument", false), ("VBA", true)]),
        program(b"PE\0\0"),
        rar5(1),
        seven_zip(b"\x06\xF1\x07\x01"),
        tar(),
        cms(2, b"\x30\x80\x02\x01\x01"),
        b"PK\x03\x04".to_vec(),
        b"PK\x01\x02".to_vec(),
        b"PK\x05\x06".to_vec(),
        b"Rar!\x1A\x07\x01\0".to_vec(),
        b"<!-- ".to_vec(),
        b"<html>".to_vec(),
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
        b"From: a\nTo: b\nReceived: c\nDate: d\n".to_vec(),
        b"begin 644 a\n".to_vec(),
        b"\0\0\0\x18ftyp".to_vec(),
    ]);
    let piece = prop_oneof![3 => magic, 2 => prop::collection::vec(any::<u8>(), 0..200), 1 => "[ -~\r\n]{0,200}".prop_map(String::into_bytes)];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_result(mut content in content(), damage in any::<(usize, u8)>(), piece in 1_usize..700) {
        let at = damage.0 % content.len().max(1);
        content.get_mut(at).into_iter().for_each(|octet| *octet = damage.1);
        let whole = look(&content, content.len().max(1));
        prop_assert_eq!(look(&content, piece), whole.clone());
        prop_assert!(!whole.kinds.is_empty());
        prop_assert_eq!(whole.size, content.len() as u64);
    }

    #[test]
    fn any_start_of_a_file_is_looked_at(content in content(), end in any::<usize>()) {
        let end = end % (content.len() + 1);
        prop_assert!(!look(&content[..end], 4_096).kinds.is_empty());
    }
}
