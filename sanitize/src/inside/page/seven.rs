//! Pages in UTF-7, which some browsers take a page for that does not say what it is written in.

use crate::charset::{Charset, ToUtf8};
use std::io::{self, Read};

/// What a tag in UTF-7 has in it: a run of base64 that begins with one of the octets of `<` or `>`.
pub(super) const SIGN: &[u8] = b"+AD";
/// Octets that are taken at a time.
const PIECE: usize = 4 << 10;

/// Reads UTF-7 as UTF-8.
pub(super) struct Unfolded<R> {
    from: R,
    charset: ToUtf8,
    piece: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Unfolded<R> {
    pub(super) fn new(from: R) -> Self {
        Unfolded {
            from,
            charset: ToUtf8::new(Charset::Utf7),
            piece: vec![0; PIECE],
            text: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !self.ended {
            match self.from.read(&mut self.piece) {
                Ok(0) => {
                    self.ended = true;
                    self.charset.finish(&mut self.text);
                }
                Ok(count) => {
                    let piece = self.piece.get(..count).unwrap_or_default();
                    self.charset.push(piece, &mut self.text);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Unfolded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.text.len() {
            self.fill()?;
        }
        let count = self
            .text
            .get(self.given..)
            .unwrap_or_default()
            .read(buffer)?;
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Unfolded;
    use std::io::Read;

    #[test]
    fn reads_runs_across_pieces() {
        let mut text = Vec::new();
        let from = b"a+ADw-b+AD4-".chain(&b"c+ADwAYg-d"[..]);
        Unfolded::new(from).read_to_end(&mut text).expect("text");
        assert_eq!(text, b"a<b>c<bd");
    }
}
