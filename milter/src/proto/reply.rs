//! A checked SMTP reply: the filter's own words to the client.

use std::fmt;
use std::str::FromStr;

/// Most lines of one reply.
pub const LINES_MAX: usize = 32;

/// Longest line of a reply as the SMTP client gets it, in octets without its line end (RFC 5321, section 4.5.3.1.5).
pub const LINE_MAX: usize = 510;

/// An SMTP reply that both Postfix and Sendmail take: code 4xx or 5xx, an enhanced status code of the same class
/// (RFC 3463), printable ASCII, at most 32 lines of at most 510 octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    status: (u16, u16),
    lines: Vec<String>,
}

impl Reply {
    /// A reply of a code, subject and detail of the enhanced status, and text; LF in the text starts a new line.
    ///
    /// `Reply::new(550, (7, 1), "not here")` is `550 5.7.1 not here`.
    pub fn new(code: u16, status: (u16, u16), text: &str) -> Result<Self, InvalidReply> {
        if !(400..600).contains(&code) {
            return Err(InvalidReply::Code);
        }
        if status.0 > 999 || status.1 > 999 {
            return Err(InvalidReply::Status);
        }
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let reply = Self {
            code,
            status,
            lines,
        };
        reply.check().map(|()| reply)
    }

    /// The same for text of any origin: other characters than printable ASCII become `?`, long lines are broken, and
    /// what is beyond the last line is cut off. Only the numbers can be wrong.
    pub fn lossy(code: u16, status: (u16, u16), text: &str) -> Result<Self, InvalidReply> {
        let mut reply = Self::new(code, status, "")?;
        let room = LINE_MAX.saturating_sub(reply.start(b' ').len());
        reply.lines = text
            .lines()
            .flat_map(|line| wrap(&printable(line), room))
            .take(LINES_MAX)
            .collect();
        if reply.lines.is_empty() {
            reply.lines.push(String::new());
        }
        Ok(reply)
    }

    /// The code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Whether the client may try again later (4xx).
    pub fn is_temporary(&self) -> bool {
        self.code < 500
    }

    fn check(&self) -> Result<(), InvalidReply> {
        if self.lines.len() > LINES_MAX {
            return Err(InvalidReply::Lines);
        }
        let start = self.start(b' ').len();
        for line in &self.lines {
            if !line.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
                return Err(InvalidReply::Text);
            }
            if start.saturating_add(line.len()) > LINE_MAX {
                return Err(InvalidReply::Line);
            }
        }
        Ok(())
    }

    /// `550-5.7.1 `, with the given octet behind the code.
    fn start(&self, separator: u8) -> String {
        let (subject, detail) = self.status;
        format!(
            "{}{}{}.{subject}.{detail} ",
            self.code,
            char::from(separator),
            self.code / 100
        )
    }

    /// The lines as the SMTP client gets them, joined by CRLF.
    fn text(&self) -> String {
        let mut text = String::new();
        let last = self.lines.len().saturating_sub(1);
        for (number, line) in self.lines.iter().enumerate() {
            if number > 0 {
                text.push_str("\r\n");
            }
            text.push_str(&self.start(if number == last { b' ' } else { b'-' }));
            text.push_str(line);
        }
        text
    }

    /// The payload: `%` doubled because MTAs take the text for a format, NUL at the end.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut payload = self.text().replace('%', "%%").into_bytes();
        payload.push(0);
        payload
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().replace("\r\n", " / "))
    }
}

impl FromStr for Reply {
    type Err = InvalidReply;

    /// Reads `550 5.7.1 text`. Without an enhanced status it becomes `x.7.0`, "other security status".
    fn from_str(reply: &str) -> Result<Self, InvalidReply> {
        let (code, rest) = reply.split_once(' ').unwrap_or((reply, ""));
        let code: u16 = match code.as_bytes() {
            [b'4' | b'5', b'0'..=b'9', b'0'..=b'9'] => {
                code.parse().map_err(|_| InvalidReply::Code)?
            }
            _ => return Err(InvalidReply::Code),
        };
        let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
        match status(first) {
            Some((class, status)) if class == code / 100 => Self::new(code, status, after),
            Some(_) => Err(InvalidReply::Status),
            None => Self::new(code, (7, 0), rest),
        }
    }
}

/// Class, subject and detail of a word that looks like an enhanced status code.
fn status(word: &str) -> Option<(u16, (u16, u16))> {
    let mut numbers = word.splitn(3, '.').map(|number| {
        let digits = !number.is_empty()
            && number.len() <= 3
            && number.bytes().all(|digit| digit.is_ascii_digit());
        digits.then(|| number.parse().ok()).flatten()
    });
    Some((numbers.next()??, (numbers.next()??, numbers.next()??)))
}

fn printable(line: &str) -> String {
    line.chars()
        .map(|letter| {
            if matches!(letter, ' '..='~') {
                letter
            } else {
                '?'
            }
        })
        .collect()
}

/// Breaks ASCII text at blanks, or where it must, into lines of at most `room` octets.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.len() > room {
        let (full, _) = rest.split_at_checked(room).unwrap_or((rest, ""));
        let end = full.rfind(' ').filter(|at| *at > 0).unwrap_or(full.len());
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        lines.push(line.to_owned());
        rest = after.trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// Why something is not a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidReply {
    /// The code is not 400 to 599.
    Code,
    /// The enhanced status code is of another class than the code, or too large.
    Status,
    /// A character is not printable ASCII.
    Text,
    /// A line is longer than [`LINE_MAX`].
    Line,
    /// More than [`LINES_MAX`] lines.
    Lines,
}

impl fmt::Display for InvalidReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "a reply starts with a code of three digits, 400 to 599",
            Self::Status => {
                "the enhanced status code must be of the same class as the code, such as 550 5.7.1"
            }
            Self::Text => "a reply is printable ascii",
            Self::Line => "a line of a reply has at most 510 characters",
            Self::Lines => "a reply has at most 32 lines",
        })
    }
}

impl std::error::Error for InvalidReply {}
