//! What lies inside containers: found, named with the way to it, and bounded.

mod archives;
mod bombs;
mod bounds;
mod disc;
mod documents;
mod laws;
mod nests;
mod onenote;
mod outlook;
mod page;
mod pdf;
mod rtf;
mod wrap;
mod wrap_archives;
mod written;

use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, is_worth_opening, open};
use tamis_sanitize::map::{Inside, Member, Unread};
use tamis_sanitize::{Event, Finding, Kind, Limits, Needs, Part, Reader, Reading};
use wrap::Wrap;

/// The part that a file of this name and content is as an attachment.
fn part(name: &str, content: &[u8]) -> Part {
    let message = format!(
        "MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(content)
    );
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    while reader.next() != Event::NeedInput {}
    let Reading::Whole(map) = reader.finish() else {
        panic!("{name} is beyond a limit");
    };
    map.root().clone()
}

fn look_with(bounds: Bounds, name: &str, content: &[u8]) -> Inside {
    let part = part(name, content);
    let mut budget = Budget::new(bounds);
    let size = content.len() as u64;
    open(
        &Holder::of(&part),
        &mut std::io::Cursor::new(content),
        size,
        &InMemory,
        &mut budget,
    )
    .expect("in memory")
}

fn look(name: &str, content: &[u8]) -> Inside {
    assert!(
        is_worth_opening(&part(name, content)),
        "{name} is not opened"
    );
    look_with(Bounds::default(), name, content)
}

/// The way to a member, and what names it in reports.
fn line(member: &Member) -> String {
    let unread = member.unread().map(|why| format!(" ({})", why.name()));
    format!(
        "{}: {}{}",
        member.path().join(" → "),
        member.kinds().primary(),
        unread.unwrap_or_default()
    )
}

fn check(name: &str, content: &[u8], expected: &[&str]) {
    let inside = look(name, content);
    let found: Vec<String> = inside.members.iter().map(line).collect();
    assert_eq!(found, expected, "in {name}");
    assert_eq!(inside.unread, None, "in {name}");
}

#[test]
fn every_container_is_opened() {
    let program = payload::executable();
    for wrap in Wrap::ALL {
        let (name, container) = wrap.around("setup.exe", &program);
        let inside = look(&name, &container);
        let found = inside
            .members
            .iter()
            .find(|member| member.content().contains(Kind::Executable));
        let found = found.unwrap_or_else(|| panic!("{wrap:?}: {:?}", inside.members));
        assert_eq!(found.size(), program.len() as u64, "{wrap:?}");
        let named = |name: &tamis_sanitize::FileName| name.judged == "setup.exe";
        assert!(
            found.names().iter().any(named),
            "{wrap:?}: {:?}",
            found.names()
        );
    }
}

#[test]
fn the_way_to_a_member_is_told() {
    let inner = stored(&[
        Entry::new("dir/setup.exe", &payload::executable()),
        Entry::new("read.me", b"Hello"),
    ]);
    let outer = stored(&[Entry::new("inner.zip", &inner)]);
    check(
        "offer.zip",
        &outer,
        &[
            "inner.zip: archive",
            "inner.zip → dir/setup.exe: executable",
            "inner.zip → read.me: text",
        ],
    );
    check(
        "offer.tgz",
        &wrap::gzip(&wrap::tar(&[
            (b'0', "a.txt", b"Hello"),
            (b'5', "dir/", b""),
        ])),
        &["offer.tar: archive", "offer.tar → a.txt: text"],
    );
}

#[test]
fn both_names_of_a_member_count() {
    let zip = stored(&[Entry::new("setup.exe", b"harmless")]);
    let at = memchr::memmem::find(&zip, b"setup.exe").expect("in memory");
    let mut lying = zip.clone();
    lying[at..at + 9].copy_from_slice(b"setup.txt");
    let inside = look("a.zip", &lying);
    let names: Vec<&str> = inside.members[0]
        .names()
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    assert_eq!(names, ["setup.txt", "setup.exe"]);
}

#[test]
fn members_outside_the_directory_count() {
    let hidden = stored(&[Entry::new("setup.exe", &payload::executable())]);
    let shown = stored(&[Entry::new("a.txt", b"Hello")]);
    let zip = [hidden, shown].concat();
    let found: Vec<String> = look("a.zip", &zip).members.iter().map(line).collect();
    assert_eq!(found, ["setup.exe: executable", "a.txt: text"]);
    // Cut off before the directory.
    let cut = stored(&[Entry::new("setup.exe", &payload::executable())]);
    let directory = memchr::memmem::find(&cut, b"PK\x01\x02").expect("in memory");
    check("a.zip", &cut[..directory], &["setup.exe: executable"]);
}

#[test]
fn what_is_encrypted_is_named_and_said_to_be() {
    let zip = stored(&[Entry {
        name: "setup.exe",
        content: b"????",
        encrypted: true,
    }]);
    let inside = look("a.zip", &zip);
    assert_eq!(
        inside.members.iter().map(line).collect::<Vec<_>>(),
        ["setup.exe: executable (encrypted)"]
    );
}

#[test]
fn what_is_damaged_or_unknown_is_said_to_be() {
    let gzip = wrap::gzip(&payload::executable());
    let inside = look("a.exe.gz", &gzip[..gzip.len() - 12]);
    assert_eq!(inside.members[0].unread(), Some(Unread::Damaged));
    let ace = b"\x01\x02\x31\0\0\0\x90**ACE**\x14\x14\x02\0\0\0\0\0";
    assert_eq!(look("a.ace", ace).unread, Some(Unread::Unsupported));
}

#[test]
fn documents_are_not_taken_to_pieces() {
    for document in [payload::docx(), payload::docm()] {
        let inside = look("a.docx", &document);
        let telling = |member: &Member| member.kinds().primary() != Kind::Text;
        assert!(inside.members.iter().all(telling), "{:?}", inside.members);
    }
    let with_program = stored(&[
        Entry::new("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"),
        Entry::new("word/document.xml", b"<?xml version=\"1.0\"?><w:document/>"),
        Entry::new("word/embeddings/a.bin", &payload::executable()),
    ]);
    check(
        "a.docx",
        &with_program,
        &["word/embeddings/a.bin: executable"],
    );
}

#[test]
fn pages_with_script_are_told_inside() {
    let page = b"<html><body><script>x()</script></body></html>";
    check(
        "a.zip",
        &stored(&[Entry::new("page.html", page)]),
        &["page.html: active-html"],
    );
    check(
        "b.zip",
        &stored(&[Entry::new("page.html", b"<html><p>Hello</html>")]),
        &["page.html: html"],
    );
}

#[test]
fn text_and_pictures_are_not_opened() {
    assert!(!is_worth_opening(&part("a.png", &payload::png())));
    assert!(!is_worth_opening(&part("a.txt", b"Hello")));
    assert!(is_worth_opening(&part(
        "a.png",
        &Wrap::Prefixed.around("a.exe", b"MZ").1
    )));
}

#[test]
fn a_program_that_is_an_archive_is_said_to_be() {
    let archive = stored(&[Entry::new("a.txt", b"Hello")]);
    let program = [payload::executable(), archive].concat();
    let found: Vec<Finding> = look("setup.exe", &program).findings.iter().collect();
    assert_eq!(found, [Finding::SelfExtracting]);
    let alone = look("setup.exe", &payload::executable());
    assert!(alone.findings.is_empty(), "{:?}", alone.findings);
}
