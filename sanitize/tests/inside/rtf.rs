//! RTF documents: objects and what is fetched.

use crate::documents::{compound, packaged};
use crate::{line, look};
use tamis_corpus::make::payload;

fn check(body: &str, findings: &[&str], members: &[&str]) {
    let document = format!("{{\\rtf1\\ansi {body}\\par }}");
    let inside = look("a.rtf", document.as_bytes());
    let shown: String = body.chars().take(80).collect();
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, findings, "in {shown}");
    let lines: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(lines, members, "in {shown}");
}

fn hex(octets: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("a digit");
    octets
        .iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .collect()
}

/// An object of OLE 1.
fn object(class: &str, native: &[u8]) -> Vec<u8> {
    let counted = |octets: &[u8]| {
        let length = u32::try_from(octets.len()).expect("short").to_le_bytes();
        [&length[..], octets].concat()
    };
    let class = counted(format!("{class}\0").as_bytes());
    let header = [1, 5, 0, 0, 2, 0, 0, 0];
    [&header[..], &class, &[0; 8], &counted(native)].concat()
}

/// A document with an object of the packager.
pub(crate) fn document_with(name: &str, content: &[u8]) -> Vec<u8> {
    let packager = packaged(name, content);
    let digits = hex(&object("Package", &packager[4..]));
    format!("{{\\rtf1\\ansi {{\\object\\objemb{{\\*\\objdata {digits}}}}}\\par }}").into_bytes()
}

#[test]
fn sound_documents_say_nothing() {
    check(
        "Hello {\\b bold} {\\*\\generator Riched20 1.0;}{\\*\\template Normal.dotm}",
        &[],
        &[],
    );
    check(
        "{\\field{\\*\\fldinst HYPERLINK \"https://example.com/\"}{\\fldrslt here}}",
        &[],
        &[],
    );
    check("{\\pict\\pngblip 89504e470d0a1a0a}", &[], &[]);
}

#[test]
fn objects_however_their_digits_are_hidden() {
    let packager = packaged("setup.exe", &payload::executable());
    let digits = hex(&object("Package", &packager[4..]));
    let (head, tail) = digits.split_at(42);
    let found = ["embedded-object", "embedded-program", "embedded-file"];
    for data in [
        format!("{{\\object\\objemb{{\\*\\objdata {digits}}}}}"),
        format!("{{\\object{{\\*\\objdata\\par {head}\r\n \t{tail}}}}}"),
        format!("{{\\object{{\\*\\objdata {head}{{\\*\\unknown 4142}}{tail}}}}}"),
        format!("{{\\object{{\\*\\objdata {head}{{{tail}}}}}}}"),
        format!("{{\\object{{\\*\\objdata {head}\\b\\b0 {tail}"),
    ] {
        check(&data, &found, &["setup.exe: executable"]);
    }
    let inner = compound(&[("/\u{1}Ole10Native", &packager)]);
    let data = hex(&object("Word.Document.8", &inner));
    check(
        &format!("{{\\object{{\\*\\objdata {data}}}}}"),
        &found,
        &["object: office", "object → setup.exe: executable"],
    );
}

#[test]
fn what_is_fetched_or_asked() {
    check(
        "{\\*\\template https://example.com/a.dotm}",
        &["external-template"],
        &[],
    );
    check(
        "{\\field{\\*\\fldinst DDEAUTO cmd \"/c calc\"}}",
        &["dde"],
        &[],
    );
    check("{\\field{\\*\\fldinst{\\b DDE}AUTO cmd}}", &["dde"], &[]);
    check(
        "{\\field{\\*\\fldinst INCLUDEPICTURE \"http://example.com/a.png\"}}",
        &["external-link"],
        &[],
    );
}
