//! The generators: deterministic, and making what they say they make. mail-parser is the second opinion.

use mail_parser::{MessageParser, MimeHeaders, PartType};
use tamis_corpus::make::{Made, hard, message, mutate};

/// A leaf as mail-parser sees it: type, name, and the content unless it is text, which mail-parser converts.
type Seen = (String, Option<String>, Option<Vec<u8>>);

fn leaves(parsed: &mail_parser::Message<'_>, found: &mut Vec<Seen>) {
    for part in &parsed.parts {
        let media_type = part.content_type().map_or_else(String::new, |declared| {
            format!(
                "{}/{}",
                declared.ctype(),
                declared.subtype().unwrap_or_default()
            )
        });
        let name = part.attachment_name().map(str::to_owned);
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(inner) => leaves(inner, found),
            PartType::Text(_) | PartType::Html(_) => found.push((media_type, name, None)),
            PartType::Binary(content) | PartType::InlineBinary(content) => {
                found.push((media_type, name, Some(content.to_vec())));
            }
        }
    }
}

#[track_caller]
fn check(made: &Made, seed: u64) {
    let parsed = MessageParser::default()
        .parse(&made.octets)
        .expect("a message");
    let mut seen = Vec::new();
    leaves(&parsed, &mut seen);
    let show = || String::from_utf8_lossy(&made.octets).into_owned();
    assert_eq!(seen.len(), made.leaves.len(), "seed {seed}\n{}", show());
    for (leaf, (media_type, name, content)) in made.leaves.iter().zip(seen) {
        assert_eq!(leaf.media_type, media_type, "seed {seed}");
        assert_eq!(leaf.name, name, "seed {seed}\n{}", show());
        if let Some(content) = content {
            assert!(
                leaf.content == content,
                "seed {seed}: {media_type}\n{}",
                show()
            );
        }
    }
}

#[test]
fn another_parser_sees_the_leaves_of_sound_messages() {
    for seed in 0..300 {
        check(&message::sound(seed), seed);
    }
}

#[test]
fn every_generator_gives_the_same_for_the_same_seed() {
    for seed in 0..20 {
        assert_eq!(message::sound(seed).octets, message::sound(seed).octets);
        assert_eq!(message::flawed(seed).octets, message::flawed(seed).octets);
        let octets = message::sound(seed).octets;
        assert_eq!(mutate::mutate(&octets, seed), mutate::mutate(&octets, seed));
    }
    assert_eq!(hard::all(5_000), hard::all(5_000));
}

#[test]
fn messages_reach_every_shape() {
    let made: Vec<Made> = (0..200).map(message::sound).collect();
    let shapes = [
        "multipart/mixed",
        "multipart/digest",
        "message/rfc822",
        "base64",
        "quoted-printable",
        "8bit",
        "filename=\"",
        "filename*=",
        "filename*1*=",
        "koi8-r",
        "iso-2022-jp",
        "epilogue",
    ];
    for text in shapes {
        let has = |made: &Made| String::from_utf8_lossy(&made.octets).contains(text);
        assert!(made.iter().any(has), "no message has {text:?}");
    }
    assert!(made.iter().all(|made| made.flaws.is_empty()));
}

#[test]
fn flawed_messages_have_flaws() {
    for seed in 0..100 {
        let flaws = message::flawed(seed).flaws;
        assert!((1..=3).contains(&flaws.len()), "seed {seed}: {flaws:?}");
    }
}
