//! The line in front of each message of an mbox: `From sender date`.

/// Octets of the longest line that is looked at.
pub(super) const LONGEST: usize = 1_000;

/// Whether a line is one that stands in front of a message: `From `, then somewhere a time of day and behind it a
/// year, as in `From a@example.com Thu Jan  1 00:00:00 1970`. The line may have its line end.
///
/// The date is asked for because a sentence may start with "From " too, and not every program quotes it.
pub fn is_from_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    if line.len() > LONGEST {
        return false;
    }
    let mut words = rest
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.any(is_time) && words.any(is_year)
}

/// `12:34` or `12:34:56`.
fn is_time(word: &[u8]) -> bool {
    let mut fields = word.split(|byte| *byte == b':');
    let is_field =
        |field: &[u8]| (1..=2).contains(&field.len()) && field.iter().all(u8::is_ascii_digit);
    let count = fields.clone().count();
    (2..=3).contains(&count) && fields.all(is_field)
}

/// `1970`.
fn is_year(word: &[u8]) -> bool {
    word.len() == 4
        && word.iter().all(u8::is_ascii_digit)
        && matches!(word.first(), Some(b'1' | b'2'))
}

#[cfg(test)]
mod tests {
    use super::is_from_line;

    #[test]
    fn tells_from_lines_from_sentences() {
        for (line, expected) in [
            ("From a@example.com Thu Jan  1 00:00:00 1970\n", true),
            ("From a@example.com Thu Jan  1 00:00:00 1970\r\n", true),
            ("From MAILER-DAEMON Fri Jul  8 12:08:34 2011", true),
            ("From a@b Thu Jan  1 0:00 GMT 1970\n", true),
            ("From - Sat Jan  3 01:05:34 1996\n", true),
            ("From a b Thu Aug  1 10:00:00 2002 +0200\n", true),
            ("From here to there it is 1970 miles\n", false),
            ("From 10:00 on the shop is open\n", false),
            (">From a@example.com Thu Jan  1 00:00:00 1970\n", false),
            ("From: a@example.com\n", false),
            ("From \n", false),
            ("", false),
        ] {
            assert_eq!(is_from_line(line.as_bytes()), expected, "{line:?}");
        }
    }
}
