//! Programs in every container in every container: found, or reported as not read; never passed for clean.
//!
//! `LAWS_MESSAGES` in the environment says how many nests are made; without it 300.

use crate::disc::disc_of;
use crate::documents::{compound, docx, packaged};
use crate::onenote::notes_of;
use crate::outlook::message_of;
use crate::pdf::document_of;
use crate::rtf::document_with;
use crate::wrap::Wrap;
use crate::{look_with, part};
use std::sync::Mutex;
use tamis_corpus::make::encode::{base64, base64_lines, uuencode};
use tamis_corpus::make::payload;
use tamis_corpus::random::Random;
use tamis_sanitize::inside::{Bounds, is_worth_opening};
use tamis_sanitize::{Kind, Kinds};

/// A container around a file of that name.
type Nest = (&'static str, fn(&str, &[u8]) -> (String, Vec<u8>));

/// Those beside [`Wrap::ALL`].
const NESTS: &[Nest] = &[
    ("uuencode", |name, content| {
        let text = format!(
            "see below\r\n\r\n{}\r\n\r\nbye\r\n",
            uuencode(content, name)
        );
        ("letter.txt".to_owned(), text.into_bytes())
    }),
    ("mailbox", |name, content| {
        let message = format!(
            "From a@example.org Sun Nov 22 10:00:00 2026\nFrom: a@example.org\nTo: b@example.org\nSubject: x\n\
             Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{}\n",
            base64_lines(content)
        );
        ("old.mbox".to_owned(), message.into_bytes())
    }),
    ("calendar", |name, content| {
        let event = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"{name}\":{}\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n",
            base64(content)
        );
        ("a.ics".to_owned(), event.into_bytes())
    }),
    ("disc", |name, content| {
        ("a.iso".to_owned(), disc_of(name, content))
    }),
    ("package in a document", |name, content| {
        let native = packaged(name, content);
        let document = compound(&[
            ("/WordDocument", b"x"),
            ("/ObjectPool/_1/\x01Ole10Native", &native),
        ]);
        ("a.doc".to_owned(), document)
    }),
    ("file of a document", |_, content| {
        (
            "a.docx".to_owned(),
            docx(&[("word/embeddings/oleObject1.bin", content)]),
        )
    }),
    ("file of a portable document", |_, content| {
        ("a.pdf".to_owned(), document_of(content))
    }),
    ("object in rich text", |name, content| {
        ("a.rtf".to_owned(), document_with(name, content))
    }),
    ("notes", |_, content| {
        ("a.one".to_owned(), notes_of(content))
    }),
    ("saved message", |name, content| {
        ("a.msg".to_owned(), message_of(name, content))
    }),
    ("page", |_, content| {
        let page = format!(
            "<html><body><a href=\"data:application/octet-stream;base64,{}\">offer</a></body></html>",
            base64(content)
        );
        ("a.html".to_owned(), page.into_bytes())
    }),
];

/// What is wrapped. Each shows what it is without its name, which not every container keeps.
fn loads() -> [(&'static str, Vec<u8>); 4] {
    [
        ("setup.exe", payload::executable()),
        ("tool", payload::elf()),
        ("install", payload::shell_script()),
        ("offer.docm", payload::docm()),
    ]
}

fn nests() -> u64 {
    let number = std::env::var("LAWS_MESSAGES").ok();
    number.and_then(|number| number.parse().ok()).unwrap_or(300)
}

/// A load in one to four containers: name, content, and the way from the inside.
fn nest(random: &mut Random) -> (String, Vec<u8>, Vec<String>) {
    let loads = loads();
    let (name, content) = &loads[random.below(loads.len())];
    let (mut name, mut content) = ((*name).to_owned(), content.clone());
    let mut way = vec![name.clone()];
    for _ in 0..=random.below(4) {
        let number = random.below(Wrap::ALL.len() + NESTS.len());
        if let Some(wrap) = Wrap::ALL.get(number) {
            way.push(format!("{wrap:?}"));
            (name, content) = wrap.around(&name, &content);
        } else {
            let (what, nest) = NESTS[number - Wrap::ALL.len()];
            way.push(what.to_owned());
            (name, content) = nest(&name, &content);
        }
    }
    (name, content, way)
}

#[test]
fn programs_are_found_however_they_are_wrapped() {
    let mut missed = Vec::new();
    for seed in 0..nests() {
        let (name, content, way) = nest(&mut Random::new(seed));
        let inside = look_with(Bounds::default(), &name, &content);
        let runs = Kinds::from_iter([Kind::Executable, Kind::Script, Kind::MacroOffice]);
        let found = inside
            .members
            .iter()
            .any(|member| member.content().intersects(runs) || member.unread().is_some());
        let opened = is_worth_opening(&part(&name, &content));
        if !opened || !found && inside.unread.is_none() {
            missed.push(format!("{seed}: {}", way.join(" in ")));
        }
    }
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// Where our own code panicked, if it did: readers are guarded, so nothing else would show it.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn watch_for_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if place.contains("sanitize/src") || place.contains("sanitize\\src") {
            PANICS.lock().expect("not poisoned").push(place);
            before(info);
        }
    }));
}

/// Some octets changed, a piece twice, or the end gone.
fn damage(content: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..random.below(12) {
        let at = random.below(content.len());
        content[at] = match random.below(4) {
            0 => 0,
            1 => 0xFF,
            2 => content[at] ^ (1 << random.below(8)),
            _ => random.octets(1)[0],
        };
    }
    if random.one_in(4) {
        let from = random.below(content.len());
        let to = random.between(from, content.len() - 1);
        let piece = content[from..to].to_vec();
        let at = random.below(content.len());
        content.splice(at..at, piece);
    }
    if random.one_in(4) {
        content.truncate(random.below(content.len()) + 1);
    }
}

#[test]
fn damaged_containers_end_well() {
    watch_for_panics();
    let mut bounds = Bounds::default();
    bounds.bytes = 4 << 20;
    bounds.members = 300;
    for seed in 0..nests() {
        let mut random = Random::new(seed ^ 0x5EED);
        let (name, mut content, _) = nest(&mut random);
        damage(&mut content, &mut random);
        let inside = look_with(bounds, &name, &content);
        assert!(inside.members.len() <= 300, "{seed}");
    }
    let panics = PANICS.lock().expect("not poisoned");
    assert!(panics.is_empty(), "{panics:?}");
}
