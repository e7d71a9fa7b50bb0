//! Text from outside that is safe to log, to put in a header field and to send in an SMTP reply.

use std::fmt;

/// Text of printable ASCII (0x20 to 0x7e) and limited length, whatever it was made from.
///
/// Anything else is written as an escape: `\r`, `\n`, `\t`, `\xNN`; a backslash is doubled. What exceeds the limit is
/// cut, never in the middle of an escape, and the cut is shown by `...`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Printable(String);

/// What stands at the end of a text that was cut.
const CUT: &str = "...";

impl Printable {
    /// Makes `raw` printable in at most `limit` characters (at least three, the length of the mark of a cut).
    pub fn new(raw: &[u8], limit: usize) -> Self {
        let limit = limit.max(CUT.len());
        let mut text = String::new();
        // The longest prefix that leaves room for the mark of a cut.
        let mut safe = 0;
        for &byte in raw {
            push_escaped(&mut text, byte);
            if text.len() > limit {
                text.truncate(safe);
                text.push_str(CUT);
                break;
            }
            if text.len() <= limit.saturating_sub(CUT.len()) {
                safe = text.len();
            }
        }
        Printable(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Printable {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Printable> for String {
    fn from(text: Printable) -> String {
        text.0
    }
}

fn push_escaped(text: &mut String, byte: u8) {
    if matches!(byte, b' '..=b'~') && byte != b'\\' {
        text.push(char::from(byte));
        return;
    }
    text.extend(std::ascii::escape_default(byte).map(char::from));
}

#[cfg(test)]
mod tests {
    use super::Printable;
    use proptest::prelude::*;

    #[track_caller]
    fn check(raw: &[u8], limit: usize, expected: &str) {
        assert_eq!(Printable::new(raw, limit).as_str(), expected);
    }

    #[test]
    fn escapes_all_that_is_not_printable_ascii() {
        check(b"Eicar-Test.UNOFFICIAL", 64, "Eicar-Test.UNOFFICIAL");
        check(b"a\r\nX-Fake: 1", 64, "a\\r\\nX-Fake: 1");
        check(b"\x1b[31mred\0", 64, "\\x1b[31mred\\x00");
        check("K\u{f6}ln".as_bytes(), 64, "K\\xc3\\xb6ln");
        check(b"back\\slash", 64, "back\\\\slash");
        check(b"", 64, "");
    }

    #[test]
    fn cuts_at_the_limit_and_shows_it() {
        check(b"12345678", 8, "12345678");
        check(b"123456789", 8, "12345...");
        check(b"1234\x1b\x1b\x1b", 8, "1234...");
        check(b"123456789", 0, "...");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn is_printable_and_within_the_limit(raw in prop::collection::vec(any::<u8>(), 0..300), limit in 3usize..200) {
            let text = Printable::new(&raw, limit);
            prop_assert!(text.as_str().len() <= limit);
            prop_assert!(text.as_str().bytes().all(|byte| (0x20..=0x7e).contains(&byte)));
        }
    }
}
