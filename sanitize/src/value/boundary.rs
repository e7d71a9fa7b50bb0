//! Every boundary that some parser takes from the fields of a part.

use super::escapes::percent_decode;
use super::mime::{ContentDisposition, ContentType};
use super::parameters::{Parameters, Value};
use super::text::{count_words, decode_words, to_text};
use crate::defect::{Class, Code};
use crate::limits::Limits;

/// Candidates that are kept for one part.
const BOUNDARIES_MOST: usize = 16;

/// Octets of a boundary that all parsers take; RFC 2046 allows 70.
const SOUND_MOST: usize = 200;

/// Every boundary that some reading of these fields gives, without repeats, the most usual first; at most 16. One of the
/// disposition counts where parsers guess. The empty boundary (delimiter lines are two hyphens) is there only if a field says
/// so in plain words.
pub fn boundaries(
    types: &[ContentType],
    dispositions: &[ContentDisposition],
    limits: &Limits,
) -> Vec<Vec<u8>> {
    let declared = types.iter().map(|value| &value.parameters);
    let disposed = dispositions.iter().map(|value| &value.parameters);
    let places: Vec<&Parameters> = declared.chain(disposed).collect();
    let mut candidates = Candidates {
        longest: limits.boundary_bytes,
        kept: Vec::new(),
    };
    if let Some(sound) = sound(types, &places) {
        candidates.add(&sound);
        return candidates.kept;
    }
    for usual in places.iter().filter_map(|place| place.get("boundary")) {
        candidates.add(usual.trim_ascii_end());
        candidates.add_empty(&usual);
    }
    let values: Vec<Value> = places
        .iter()
        .flat_map(|place| place.all("boundary"))
        .collect();
    for value in &values {
        let octets = match value {
            Value::Octets(octets) => octets.as_slice(),
            Value::Text(text) => text.as_bytes(),
        };
        candidates.add_forms(octets);
    }
    for octets in places.iter().flat_map(|place| place.literal("boundary")) {
        candidates.add_forms(&octets);
    }
    candidates.kept
}

/// The boundary of a part about whose fields no parsers differ.
fn sound(types: &[ContentType], places: &[&Parameters]) -> Option<Vec<u8>> {
    let ambiguous = |code: &Code| code.class() == Class::Ambiguous;
    let [only] = types else {
        return None;
    };
    let elsewhere = places.iter().skip(1).any(|place| place.has("boundary"));
    if elsewhere || only.codes.iter().any(ambiguous) {
        return None;
    }
    only.parameters
        .get("boundary")
        .filter(|boundary| is_sound_boundary(boundary))
}

/// Whether all parsers look for the same delimiter lines: RFC 2046, section 5.1.1, and some more characters and lengths on
/// which they agree.
pub fn is_sound_boundary(boundary: &[u8]) -> bool {
    // Printable, but for quotes, backslashes and semicolons.
    let good = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b';');
    let edge = |byte: Option<&u8>| byte == Some(&b' ');
    let blank = edge(boundary.first()) || edge(boundary.last());
    let bracketed = boundary.starts_with(b"<") && boundary.ends_with(b">");
    let mere_hyphens = boundary.iter().all(|byte| *byte == b'-');
    let fits = (1..=SOUND_MOST).contains(&boundary.len()) && boundary.iter().all(good);
    let escaped = || boundary.contains(&b'%') && percent_decode(boundary) != boundary;
    let encoded = || count_words(boundary) > 0 || escaped();
    fits && !(blank || bracketed || mere_hyphens || encoded())
}

struct Candidates {
    longest: usize,
    kept: Vec<Vec<u8>>,
}

impl Candidates {
    fn add(&mut self, boundary: &[u8]) {
        let fits = (1..=self.longest).contains(&boundary.len());
        let room = self.kept.len() < BOUNDARIES_MOST;
        if fits && room && !self.kept.iter().any(|known| known == boundary) {
            self.kept.push(boundary.to_vec());
        }
    }

    fn add_empty(&mut self, usual: &[u8]) {
        if usual.trim_ascii().is_empty() && !self.kept.iter().any(Vec::is_empty) {
            self.kept.push(Vec::new());
        }
    }

    /// A value and what parsers make of it that trim it, decode it, or cut it where they should not.
    fn add_forms(&mut self, octets: &[u8]) {
        self.add(octets.trim_ascii_end());
        self.add(octets);
        self.add(octets.trim_ascii());
        if count_words(octets) > 0 {
            self.add(decode_words(&to_text(octets, None)).as_bytes());
        }
        let inside = octets.trim_ascii();
        for quote in [b"'", b"\"", b"<"] {
            let end: &[u8] = if quote == b"<" { b">" } else { quote };
            let open = inside.strip_prefix(quote);
            if let Some(open) = open {
                self.add(open.strip_suffix(end).unwrap_or(open));
            }
        }
        let decoded = percent_decode(octets);
        if decoded != octets {
            self.add(&decoded);
        }
        for mark in [b';', b'(', b' ', b'\t', b'"', b',', 0] {
            self.add_first(octets, |byte| byte == mark);
        }
        if octets.iter().any(u8::is_ascii_control) {
            self.add_first(octets, |byte| byte.is_ascii_control());
            let joined: Vec<u8> = octets
                .iter()
                .copied()
                .filter(|byte| !byte.is_ascii_control())
                .collect();
            self.add(&joined);
        }
    }

    /// Of what such marks separate, the first that is not blank.
    fn add_first(&mut self, octets: &[u8], mark: impl Fn(u8) -> bool) {
        if octets.iter().copied().any(&mark) {
            let mut pieces = octets.split(|byte| mark(*byte));
            let first = pieces.find(|piece| !piece.trim_ascii().is_empty());
            self.add(first.unwrap_or_default().trim_ascii());
        }
    }
}
