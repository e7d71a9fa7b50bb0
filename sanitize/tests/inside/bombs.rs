//! Content that unpacks to more than anybody should hold: what is made of it ends, and is reported.

use crate::look;
use crate::wrap::{gzip, tar};
use std::io::Write;
use tamis_corpus::make::zip::{Entry, stored};
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, open};
use tamis_sanitize::map::{Inside, Member, Unread};

/// Whether anything in it was not read because of a bound.
fn is_bounded(inside: &Inside) -> bool {
    let limit = Some(Unread::Limit);
    inside.unread == limit || inside.members.iter().any(|member| member.unread() == limit)
}

#[track_caller]
fn check(name: &str, content: &[u8]) -> Inside {
    let inside = look(name, content);
    assert!(is_bounded(&inside), "{name}: {inside:?}");
    let unpacked: u64 = inside.members.iter().map(Member::size).sum();
    let bounds = Bounds::default();
    assert!(unpacked <= bounds.bytes, "{name}: {unpacked} octets");
    assert!(inside.members.len() <= bounds.members as usize, "{name}");
    inside
}

/// Octets that pack well, packed as a stream.
fn packed(mebibytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let piece = vec![0; 1 << 20];
    for _ in 0..mebibytes {
        encoder.write_all(&piece).expect("in memory");
    }
    encoder.finish().expect("in memory")
}

#[test]
fn streams_that_unpack_to_much_more() {
    let bomb = packed(48);
    check("a.gz", &bomb);
    check("a.gz.gz", &gzip(&bomb));
    check("a.tar.gz", &gzip(&tar(&[(b'0', "a.gz", &bomb)])));
}

#[test]
fn archives_of_archives_of_archives() {
    // Sixteen in each of sixteen, five times.
    let mut archive = stored(&[Entry::new("a.gz", &packed(2))]);
    for _ in 0..5 {
        let packed = gzip(&archive);
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip.gz")).collect();
        let entries: Vec<Entry<'_>> = names.iter().map(|name| Entry::new(name, &packed)).collect();
        archive = stored(&entries);
    }
    check("42.zip", &gzip(&archive));
    let mut nested = b"MZ".to_vec();
    for _ in 0..100 {
        nested = stored(&[Entry::new("a.zip", &nested)]);
    }
    check("nested.zip", &nested);
}

#[test]
fn many_members() {
    let names: Vec<String> = (0..20_000).map(|number| format!("{number}.txt")).collect();
    let entries: Vec<Entry<'_>> = names.iter().map(|name| Entry::new(name, b"")).collect();
    check("entries.zip", &stored(&entries));
    let members: Vec<(u8, &str, &[u8])> = names
        .iter()
        .map(|name| (b'0', name.as_str(), &b""[..]))
        .collect();
    check("entries.tar", &tar(&members));
}

#[test]
fn dictionaries_that_nobody_needs() {
    let content = lzma_rust2::LzmaOptions::default();
    let mut writer =
        lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &content, None).expect("in memory");
    writer.write_all(b"MZ").expect("in memory");
    let mut lzma = writer.finish().expect("in memory");
    lzma[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    check("a.lzma", &lzma);
}

#[test]
fn one_budget_for_all_of_a_message() {
    let bomb = packed(48);
    let mut budget = Budget::new(Bounds::default());
    let mut unpacked = 0;
    for _ in 0..20 {
        let part = crate::part("a.gz", &bomb);
        let mut content = std::io::Cursor::new(&bomb);
        let size = bomb.len() as u64;
        let inside = open(
            &Holder::of(&part),
            &mut content,
            size,
            &InMemory,
            &mut budget,
        )
        .expect("in memory");
        assert!(is_bounded(&inside));
        unpacked += inside.members.iter().map(Member::size).sum::<u64>();
    }
    assert!(unpacked <= Bounds::default().bytes, "{unpacked}");
}
