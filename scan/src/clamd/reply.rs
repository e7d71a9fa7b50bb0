//! clamd's answers, read to the letter: an answer that clamd could not give is garbled, never clean and never a finding.

use crate::{Printable, Reason, Report, Unscanned};

/// The report in a whole answer to `INSTREAM`.
pub(super) fn report(answer: &[u8]) -> Report {
    let Some(line) = line(answer) else {
        return garbled(answer);
    };
    if line == b"stream: OK" {
        return Report::Clean;
    }
    match line
        .strip_prefix(b"stream: ")
        .and_then(|rest| rest.strip_suffix(b" FOUND"))
    {
        Some(signature) => found(signature, answer),
        None => complaint(line).map_or_else(|| garbled(answer), Report::from),
    }
}

/// The report in what clamd said before it had the whole message. Only a complaint can be true then.
pub(super) fn early(answer: &[u8]) -> Report {
    match report(answer) {
        Report::Unscanned(unscanned) => unscanned.into(),
        _ => garbled(answer),
    }
}

/// The report in a whole answer to the scan of this number in a session. What comes without the number can only be a
/// complaint: clamd puts none before its time-out, nor does it know one when it refuses the session.
pub(super) fn in_session(answer: &[u8], number: u32) -> Report {
    match numbered(answer, number) {
        Some(rest) => report(rest),
        None => unnumbered(answer),
    }
}

/// The same for what clamd said before it had the whole message.
pub(super) fn early_in_session(answer: &[u8], number: u32) -> Report {
    match numbered(answer, number) {
        Some(rest) => early(rest),
        None => unnumbered(answer),
    }
}

fn numbered(answer: &[u8], number: u32) -> Option<&[u8]> {
    answer.strip_prefix(format!("{number}: ").as_bytes())
}

fn unnumbered(answer: &[u8]) -> Report {
    if answer.first().is_some_and(u8::is_ascii_digit) {
        return garbled(answer);
    }
    early(answer)
}

/// Whether the answer to `PING` is the right one.
pub(super) fn pong(answer: &[u8]) -> Result<(), Unscanned> {
    match line(answer) {
        Some(b"PONG") => Ok(()),
        _ => Err(not_an_answer(answer)),
    }
}

/// The version in an answer to `VERSION`. clamd can be told to withhold it.
pub(super) fn version(answer: &[u8]) -> Result<Printable, Unscanned> {
    match line(answer) {
        Some(version) if version.starts_with(b"ClamAV ") => {
            Ok(Printable::new(version, VERSION_LIMIT))
        }
        Some(b"COMMAND UNAVAILABLE") => {
            Ok(Printable::new(b"ClamAV (version withheld)", VERSION_LIMIT))
        }
        Some(line) => Err(complaint(line).unwrap_or_else(|| not_an_answer(answer))),
        None => Err(not_an_answer(answer)),
    }
}

/// The one line that an answer consists of: ended by the NUL that `z` commands ask for. clamd's own time-out is the
/// exception, it ends in a line feed.
fn line(answer: &[u8]) -> Option<&[u8]> {
    if answer == b"COMMAND READ TIMED OUT\n" {
        return answer.strip_suffix(b"\n");
    }
    let line = answer.strip_suffix(b"\0")?;
    let broken = line
        .iter()
        .any(|byte| matches!(byte, b'\0' | b'\r' | b'\n'));
    Some(line).filter(|_| !broken)
}

fn found(signature: &[u8], answer: &[u8]) -> Report {
    if signature.trim_ascii() != signature || signature.is_empty() {
        return garbled(answer);
    }
    let report = Report::found(signature);
    // With `AlertExceedsMax` clamd says in this way that it has not looked at everything.
    match &report {
        Report::Found { signature }
            if signature.as_str().starts_with("Heuristics.Limits.Exceeded") =>
        {
            Report::unscanned(Reason::LimitExceeded, signature.as_str())
        }
        _ => report,
    }
}

