//! What comes out of a case is final, and generated messages are read as they were made.

use tamis_corpus::make::message;
use tamis_corpus::run::{output, read};
use tamis_corpus::{Chunking, cases, laws};
use tamis_sanitize::Limits;
use tamis_sanitize::repair::header_repairs;

#[test]
fn the_output_of_every_case_is_final() {
    for case in cases().expect("every case loads") {
        let out = output(&case).expect("a plan that fits");
        println!("{}", case.id);
        laws::all(&out, 1);
        let again = read(&out, &case.limits, Chunking::Whole).reading;
        assert_eq!(header_repairs(again.map()), [], "{}", case.id);
        let names: Vec<&str> = again
            .map()
            .parts()
            .iter()
            .flat_map(tamis_sanitize::Part::names)
            .map(|name| name.text.as_str())
            .collect();
        for removed in &case.expect.removed {
            assert!(
                !names.contains(&removed.as_str()),
                "{}: {removed} is still there",
                case.id
            );
        }
    }
}

#[test]
fn a_sound_message_is_read_as_it_was_made() {
    for seed in 0..150 {
        let made = message::sound(seed);
        let seen = read(&made.octets, &Limits::default(), Chunking::Whole);
        let map = seen.reading.map();
        let leaves: Vec<_> = map.parts().iter().filter(|part| part.is_leaf()).collect();
        let show = || excerpt(&made.octets);
        assert_eq!(leaves.len(), made.leaves.len(), "seed {seed}\n{}", show());
        for (part, leaf) in leaves.into_iter().zip(&made.leaves) {
            assert_eq!(part.media_type(), leaf.media_type, "seed {seed}");
            assert_eq!(part.encoding(), leaf.encoding, "seed {seed}");
            assert!(
                seen.content(part.id()) == leaf.content,
                "seed {seed} part {}: {} is not {}\n{}",
                part.number(),
                excerpt(seen.content(part.id())),
                excerpt(&leaf.content),
                show()
            );
            let names: Vec<&str> = part.names().iter().map(|name| name.text.as_str()).collect();
            assert_eq!(
                names,
                leaf.name.as_deref().into_iter().collect::<Vec<_>>(),
                "seed {seed}\n{}",
                show()
            );
        }
        let ambiguous = map
            .defects()
            .counts()
            .find(|(code, _)| code.class() != tamis_sanitize::Class::Cosmetic);
        assert_eq!(ambiguous, None, "seed {seed}\n{}", show());
        assert_eq!(header_repairs(map), [], "seed {seed}");
    }
}

#[test]
fn a_flawed_message_has_its_flaws_found_and_its_content_kept() {
    for seed in 0..150 {
        let made = message::flawed(seed);
        let seen = read(&made.octets, &Limits::default(), Chunking::Whole);
        let map = seen.reading.map();
        let show = || excerpt(&made.octets);
        for flaw in &made.flaws {
            assert!(
                map.defects().contains(*flaw),
                "seed {seed}: {flaw} is missed\n{}",
                show()
            );
        }
        let contents: Vec<&[u8]> = map
            .parts()
            .iter()
            .filter(|part| part.is_leaf())
            .map(|part| seen.content(part.id()))
            .collect();
        let expected: Vec<&[u8]> = made
            .leaves
            .iter()
            .map(|leaf| leaf.content.as_slice())
            .collect();
        assert!(contents == expected, "seed {seed}\n{}", show());
    }
}

/// The first lines of a message, short enough for the output of a test.
fn excerpt(octets: &[u8]) -> String {
    let head = octets.get(..3_000).unwrap_or(octets);
    String::from_utf8_lossy(head).into_owned()
}
