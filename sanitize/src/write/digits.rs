//! Base64 in lines, as a stream (RFC 2045, section 6.8).

use encodify::base64::STANDARD;

/// Octets in a line of 76 digits.
const LINE: usize = 57;

/// An encoder of base64: lines of 76 digits with CRLF between them.
#[derive(Debug, Default)]
pub(super) struct Base64Lines {
    /// Octets of the line that is not complete.
    line: Vec<u8>,
    begun: bool,
}

impl Base64Lines {
    pub(super) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        let mut rest = octets;
        while !rest.is_empty() {
            let room = LINE.saturating_sub(self.line.len()).min(rest.len());
            let (taken, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            rest = after;
            if self.line.is_empty() && taken.len() == LINE {
                self.line(taken, out);
                continue;
            }
            self.line.extend_from_slice(taken);
            if self.line.len() == LINE {
                self.rest(out);
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.line.is_empty() {
            self.rest(out);
        }
    }

    fn rest(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        self.line(&line, out);
    }

    fn line(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            out.extend_from_slice(b"\r\n");
        }
        STANDARD.encode_append(octets, out);
    }
}
