//! What documents carry, and what they do when they are opened.

use crate::{line, look, look_with};
use std::io::{Cursor, Write};
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};
use tamis_sanitize::inside::Bounds;
use tamis_sanitize::map::Unread;

/// What is found in a document, and what lies in it.
fn check(name: &str, content: &[u8], findings: &[&str], members: &[&str]) {
    let inside = look(name, content);
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, findings, "in {name}");
    let lines: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(lines, members, "in {name}");
}

/// A text document with further files.
pub(crate) fn docx(files: &[(&str, &[u8])]) -> Vec<u8> {
    let types = "<Types><Default Extension='xml' ContentType='application/xml'/></Types>";
    let mut entries = vec![
        Entry::new("[Content_Types].xml", types.as_bytes()),
        Entry::new("word/document.xml", b"<w:document/>"),
    ];
    let more = files
        .iter()
        .map(|(name, content)| Entry::new(name, content));
    entries.extend(more);
    stored(&entries)
}

/// A compound file of these streams; the storages on the way are made.
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    for (path, content) in streams {
        let (storage, _) = path.rsplit_once('/').expect("a path");
        if !storage.is_empty() {
            file.create_storage_all(storage).expect("in memory");
        }
        let mut stream = file.create_stream(path).expect("in memory");
        stream.write_all(content).expect("in memory");
    }
    file.flush().expect("in memory");
    file.into_inner().into_inner()
}

/// What the packager makes of a file.
pub(crate) fn packaged(name: &str, content: &[u8]) -> Vec<u8> {
    let length = |octets: &[u8]| u32::try_from(octets.len()).expect("short").to_le_bytes();
    let path = format!("C:\\Temp\\{name}\0");
    let mut package = vec![2, 0];
    package.extend(format!("{name}\0").as_bytes());
    package.extend(path.as_bytes());
    package.extend([0, 0, 3, 0]);
    package.extend(length(path.as_bytes()));
    package.extend(path.as_bytes());
    package.extend(length(content));
    package.extend(content);
    [&length(&package)[..], &package].concat()
}

/// Source of a module as it is kept: one chunk of literals for every eight characters.
fn module(source: &str) -> Vec<u8> {
    let source = format!("Attribute VB_Name = \"M\"\r\n{source}");
    let mut chunk = Vec::new();
    for eight in source.as_bytes().chunks(8) {
        chunk.push(0);
        chunk.extend(eight);
    }
    let header = 0xB000 | u16::try_from(chunk.len() - 1).expect("short");
    [b"compiled code\x01", &header.to_le_bytes()[..], &chunk].concat()
}

fn relationship(kind: &str, target: &str) -> Vec<u8> {
    format!("<Relationships><Relationship Id='r' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' TargetMode='External' Target='{target}'/></Relationships>").into_bytes()
}

#[test]
fn sound_documents_say_nothing() {
    check(
        "a.docx",
        &docx(&[("word/media/image1.png", &payload::png())]),
        &[],
        &[],
    );
    let text = [
        ("/WordDocument", &b"\xEC\xA5 text"[..]),
        ("/1Table", b"table"),
    ];
    check("a.doc", &compound(&text), &[], &[]);
    let link = relationship("hyperlink", "https://example.com/");
    check(
        "a.docx",
        &docx(&[("word/_rels/document.xml.rels", &link)]),
        &[],
        &[],
    );
    let local = relationship("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm");
    check(
        "a.docx",
        &docx(&[("word/_rels/settings.xml.rels", &local)]),
        &[],
        &[],
    );
}

#[test]
fn macros_and_when_they_run() {
    let runs = module("Sub AutoOpen()\r\nEnd Sub\r\n");
    let waits = module("Sub Sum()\r\nEnd Sub\r\n");
    let project = |module: &[u8]| {
        compound(&[
            ("/Macros/VBA/_VBA_PROJECT", b"\xCC\x61"),
            ("/Macros/VBA/ThisDocument", module),
            ("/WordDocument", b"\xEC\xA5"),
        ])
    };
    check("a.doc", &project(&waits), &["macro"], &[]);
    check("a.doc", &project(&runs), &["macro", "auto-open"], &[]);
    let inner = compound(&[
        ("/VBA/_VBA_PROJECT", b"\xCC\x61"),
        ("/VBA/ThisDocument", &runs),
    ]);
    check(
        "a.docm",
        &docx(&[("word/vbaProject.bin", &inner)]),
        &["macro", "auto-open"],
        &["word/vbaProject.bin: macro-office"],
    );
    let open = stored(&[
        Entry::new("mimetype", b"application/vnd.oasis.opendocument.text"),
        Entry::new("META-INF/manifest.xml", b"<manifest/>"),
        Entry::new("Basic/Standard/Module1.xml", b"<script:module/>"),
        Entry::new(
            "content.xml",
            b"<x><script:event-listener script:event-name=\"dom:load\"/></x>",
        ),
    ]);
    check("a.odt", &open, &["macro", "auto-open"], &[]);
}