/// What clamd says when it could not scan.
fn complaint(line: &[u8]) -> Option<Unscanned> {
    let text = String::from_utf8_lossy(line);
    let reason = match text.as_ref() {
        "INSTREAM size limit exceeded. ERROR" => Reason::LimitExceeded,
        "COMMAND READ TIMED OUT" => Reason::Timeout,
        "UNKNOWN COMMAND" | "COMMAND UNAVAILABLE" => Reason::Failed,
        error if error.ends_with(" ERROR") && error.contains("limit") => Reason::LimitExceeded,
        error if error.ends_with(" ERROR") => Reason::Failed,
        _ => return None,
    };
    Some(Unscanned::new(reason, &text))
}

fn garbled(answer: &[u8]) -> Report {
    not_an_answer(answer).into()
}

fn not_an_answer(answer: &[u8]) -> Unscanned {
    if answer.is_empty() {
        return Unscanned::new(Reason::Io, "closed without an answer");
    }
    let shown = Printable::new(answer, SHOWN);
    Unscanned::new(Reason::Garbled, &format!("unexpected answer \"{shown}\""))
}

/// Characters of a version.
const VERSION_LIMIT: usize = 100;

/// Characters of a garbled answer that are shown.
const SHOWN: usize = 120;

#[cfg(test)]
mod tests {
    use super::{early, early_in_session, in_session, pong, report, version};
    use crate::{Reason, Report};
    use proptest::prelude::*;

    #[track_caller]
    fn check(answer: &[u8], expected: &Result<Report, Reason>) {
        let report = match report(answer) {
            Report::Unscanned(unscanned) => Err(unscanned.reason()),
            report => Ok(report),
        };
        assert_eq!(&report, expected, "{}", answer.escape_ascii());
    }

    #[test]
    fn knows_what_clamd_says() {
        check(b"stream: OK\0", &Ok(Report::Clean));
        check(
            b"stream: Eicar-Test-Signature FOUND\0",
            &Ok(Report::found(b"Eicar-Test-Signature")),
        );
        check(
            b"stream: Local.Rule one.UNOFFICIAL FOUND\0",
            &Ok(Report::found(b"Local.Rule one.UNOFFICIAL")),
        );
        check(b"stream: OK FOUND\0", &Ok(Report::found(b"OK")));
        check(
            b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0",
            &Err(Reason::LimitExceeded),
        );
        check(
            b"stream: Heuristics.Limits.Exceeded FOUND\0",
            &Err(Reason::LimitExceeded),
        );
        check(
            b"INSTREAM size limit exceeded. ERROR\0",
            &Err(Reason::LimitExceeded),
        );
        check(
            b"stream: Time limit reached ERROR\0",
            &Err(Reason::LimitExceeded),
        );
        check(
            b"INSTREAM: Can't write to temporary file. ERROR\0",
            &Err(Reason::Failed),
        );
        check(b"stream: OKish ERROR\0", &Err(Reason::Failed));
        check(b"UNKNOWN COMMAND\0", &Err(Reason::Failed));
        check(b"COMMAND READ TIMED OUT\n", &Err(Reason::Timeout));
        check(b"", &Err(Reason::Io));
    }

    #[test]
    fn takes_nothing_else_for_an_answer() {
        for answer in [
            "stream: OK",
            "stream: OK\n",
            "stream: OK\r\n\0",
            "stream: OK\0\0",
            "stream: ok\0",
            " stream: OK\0",
            "stream: OK \0",
            "stream:OK\0",
            "stream: O",
            "OK\0",
            "1: stream: OK\0",
            "/tmp/mail: OK\0",
            "\0",
            "\n",
            "stream: OK\0stream: X FOUND\0",
            "stream: X\n FOUND\0",
            "stream:  FOUND\0",
            "stream: FOUND\0",
            "stream:  X FOUND\0",
            "stream: X FOUND",
            "stream: X FOUND\n",
            "stream: X FOUNDED\0",
            "PONG\0",
            "other: X FOUND\0",
            "stream: OK\u{7f}\0",
            "ERROR\0",
        ] {
            check(answer.as_bytes(), &Err(Reason::Garbled));
        }
    }

