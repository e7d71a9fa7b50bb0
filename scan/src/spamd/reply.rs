//! spamd's replies, read to the letter: a reply that spamd could not give is garbled and counts nothing.
//!
//! ```text
//! SPAMD/1.1 0 EX_OK
//! Content-length: 17
//! Spam: True ; 15.0 / 5.0
//!
//! GTUBE,NO_RECEIVED
//! ```

use super::fields;
use crate::{Opinion, Printable, Reason, Report, Score, Unscanned};

/// The report in a whole reply to `SYMBOLS`.
pub(super) fn report(answer: &[u8]) -> Report {
    match status(answer) {
        Some((0, "EX_OK", rest)) => match opinion(rest) {
            Some(opinion) => Report::Scored(Box::new(opinion)),
            None => not_an_answer(answer).into(),
        },
        Some((code, words, _)) if code != 0 => complaint(code, words).into(),
        _ => not_an_answer(answer).into(),
    }
}

/// The report in what spamd said before it had the whole message. Only a complaint can be true then.
pub(super) fn early(answer: &[u8]) -> Report {
    match status(answer) {
        Some((code, words, _)) if code != 0 => complaint(code, words).into(),
        _ => not_an_answer(answer).into(),
    }
}

/// What spamd says of itself when it is asked with `PING`, which is no more than the version of its protocol.
pub(super) fn pong(answer: &[u8]) -> Result<Printable, Unscanned> {
    match status(answer) {
        Some((0, "PONG", [])) => {
            let line = answer.trim_ascii_end();
            let version = line.split(|&byte| byte == b' ').next().unwrap_or_default();
            Ok(Printable::new(version, SHOWN))
        }
        Some((code, words, _)) if code != 0 => Err(complaint(code, words)),
        _ => Err(not_an_answer(answer)),
    }
}

/// The parts of the first line, and what is behind it: `SPAMD/1.1 0 EX_OK`.
fn status(answer: &[u8]) -> Option<(u16, &str, &[u8])> {
    let (line, rest) = split_line(answer)?;
    let (version, line) = line.strip_prefix("SPAMD/1.")?.split_once(' ')?;
    let (code, words) = line.split_once(' ')?;
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(version) || !is_number(code) {
        return None;
    }
    Some((code.parse().ok()?, words, rest))
}

/// Reads what stands behind the first line of a good reply: each header once and nothing else, and a body of the length
/// that is announced.
fn opinion(mut rest: &[u8]) -> Option<Opinion> {
    let (mut length, mut verdict) = (None, None);
    loop {
        let (line, after) = split_line(rest)?;
        rest = after;
        match line.split_once(": ") {
            Some(("Content-length", text)) if length.is_none() => length = Some(number(text)?),
            Some(("Spam", text)) if verdict.is_none() => verdict = Some(self::verdict(text)?),
            None if line.is_empty() => break,
            _ => return None,
        }
    }
    let (is_spam, score, threshold) = verdict?;
    if rest.len() != length? {
        return None;
    }
    let mut opinion = Opinion {
        score,
        threshold: Some(threshold),
        action: Some(Printable::new(word(is_spam), Opinion::NAME)),
        symbols: symbols(rest)?,
        ..Opinion::default()
    };
    opinion.fields = fields::changes(&opinion, is_spam);
    Some(opinion)
}

/// `True ; 15.0 / 5.0`: whether it is spam, its score, and from which score on it would be.
fn verdict(text: &str) -> Option<(bool, Score, Score)> {
    let (answer, numbers) = text.split_once(" ; ")?;
    let is_spam = match answer {
        "True" => true,
        "False" => false,
        _ => return None,
    };
    let (score, threshold) = numbers.split_once(" / ")?;
    Some((is_spam, Score::parse(score)?, Score::parse(threshold)?))
}

/// `GTUBE,NO_RECEIVED`, or nothing at all.
fn symbols(text: &[u8]) -> Option<Vec<Printable>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut symbols = Vec::new();
    for name in text.split(|&byte| byte == b',') {
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        if symbols.len() < Opinion::SYMBOLS {
            symbols.push(Printable::new(name, Opinion::NAME));
        }
    }
    Some(symbols)
}

fn number(text: &str) -> Option<usize> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// A line that ends in CR LF, without that, and what is behind it.
fn split_line(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text.iter().position(|&byte| byte == b'\n')?;
    let (line, rest) = text.split_at_checked(end)?;
    let line = str::from_utf8(line.strip_suffix(b"\r")?).ok()?;
    let rest = rest.strip_prefix(b"\n")?;
    Some((line, rest)).filter(|(line, _)| !line.contains('\r'))
}

fn word(is_spam: bool) -> &'static [u8] {
    if is_spam { b"spam" } else { b"ham" }
}