#[test]
fn macro_sheets_and_names_that_run() {
    let record = |kind: u16, content: &[u8]| {
        let length = u16::try_from(content.len()).expect("short");
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    };
    let sheet = record(0x85, &[0, 0, 0, 0, 0, 1, 1, 0, b'M']);
    let name = record(0x18, &[&[0x20, 0, 0, 1][..], &[0; 10], &[0, 1]].concat());
    let book = [record(0x809, &[0; 16]), sheet, name, record(0x0A, &[])].concat();
    let xls = compound(&[("/Workbook", &book)]);
    check("a.xls", &xls, &["xlm-macro", "auto-open"], &[]);
    let link = record(0x1AE, b"\0\0\x0B\0cmd\x03/c calc");
    check("a.xls", &compound(&[("/Workbook", &link)]), &["dde"], &[]);
}

#[test]
fn objects_and_the_programs_in_them() {
    let program = packaged("setup.exe", &payload::executable());
    let found = ["embedded-object", "embedded-program", "embedded-file"];
    let object = compound(&[("/\u{1}Ole10Native", &program)]);
    check(
        "a.doc",
        &compound(&[
            ("/WordDocument", b"\xEC\xA5"),
            ("/ObjectPool/_1/\u{1}Ole10Native", &program),
        ]),
        &found,
        &["setup.exe: executable"],
    );
    check(
        "a.docx",
        &docx(&[("word/embeddings/oleObject1.bin", &object)]),
        &found,
        &[
            "word/embeddings/oleObject1.bin: archive",
            "word/embeddings/oleObject1.bin → setup.exe: executable",
        ],
    );
    let letter = packaged("letter.txt", b"Hello");
    check(
        "a.doc",
        &compound(&[
            ("/WordDocument", b"\xEC\xA5"),
            ("/ObjectPool/_1/\u{1}Ole10Native", &letter),
        ]),
        &["embedded-object", "embedded-file"],
        &["letter.txt: text"],
    );
}

#[test]
fn what_is_fetched_from_elsewhere() {
    for (kind, target, finding) in [
        (
            "attachedTemplate",
            "https://example.com/a.dotm",
            "external-template",
        ),
        (
            "attachedTemplate",
            "\\\\192.0.2.1\\a.dotm",
            "external-template",
        ),
        (
            "attachedTemplate",
            "file://example.com/a.dotm",
            "external-template",
        ),
        (
            "oleObject",
            "mhtml:https://example.com/a!x",
            "external-link",
        ),
        ("frame", "&#104;ttp://example.com/", "external-link"),
    ] {
        let rels = relationship(kind, target);
        check(
            "a.docx",
            &docx(&[("word/_rels/settings.xml.rels", &rels)]),
            &[finding],
            &[],
        );
    }
}

#[test]
fn fields_that_ask_another_program() {
    let pieces = "<w:p><w:fldChar w:fldCharType=\"begin\"/><w:instrText>DD</w:instrText>\
                  <w:instrText>EAUTO c:\\\\windows\\\\cmd.exe</w:instrText><w:fldChar/></w:p>";
    check(
        "a.docx",
        &docx(&[("word/footer1.xml", pieces.as_bytes())]),
        &["dde"],
        &[],
    );
    let simple = "<w:fldSimple w:instr=' DDE &quot;excel&quot; x'/>";
    check(
        "a.docx",
        &docx(&[("word/header1.xml", simple.as_bytes())]),
        &["dde"],
        &[],
    );
    let date = "<w:fldSimple w:instr=' DATE '/><w:instrText>DDEx</w:instrText><w:fldChar/>";
    check(
        "a.docx",
        &docx(&[("word/header1.xml", date.as_bytes())]),
        &[],
        &[],
    );
    let doc = compound(&[("/WordDocument", b"\xEC\xA5\x13 DDEAUTO cmd\x14\x15")]);
    check("a.doc", &doc, &["dde"], &[]);
}

#[test]
fn what_is_cut_off_or_encrypted_is_said_to_be() {
    let whole = compound(&[("/WordDocument", &[7; 9_000])]);
    let cut = look_with(Bounds::default(), "a.doc", &whole[..whole.len() / 2]);
    assert!(
        cut.unread.is_some() || cut.members.iter().any(|member| member.unread().is_some()),
        "{cut:?}"
    );
    let locked = compound(&[
        ("/EncryptedPackage", &[7; 64]),
        ("/EncryptionInfo", &[7; 64]),
    ]);
    let locked = look_with(Bounds::default(), "a.docx", &locked);
    assert_eq!(locked.unread, Some(Unread::Encrypted));
}

#[test]
fn macros_that_word_packs_for_a_page() {
    let code = module("Sub AutoOpen()\r\nEnd Sub\r\n");
    let project = compound(&[
        ("/VBA/dir", b"x"),
        ("/VBA/ThisDocument", &code),
        ("/PROJECT", b"Module=ThisDocument"),
    ]);
    let mut packed = b"ActiveMime\0\0\x01\xF0\x04\0\0\0\xFF\xFF\xFF\xFF".to_vec();
    packed.resize(50, 0);
    let mut encoder = flate2::write::ZlibEncoder::new(packed, flate2::Compression::default());
    encoder.write_all(&project).expect("in memory");
    let packed = encoder.finish().expect("in memory");
    let inside = look("editdata.mso", &packed);
    let [macros] = inside.members.as_slice() else {
        panic!("{:?}", inside.members);
    };
    let found: Vec<&str> = macros
        .findings()
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, ["macro", "auto-open"]);
}
