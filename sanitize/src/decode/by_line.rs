//! Lines of a body, put together from its pieces.

/// Puts lines together. Of a line that is longer than `most`, only so many octets are kept.
#[derive(Debug)]
pub(super) struct ByLine {
    held: Vec<u8>,
    most: usize,
}

impl ByLine {
    pub(super) fn new(most: usize) -> Self {
        ByLine {
            held: Vec::new(),
            most,
        }
    }

    /// Takes the next octets and hands on every line that ends in them, without its line end.
    pub(super) fn push(&mut self, raw: &[u8], mut line: impl FnMut(&[u8])) {
        let mut rest = raw;
        while let Some(newline) = memchr::memchr(b'\n', rest) {
            let (text, after) = rest.split_at(newline);
            if self.held.is_empty() {
                line(without_cr(text.get(..self.most).unwrap_or(text)));
            } else {
                self.hold(text);
                line(without_cr(&self.held));
                self.held.clear();
            }
            rest = after.get(1..).unwrap_or_default();
        }
        self.hold(rest);
    }

    /// Hands on the last line, if it has no line end.
    pub(super) fn finish(&mut self, line: impl FnOnce(&[u8])) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            line(without_cr(&held));
        }
    }

    fn hold(&mut self, text: &[u8]) {
        let room = self.most.saturating_sub(self.held.len());
        self.held
            .extend_from_slice(text.get(..room).unwrap_or(text));
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