/// What spamd says when it could not scan, by the codes of `sysexits.h` and one of its own.
fn complaint(code: u16, words: &str) -> Unscanned {
    let reason = match code {
        EX_TIMEOUT => Reason::Timeout,
        _ => Reason::Failed,
    };
    Unscanned::new(reason, &format!("error {code}: {words}"))
}

fn not_an_answer(answer: &[u8]) -> Unscanned {
    if answer.is_empty() {
        return Unscanned::new(Reason::Io, "closed without an answer");
    }
    let shown = Printable::new(answer, SHOWN);
    Unscanned::new(Reason::Garbled, &format!("unexpected answer \"{shown}\""))
}

/// spamd had no time left for the message.
const EX_TIMEOUT: u16 = 79;

/// Characters of a garbled answer that are shown.
const SHOWN: usize = 120;

#[cfg(test)]
mod tests {
    use super::{early, pong, report};
    use crate::{Opinion, Reason, Report, Score};
    use proptest::prelude::*;

    const GOOD: &[u8] = b"SPAMD/1.1 0 EX_OK\r\nContent-length: 17\r\nSpam: True ; 15.0 / 5.0\r\n\r\nGTUBE,NO_RECEIVED";

    fn opinion(answer: &[u8]) -> Opinion {
        let Report::Scored(opinion) = report(answer) else {
            panic!("an opinion: {}", answer.escape_ascii());
        };
        *opinion
    }

    /// Checks for which reason there is no opinion.
    #[track_caller]
    fn check(answer: &[u8], expected: Reason) {
        for report in [report(answer), early(answer)] {
            assert!(
                matches!(&report, Report::Unscanned(why) if why.reason() == expected),
                "{}: {report}",
                answer.escape_ascii()
            );
        }
    }

