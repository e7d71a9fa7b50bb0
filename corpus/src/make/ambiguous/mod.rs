//! Labelled messages that mail parsers are known to read differently, and combinations of two or three such tricks.
//!
//! A message carries one *load*: something that policy removes (no parser may get at it afterwards) or something harmless
//! (whoever got it before must still get it). A [`Trick`] is one way of hiding the load; it is a row of a table with an
//! identifier whose first two letters name its group:
//!
//! | group | where | group | where |
//! |---|---|---|---|
//! | `hs` | header syntax, the border to the body | `fn` | file names |
//! | `dh` | repeated fields | `ne` | nesting, other containers |
//! | `bd` | boundaries and delimiter lines | `le` | line ends, NUL |
//! | `ct` | the value of Content-Type | `tr` | what is cut short |
//! | `te` | the value of Content-Transfer-Encoding | `pr` | preamble and epilogue |
//! | `b6` | base64 | `ch` | charsets |
//! | `qp` | quoted-printable | `ew` | encoded words |
//!
//! Tricks of different [`Slot`]s change different places of a message and so can be put together.

mod block;
mod boundary;
mod charset;
mod container;
mod data;
mod delimiter;
mod draft;
mod ends;
mod header;
mod load;
mod name;
mod value;

use crate::random::Random;
pub use draft::Draft;
pub use load::Load;

/// A place of a message that one trick may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// What the load is written in: charset, type.
    Load,
    /// The data of the part: base64, quoted-printable, uuencode.
    Data,
    /// The names of the part.
    Name,
    /// The value of the part's Content-Transfer-Encoding.
    Encoding,
    /// The value of the message's Content-Type, without its parameters.
    Type,
    /// The boundary parameter.
    Boundary,
    /// Repeated fields.
    Repeat,
    /// The syntax of the fields.
    Syntax,
    /// The border between header and body.
    Border,
    /// What stands around the part: attached messages, inner multiparts.
    Container,
    /// The delimiter line in front of the part.
    Delimiter,
    /// Preamble, epilogue, close delimiter.
    Edge,
    /// The line ends of the whole message, or its end.
    Ends,
}

/// One way to hide a load.
#[derive(Clone, Copy)]
pub struct Trick {
    /// The stable name, `GROUP-WORDS`.
    pub id: &'static str,
    /// What it changes.
    pub slot: Slot,
    apply: fn(&mut Draft),
}

const fn trick(id: &'static str, slot: Slot, apply: fn(&mut Draft)) -> Trick {
    Trick { id, slot, apply }
}

/// A message, what was done to it, and what has to become of it.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The message.
    pub octets: Vec<u8>,
    /// The identifiers of its tricks, none for a message that is plain.
    pub tricks: Vec<&'static str>,
    /// What it carries.
    pub load: Load,
}

/// Every trick there is.
pub fn tricks() -> Vec<Trick> {
    [
        header::TRICKS,
        boundary::TRICKS,
        delimiter::TRICKS,
        value::TRICKS,
        data::TRICKS,
        name::TRICKS,
        container::TRICKS,
        block::TRICKS,
        charset::TRICKS,
        ends::TRICKS,
    ]
    .concat()
}

/// A message with these tricks, whose slots must differ. The seed chooses the variant of each.
pub fn message(tricks: &[Trick], load: Load, seed: u64) -> Labelled {
    let mut ordered = tricks.to_vec();
    ordered.sort_by_key(|trick| trick.slot);
    let mut draft = Draft::new(load, seed);
    for trick in &ordered {
        (trick.apply)(&mut draft);
    }
    let load = draft.load().clone();
    Labelled {
        octets: draft.finish(),
        tricks: ordered.iter().map(|trick| trick.id).collect(),
        load,
    }
}

/// A message with one, two or three tricks chosen by the seed, and a load that is harmless once in three times.
pub fn combination(seed: u64) -> Labelled {
    let mut random = Random::new(seed ^ 0x0a11_b161);
    let all = tricks();
    let mut chosen: Vec<Trick> = Vec::new();
    let wanted = random.pick(&[1, 2, 2, 2, 3, 3]);
    while chosen.len() < wanted {
        let trick = random.pick(&all);
        if chosen.iter().all(|other| other.slot != trick.slot) {
            chosen.push(trick);
        }
    }
    let load = Load::any(&mut random);
    message(&chosen, load, seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_trick_has_a_name_of_its_own_in_a_known_group() {
        let groups = [
            "hs", "dh", "bd", "ct", "te", "b6", "qp", "fn", "ne", "le", "tr", "pr", "ch", "ew",
        ];
        let names: Vec<&str> = tricks().iter().map(|trick| trick.id).collect();
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len());
        for group in groups {
            let of_group = |name: &&str| name.split('-').next() == Some(group);
            assert!(names.iter().any(of_group), "no trick of {group}");
        }
        assert!(
            names
                .iter()
                .all(|name| groups.contains(&name.split('-').next().unwrap_or("")))
        );
    }

    #[test]
    fn every_trick_changes_the_message() {
        for trick in tricks() {
            let load = Load::program(1);
            let plain = message(&[], load.clone(), 7);
            assert_ne!(
                message(&[trick], load, 7).octets,
                plain.octets,
                "{}",
                trick.id
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_message() {
        for seed in 0..200 {
            let one = combination(seed);
            assert_eq!(one.octets, combination(seed).octets, "seed {seed}");
            assert!((1..=3).contains(&one.tricks.len()), "seed {seed}");
        }
    }
}
