//! What a file name says, once everything that hides its ending is taken off.
//!
//! Systems and mail clients read a name in several ways: up to a NUL or as if it were not there, as a path or as its last
//! component, with or without what follows a colon. Each such reading is judged and the most dangerous one counts.

use super::extension::{describe_extension, is_compressed_file, kinds_of_extension};
use crate::kind::{Kind, Kinds};
use crate::map::FileName;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a name that are looked at, counted from its end, where the extension is.
const LOOKED_AT: usize = 512;
/// Characters that are kept of [`FileName::judged`], counted from its end: the longest name that Windows allows.
const JUDGED: usize = 255;
/// Characters that are kept of [`FileName::text`]; of a longer name the middle goes.
const KEPT: usize = 1_024;
/// Extensions that are kept.
const EXTENSIONS: usize = 8;
/// Components of a name that are judged each on its own: what colons separate.
const STREAMS: usize = 4;
/// Blanks in a row that push the ending out of sight.
const GAP: usize = 5;

/// All that a name says. `text` is decoded but otherwise as written.
///
/// Of several readings (NUL cuts the name or does not count, a colon starts an NTFS stream or does not) the most
/// dangerous one is `judged` and its extensions come first; the extensions of the others follow.
pub fn name(text: &str) -> FileName {
    let mut readings = readings(text);
    // The sort is stable: of equals that have an ending, the reading of the whole name comes first.
    readings.sort_by_key(|judged| (danger(judged), endings(judged).next().is_none()));
    let mut extensions: Vec<String> = Vec::new();
    for extension in readings.iter().flat_map(|judged| endings(judged)) {
        if extensions.len() < EXTENSIONS && !extensions.contains(&extension) {
            extensions.push(extension);
        }
    }
    let judged = readings.into_iter().next().unwrap_or_default();
    let deceptive = is_deceptive(text, extensions.first().map(String::as_str));
    FileName {
        text: shortened(text),
        judged,
        extensions,
        deceptive,
    }
}

/// What a file of this name is: by its last extension, and for a compressed file (`setup.exe.gz`) also by the one before
/// if that names something that runs.
pub fn kinds_of_name(name: &FileName) -> Kinds {
    let Some(last) = name.extensions.first() else {
        return Kinds::NONE;
    };
    let kinds = kinds_of_extension(last);
    let inner = name.extensions.get(1).filter(|_| is_compressed_file(last));
    let runs = Kinds::from_iter([Kind::Executable, Kind::Script, Kind::MacroOffice]);
    let inner = inner.map_or(Kinds::NONE, |extension| kinds_of_extension(extension));
    kinds.union(inner.iter().filter(|kind| runs.contains(*kind)).collect())
}

/// Every reading of the name, normalized; no two are the same, none is empty.
fn readings(text: &str) -> Vec<String> {
    let mut readings: Vec<String> = Vec::new();
    let mut add = |reading: &str| {
        let reading = windows_trimmed(reading).to_owned();
        if !reading.is_empty() && !readings.contains(&reading) {
            readings.push(reading);
        }
    };
    for whole in wholes(text) {
        let whole = normalized(&whole);
        let base = base_name(&whole);
        if base.contains(':') {
            // `a.txt:b.exe` and `a.exe:b.txt`: the stream and the file; and what clients make of it that replace the colon
            let streams: Vec<&str> = base.rsplit(':').collect();
            streams.iter().take(STREAMS).for_each(|stream| add(stream));
            streams.last().into_iter().for_each(|file| add(file));
        } else {
            add(base);
        }
    }
    readings
}

/// The texts that clients start from: as written, with escapes of URLs decoded, without the query of a URL; each of them with
/// a NUL left out and up to it.
fn wholes(text: &str) -> Vec<Cow<'_, str>> {
    let query = text.find("://").and_then(|_| text.split(['?', '#']).next());
    let decoded = percent_decoded(text);
    let mut wholes: Vec<Cow<'_, str>> = vec![text.into()];
    wholes.extend(query.map(Cow::from));
    wholes.extend(decoded.map(Cow::from));
    if !wholes.iter().any(|whole| whole.contains('\0')) {
        return wholes;
    }
    let mut apart = Vec::new();
    for whole in wholes {
        apart.push(Cow::from(whole.replace('\0', "")));
        let cut = whole.split('\0').find(|piece| !piece.trim().is_empty());
        apart.push(Cow::from(cut.unwrap_or_default().to_owned()));
    }
    apart
}

