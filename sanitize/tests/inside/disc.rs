//! Images of discs, written here sector by sector.

use crate::{check, line, look};
use tamis_corpus::make::payload;
use tamis_sanitize::map::Unread;

const SECTOR: usize = 2_048;

/// An image that is being written.
struct Image(Vec<u8>);

impl Image {
    fn new(sectors: usize) -> Self {
        Image(vec![0; sectors * SECTOR])
    }

    fn put(&mut self, sector: usize, at: usize, octets: &[u8]) {
        let at = sector * SECTOR + at;
        self.0[at..at + octets.len()].copy_from_slice(octets);
    }

    /// A volume descriptor of ISO 9660 with its root folder.
    fn descriptor(&mut self, sector: usize, kind: u8, escape: &[u8], root: u32) {
        self.put(sector, 0, &[kind]);
        self.put(sector, 1, b"CD001\x01");
        self.put(sector, 88, escape);
        self.put(sector, 128, &2_048_u16.to_le_bytes());
        self.put(sector, 156, &entry(&[0], root, 2_048, 2));
    }
}

/// An entry of a folder.
fn entry(name: &[u8], at: u32, size: u32, flags: u8) -> Vec<u8> {
    let length = (33 + name.len()).next_multiple_of(2);
    let mut entry = vec![0; length];
    entry[0] = u8::try_from(length).expect("short");
    entry[2..6].copy_from_slice(&at.to_le_bytes());
    entry[10..14].copy_from_slice(&size.to_le_bytes());
    entry[25] = flags;
    entry[32] = u8::try_from(name.len()).expect("short");
    entry[33..33 + name.len()].copy_from_slice(name);
    entry
}

fn wide(name: &str) -> Vec<u8> {
    name.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// A disc with a program that each of two trees calls otherwise, in a folder that holds itself.
fn disc() -> Image {
    let program = payload::executable();
    let size = u32::try_from(program.len()).expect("small");
    let mut image = Image::new(24);
    image.descriptor(16, 1, b"", 19);
    image.descriptor(17, 2, b"%/E", 20);
    image.descriptor(18, 255, b"", 0);
    let folder = |names: [&[u8]; 2], own: u32| {
        [
            entry(&[0], own, 2_048, 2),
            entry(&[1], own, 2_048, 2),
            entry(names[0], own, 2_048, 2),
            entry(names[1], 21, size, 0),
        ]
        .concat()
    };
    image.put(19, 0, &folder([b"LOOP", b"PICTURE.PNG;1"], 19));
    image.put(20, 0, &folder([&wide("loop"), &wide("setup.exe")], 20));
    image.put(21, 0, &program);
    image
}

/// A disc with one file.
pub(crate) fn disc_of(name: &str, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).expect("small");
    let mut image = Image::new(20 + content.len().div_ceil(SECTOR));
    image.descriptor(16, 1, b"", 18);
    image.descriptor(17, 255, b"", 0);
    image.put(18, 0, &entry(name.as_bytes(), 19, size, 0));
    image.put(19, 0, content);
    image.0
}

#[test]
fn every_name_of_a_file_counts() {
    let inside = look("a.iso", &disc().0);
    assert_eq!(inside.unread, None);
    let [file] = inside.members.as_slice() else {
        panic!("{:?}", inside.members);
    };
    let names: Vec<&str> = file.names().iter().map(|name| name.text.as_str()).collect();
    assert_eq!(names, ["PICTURE.PNG", "setup.exe"]);
    assert_eq!(line(file), "PICTURE.PNG: executable");
}