    #[test]
    fn keeps_signatures_printable_and_short() {
        let Report::Found { signature } = report(b"stream: \x1b[2JWin.Test\x07 FOUND\0") else {
            panic!("a finding");
        };
        assert_eq!(signature.as_str(), "\\x1b[2JWin.Test\\x07");
        let Report::Found { signature } =
            report(format!("stream: {} FOUND\0", "x".repeat(10_000)).as_bytes())
        else {
            panic!("a finding");
        };
        assert_eq!(signature.as_str().len(), 128);
    }

    #[test]
    fn believes_only_complaints_before_the_end_of_the_data() {
        for answer in ["stream: OK\0", "stream: X FOUND\0"] {
            assert!(
                matches!(early(answer.as_bytes()), Report::Unscanned(unscanned) if unscanned.reason() == Reason::Garbled)
            );
        }
        let refused = early(b"INSTREAM size limit exceeded. ERROR\0");
        assert_eq!(
            refused,
            Report::unscanned(Reason::LimitExceeded, "INSTREAM size limit exceeded. ERROR")
        );
    }

    #[test]
    fn takes_in_a_session_only_what_has_the_right_number() {
        let reason = |report| match report {
            Report::Unscanned(unscanned) => unscanned.reason(),
            report => panic!("{report}"),
        };
        assert_eq!(in_session(b"7: stream: OK\0", 7), Report::Clean);
        let found = in_session(b"12: stream: X FOUND\0", 12);
        assert_eq!(found, Report::found(b"X"));
        for answer in [
            &b"stream: OK\0"[..],
            b"stream: X FOUND\0",
            b"1: stream: OK\0",
            b"77: stream: OK\0",
            b"07: stream: OK\0",
            b"7:stream: OK\0",
            b"7: 7: stream: OK\0",
            b"7: stream: OK\x008: stream: OK\0",
            b"8: stream: X FOUND\0",
            b"8: INSTREAM size limit exceeded. ERROR\0",
            b"7: \0",
            b"7: stream: OK",
        ] {
            let shown = answer.escape_ascii();
            assert_eq!(reason(in_session(answer, 7)), Reason::Garbled, "{shown}");
        }
        let refused = b"7: INSTREAM size limit exceeded. ERROR\0";
        for report in [in_session(refused, 7), early_in_session(refused, 7)] {
            assert_eq!(reason(report), Reason::LimitExceeded);
        }
        let late = b"COMMAND READ TIMED OUT\n";
        for report in [in_session(late, 7), early_in_session(late, 7)] {
            assert_eq!(reason(report), Reason::Timeout);
        }
        let believed = early_in_session(b"7: stream: OK\0", 7);
        assert_eq!(reason(believed), Reason::Garbled);
        assert_eq!(reason(in_session(b"UNKNOWN COMMAND\0", 1)), Reason::Failed);
    }

    #[test]
    fn knows_pong_and_version() {
        assert_eq!(pong(b"PONG\0"), Ok(()));
        assert!(pong(b"PONG").is_err() && pong(b"PONG\n").is_err() && pong(b"").is_err());
        assert_eq!(
            version(b"ClamAV 1.4.3\0").map(String::from),
            Ok("ClamAV 1.4.3".to_owned())
        );
        assert!(version(b"COMMAND UNAVAILABLE\0").is_ok());
        assert!(version(b"Postfix 3.7\0").is_err() && version(b"UNKNOWN COMMAND\0").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// One byte of a good answer changed, left out or added never makes a message clean.
        #[test]
        fn no_near_miss_is_clean(at in 0usize..11, byte: u8, how in 0..3) {
            let good = b"stream: OK\0";
            let mut answer = good.to_vec();
            match how {
                0 => answer[at] = byte,
                1 => { answer.remove(at); }
                _ => answer.insert(at, byte),
            }
            prop_assume!(answer != good);
            prop_assert_ne!(report(&answer), Report::Clean);
        }

        #[test]
        fn no_noise_is_clean(noise in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_ne!(report(&noise), Report::Clean);
        }
    }
}
