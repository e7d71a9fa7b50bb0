//! Puts an mbox together again.

use super::variant::has_name;
use super::{Variant, quote};
use std::io::{self, Read, Write};

/// Writes messages one behind the other, with a blank line between them.
#[derive(Debug)]
pub struct MboxWriter<W> {
    out: W,
    variant: Variant,
    /// The last octets that were written, to know whether a blank line ends the file.
    tail: [u8; 4],
    written: bool,
}

impl<W: Write> MboxWriter<W> {
    /// Starts an mbox.
    pub fn new(out: W, variant: Variant) -> Self {
        MboxWriter {
            out,
            variant,
            tail: [0; 4],
            written: false,
        }
    }

    /// Writes what was one entry of an mbox as it was: `From ` line, message and blank line.
    pub fn put_as_it_was(&mut self, entry: impl Read) -> io::Result<()> {
        self.end_message()?;
        self.copy(entry)
    }

    /// Writes a `From ` line and behind it a message that is not quoted yet.
    pub fn put_changed(&mut self, from: &[u8], message: impl Read) -> io::Result<()> {
        self.end_message()?;
        self.copy(from)?;
        let mut quoted = quote(message, self.variant);
        if self.variant == Variant::Mboxcl {
            let header = without_content_length(&take_header(&mut quoted)?);
            self.copy(header.as_slice())?;
        }
        self.copy(quoted)?;
        self.end_message()
    }

    /// Whether a message was written.
    pub fn has_messages(&self) -> bool {
        self.written
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn copy(&mut self, mut from: impl Read) -> io::Result<()> {
        while let Some(chunk) = crate::spool::next_chunk(&mut from)? {
            self.put(&chunk)?;
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.written = true;
        for byte in bytes.iter().rev().take(4).rev() {
            self.tail.rotate_left(1);
            if let Some(last) = self.tail.last_mut() {
                *last = *byte;
            }
        }
        Ok(())
    }

    /// Makes sure that a blank line ends what was written, so that a `From ` line may follow.
    fn end_message(&mut self) -> io::Result<()> {
        let line_end: &[u8] = if self.tail.ends_with(b"\r\n") {
            b"\r\n"
        } else {
            b"\n"
        };
        if self.written && !self.tail.ends_with(b"\n") {
            self.put(line_end)?;
        }
        if self.written && !self.tail.ends_with(b"\n\n") && !self.tail.ends_with(b"\n\r\n") {
            self.put(line_end)?;
        }
        Ok(())
    }
}

/// Octets of a header section that are looked at; the engine edits no message with a longer one.
const LONGEST_HEADER: u64 = 2 << 20;

/// Reads the header section, the empty line at its end included.
fn take_header(message: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    let mut byte = [0];
    let mut limited = message.take(LONGEST_HEADER);
    let mut line_start = 0;
    while limited.read(&mut byte)? > 0 {
        header.extend_from_slice(&byte);
        if byte == *b"\n" {
            let line = header.get(line_start..).unwrap_or_default();
            if line.trim_ascii().is_empty() {
                break;
            }
            line_start = header.len();
        }
    }
    Ok(header)
}

/// A length that does not fit the changed message would make readers cut it in the wrong place.
fn without_content_length(header: &[u8]) -> Vec<u8> {
    let mut dropping = false;
    let mut kept = Vec::with_capacity(header.len());
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        let continues = matches!(line.first(), Some(b' ' | b'\t'));
        dropping = has_name(line, b"content-length") || (dropping && continues);
        if !dropping {
            kept.extend_from_slice(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{MboxWriter, Variant};

    const FROM: &str = "From a@b Thu Jan  1 00:00:00 1970\n";

    #[track_caller]
    fn check(variant: Variant, messages: &[&str], expected: &str) {
        let mut writer = MboxWriter::new(Vec::new(), variant);
        for message in messages {
            writer
                .put_changed(FROM.as_bytes(), message.as_bytes())
                .unwrap();
        }
        let found = String::from_utf8(writer.into_inner()).unwrap();
        assert_eq!(found, expected.replace('^', FROM));
    }

    #[test]
    fn changed_messages_are_quoted_and_kept_apart() {
        check(
            Variant::Mboxrd,
            &["A: 1\n\nFrom x\n", "B: 2\n\ny"],
            "^A: 1\n\n>From x\n\n^B: 2\n\ny\n\n",
        );
        check(
            Variant::Mboxo,
            &["A: 1\r\n\r\nx\r\n"],
            "^A: 1\r\n\r\nx\r\n\r\n",
        );
        check(
            Variant::Mboxcl,
            &["A: 1\ncontent-length : 7\n 8\nB: 2\n\nContent-Length: 1\n"],
            "^A: 1\nB: 2\n\nContent-Length: 1\n\n",
        );
    }
}
