//! Replies to the sender: code, enhanced status code and one line of ASCII (RFC 5321, section 4.2; RFC 3463).

use std::fmt;

/// A reply that refuses, for good (5xx) or for now (4xx). Its parts are known to agree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reply {
    code: u16,
    enhanced: (u8, u16, u16),
    text: String,
}

impl Reply {
    /// Longest text in octets: with both codes and the line end a line stays within the 512 octets of RFC 5321,
    /// section 4.5.3.1.5.
    pub const TEXT_LIMIT: usize = 480;

    /// Checks codes and takes any text: what is not printable ASCII becomes `?`, and what is too long is cut.
    pub fn new(code: u16, enhanced: (u8, u16, u16), text: &str) -> Result<Self, InvalidReply> {
        let class = code / 100;
        if !(class == 4 || class == 5) || code / 10 % 10 > 5 {
            return Err(InvalidReply::Code);
        }
        if enhanced.1 > 999 || enhanced.2 > 999 {
            return Err(InvalidReply::Enhanced);
        }
        if u16::from(enhanced.0) != class {
            return Err(InvalidReply::Class);
        }
        Ok(Reply {
            code,
            enhanced,
            text: String::new(),
        }
        .with_text(text))
    }

    /// `451 4.7.1` with a text.
    pub(crate) fn deferred(text: &str) -> Self {
        let reply = Reply {
            code: 451,
            enhanced: (4, 7, 1),
            text: String::new(),
        };
        reply.with_text(text)
    }

    /// The same codes with another text.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        let printable = |c: char| {
            if c == ' ' || c.is_ascii_graphic() {
                c
            } else {
                '?'
            }
        };
        let text = text
            .trim()
            .chars()
            .take(Self::TEXT_LIMIT)
            .map(printable)
            .collect();
        Reply { text, ..*self }
    }

    /// The three-digit code: 400 to 459 or 500 to 559.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The enhanced status code, `5.7.1`.
    pub fn enhanced(&self) -> String {
        let (class, subject, detail) = self.enhanced;
        format!("{class}.{subject}.{detail}")
    }

    /// The text: printable ASCII in one line, at most [`Reply::TEXT_LIMIT`] octets.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the sender may try again.
    pub fn is_temporary(&self) -> bool {
        self.code < 500
    }
}

/// `550 5.7.1 message refused`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.enhanced())?;
        if self.text.is_empty() {
            return Ok(());
        }
        write!(f, " {}", self.text)
    }
}

/// Why a reply cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidReply {
    /// The code is not 400 to 459 or 500 to 559.
    Code,
    /// A number of the enhanced status code is larger than 999.
    Enhanced,
    /// The first numbers of both codes differ.
    Class,
}

impl fmt::Display for InvalidReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidReply::Code => "a reply code is 400 to 459 or 500 to 559",
            InvalidReply::Enhanced => {
                "an enhanced status code is three numbers, the last two at most 999"
            }
            InvalidReply::Class => "reply code and enhanced status code are of different classes",
        })
    }
}

impl std::error::Error for InvalidReply {}

#[cfg(test)]
mod tests {
    use super::{InvalidReply, Reply};

    #[test]
    fn codes_agree_or_are_refused() {
        for (code, enhanced, expected) in [
            (550, (5, 7, 1), Ok("550 5.7.1 no")),
            (451, (4, 7, 1), Ok("451 4.7.1 no")),
            (421, (4, 0, 0), Ok("421 4.0.0 no")),
            (250, (2, 0, 0), Err(InvalidReply::Code)),
            (560, (5, 0, 0), Err(InvalidReply::Code)),
            (650, (5, 0, 0), Err(InvalidReply::Code)),
            (550, (4, 7, 1), Err(InvalidReply::Class)),
            (550, (5, 1000, 1), Err(InvalidReply::Enhanced)),
        ] {
            let reply = Reply::new(code, enhanced, "no").map(|reply| reply.to_string());
            assert_eq!(reply, expected.map(str::to_owned), "{code} {enhanced:?}");
        }
    }

    #[test]
    fn text_is_one_line_of_ascii() {
        let reply = Reply::new(550, (5, 7, 1), "a\r\n250 ok\u{202e}ü").unwrap();
        assert_eq!(reply.text(), "a??250 ok??");
        let long = Reply::new(550, (5, 7, 1), &"x".repeat(5_000)).unwrap();
        assert!(long.to_string().len() + 2 <= 512);
    }
}
