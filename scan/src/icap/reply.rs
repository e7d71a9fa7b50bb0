//! What ICAP servers answer (RFC 3507, section 4.3.3).
//!
//! | answer | report |
//! |---|---|
//! | a field that names an infection | found |
//! | 204 | clean |
//! | 200 with an HTTP answer that refuses | found |
//! | 200 otherwise | none: the content was changed, and nobody says why |
//! | everything else | none |

use crate::{Reason, Report, Unscanned};

/// Fields that name what was found, in the order of what is said best. `X-Infection-Found` is that of
/// draft-stecher-icap-subid-00, section 3; the others are those of servers in use.
const FINDINGS: [&str; 5] = [
    "x-infection-found",
    "x-virus-id",
    "x-virus-name",
    "x-violations-found",
    "x-blocked-reason",
];

/// The head of an answer.
#[derive(Debug)]
struct Head<'a> {
    status: u16,
    fields: Vec<(String, String)>,
    /// What stands behind it.
    body: &'a [u8],
}

/// Whether all of an answer is there that [`report`] looks at: its head, and of an answer with an HTTP message the head of
/// that.
pub(super) fn is_whole(answer: &[u8]) -> bool {
    match head(answer) {
        Ok(Some(head)) => head.status != 200 || find_end(head.body).is_some(),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// What an answer says of a message that the server has had in full.
pub(super) fn report(answer: &[u8]) -> Report {
    match head(answer) {
        Ok(Some(head)) => judge(&head),
        Ok(None) => garbled(answer).into(),
        Err(garbled) => garbled.into(),
    }
}

/// What an answer says that came before the server had everything: only what it found counts.
pub(super) fn early(answer: &[u8]) -> Report {
    match report(answer) {
        found @ Report::Found { .. } => found,
        Report::Unscanned(unscanned) => unscanned.into(),
        other => Report::unscanned(
            Reason::Garbled,
            &format!("{} before the end of the data", other.name()),
        ),
    }
}

/// What an answer to OPTIONS says: the name of the service, and the version of its database where it tells that.
pub(super) fn options(answer: &[u8]) -> Result<String, Unscanned> {
    let head = head(answer)?.ok_or_else(|| garbled(answer))?;
    if head.status != 200 {
        return Err(refused(&head));
    }
    let says = ["service", "service-id", "x-service-id", "istag"].map(|name| head.field(name));
    let words: Vec<_> = says.into_iter().flatten().collect();
    if head.field("methods").is_none() {
        return Err(Unscanned::new(
            Reason::Garbled,
            "an answer to OPTIONS that names no methods",
        ));
    }
    Ok(words.join(" "))
}

fn judge(head: &Head<'_>) -> Report {
    if let Some(name) = FINDINGS.iter().find_map(|name| head.finding(name)) {
        return Report::found(name.as_bytes());
    }
    match (head.status, http_status(head.body)) {
        (204, _) => Report::Clean,
        (200, Some(status @ 400..)) => Report::found(format!("refused with {status}").as_bytes()),
        (200, _) => Report::unscanned(Reason::Failed, "the content was changed without a word"),
        _ => refused(head).into(),
    }
}

fn refused(head: &Head<'_>) -> Unscanned {
    let text = format!("ICAP status {}", head.status);
    let reason = match head.status {
        408 => Reason::Timeout,
        413 => Reason::LimitExceeded,
        503 => Reason::Busy,
        _ => Reason::Failed,
    };
    Unscanned::new(reason, &text)
}

impl Head<'_> {
    fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// What a field says was found.
    fn finding(&self, name: &str) -> Option<&str> {
        let value = self.field(name)?;
        match name {
            // Type=0; Resolution=2; Threat=Eicar-Test-Signature;
            "x-infection-found" => {
                let mut items = value.split(';').map(str::trim);
                Some(
                    items
                        .find_map(|item| item.strip_prefix("Threat="))
                        .unwrap_or("found"),
                )
            }
            // How many, then for each file its name, what it holds, a number and what was done.
            "x-violations-found" => {
                let mut words = value.split('\n').map(str::trim);
                let none = words.next() == Some("0");
                (!none).then(|| words.nth(1).unwrap_or("found"))
            }
            _ => Some(value),
        }
        .map(|finding| if finding.is_empty() { "found" } else { finding })
    }
}

/// Reads the head of an answer; nothing as long as it has no end.
fn head(answer: &[u8]) -> Result<Option<Head<'_>>, Unscanned> {
    let Some(end) = find_end(answer) else {
        return Ok(None);
    };
    let (head, body) = answer.split_at(end);
    let text = std::str::from_utf8(head).map_err(|_| garbled(answer))?;
    let mut lines = text.trim_end().split("\r\n");
    let status = lines
        .next()
        .and_then(status_of)
        .ok_or_else(|| garbled(answer))?;
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in lines {
        if let (Some(rest), Some((_, value))) = (line.strip_prefix([' ', '\t']), fields.last_mut())
        {
            value.push('\n');
            value.push_str(rest.trim());
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| garbled(answer))?;
        if fields.len() >= FIELDS {
            return Err(garbled(answer));
        }
        fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Some(Head {
        status,
        fields,
        body,
    }))
}

