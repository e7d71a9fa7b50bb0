//! The octets that were pushed and are not used up, with their place in the message.

/// A moving view of the message. Used octets are dropped when the next ones arrive, so it never grows beyond one push and
/// what the reader holds back.
#[derive(Debug, Default)]
pub(super) struct Window {
    buffer: Vec<u8>,
    used: usize,
    /// Place of `buffer[used]` in the message.
    position: u64,
    /// Octets that were pushed but dropped unread, past a limit.
    skipped: u64,
    /// Whether a CR alone is read as LF.
    cr_alone: bool,
    /// Whether a CR waits for the octet behind it.
    held_cr: bool,
}

impl Window {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.used);
        self.used = 0;
        if self.cr_alone {
            self.push_lines(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// From here on, a CR alone is read as LF. `ended` says that nothing follows what was pushed.
    pub(super) fn end_lines_at_cr(&mut self, ended: bool) {
        self.cr_alone = true;
        let unread = self.buffer.split_off(self.used.min(self.buffer.len()));
        self.push_lines(&unread);
        if ended {
            self.end();
        }
    }

    /// Nothing follows.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.held_cr) {
            self.buffer.push(b'\n');
        }
    }

    fn push_lines(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if std::mem::take(&mut self.held_cr) {
                let end = if *byte == b'\n' { b'\r' } else { b'\n' };
                self.buffer.push(end);
            }
            if *byte == b'\r' {
                self.held_cr = true;
            } else {
                self.buffer.push(*byte);
            }
        }
    }

    /// Counts octets that nobody will read.
    pub(super) fn skip(&mut self, length: usize) {
        self.skipped = self.skipped.saturating_add(length as u64);
    }

    /// Drops everything that is unread.
    pub(super) fn skip_unread(&mut self) {
        self.skip(self.unread().len());
        self.buffer = Vec::new();
        self.used = 0;
    }

    /// Octets of the message that were pushed in all.
    pub(super) fn received(&self) -> u64 {
        self.position
            .saturating_add(self.skipped)
            .saturating_add(u64::from(self.held_cr))
            .saturating_add(self.unread().len() as u64)
    }

    /// Place of the next octet in the message.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn unread(&self) -> &[u8] {
        self.buffer.get(self.used..).unwrap_or_default()
    }

    pub(super) fn consume(&mut self, length: usize) {
        self.take(length);
    }

    /// Consumes octets and gives them.
    pub(super) fn take(&mut self, length: usize) -> &[u8] {
        let start = self.used;
        self.used = start.saturating_add(length).min(self.buffer.len());
        let taken = self.buffer.get(start..self.used).unwrap_or_default();
        self.position = self.position.saturating_add(taken.len() as u64);
        taken
    }

    /// Length of the next line with its line end: what there is if the message has ended or the line is longer than
    /// `most`, none if more input is needed.
    pub(super) fn line(&self, most: usize, ended: bool) -> Option<usize> {
        let unread = self.unread();
        match memchr::memchr(b'\n', unread) {
            Some(newline) => Some(newline.saturating_add(1).min(most.max(1))),
            None if ended || unread.len() >= most => Some(unread.len().min(most)),
            None => None,
        }
    }
}
