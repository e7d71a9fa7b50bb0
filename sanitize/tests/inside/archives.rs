//! Archives beyond ZIP and tar: their names, what is encrypted or damaged in them, and what is behind something else.

use super::wrap_archives::{self, ar, cab, cpio, lha, old_rar, rar, seven_zip};
use super::{check, line, look};
use tamis_corpus::make::payload;
use tamis_sanitize::Kind;
use tamis_sanitize::map::Unread;

#[test]
fn all_members_are_met_in_order() {
    let long = b"Twenty octets a line".repeat(10_000);
    let members: [(&str, &[u8]); 3] = [
        ("a.txt", b"Hello"),
        ("long.txt", &long),
        ("dir/setup.exe", b"harmless"),
    ];
    let expected = ["a.txt: text", "long.txt: text", "dir/setup.exe: executable"];
    check("a.7z", &seven_zip(&members), &expected);
    check("a.rar", &rar(&members), &expected);
    check("a.cab", &cab(0, &members), &expected);
    check("a.cab", &cab(1, &members), &expected);
}

#[test]
fn a_cut_archive_is_judged_as_far_as_it_goes() {
    let program = payload::executable();
    for (name, archive) in [
        ("a.cab", cab(0, &[("setup.exe", &program)])),
        ("a.cpio", cpio("setup.exe", &program)),
        ("a.a", ar("setup.exe", &program)),
    ] {
        let at = memchr::memmem::find(&archive, &program).expect("in memory");
        let inside = look(name, &archive[..at + program.len() / 2]);
        let lines: Vec<String> = inside.members.iter().map(line).collect();
        assert_eq!(lines, ["setup.exe: executable (damaged)"], "{name}");
        assert!(inside.members[0].content().contains(Kind::Executable));
    }
}

#[test]
fn both_names_in_an_old_rar_count() {
    // The Unicode name is coded against the old one: its high octet, then two bits that say how each character is coded.
    let field = b"a.txt\0\0\0setup.exe";
    let field = [&field[..7], b"\0seTu\0p.ex\0e"].concat();
    let archive = old_rar(&[(0x200, &field, b"harmless")]);
    let inside = look("a.rar", &archive);
    let names: Vec<&str> = inside.members[0]
        .names()
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    assert!(names.contains(&"a.txt"), "{names:?}");
}

#[test]
fn encrypted_and_split_members_are_named() {
    check(
        "a.rar",
        &old_rar(&[
            (0, b"a.txt", b"Hello"),
            (4, b"setup.exe", b"sixteen octets.."),
            (2, b"rest.exe", b"the rest is elsewhere"),
        ]),
        &[
            "a.txt: text",
            "setup.exe: executable (encrypted)",
            "rest.exe: executable (unsupported)",
        ],
    );
}

#[test]
fn damaged_directories_are_told() {
    let mut seven = seven_zip(&[("setup.exe", b"harmless")]);
    let last = seven.len() - 1;
    seven[last] ^= 0xFF;
    assert_eq!(look("a.7z", &seven).unread, Some(Unread::Damaged));
    let mut rar = rar(&[("setup.exe", b"harmless")]);
    rar.truncate(20);
    assert!(look("a.rar", &rar).unread.is_some());
    // What the reader refuses is named all the same.
    for mut rar in [
        wrap_archives::rar(&[("setup.exe", b"harmless")]),
        old_rar(&[(0, b"setup.exe", b"harmless")]),
    ] {
        let name = memchr::memmem::find(&rar, b"setup").expect("named");
        rar[name] = b'S';
        let found: Vec<String> = look("a.rar", &rar).members.iter().map(line).collect();
        assert_eq!(found, ["Setup.exe: executable (damaged)"]);
    }
    let lha = lha("setup.exe", b"harmless");
    let inside = look("a.lzh", &lha[..lha.len() - 4]);
    assert!(!inside.members.is_empty(), "{inside:?}");
}

#[test]
fn archives_that_are_not_opened_are_said_to_be_there() {
    let arj = b"\x60\xEA\x2C\0\x22\x0B\x01\x02\x10\0\x02\x14\xE8\xCF\xEB\x47\xE8\xCF\xEB\x47";
    let whole = [&arj[..], &[0; 64]].concat();
    let behind = [&payload::png()[..], &whole].concat();
    for (name, content) in [("a.arj", &whole), ("a.png", &behind)] {
        assert_eq!(
            look(name, content).unread,
            Some(Unread::Unsupported),
            "{name}"
        );
    }
}
