//! PDF documents: what they do, and the files in them.

use crate::{line, look_with};
use std::io::Write;
use tamis_corpus::make::payload;
use tamis_sanitize::inside::Bounds;
use tamis_sanitize::map::{Inside, Unread};

fn look(objects: &[&[u8]]) -> Inside {
    look_with(Bounds::default(), "a.pdf", &document(objects))
}

/// A document with a file in it.
pub(crate) fn document_of(content: &[u8]) -> Vec<u8> {
    let names = b"3 0 obj <</Type/Filespec /F (a.bin) /EF <</F 4 0 R>> >> endobj";
    document(&[
        names,
        &stream(4, "/Filter /FlateDecode", &deflated(content)),
    ])
}

fn document(objects: &[&[u8]]) -> Vec<u8> {
    let mut document = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    for object in objects {
        document.extend_from_slice(object);
        document.push(b'\n');
    }
    document.extend(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    document
}

fn check(objects: &[&[u8]], findings: &[&str], members: &[&str]) {
    let inside = look(objects);
    let what = || -> Vec<_> {
        objects
            .iter()
            .map(|object| object.escape_ascii().to_string())
            .collect()
    };
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, findings, "in {:?}", what());
    let lines: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(lines, members, "in {:?}", what());
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("in memory");
    encoder.finish().expect("in memory")
}

fn stream(number: u32, dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "{number} 0 obj <<{dictionary} /Length {}>>\nstream\r\n",
        content.len()
    );
    [head.as_bytes(), content, b"\nendstream endobj"].concat()
}

#[test]
fn sound_documents_say_nothing() {
    check(
        &[b"1 0 obj <</Type/Catalog /Pages 2 0 R>> endobj"],
        &[],
        &[],
    );
    check(
        &[b"1 0 obj <</Type/Catalog /OpenAction [3 0 R /FitH null]>> endobj"],
        &[],
        &[],
    );
    check(
        &[
            b"1 0 obj <</OpenAction 5 0 R>> endobj",
            b"5 0 obj [3 0 R /Fit] endobj",
        ],
        &[],
        &[],
    );
    check(
        &[b"1 0 obj (a string with /JS and /Launch) endobj % /JavaScript"],
        &[],
        &[],
    );
}

#[test]
fn what_a_document_does() {
    check(
        &[b"1 0 obj <</OpenAction <</S/JavaScript /JS (app.alert(1))>> >>"],
        &["javascript", "open-action"],
        &[],
    );
    check(
        &[b"1 0 obj <</OpenAction 9 0 R>> endobj"],
        &["open-action"],
        &[],
    );
    check(
        &[b"1 0 obj <</A <</S /L#61unch /F (cmd.exe)>> >>"],
        &["launch", "obfuscated"],
        &[],
    );
    check(
        &[b"1 0 obj <</S/SubmitForm /F (http://example.com)>>"],
        &["submit-form"],
        &[],
    );
    let objects = stream(
        2,
        "/Type/ObjStm /N 1 /First 4 /Filter/FlateDecode",
        &deflated(b"7 0 <</S/JavaScript /JS 8 0 R>>"),
    );
    check(&[&objects], &["javascript"], &[]);
}

#[test]
fn files_in_a_document() {
    let program = payload::executable();
    let names = b"3 0 obj <</Type/Filespec /F (a.txt) /UF <FEFF0062002E0065007800650000> /EF <</F 4 0 R>> >> endobj";
    for (filter, content) in [
        ("", program.clone()),
        ("/Filter /FlateDecode", deflated(&program)),
        ("/Filter [/AHx /Fl]", {
            let hex = deflated(&program);
            let digits = |octet: &u8| format!("{octet:02x} ").into_bytes();
            [hex.iter().flat_map(digits).collect(), b">".to_vec()].concat()
        }),
    ] {
        let file = stream(4, filter, &content);
        let inside = look(&[names, &file]);
        let found: Vec<String> = inside.members.iter().map(line).collect();
        assert_eq!(found, ["a.txt: executable"], "{filter}");
        assert_eq!(inside.members[0].size(), program.len() as u64, "{filter}");
        let names: Vec<&str> = inside.members[0]
            .names()
            .iter()
            .map(|name| name.judged.as_str())
            .collect();
        assert!(names.contains(&"b.exe"), "{names:?}");
    }
    // Nothing refers to it, and its length is a lie.
    let file = stream(4, "/Type /EmbeddedFile", &program);
    let lying = String::from_utf8_lossy(&file).contains("/Length");
    assert!(lying);
    let at = file
        .windows(8)
        .position(|octets| octets == b"/Length ")
        .expect("there")
        + 8;
    let mut lying = file.clone();
    lying[at] = b'9';
    for file in [file, lying] {
        check(
            &[&file, b"5 0 obj <</S/Launch>> endobj"],
            &["embedded-program", "embedded-file", "launch"],
            &["embedded file: executable"],
        );
    }
}

#[test]
fn what_is_encrypted_is_said_to_be() {
    let file = stream(4, "/Type /EmbeddedFile", b"????");
    let inside = look(&[&file, b"trailer <</Encrypt 9 0 R>>"]);
    assert_eq!(inside.unread, Some(Unread::Encrypted));
    let found: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(found, ["embedded file: encrypted (encrypted)"]);
}