/// What clients make of it that take a name for a part of a URL; none if there is no escape.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut rest = text;
    let mut octets = Vec::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('%') {
        octets.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).filter(|digits| !digits.starts_with('+'));
        if let Some(octet) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            octets.push(octet);
            rest = after.get(2..).unwrap_or_default();
        } else {
            octets.push(b'%');
            rest = after;
        }
    }
    octets.extend_from_slice(rest.as_bytes());
    (octets.len() < text.len()).then(|| String::from_utf8_lossy(&octets).into_owned())
}

/// NFKC in lower case, without what cannot be seen and with every dot a full stop.
fn normalized(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(LOOKED_AT);
    let visible = text
        .chars()
        .skip(skipped)
        .nfkc()
        .filter(|c| !is_invisible(*c))
        .map(plain_dot);
    visible.flat_map(char::to_lowercase).collect()
}

/// The last component of a path that is a name at all: `setup.exe` in `c:\temp\setup.exe` and in `setup.exe/`.
fn base_name(path: &str) -> &str {
    let named = path
        .rsplit(['/', '\\'])
        .find(|component| !windows_trimmed(component).is_empty());
    let base = named.unwrap_or_default();
    let keep = base.chars().count().saturating_sub(JUDGED);
    base.char_indices()
        .nth(keep)
        .and_then(|(at, _)| base.get(at..))
        .unwrap_or_default()
}

/// Without the dots and blanks that Windows drops at the end, the characters that it allows in no name, and the
/// blanks at the start.
fn windows_trimmed(name: &str) -> &str {
    let dropped = |c: char| {
        c.is_whitespace() || matches!(c, '.' | '"' | '<' | '>' | '|' | '*' | '?' | '\u{2800}')
    };
    name.trim_end_matches(dropped).trim_start()
}

/// The extensions of a normalized name, last one first. What stands before the first dot is none, unless it is nothing:
/// `.exe` is a program.
fn endings(judged: &str) -> impl Iterator<Item = String> {
    let dots = judged.matches('.').count();
    let ending = |part: &str| {
        part.trim()
            .chars()
            .filter(|c| !is_combining_mark(*c))
            .collect::<String>()
    };
    let parts = judged.rsplit('.').take(dots.min(EXTENSIONS));
    parts
        .map(ending)
        .filter(|extension| !extension.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Smaller is more dangerous.
fn danger(judged: &str) -> usize {
    let kinds = endings(judged)
        .next()
        .map_or(Kinds::NONE, |extension| kinds_of_extension(&extension));
    let none = Kind::ALL.len();
    kinds.iter().next().map_or(none, |worst| {
        Kind::ALL
            .iter()
            .position(|kind| *kind == worst)
            .unwrap_or(none)
    })
}

/// Whether the name as written hides its ending. A name is not deceptive because it is not ASCII.
fn is_deceptive(text: &str, ending: Option<&str>) -> bool {
    let hides = |c: char| is_bidi_override(c) || matches!(c, '\0' | '/' | '\\');
    if text.chars().any(hides)
        || text != text.trim_end_matches(|c: char| c.is_whitespace() || c == '.')
    {
        return true;
    }
    if has_gap(text) {
        return true;
    }
    // Only endings that mean something can deceive: `1．2` without extension is an ordinary Japanese name.
    let written = text
        .rsplit_once('.')
        .map(|(_, written)| written.nfc().collect::<String>().to_lowercase());
    ending.is_some_and(|ending| {
        describe_extension(ending).is_some() && written.as_deref() != Some(ending)
    })
}

/// Whether blanks before the last dot push the ending out of sight.
fn has_gap(text: &str) -> bool {
    let mut run = 0_usize;
    text.chars().any(|c| {
        run = if c.is_whitespace() || c == '\u{2800}' {
            run.saturating_add(1)
        } else {
            0
        };
        run >= GAP
    })
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= KEPT {
        return text.to_owned();
    }
    let half = KEPT / 2;
    let end = text.chars().skip(count.saturating_sub(half));
    text.chars().take(half).chain(['…']).chain(end).collect()
}

/// Embeddings, overrides and isolates: what follows is shown in another order than it is stored.
fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Control characters, and what Unicode calls default ignorable (`DerivedCoreProperties`).
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Folds what looks like a full stop and is not made one by NFKC (Unicode `confusables.txt`, and the ideographic stop).
pub(crate) fn plain_dot(c: char) -> char {
    match c {
        '\u{3002}' | '\u{6D4}' | '\u{701}' | '\u{702}' | '\u{A4F8}' | '\u{A60E}' | '\u{10A50}'
        | '\u{1D16D}' => '.',
        _ => c,
    }
}
