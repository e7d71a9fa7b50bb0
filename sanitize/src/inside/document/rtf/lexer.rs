//! The words of an RTF file (section "RTF Syntax").

use std::io::{self, BufRead, Read};

/// Octets of one control word that are kept. Longer ones are none.
const WORD: usize = 255;
/// Octets of binary data that are taken at a time.
const BINARY: u64 = 64 << 10;

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `{`
    Begin,
    /// `}`
    End,
    /// A control word, without the number behind it.
    Word(Vec<u8>),
    /// `\*`: what does not know the next word passes over its group.
    Star,
    /// One octet of text.
    Octet(u8),
    /// Octets behind `\bin`.
    Binary(Vec<u8>),
}

/// Reads words.
pub(super) struct Lexer<R> {
    from: R,
    again: Option<u8>,
    /// Octets of binary data that are still to come.
    binary: u64,
}

impl<R: BufRead> Lexer<R> {
    pub(super) fn new(from: R) -> Self {
        Lexer {
            from,
            again: None,
            binary: 0,
        }
    }

    /// The next word. None at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Token>> {
        if self.binary > 0 {
            return self.binary();
        }
        loop {
            let Some(octet) = self.octet()? else {
                return Ok(None);
            };
            return Ok(Some(match octet {
                b'{' => Token::Begin,
                b'}' => Token::End,
                b'\r' | b'\n' | 0 => continue,
                b'\\' => match self.control()? {
                    Some(token) => token,
                    None => continue,
                },
                _ => Token::Octet(octet),
            }));
        }
    }

    fn binary(&mut self) -> io::Result<Option<Token>> {
        let mut octets = Vec::new();
        octets.extend(self.again.take());
        let count = self.binary.min(BINARY).saturating_sub(octets.len() as u64);
        self.from.by_ref().take(count).read_to_end(&mut octets)?;
        self.binary = self.binary.saturating_sub(octets.len() as u64);
        if octets.is_empty() {
            self.binary = 0;
            return Ok(None);
        }
        Ok(Some(Token::Binary(octets)))
    }

    /// What follows a backslash.
    fn control(&mut self) -> io::Result<Option<Token>> {
        let Some(first) = self.octet()? else {
            return Ok(None);
        };
        Ok(match first {
            b'*' => Some(Token::Star),
            b'\'' => {
                let (high, low) = (self.octet()?, self.octet()?);
                let value = high.and_then(digit).zip(low.and_then(digit));
                value.map(|(high, low)| Token::Octet(high << 4 | low))
            }
            b'\\' | b'{' | b'}' => Some(Token::Octet(first)),
            _ if first.is_ascii_alphabetic() => Some(self.word(first)?),
            _ => None,
        })
    }

    fn word(&mut self, first: u8) -> io::Result<Token> {
        let mut word = vec![first];
        let mut next = self.octet()?;
        while let Some(octet) = next.filter(u8::is_ascii_alphabetic) {
            if word.len() < WORD {
                word.push(octet);
            }
            next = self.octet()?;
        }
        let negative = next == Some(b'-');
        if negative {
            next = self.octet()?;
        }
        let mut number = 0_u64;
        while let Some(octet) = next.filter(u8::is_ascii_digit) {
            let digit = u64::from(octet.saturating_sub(b'0'));
            number = number.saturating_mul(10).saturating_add(digit);
            next = self.octet()?;
        }
        if next != Some(b' ') {
            self.again = next;
        }
        if word == b"bin" && !negative {
            self.binary = number;
        }
        Ok(Token::Word(word))
    }

    fn octet(&mut self) -> io::Result<Option<u8>> {
        let mut octet = self.again.take();
        if octet.is_none() {
            octet = self.from.fill_buf()?.first().copied();
            self.from.consume(usize::from(octet.is_some()));
        }
        Ok(octet)
    }
}

fn digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
