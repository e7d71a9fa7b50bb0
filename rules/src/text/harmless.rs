//! Text from a message, made fit to be shown: no control characters, nothing that hides or reorders, no endless length.

/// Longest value that a template takes from a message, in characters.
pub(crate) const VALUE_LIMIT: usize = 80;

/// Longest subject that a scanner gives a message, in characters.
pub(crate) const SUBJECT_LIMIT: usize = 900;

/// At most `limit` characters in one line: what is not fit to be shown becomes `?`, line ends and tabs a blank.
pub(crate) fn line(text: &str, limit: usize) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if hides(c) => '?',
        c => c,
    };
    let mut out: String = text.trim().chars().take(limit).map(shown).collect();
    if text.trim().chars().nth(limit).is_some() {
        out.push_str("...");
    }
    out
}

/// As [`line`], in ASCII: everything else becomes `?`.
pub(crate) fn ascii(text: &str, limit: usize) -> String {
    let plain = |c: char| if c.is_ascii() { c } else { '?' };
    line(text, limit).chars().map(plain).collect()
}

/// As [`line`], with runs of white space as one blank: the way a header value reads after folding.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    line(&words.join(" "), limit)
}

/// Whether a character is a control character, or invisible, or changes how its neighbours are shown: Unicode's format
/// characters and variation selectors, private use and what is no character at all.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xFFFE..=0xFFFF | 0x1D173..=0x1D17A
            | 0xE0000..=0x10_FFFF)
}

#[cfg(test)]
mod tests {
    use super::{ascii, line};

    #[test]
    fn nothing_hides_and_nothing_is_endless() {
        for (text, shown, plain) in [
            ("setup.exe", "setup.exe", "setup.exe"),
            (" a\r\nb\tc ", "a  b c", "a  b c"),
            ("\u{202e}gpj.exe", "?gpj.exe", "?gpj.exe"),
            ("a\u{200b}b\u{feff}", "a?b?", "a?b?"),
            ("Übersicht.pdf", "Übersicht.pdf", "?bersicht.pdf"),
            ("a\0b\x1b[2J", "a?b?[2J", "a?b?[2J"),
            ("0123456789abc", "0123456789...", "0123456789..."),
        ] {
            let limit = if text.starts_with('0') { 10 } else { 80 };
            assert_eq!(line(text, limit), shown, "{text:?}");
            assert_eq!(ascii(text, limit), plain, "{text:?}");
        }
    }
}
