//! Any sequence of milter commands, any payloads, any answers of the filter, over whatever was negotiated: the laws of
//! `milter/tests/play` hold at each step, and none panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis_milter::Protocol;

#[path = "../../milter/tests/play/mod.rs"]
mod play;

use play::{FITTING, Mood, Play};

const MOODS: [Mood; 8] = [
    Mood::Continue,
    Mood::Continue,
    Mood::Continue,
    Mood::Skip,
    Mood::Accept,
    Mood::Discard,
    Mood::Refuse,
    Mood::Fail,
];

/// Takes from the front of the input; what is not there is zero.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn octet(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn bits(&mut self) -> u32 {
        u32::from_be_bytes([(); 4].map(|()| self.octet()))
    }

    fn octets(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

fuzz_target!(|input: &[u8]| {
    let mut input = Input(input);
    let (wish, offer) = (Protocol::from_bits(input.bits()), input.bits());
    let mut play = Play::new(wish, offer);
    while !input.0.is_empty() {
        let (choice, mood) = (usize::from(input.octet()), usize::from(input.octet()));
        let mood = MOODS[mood % MOODS.len()];
        // Two in three commands are proper ones; the others have any payload, or any letter.
        let (letter, payload) = match choice % 3 {
            0 => {
                let (letter, _) = FITTING[choice / 3 % FITTING.len()];
                let length = usize::from(input.octet() % 64);
                (letter, input.octets(length).to_vec())
            }
            _ => {
                let (letter, payload) = FITTING[choice / 3 % FITTING.len()];
                (letter, payload.as_bytes().to_vec())
            }
        };
        let letter = if choice == 255 { input.octet() } else { letter };
        if play.step(letter, payload, mood).is_err() {
            break;
        }
        let _ = play.session.macros().get("i");
    }
});
