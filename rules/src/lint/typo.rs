//! Domains and extensions that are one slip away from a well-known one.
//!
//! Only what stands in the policy itself is looked at: lists from elsewhere name such domains on purpose. So does a list
//! that has the well-known one as well, or several slips of it.

use crate::list;
use crate::preset;
use crate::syntax::source::Text;
use std::collections::BTreeSet;

/// Domains that very many people have addresses in, and to which no real one is near that begins with the same letter.
const DOMAINS: [&str; 7] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "protonmail.com",
    "yahoo.com",
];

/// Extensions of everyday files; those of the shipped lists come on top.
const EXTENSIONS: [&str; 23] = [
    "bmp", "csv", "doc", "docx", "eml", "gif", "gzip", "htm", "html", "ics", "jpeg", "jpg", "json",
    "pdf", "png", "ppt", "pptx", "rtf", "tiff", "txt", "xls", "xlsx", "zip",
];

/// A word, and the one that it is near to.
pub(super) type Slip<'t> = (Text<'t>, &'static str);

/// Domains, or domains of addresses, that look misspelt.
pub(super) fn domains<'t>(words: &[Text<'t>]) -> Vec<Slip<'t>> {
    let word = |text: &Text<'t>| {
        let domain = text.text.rsplit('@').next().unwrap_or_default();
        Text {
            text: domain.trim_start_matches("*.").trim_start_matches('.'),
            ..*text
        }
    };
    let known = DOMAINS.into_iter().collect();
    let words: Vec<Text<'t>> = words.iter().map(word).collect();
    slips(&words, &known, domain)
}

/// Extensions that look misspelt.
pub(super) fn extensions<'t>(words: &[Text<'t>]) -> Vec<Slip<'t>> {
    slips(words, &known_extensions(), extension)
}

/// What is one slip away from a known word, if that one does not stand there too, and only one such slip.
fn slips<'t>(
    words: &[Text<'t>],
    known: &BTreeSet<&'static str>,
    slipped: fn(&str, &str) -> bool,
) -> Vec<Slip<'t>> {
    let lower: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
    let there: BTreeSet<&str> = lower.iter().map(String::as_str).collect();
    let slip = |meant: &&'static str| {
        let mut near = words
            .iter()
            .zip(&lower)
            .filter(|(_, word)| slipped(word, meant) && !known.contains(word.as_str()));
        let (word, first) = near.next()?;
        let several = near.any(|(_, other)| other != first);
        (!several && !there.contains(meant)).then_some((*word, *meant))
    };
    known.iter().filter_map(slip).collect()
}

/// One letter too many, too few, wrong or in the wrong order, and not the first.
fn domain(word: &str, meant: &str) -> bool {
    word.chars().next() == meant.chars().next()
        && word.len().abs_diff(meant.len()) <= 1
        && strsim::damerau_levenshtein(word, meant) == 1
}

/// A letter that stands there twice, or, in a word of four letters or more, two that changed places. Anything else that is
/// near an extension may well be another one.
fn extension(word: &str, meant: &str) -> bool {
    let (longer, near) = (word.len().checked_sub(meant.len()), |word: &str| {
        strsim::osa_distance(word, meant) == 1
    });
    match longer {
        Some(1) => {
            meant.len() >= 3 && near(word) && without_doubles(word) == without_doubles(meant)
        }
        Some(0) => meant.len() >= 4 && near(word) && letters(word) == letters(meant),
        _ => false,
    }
}

/// The word with every letter once where it stands several times in a row.
fn without_doubles(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters
}

fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// Every extension that is known.
fn known_extensions() -> BTreeSet<&'static str> {
    let shipped = ["tamis/programs", "tamis/active-content"];
    let texts = shipped.into_iter().filter_map(preset::list);
    let listed = texts.flat_map(|text| list::lines(0, text).map(|entry| entry.text));
    listed.chain(EXTENSIONS).collect()
}
