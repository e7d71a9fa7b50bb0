//! What is shown for a mailbox, made harmless.

use super::mailbox::Mailbox;

/// Characters of the name in a field that is written anew.
const NAME_MOST: usize = 1_000;

/// Characters that clients show as an `@`, or take for one.
pub(super) const ATS: [char; 3] = ['@', '\u{ff20}', '\u{fe6b}'];

/// The display name with the comments that stand beside it.
pub(super) fn shown(mailbox: &Mailbox) -> String {
    let mut text = mailbox.display.clone();
    for comment in mailbox
        .comments
        .iter()
        .filter(|comment| **comment != mailbox.display)
    {
        text = format!("{text} ({comment})");
    }
    text
}

/// A display name without what could be taken for an address, a bracket or an escape.
pub(super) fn disarmed(display: &str, address: &str) -> String {
    let quotes = |c: char| c.is_whitespace() || "'\"".contains(c);
    if display.trim_matches(quotes).eq_ignore_ascii_case(address) {
        return address.to_owned();
    }
    let mut text = String::with_capacity(display.len());
    for c in display.chars() {
        match c {
            '<' | '[' => text.push('('),
            '>' | ']' => text.push(')'),
            '"' => text.push('\''),
            '\\' => {}
            c if is_invisible(c) => {}
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    let text = text.replace("=?", "= ?");
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            if same(word, address) {
                word.to_owned()
            } else {
                word.replace(ATS, " at ")
            }
        })
        .collect();
    let words = words.join(" ");
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").chars().take(NAME_MOST).collect()
}

/// Whether a word is this address, written in whatever way.
pub(super) fn same(word: &str, address: &str) -> bool {
    let word = word.trim_matches('.').replace(ATS, "@");
    word.eq_ignore_ascii_case(address)
}

/// Whether a character is not seen, or turns the direction of what is.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
