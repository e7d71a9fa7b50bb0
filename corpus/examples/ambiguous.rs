//! Writes labelled ambiguous messages into `DIR/mail`, for `make oracle`.
//!
//! ```text
//! cargo run -p tamis-corpus --example ambiguous -- DIR [SEED] [COMBINATIONS]
//! ```
//!
//! `DIR/index.tsv` has a line for each message: file, what must become of it (`removed`: no reader may get at the load;
//! `kept`: who got it before must still get it; `sound`: well formed, every leaf must arrive), the mark inside the load, the
//! load in base64, and the tricks. Each trick comes alone in several variants, then come the combinations.

use std::fmt::Write as _;
use std::path::Path;
use tamis_corpus::make::ambiguous::{self, Labelled, Load};
use tamis_corpus::make::encode::base64;
use tamis_corpus::make::message;

/// Variants of each trick: two that carry a program, one a script, one a picture.
const VARIANTS: u64 = 4;
const SOUND: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("the directory is missing")?;
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (seed, combinations) = (number(1)?, number(600)?);
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory.join("mail"))?;
    let mut index = String::new();
    for (count, made) in messages(seed, combinations).into_iter().enumerate() {
        let file = format!("{count:05}.eml");
        std::fs::write(directory.join("mail").join(&file), &made.octets)?;
        let (fate, load) = (fate(&made), base64(&made.load.content));
        let tricks = made.tricks.join(" ");
        writeln!(
            index,
            "{file}\t{fate}\t{}\t{load}\t{tricks}",
            made.load.mark
        )?;
    }
    std::fs::write(directory.join("index.tsv"), index)?;
    Ok(())
}

fn messages(seed: u64, combinations: u64) -> Vec<Labelled> {
    let mut made = Vec::new();
    for (row, trick) in (0_u64..).zip(ambiguous::tricks()) {
        for variant in 0..VARIANTS {
            let seed = seed.wrapping_mul(1_000_003) + row * VARIANTS + variant;
            let load = match variant {
                0 | 1 => Load::program(seed),
                2 => Load::script(seed),
                _ => Load::picture(seed),
            };
            made.push(ambiguous::message(&[trick], load, seed));
        }
    }
    let from = seed.wrapping_mul(7_919_000_000);
    made.extend((0..combinations).map(|number| ambiguous::combination(from + number)));
    made.extend((from..).filter_map(sound).take(SOUND));
    made
}

/// A well-formed message, if nothing in it is forbidden; its load is its longest leaf.
fn sound(seed: u64) -> Option<Labelled> {
    let message = message::sound(seed);
    let archive = |leaf: &message::Leaf| leaf.media_type == "application/zip";
    if message.leaves.iter().any(archive) {
        return None;
    }
    let mut load = Load::picture(seed);
    load.mark.clear();
    let longest = message.leaves.iter().max_by_key(|leaf| leaf.content.len());
    load.content = longest.map(|leaf| leaf.content.clone()).unwrap_or_default();
    Some(Labelled {
        octets: message.octets,
        tricks: Vec::new(),
        load,
    })
}

fn fate(made: &Labelled) -> &'static str {
    match (made.load.mark.is_empty(), made.load.forbidden) {
        (true, _) => "sound",
        (false, true) => "removed",
        (false, false) => "kept",
    }
}
