//! Any octets can be looked into: no panic, nothing beyond the bounds. And what is wrapped is found.

use super::wrap::Wrap;
use super::{look_with, payload};
use proptest::prelude::*;
use tamis_sanitize::Kind;
use tamis_sanitize::inside::Bounds;

fn wraps() -> impl Strategy<Value = Vec<Wrap>> {
    prop::collection::vec(prop::sample::select(&Wrap::ALL[..]), 1..5)
}

fn wrapped(wraps: &[Wrap]) -> (String, Vec<u8>) {
    let start = ("setup.exe".to_owned(), payload::executable());
    wraps
        .iter()
        .fold(start, |(name, content), wrap| wrap.around(&name, &content))
}

/// How content begins that is opened.
const HEADS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"\x1F\x8B\x08",
    b"BZh9",
    b"\xFD7zXZ\0",
    b"LZIP\x01",
    b"\x28\xB5\x2F\xFD",
    b"\x78\x9F\x3E\x22\x01\0",
    b"From: a\r\n\r\n",
    b"",
];

fn bounds() -> Bounds {
    let mut bounds = Bounds::default();
    bounds.bytes = 4 << 20;
    bounds.members = 200;
    bounds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_program_is_found_in_any_combination(wraps in wraps()) {
        let (name, content) = wrapped(&wraps);
        let inside = look_with(Bounds::default(), &name, &content);
        let found = inside.members.iter().any(|member| member.content().contains(Kind::Executable));
        prop_assert!(found, "{wraps:?}: {inside:?}");
    }

    #[test]
    fn damage_never_panics(wraps in wraps(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40), cut in any::<prop::sample::Index>()) {
        let (name, mut content) = wrapped(&wraps);
        for (at, octet) in edits {
            let at = at.index(content.len());
            content[at] = octet;
        }
        content.truncate(cut.index(content.len()) + 1);
        let inside = look_with(bounds(), &name, &content);
        prop_assert!(inside.members.len() <= 200);
    }

    #[test]
    fn any_octets_can_be_looked_into(
        head in prop::sample::select(HEADS),
        octets in prop::collection::vec(any::<u8>(), 0..2_000),
        repeats in 1..4_usize,
    ) {
        let content = [head, &octets].concat().repeat(repeats);
        let inside = look_with(bounds(), "a.bin", &content);
        prop_assert!(inside.members.len() <= 200);
    }
}
