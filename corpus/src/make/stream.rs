//! Messages of any size as chunks of at most 64 KiB: nothing is ever whole in memory.

use super::encode::base64;
use crate::random::Random;
use std::iter;

/// Lines of base64 in one chunk; each stands for 57 octets.
const LINES: u64 = 512;
const LINE: u64 = 57;

/// A message with one attachment of `size` random octets in base64.
pub fn attachment(size: u64, seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random::new(seed);
    let mut left = size;
    let content = iter::from_fn(move || {
        let now = left.min(LINES * LINE);
        left -= now;
        (now > 0).then(|| random.octets(usize::try_from(now).unwrap_or(0)))
    });
    in_message("large.bin", content)
}

/// A message with one attachment in base64, whose content comes in chunks: a ZIP bomb, for instance.
pub fn in_message(
    name: &str,
    content: impl Iterator<Item = Vec<u8>>,
) -> impl Iterator<Item = Vec<u8>> {
    let head = format!(
        "From: sender@example.org\r\nTo: recipient@example.com\r\nSubject: large\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"large\"\r\n\r\n--large\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n\
         --large\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    let head = iter::once(head.into_bytes());
    head.chain(Lines {
        content,
        held: Vec::new(),
        ended: false,
    })
    .chain(iter::once(b"--large--\r\n".to_vec()))
}

/// A message whose body is one line of so many octets.
pub fn one_line(size: u64) -> impl Iterator<Item = Vec<u8>> {
    body_of(b'x', size)
}

/// A message whose body is so many line feeds without carriage returns.
pub fn line_feeds(size: u64) -> impl Iterator<Item = Vec<u8>> {
    body_of(b'\n', size)
}

/// A message whose body is so many NUL octets.
pub fn nuls(size: u64) -> impl Iterator<Item = Vec<u8>> {
    body_of(0, size)
}

fn body_of(octet: u8, size: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut left = size;
    let body = iter::from_fn(move || {
        let now = left.min(65_536);
        left -= now;
        (now > 0).then(|| vec![octet; usize::try_from(now).unwrap_or(0)])
    });
    iter::once(b"From: sender@example.org\r\nSubject: large\r\n\r\n".to_vec()).chain(body)
}

/// Encodes chunks in base64 lines, each with its line end.
struct Lines<I> {
    content: I,
    held: Vec<u8>,
    ended: bool,
}

impl<I: Iterator<Item = Vec<u8>>> Iterator for Lines<I> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let most = usize::try_from(LINES * LINE).unwrap_or(usize::MAX);
        while self.held.len() < most && !self.ended {
            match self.content.next() {
                Some(chunk) => self.held.extend_from_slice(&chunk),
                None => self.ended = true,
            }
        }
        let now = self.held.len().min(most);
        let lines = self.held.drain(..now).collect::<Vec<u8>>();
        let width = usize::try_from(LINE).unwrap_or(1);
        let text: String = lines
            .chunks(width)
            .map(|line| base64(line) + "\r\n")
            .collect();
        (!text.is_empty()).then(|| text.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::make::zip;

    fn check(stream: impl Iterator<Item = Vec<u8>>, at_least: u64) {
        let mut size = 0;
        for chunk in stream {
            assert!(
                !chunk.is_empty() && chunk.len() <= 65_536,
                "{}",
                chunk.len()
            );
            size += chunk.len() as u64;
        }
        assert!(size >= at_least, "{size} of {at_least}");
    }

    #[test]
    fn chunks_are_small_and_add_up() {
        check(attachment(10 << 20, 1), 13 << 20);
        check(one_line(10 << 20), 10 << 20);
        check(line_feeds(1), 1);
        check(nuls(65_537), 65_537);
        check(in_message("bomb.zip", zip::bomb(1 << 30)), 1 << 20);
    }

    #[test]
    fn the_encoded_lines_are_those_of_the_encoder() {
        let content = Random::new(3).octets(100_000);
        let stream = in_message("a.bin", content.chunks(999).map(<[u8]>::to_vec));
        let whole = String::from_utf8(stream.flatten().collect()).expect("ascii");
        assert!(whole.contains(&super::super::encode::base64_lines(&content)));
    }
}
