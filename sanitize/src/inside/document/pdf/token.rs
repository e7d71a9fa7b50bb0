//! The words of a PDF file (ISO 32000-2, section 7.2), one after the other.

use std::io::{self, BufRead};

/// Octets of one word that are kept.
const KEPT: usize = 1_024;

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name without its slash, and whether a letter or digit of it was written as a number.
    Name(Vec<u8>, bool),
    /// A string, without its brackets and escapes.
    Text(Vec<u8>),
    /// `<<`
    DictionaryBegins,
    /// `>>`
    DictionaryEnds,
    /// `[`
    ArrayBegins,
    /// Anything else: a number or a keyword.
    Word(Vec<u8>),
}

/// Reads words.
pub(super) struct Tokens<R> {
    from: R,
    /// Where it stands.
    pub(super) at: u64,
    /// An octet that was read too far.
    again: Option<u8>,
}

impl<R: BufRead> Tokens<R> {
    pub(super) fn new(from: R) -> Self {
        Tokens {
            from,
            at: 0,
            again: None,
        }
    }

    /// The next word. None at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Token>> {
        loop {
            let Some(octet) = self.octet()? else {
                return Ok(None);
            };
            return Ok(Some(match octet {
                _ if is_space(octet) => continue,
                b'%' => {
                    self.comment()?;
                    continue;
                }
                b'/' => self.name()?,
                b'(' => self.text()?,
                b'<' => match self.octet()? {
                    Some(b'<') => Token::DictionaryBegins,
                    next => {
                        self.give_back(next);
                        self.digits()?
                    }
                },
                b'>' => match self.octet()? {
                    Some(b'>') => Token::DictionaryEnds,
                    next => {
                        self.give_back(next);
                        continue;
                    }
                },
                b'[' => Token::ArrayBegins,
                b']' | b'{' | b'}' | b')' => continue,
                _ => self.word(octet)?,
            }));
        }
    }

    /// Passes over the line end behind the keyword `stream`.
    pub(super) fn line_end(&mut self) -> io::Result<()> {
        for expected in [b'\r', b'\n'] {
            match self.octet()? {
                Some(octet) if octet == expected => {}
                other => self.give_back(other),
            }
        }
        Ok(())
    }

    /// Passes over everything up to `mark`, and says where that begins; at the end, the end.
    pub(super) fn find(&mut self, mark: &[u8]) -> io::Result<u64> {
        let mut matched = 0_usize;
        while let Some(octet) = self.octet()? {
            matched = match mark.get(matched) {
                Some(wanted) if *wanted == octet => matched.saturating_add(1),
                _ => usize::from(mark.first() == Some(&octet)),
            };
            if matched == mark.len() {
                return Ok(self.at.saturating_sub(mark.len() as u64));
            }
        }
        Ok(self.at)
    }

    fn give_back(&mut self, octet: Option<u8>) {
        if octet.is_some() {
            self.at = self.at.saturating_sub(1);
        }
        self.again = octet;
    }

    fn octet(&mut self) -> io::Result<Option<u8>> {
        let mut octet = self.again.take();
        if octet.is_none() {
            octet = self.from.fill_buf()?.first().copied();
            self.from.consume(usize::from(octet.is_some()));
        }
        self.at = self.at.saturating_add(u64::from(octet.is_some()));
        Ok(octet)
    }

    fn comment(&mut self) -> io::Result<()> {
        while let Some(octet) = self.octet()? {
            if matches!(octet, b'\r' | b'\n') {
                break;
            }
        }
        Ok(())
    }

    /// Section 7.3.5.
    fn name(&mut self) -> io::Result<Token> {
        let (mut name, mut disguised) = (Vec::new(), false);
        loop {
            let octet = match self.octet()? {
                Some(b'#') => {
                    let (high, low) = (self.octet()?, self.octet()?);
                    match (high.and_then(digit), low.and_then(digit)) {
                        (Some(high), Some(low)) => {
                            let octet = high << 4 | low;
                            disguised |= octet.is_ascii_alphanumeric();
                            octet
                        }
                        _ => break,
                    }
                }
                Some(octet) if is_regular(octet) => octet,
                other => {
                    self.give_back(other);
                    break;
                }
            };
            if name.len() < KEPT {
                name.push(octet);
            }
        }
        Ok(Token::Name(name, disguised))
    }

    /// Section 7.3.4.2: brackets in pairs, and escapes.
    fn text(&mut self) -> io::Result<Token> {
        let (mut text, mut depth) = (Vec::new(), 1_u32);
        while let Some(octet) = self.octet()? {
            let kept = match octet {
                b'\\' => self.escape()?,
                b'(' => {
                    depth = depth.saturating_add(1);
                    Some(octet)
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                    Some(octet)
                }
                _ => Some(octet),
            };
            if text.len() < KEPT {
                text.extend(kept);
            }
        }
        Ok(Token::Text(text))
    }

    fn escape(&mut self) -> io::Result<Option<u8>> {
        Ok(match self.octet()? {
            Some(b'n') => Some(b'\n'),
            Some(b'r') => Some(b'\r'),
            Some(b't') => Some(b'\t'),
            Some(b'\r' | b'\n') => None,
            Some(first @ b'0'..=b'7') => {
                let mut value = u32::from(first.saturating_sub(b'0'));
                for _ in 0..2 {
                    match self.octet()? {
                        Some(next @ b'0'..=b'7') => {
                            value = value << 3 | u32::from(next.saturating_sub(b'0'));
                        }
                        other => {
                            self.give_back(other);
                            break;
                        }
                    }
                }
                u8::try_from(value & 0xFF).ok()
            }
            other => other,
        })
    }

    /// Section 7.3.4.3.
    fn digits(&mut self) -> io::Result<Token> {
        let (mut text, mut high) = (Vec::new(), None);
        while let Some(octet) = self.octet()? {
            if octet == b'>' {
                break;
            }
            let Some(value) = digit(octet) else { continue };
            match high.take() {
                None => high = Some(value),
                Some(high) if text.len() < KEPT => text.push(high << 4 | value),
                Some(_) => {}
            }
        }
        text.extend(high.map(|high| high << 4));
        Ok(Token::Text(text))
    }

    fn word(&mut self, first: u8) -> io::Result<Token> {
        let mut word = vec![first];
        loop {
            match self.octet()? {
                Some(octet) if is_regular(octet) => {
                    if word.len() < KEPT {
                        word.push(octet);
                    }
                }
                other => {
                    self.give_back(other);
                    return Ok(Token::Word(word));
                }
            }
        }
    }
}

fn is_space(octet: u8) -> bool {
    matches!(octet, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(octet: u8) -> bool {
    !is_space(octet)
        && !matches!(
            octet,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

fn digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