/// `ICAP/1.0 204 No Content`.
fn status_of(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("ICAP/1.0 ")?;
    let digits = rest.get(..3)?;
    let ends = rest
        .get(3..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    (ends && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The status of an HTTP answer.
fn http_status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let text = std::str::from_utf8(line).ok()?;
    let rest = text.strip_prefix("HTTP/1.")?.get(1..)?;
    rest.trim_start().get(..3)?.parse().ok()
}

/// Where what follows the empty line begins.
fn find_end(octets: &[u8]) -> Option<usize> {
    let at = octets.windows(4).position(|window| window == b"\r\n\r\n")?;
    at.checked_add(4)
}

fn garbled(answer: &[u8]) -> Unscanned {
    let start = answer.get(..answer.len().min(SHOWN)).unwrap_or_default();
    let text = if answer.is_empty() {
        "no answer".to_owned()
    } else {
        format!("answer {:?}", start.escape_ascii().to_string())
    };
    Unscanned::new(Reason::Garbled, &text)
}

/// Fields of an answer.
const FIELDS: usize = 100;

/// Bytes of an answer that are shown.
const SHOWN: usize = 80;

#[cfg(test)]
mod tests {
    use super::{early, is_whole, options, report};
    use crate::{Reason, Report};

    #[track_caller]
    fn check(answer: &str, expected: &str) {
        let answer = answer.replace('\n', "\r\n");
        assert_eq!(report(answer.as_bytes()).to_string(), expected, "{answer}");
    }

    #[test]
    fn only_a_plain_204_is_clean() {
        check("ICAP/1.0 204 No Content\nISTag: \"x\"\n\n", "clean");
        check("ICAP/1.0 204\n\n", "clean");
        check(
            "ICAP/1.0 204 No\nX-Infection-Found: Type=0; Resolution=2; Threat=Evil.Word;\n\n",
            "found Evil.Word",
        );
        check(
            "ICAP/1.0 200 OK\nX-Infection-Found: Type=0\n\nHTTP/1.1 200 OK\n\n",
            "found found",
        );
        check(
            "ICAP/1.0 200 OK\nX-Virus-ID: A\nX-Infection-Found: Threat=B\n\n",
            "found B",
        );
        check(
            "ICAP/1.0 200 OK\nX-Violations-Found: 1\n\tfile.zip\n\tEvil.Zip\n\t12\n\t0\n\n",
            "found Evil.Zip",
        );
        check("ICAP/1.0 204 OK\nX-Violations-Found: 0\n\n", "clean");
        check(
            "ICAP/1.0 200 OK\nEncapsulated: res-hdr=0\n\nHTTP/1.1 403 Forbidden\n\n",
            "found refused with 403",
        );
        check(
            "ICAP/1.0 200 OK\n\nHTTP/1.1 200 OK\n\n",
            "unscanned: failed: the content was changed without a word",
        );
    }

    #[test]
    fn everything_else_is_no_answer() {
        for (answer, reason) in [
            ("ICAP/1.0 100 Continue\n\n", Reason::Failed),
            ("ICAP/1.0 404 No\n\n", Reason::Failed),
            ("ICAP/1.0 413 Large\n\n", Reason::LimitExceeded),
            ("ICAP/1.0 503 Busy\n\n", Reason::Busy),
            ("HTTP/1.1 204 No Content\n\n", Reason::Garbled),
            ("ICAP/1.0 2044\n\n", Reason::Garbled),
            ("ICAP/1.0 204 No Content\n", Reason::Garbled),
            ("ICAP/1.0 204 No Content\nno field\n\n", Reason::Garbled),
            ("", Reason::Garbled),
            ("\n\n", Reason::Garbled),
        ] {
            let answer = answer.replace('\n', "\r\n");
            let Report::Unscanned(unscanned) = report(answer.as_bytes()) else {
                panic!("{answer}");
            };
            assert_eq!(unscanned.reason(), reason, "{answer}");
        }
    }

    #[test]
    fn what_comes_early_counts_only_if_something_was_found() {
        let clean = early(b"ICAP/1.0 204 No Content\r\n\r\n");
        assert_eq!(
            clean.to_string(),
            "unscanned: garbled: clean before the end of the data"
        );
        let found = early(b"ICAP/1.0 200 OK\r\nX-Virus-ID: Evil\r\n\r\n");
        assert_eq!(found.to_string(), "found Evil");
    }

    #[test]
    fn an_answer_is_read_as_far_as_it_matters() {
        let answer = b"ICAP/1.0 200 OK\r\nX: y\r\n\r\nHTTP/1.1 403 No\r\n\r\n";
        for end in 0..answer.len() {
            assert!(!is_whole(&answer[..end]), "{end}");
        }
        assert!(is_whole(answer));
        assert!(is_whole(b"ICAP/1.0 204 No\r\n\r\n"));
    }

    #[test]
    fn options_name_the_service() {
        let answer =
            b"ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nService: c-icap\r\nISTag: \"x\"\r\n\r\n";
        assert_eq!(options(answer), Ok("c-icap \"x\"".to_owned()));
        assert!(options(b"ICAP/1.0 404 No\r\n\r\n").is_err());
        assert!(options(b"ICAP/1.0 200 OK\r\n\r\n").is_err());
    }
}