#[test]
fn what_is_cut_or_lies_is_damaged() {
    let disc = disc().0;
    let cut = look("a.iso", &disc[..21 * SECTOR]);
    assert_eq!(cut.unread, Some(Unread::Damaged));
    assert_eq!(line(&cut.members[0]), "PICTURE.PNG: executable (damaged)");
    let mut lying = disc.clone();
    // The size of the root folder.
    lying[16 * SECTOR + 166..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(look("a.iso", &lying).unread, Some(Unread::Damaged));
}

/// A UDF volume with a program in a folder. Its content stands inside its own entry, or in sectors of its own.
fn udf(embedded: bool) -> Vec<u8> {
    let program = payload::executable();
    let size = u32::try_from(program.len()).expect("small");
    let mut image = Image::new(300);
    for (sector, name) in [(16, b"BEA01"), (17, b"NSR02"), (18, b"TEA01")] {
        image.put(sector, 1, name);
    }
    // The anchor, the partition from sector 260 on, and the logical volume.
    image.put(256, 0, &2_u16.to_le_bytes());
    image.put(256, 16, &[0, 0x20, 0, 0, 32, 0, 0, 0]);
    image.put(32, 0, &5_u16.to_le_bytes());
    image.put(32, 188, &260_u32.to_le_bytes());
    image.put(33, 0, &6_u16.to_le_bytes());
    image.put(33, 212, &2_048_u32.to_le_bytes());
    image.put(34, 0, &8_u16.to_le_bytes());
    image.put(260, 0, &256_u16.to_le_bytes());
    image.put(260, 404, &1_u32.to_le_bytes());
    let mut node = |sector: usize, kind: u8, form: u16, size: u32, content: &[u8]| {
        image.put(sector, 0, &261_u16.to_le_bytes());
        image.put(sector, 27, &[kind]);
        image.put(sector, 34, &form.to_le_bytes());
        image.put(sector, 56, &u64::from(size).to_le_bytes());
        let length = u32::try_from(content.len()).expect("small");
        image.put(sector, 172, &length.to_le_bytes());
        image.put(sector, 176, content);
    };
    let mut folder = Vec::new();
    let parent = (8_u8, &b""[..], 1_u32);
    for (traits, name, place) in [parent, (0, b"\x08setup.exe", 2)] {
        let mut file = vec![0; 38];
        file[..2].copy_from_slice(&257_u16.to_le_bytes());
        file[18] = traits;
        file[19] = u8::try_from(name.len()).expect("short");
        file[24..28].copy_from_slice(&place.to_le_bytes());
        file.extend(name);
        file.resize(file.len().next_multiple_of(4), 0);
        folder.extend(file);
    }
    let length = u32::try_from(folder.len()).expect("small");
    node(261, 4, 3, length, &folder);
    if embedded {
        node(262, 5, 3, size, &program);
    } else {
        let place = [size.to_le_bytes(), 3_u32.to_le_bytes()].concat();
        node(262, 5, 0, size, &place);
        image.put(263, 0, &program);
    }
    image.0
}

#[test]
fn udf_is_read() {
    check("a.iso", &udf(true), &["setup.exe: executable"]);
    check("a.udf", &udf(false), &["setup.exe: executable"]);
}

/// The names of what lies in a disc whose one folder has these entries, and why it was not read to its end.
fn names_in(entries: &[Vec<u8>]) -> (Vec<Vec<String>>, Option<Unread>) {
    let mut image = Image(disc_of("A", &[b'x'; 4 * SECTOR]));
    image.put(18, 0, &entries.concat());
    let inside = look("a.iso", &image.0);
    let names = |member: &tamis_sanitize::map::Member| {
        let names = member.names().iter();
        names.map(|name| name.text.clone()).collect()
    };
    (inside.members.iter().map(names).collect(), inside.unread)
}

#[test]
fn no_name_hides_another() {
    // Rock Ridge is nothing to Windows, and only a number is a version.
    let mut rock_ridge = entry(b"RUN.JS;1", 19, 9, 0);
    rock_ridge.extend(b"NM\x0A\x01\0a.txt");
    rock_ridge[0] = u8::try_from(rock_ridge.len()).expect("short");
    let (names, _) = names_in(&[rock_ridge, entry(b"b.txt;.js", 20, 9, 0)]);
    assert_eq!(names, [vec!["a.txt", "RUN.JS"], vec!["b.txt;.js"]]);
}

#[test]
fn files_that_begin_alike_are_each_read() {
    let (names, unread) = names_in(&[
        entry(b"DECOY", 19, 8_192, 0),
        entry(b"B", 19, 1, 0x80),
        entry(b"B", 21, 9, 0),
    ]);
    assert_eq!(names, [vec!["DECOY"], vec!["B"]]);
    assert_eq!(unread, None);
}

#[test]
fn what_is_not_followed_is_said_to_be() {
    let mut interleaved = entry(b"A", 19, 9, 0);
    interleaved[26..28].copy_from_slice(&[1, 1]);
    assert_eq!(names_in(&[interleaved]).1, Some(Unread::Unsupported));
    // Where the content lies is told elsewhere.
    let mut continued = udf(false);
    continued[262 * SECTOR + 176 + 3] |= 0xC0;
    assert_eq!(look("a.iso", &continued).unread, Some(Unread::Unsupported));
}

#[test]
fn folders_over_each_other_are_bounded() {
    const COUNT: usize = 400;
    let size = u32::try_from(COUNT * SECTOR).expect("small");
    let mut image = Image::new(18 + COUNT);
    image.descriptor(16, 1, b"", 18);
    image.put(16, 166, &size.to_le_bytes());
    image.descriptor(17, 255, b"", 0);
    for sector in 0..COUNT {
        let place = |number: usize| u32::try_from(18 + number % COUNT).expect("small");
        let all = (0..50).map(|number| entry(b"D", place(sector * 50 + number), size, 2));
        image.put(18 + sector, 0, &all.collect::<Vec<_>>().concat());
    }
    assert_eq!(look("a.iso", &image.0).unread, Some(Unread::Limit));
}
