//! Text that came with a message or over the network, on its way to a terminal, a log or a page.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{fmt, io};

/// Octets that nobody vouches for. The only way to show them is escaped: one line, no control characters, nothing
/// invisible, nothing that turns the direction of the text.
///
/// Anything escaped is written as in a Rust string: `\n`, `\x1b`, `\u{202e}`; a backslash is doubled, so that the
/// result says exactly what was there. Octets that are not UTF-8 are written as `\xff`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Untrusted<'a> {
    bytes: &'a [u8],
    limit: usize,
}

/// Characters shown when nothing else is said.
const LIMIT: usize = 1_000;

impl<'a> Untrusted<'a> {
    /// Text to be shown with at most 1000 characters.
    pub fn new(bytes: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Untrusted {
            bytes: bytes.as_ref(),
            limit: LIMIT,
        }
    }

    /// Shows at most so many characters of the original, and `...` if there are more.
    #[must_use]
    pub fn limit(self, characters: usize) -> Self {
        Untrusted {
            limit: characters,
            ..self
        }
    }
}

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.limit;
        for chunk in self.bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if left == 0 {
                    return f.write_str("...");
                }
                left = left.saturating_sub(1);
                write_char(f, c)?;
            }
            for byte in chunk.invalid() {
                if left == 0 {
                    return f.write_str("...");
                }
                left = left.saturating_sub(1);
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// A path as it may be shown: file names come from outside too.
pub fn shown(path: &Path) -> Untrusted<'_> {
    match path.as_os_str() {
        name if name == OsStr::new("-") => Untrusted::new("standard input"),
        name => Untrusted::new(name.as_bytes()).limit(4_096),
    }
}

/// The words of the system without the number.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

fn write_char(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '\\' => f.write_str("\\\\"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c)),
        c if c.is_control() || is_deceptive(c) => write!(f, "\\u{{{:x}}}", u32::from(c)),
        c => fmt::Write::write_char(f, c),
    }
}

/// Characters that cannot be seen, or that move what stands around them: format characters, line separators, bidi
/// controls, fillers, tags, private use and what is no character at all.
fn is_deceptive(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x115f | 0x1160 | 0x17b4 | 0x17b5
        | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202f | 0x2060..=0x206f | 0x3164
        | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffc | 0xfffe | 0xffff
        | 0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000.. )
}

#[cfg(test)]
mod tests {
    use super::Untrusted;
    use proptest::prelude::*;

    #[track_caller]
    fn check(raw: &[u8], expected: &str) {
        assert_eq!(Untrusted::new(raw).to_string(), expected);
    }

    #[test]
    fn escapes_what_could_deceive() {
        check(b"setup.exe", "setup.exe");
        check(
            "M\u{fc}ller \u{65e5}\u{672c}".as_bytes(),
            "M\u{fc}ller \u{65e5}\u{672c}",
        );
        check(b"a\r\n\tb\0\x1b[31m\x7f", "a\\r\\n\\tb\\x00\\x1b[31m\\x7f");
        check("exe\u{202e}gpj".as_bytes(), "exe\\u{202e}gpj");
        check(
            "a\u{200b}b\u{feff}c\u{2028}d".as_bytes(),
            "a\\u{200b}b\\u{feff}c\\u{2028}d",
        );
        check("\u{85}\u{9b}31m".as_bytes(), "\\u{85}\\u{9b}31m");
        check("tag\u{e0041}".as_bytes(), "tag\\u{e0041}");
        check(b"K\xf6ln", "K\\xf6ln");
        check(b"back\\slash", "back\\\\slash");
    }

    #[test]
    fn shows_no_more_than_the_limit() {
        let text = "x".repeat(20);
        assert_eq!(Untrusted::new(&text).limit(3).to_string(), "xxx...");
        assert_eq!(Untrusted::new(&text).limit(20).to_string(), text);
        assert_eq!(Untrusted::new(b"\xff\xff").limit(1).to_string(), "\\xff...");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn is_one_line_without_controls(raw in prop::collection::vec(any::<u8>(), 0..300)) {
            let shown = Untrusted::new(&raw).to_string();
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }
}
