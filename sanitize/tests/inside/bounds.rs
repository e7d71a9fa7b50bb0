//! What would cost too much is stopped, and said to be.

use super::wrap::{Wrap, gzip};
use super::{look_with, payload};
use tamis_corpus::make::zip::{Entry, bomb, stored};
use tamis_sanitize::inside::Bounds;
use tamis_sanitize::map::{Inside, Unread};

/// Bounds that a test reaches soon.
fn small() -> Bounds {
    let mut bounds = Bounds::default();
    bounds.bytes = 8 << 20;
    bounds.free_bytes = 1 << 20;
    bounds.members = 100;
    bounds
}

fn is_limited(inside: &Inside) -> bool {
    inside.unread == Some(Unread::Limit)
        || inside
            .members
            .iter()
            .any(|member| member.unread() == Some(Unread::Limit))
}

#[test]
fn bytes_are_bounded_by_the_ratio_and_in_all() {
    let bomb: Vec<u8> = bomb(64 << 20).flatten().collect();
    for content in [
        bomb.clone(),
        gzip(&vec![0; 4 << 20]),
        stored(&[Entry::new("a.zip", &bomb)]),
    ] {
        let inside = look_with(small(), "a.zip", &content);
        assert!(is_limited(&inside), "{:?}", inside.unread);
        let out: u64 = inside
            .members
            .iter()
            .map(tamis_sanitize::map::Member::size)
            .sum();
        assert!(out <= 8 << 20, "{out}");
    }
    let mut bounds = small();
    bounds.ratio = u64::MAX;
    let inside = look_with(bounds, "a.zip", &bomb);
    assert!(is_limited(&inside) && inside.members[0].size() <= 8 << 20);
}

#[test]
fn members_are_bounded() {
    let names: Vec<String> = (0..5_000).map(|number| format!("{number}.txt")).collect();
    let entries: Vec<Entry<'_>> = names.iter().map(|name| Entry::new(name, b"x")).collect();
    let inside = look_with(small(), "a.zip", &stored(&entries));
    assert!(is_limited(&inside));
    assert!(inside.members.len() <= 100);
}

#[test]
fn names_are_bounded() {
    let name = "x".repeat(4_000);
    let entries = vec![Entry::new(&name, b"x"); 90];
    let mut bounds = small();
    bounds.name_bytes = 20_000;
    let inside = look_with(bounds, "a.zip", &stored(&entries));
    assert!(is_limited(&inside));
    assert!(inside.members.len() <= 20);
}

#[test]
fn nesting_is_bounded() {
    for wrap in [Wrap::Zip, Wrap::Gzip, Wrap::Tar, Wrap::Message] {
        let (mut name, mut content) = ("setup.exe".to_owned(), payload::executable());
        for _ in 0..40 {
            (name, content) = wrap.around("in.bin", &content);
        }
        let inside = look_with(Bounds::default(), &name, &content);
        let deepest = inside
            .members
            .iter()
            .map(|member| member.path().len())
            .max();
        assert_eq!(deepest, Some(16), "{wrap:?}");
        assert!(is_limited(&inside), "{wrap:?}");
    }
}

#[test]
fn sizes_that_lie_do_not_matter() {
    let program = payload::executable();
    let mut zip = stored(&[Entry::new("setup.exe", &program)]);
    // Both sizes in the local header and in the directory.
    let central = memchr::memmem::find(&zip, b"PK\x01\x02").expect("in memory");
    for at in [18, 22, central + 20, central + 24] {
        zip[at..at + 4].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    }
    let inside = look_with(Bounds::default(), "a.zip", &zip);
    assert!(
        inside
            .members
            .iter()
            .any(|member| member.content().contains(tamis_sanitize::Kind::Executable))
    );
}
