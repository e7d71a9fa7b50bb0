//! A whole message to its canonical form, as often as need be, in memory: for tests, and for whoever has no spool.

use super::{Canon, Dropped, Treatment};
use crate::defect::Code;
use crate::limits::Limits;
use crate::map::{Extent, PartId, Reading};
use crate::read::{Event, Needs, Reader};
use crate::study::Study;
use crate::write::{Piece, Recoder};

/// Rewrites of one message, at most. Each may open one more layer of containers that were encoded.
pub const PASSES_MOST: u8 = 6;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its octets.
    pub octets: Vec<u8>,
    /// How often it was written anew.
    pub passes: u8,
    /// What was left out.
    pub dropped: Vec<Dropped>,
}

/// Why a message has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsafe {
    /// It was not read to its end.
    Limit(Code),
    /// The last pass has left these to repair.
    Unsettled(Vec<(Code, PartId)>, Whole),
}

/// The canonical form of a message.
pub fn whole(
    message: &[u8],
    limits: &Limits,
    treatment: &Treatment,
    seed: [u8; 16],
) -> Result<Whole, Unsafe> {
    let mut result = Whole {
        octets: message.to_vec(),
        passes: 0,
        dropped: Vec::new(),
    };
    let mut seed = seed;
    loop {
        let map = match read(&result.octets, limits) {
            Reading::Whole(map) => map,
            Reading::Cut { limit, .. } => return Err(Unsafe::Limit(limit.code)),
        };
        let treatment = match result.passes {
            0 => *treatment,
            _ => treatment.of_ambiguous(),
        };
        let mut canon = Canon::new(&map, seed, &treatment);
        if !canon.is_needed() {
            return Ok(result);
        }
        if result.passes == PASSES_MOST {
            return Err(Unsafe::Unsettled(canon.finish().repairs, result));
        }
        for part in canon.to_study() {
            let mut study = Study::new(map.part(part), limits);
            study.push(range(map.part(part).body(), &result.octets));
            canon.learn(part, study.finish());
        }
        let canonical = canon.finish();
        result.octets = octets(&canonical.message(&map), &result.octets);
        result.dropped.extend(canonical.dropped);
        result.passes = result.passes.saturating_add(1);
        seed.rotate_left(1);
    }
}

fn read(message: &[u8], limits: &Limits) -> Reading {
    let mut reader = Reader::new(Needs::default(), limits.clone());
    reader.push(message);
    while reader.next() != Event::NeedInput {}
    reader.finish()
}

/// The octets that pieces of a message stand for.
pub fn octets(pieces: &[Piece], message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for piece in pieces {
        match piece {
            Piece::Copy(extent) => out.extend_from_slice(range(*extent, message)),
            Piece::Bytes(bytes) => out.extend_from_slice(bytes),
            Piece::Recode(recode) => {
                let mut recoder = Recoder::new(recode);
                recoder.push(range(recode.from, message), &mut out);
                recoder.finish(&mut out);
            }
        }
    }
    out
}

fn range(range: Extent, message: &[u8]) -> &[u8] {
    let at = |octet: u64| usize::try_from(octet).unwrap_or(usize::MAX);
    message
        .get(at(range.start)..at(range.end))
        .unwrap_or_default()
}
