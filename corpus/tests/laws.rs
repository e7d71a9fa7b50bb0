//! The laws of the engine, on every case, on random messages, on damaged ones and on hard ones.

use tamis_corpus::make::{hard, message, mutate};
use tamis_corpus::run::{apply, notice, output, read};
use tamis_corpus::{Chunking, cases, chunkings};
use tamis_sanitize::repair::header_repairs;
use tamis_sanitize::{Limits, PartEdit, Plan, Reading};

/// Cutting does not matter; no plan changes an octet; repairs leave nothing to repair.
#[track_caller]
fn check(octets: &[u8], limits: &Limits, name: &str) {
    let whole = read(octets, limits, Chunking::Whole);
    for way in chunkings(octets.len()) {
        let cut = read(octets, limits, way);
        assert!(cut == whole, "{name}: {way} gives another reading");
    }
    let Reading::Whole(map) = &whole.reading else {
        return;
    };
    assert!(
        apply(octets, map, &Plan::default()) == octets,
        "{name}: the empty plan changes it"
    );
    let header: Vec<_> = header_repairs(map)
        .into_iter()
        .map(|repair| repair.edit)
        .collect();
    let repaired = apply(
        octets,
        map,
        &Plan {
            header,
            ..Plan::default()
        },
    );
    let again = read(&repaired, limits, Chunking::Whole).reading;
    assert_eq!(header_repairs(again.map()), [], "{name}: repaired twice");
}

/// After an edit of any part the message is read again without new parts, and what is outside keeps its octets.
#[track_caller]
fn check_edits(octets: &[u8], name: &str) {
    let whole = read(octets, &Limits::default(), Chunking::Whole);
    let Reading::Whole(map) = &whole.reading else {
        return;
    };
    for part in map.parts() {
        let inside = |other: &tamis_sanitize::Part| {
            map.ancestors(other.id())
                .any(|holder| holder.id() == part.id())
        };
        for (what, edit) in [
            ("removing", PartEdit::Remove),
            ("replacing", PartEdit::Replace(notice("x"))),
        ] {
            let plan = Plan {
                parts: vec![(part.id(), edit)],
                ..Plan::default()
            };
            let out = apply(octets, map, &plan);
            let again = read(&out, &Limits::default(), Chunking::Whole);
            let context = || {
                format!(
                    "{name}: {what} part {:?} of\n{}\ngives\n{}",
                    part.number(),
                    excerpt(octets),
                    excerpt(&out)
                )
            };
            let kept: Vec<&[u8]> = map
                .parts()
                .iter()
                .filter(|other| other.is_leaf() && other.id() != part.id() && !inside(other))
                .map(|other| whole.content(other.id()))
                .collect();
            let mut left = again
                .reading
                .map()
                .parts()
                .iter()
                .filter(|part| part.is_leaf())
                .map(|part| again.content(part.id()));
            for content in kept {
                assert!(
                    left.any(|found| found == content),
                    "{}\nloses {}",
                    context(),
                    excerpt(content)
                );
            }
        }
    }
}

#[test]
fn laws_hold_for_every_case() {
    for case in cases().expect("every case loads") {
        check(&case.message, &case.limits, &case.id);
    }
}

#[test]
fn the_output_of_every_case_is_final() {
    for case in cases().expect("every case loads") {
        let out = output(&case).expect("a plan that fits");
        check(&out, &case.limits, &case.id);
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

#[test]
fn laws_hold_for_random_and_damaged_messages() {
    for seed in 0..60 {
        let sound = message::sound(seed).octets;
        check(&sound, &Limits::default(), &format!("sound {seed}"));
        let damaged = mutate::mutate(&sound, seed);
        check(&damaged, &Limits::default(), &format!("damaged {seed}"));
    }
}

#[test]
fn edits_lose_nothing_that_they_do_not_touch() {
    for seed in 0..60 {
        check_edits(&message::sound(seed).octets, &format!("sound {seed}"));
    }
}

#[test]
fn laws_hold_for_hard_messages() {
    for (name, octets) in hard::all(20_000) {
        check(&octets, &Limits::default(), name);
    }
}

/// The first lines of a message, short enough for the output of a test.
fn excerpt(octets: &[u8]) -> String {
    let head = octets.get(..3_000).unwrap_or(octets);
    String::from_utf8_lossy(head).into_owned()
}
