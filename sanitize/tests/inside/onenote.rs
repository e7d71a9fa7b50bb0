//! Notes of `OneNote` and the files in them.

use crate::{line, look};
use tamis_corpus::make::payload;

const SECTION: &[u8] = b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3";
const FILE: &[u8] = b"\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC";

fn file(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    [FILE, &length, &[0; 12], content].concat()
}

/// Notes with a file.
pub(crate) fn notes_of(content: &[u8]) -> Vec<u8> {
    [SECTION, &[0; 1_008], &file(content)].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn check(pieces: &[&[u8]], findings: &[&str], members: &[&str]) {
    let notes = [&[SECTION][..], pieces].concat().concat();
    let inside = look("a.one", &notes);
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, findings);
    let lines: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(lines, members);
}

#[test]
fn files_are_found_wherever_they_are() {
    let filling = vec![0x55; 200_000];
    let found = ["embedded-program", "embedded-file"];
    let program = file(&payload::executable());
    check(&[&[0; 1_008], &program], &found, &["file: executable"]);
    // On the seam of two pieces that are read.
    for before in [65_500, 65_505, 65_519, 65_520, 65_530, 131_050] {
        check(
            &[&filling[..before], &program],
            &found,
            &["file: executable"],
        );
    }
    let name = [&12_u32.to_le_bytes()[..], &wide("invoice.hta")].concat();
    check(
        &[&name, &[0; 8], &file(b"Hello")],
        &found,
        &["invoice.hta: script"],
    );
    check(&[&filling, &wide("see setup.exe")], &[], &[]);
}

#[test]
fn a_length_beyond_the_end_is_the_end() {
    let mut lying = file(&payload::executable());
    lying[16..24].fill(0xFF);
    check(
        &[&lying],
        &["embedded-program", "embedded-file"],
        &["file: executable"],
    );
}