    #[test]
    fn reads_what_spamd_says() {
        let spam = opinion(GOOD);
        assert_eq!(spam.score.to_string(), "15");
        assert_eq!(spam.threshold.expect("a threshold").to_string(), "5");
        assert_eq!(spam.action.expect("an action").as_str(), "spam");
        let symbols: Vec<_> = spam.symbols.iter().map(AsRef::as_ref).collect();
        assert_eq!(symbols, ["GTUBE", "NO_RECEIVED"]);
        assert_eq!(spam.fields.len(), 6);
        let ham =
            opinion(b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; -0.1 / 5.0\r\nContent-length: 0\r\n\r\n");
        assert_eq!(ham.score.to_string(), "-0.1");
        assert_eq!(ham.action.expect("an action").as_str(), "ham");
        assert!(ham.symbols.is_empty() && ham.subject.is_none());
    }

    #[test]
    fn keeps_symbols_few_and_short() {
        let names = vec!["X".repeat(200); 300].join(",");
        let length = names.len();
        let answer = format!(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: {length}\r\nSpam: True ; 15.0 / 5.0\r\n\r\n{names}"
        );
        let symbols = opinion(answer.as_bytes()).symbols;
        assert_eq!(symbols.len(), Opinion::SYMBOLS);
        assert!(symbols.iter().all(|name| name.as_str().len() == 64));
    }

    #[test]
    fn knows_the_complaints_of_spamd() {
        for (answer, expected) in [
            (
                "SPAMD/1.0 76 Bad header line: (EOF during headers)\r\n",
                Reason::Failed,
            ),
            (
                "SPAMD/1.0 69 Service Unavailable: no SQL\r\n",
                Reason::Failed,
            ),
            ("SPAMD/1.0 75 EX_TEMPFAIL\r\n", Reason::Failed),
            (
                "SPAMD/1.0 79 Timeout: (300 second timeout)\r\n",
                Reason::Timeout,
            ),
            ("", Reason::Io),
        ] {
            check(answer.as_bytes(), expected);
        }
    }

    #[test]
    fn takes_nothing_else_for_an_answer() {
        let with = |from: &str, to: &str| {
            let good = String::from_utf8_lossy(GOOD);
            assert!(good.contains(from), "{from}");
            good.replacen(from, to, 1)
        };
        for answer in [
            with("SPAMD", "SPAMC"),
            with("1.1", "2.0"),
            with("1.1", "1."),
            with(" 0 ", " 0x0 "),
            with(" 0 ", "  0 "),
            with("EX_OK", "OK"),
            with("EX_OK", "EX_OK "),
            with("EX_OK\r\n", "EX_OK\n"),
            with("EX_OK\r\n", "EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n"),
            with("EX_OK\r\n", "EX_OK\r\nContent-length: 17\r\n"),
            with("EX_OK\r\n", "EX_OK\r\nX-Other: 1\r\n"),
            with("Content-length: 17\r\n", ""),
            with("Spam: True ; 15.0 / 5.0\r\n", ""),
            with("17", "16"),
            with("17", "18"),
            with("17", "+17"),
            with("17", "99999999999999999999999"),
            with("True", "true"),
            with("True", "Yes"),
            with("15.0", "nan"),
            with("15.0", "inf"),
            with("15.0", "1e3"),
            with("15.0", "9999999999999"),
            with("15.0", ""),
            with(" / 5.0", ""),
            with("GTUBE,", "GTUB ,"),
            with("GTUBE,", "GTUB,,"),
            with("GTUBE,", "GTUB\0,"),
            with("\r\n\r\n", "\r\n"),
            with("NO_RECEIVED", ""),
            "SPAMD/1.1 0 EX_OK\r\n".to_owned(),
            "SPAMD/1.1 0 EX_OK\r\nSPAMD/1.0 79 Timeout: late\r\n".to_owned(),
            "SPAMD/1.5 0 PONG\r\n".to_owned(),
            "SPAMD/1.0 76 no end of line".to_owned(),
            "HTTP/1.1 200 OK\r\n\r\n".to_owned(),
            "\r\n".to_owned(),
        ] {
            check(answer.as_bytes(), Reason::Garbled);
        }
    }

    #[test]
    fn believes_only_complaints_before_the_end_of_the_data() {
        let early = early(GOOD);
        assert!(matches!(early, Report::Unscanned(why) if why.reason() == Reason::Garbled));
    }

    #[test]
    fn knows_pong() {
        let version = pong(b"SPAMD/1.5 0 PONG\r\n").expect("an answer");
        assert_eq!(version.as_str(), "SPAMD/1.5");
        for answer in ["", "PONG", "SPAMD/1.5 0 PONG", "SPAMD/1.5 0 PONG\r\n\r\n"] {
            assert!(pong(answer.as_bytes()).is_err(), "{answer}");
        }
        let refused = pong(b"SPAMD/1.0 76 Bad header line\r\n").expect_err("a complaint");
        assert_eq!(refused.reason(), Reason::Failed);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn noise_is_no_opinion(noise in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(report(&noise).name(), "unscanned");
        }

        /// A reply with one byte changed, left out, added or with its end cut off is refused, or read as what it says then.
        #[test]
        fn near_misses_say_what_they_say(at in 0..GOOD.len(), byte: u8, how in 0..4) {
            let mut answer = GOOD.to_vec();
            match how {
                0 => answer[at] = byte,
                1 => { answer.remove(at); }
                2 => answer.insert(at, byte),
                _ => answer.truncate(at),
            }
            prop_assert_eq!(early(&answer).name(), "unscanned");
            if let Report::Scored(opinion) = report(&answer) {
                prop_assert!(how < 3);
                prop_assert!(is_said(&opinion, &answer), "{}", answer.escape_ascii());
            }
        }

        /// Lines of a reply in any number and order: what is read is there once.
        #[test]
        fn no_line_counts_twice(lines in prop::collection::vec(0..6_usize, 0..6), body in 0..3_usize) {
            let known = [
                "Content-length: 5\r\n", "Spam: True ; 15.0 / 5.0\r\n", "Spam: False ; 0.0 / 5.0\r\n",
                "Content-length: 0\r\n", "\r\n", "SPAMD/1.1 0 EX_OK\r\n",
            ];
            let text: String = lines.iter().map(|&line| known[line]).collect();
            let answer = format!("SPAMD/1.1 0 EX_OK\r\n{text}\r\n{}", ["", "GTUBE", "A"][body]);
            if let Report::Scored(opinion) = report(answer.as_bytes()) {
                prop_assert_eq!(answer.matches("Spam: ").count(), 1);
                prop_assert!(is_said(&opinion, answer.as_bytes()));
            }
        }
    }

    /// Whether all that is read stands in the answer, and nothing else does.
    fn is_said(opinion: &Opinion, answer: &[u8]) -> bool {
        let answer = String::from_utf8_lossy(answer);
        let names: Vec<_> = opinion.symbols.iter().map(AsRef::as_ref).collect();
        let names = names.join(",");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let is_spam = opinion
            .action
            .as_ref()
            .is_some_and(|action| action.as_ref() == "spam");
        let verdict = if is_spam {
            "Spam: True ; "
        } else {
            "Spam: False ; "
        };
        let number = |text: &str| Score::parse(text.trim());
        let numbers = head
            .lines()
            .find_map(|line| line.strip_prefix(verdict)?.split_once('/'))
            .map(|(score, threshold)| (number(score), number(threshold)));
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-length: ")?.parse().ok());
        body.replace('\\', "\\\\") == names
            && length == Some(body.len())
            && head.lines().count() == 3
            && numbers == Some((Some(opinion.score), opinion.threshold))
    }
}
