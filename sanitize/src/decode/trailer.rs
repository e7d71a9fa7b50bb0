//! What stands behind base64 padding: another run of base64, or text that somebody put behind a file.

/// Longest line that is judged as a whole; what is longer is judged by its start.
const LINE_MOST: usize = 1_000;

/// Digits that are no word by chance.
const RUN_LEAST: usize = 20;

/// The line behind padding that is not complete, and what was judged before.
#[derive(Debug, Default)]
pub(super) struct Trailer {
    line: Vec<u8>,
    /// Whether a line behind padding was base64 before.
    goes_on: bool,
}

impl Trailer {
    /// Takes an octet of the line. False if the line is to be judged now.
    pub(super) fn hold(&mut self, byte: u8) -> bool {
        self.line.push(byte);
        self.line.len() < LINE_MOST
    }

    /// The line without white space around it; the next one begins.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let line = std::mem::take(&mut self.line);
        line.trim_ascii().to_vec()
    }

    /// Whether a line is base64: whole groups, and long enough or padded, or behind another such line.
    pub(super) fn accept(&mut self, line: &[u8]) -> bool {
        let padding = line.iter().rev().take_while(|byte| **byte == b'=').count();
        let digits = line.get(..line.len().saturating_sub(padding));
        let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let is_run = line.len().is_multiple_of(4)
            && padding <= 2
            && digits.is_some_and(|digits| !digits.is_empty() && digits.iter().all(is_digit));
        self.goes_on = is_run && (self.goes_on || padding > 0 || line.len() >= RUN_LEAST);
        self.goes_on
    }
}
