//! Where a file in base64 ends, and text begins that somebody put behind it: the footer of a mailing list, a signature.

/// Longest line that is judged as a whole; of a longer one, each piece of this length is judged for itself.
const LINE_MOST: usize = 1_000;

/// Digits that are no word by chance.
const RUN_LEAST: usize = 20;

/// Digits that are no word at all, so that it does not matter whether they are whole groups.
const LINE_LEAST: usize = 40;

/// One octet of so many that is no digit makes a line of words; junk amid data is rarer.
const JUNK_SHARE: usize = 10;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is data.
    Data,
    /// It is text amid or behind the data.
    Text,
}

/// The line that is not complete, and what the lines before were.
#[derive(Debug, Default)]
pub(super) struct Trailer {
    held: Vec<u8>,
    before: Before,
    /// Whether a line behind the end was data again.
    goes_on: bool,
}

/// What the lines before were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    /// Data without junk.
    Clean,
    /// Data with junk on some line: then junk ends nothing.
    Dirty,
    /// Data, and text behind them.
    Text,
}

impl Trailer {
    /// Takes an octet. True if the line is to be judged now.
    pub(super) fn hold(&mut self, byte: u8) -> bool {
        if byte != b'\n' {
            self.held.push(byte);
        }
        byte == b'\n' || self.held.len() >= LINE_MOST
    }

    /// The line without white space around it; the next one begins.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held).trim_ascii().to_vec()
    }

    /// What a line is. `whole` says that no group of digits is open in front of it.
    pub(super) fn judge(&mut self, line: &[u8], whole: bool) -> Line {
        if self.before == Before::Text {
            return self.behind(line);
        }
        if line.is_empty() {
            return Line::Data;
        }
        let is_junk = |byte: &&u8| !is_digit(**byte) && !matches!(**byte, b'=' | b'\r');
        let junk = line.iter().filter(is_junk).count();
        let is_text = junk.saturating_mul(JUNK_SHARE) >= line.len();
        self.before = match self.before {
            before if junk == 0 && before != Before::Dirty => Before::Clean,
            Before::Clean if whole && is_text => Before::Text,
            _ => Before::Dirty,
        };
        if self.before == Before::Text {
            return Line::Text;
        }
        Line::Data
    }

    /// What stands behind padding, `glued` to it or as the next line. Nobody writes words behind it without a blank.
    pub(super) fn behind_padding(&mut self, rest: &[u8], glued: bool) -> Line {
        let glued = glued && rest.len() >= 4 && rest.iter().all(|octet| is_digit(*octet));
        match self.behind(rest.trim_ascii_start()) {
            Line::Text if glued => {
                self.goes_on = true;
                Line::Data
            }
            line => line,
        }
    }

    /// What a line behind padding or text is: data if it is whole groups, and long enough or padded, or behind another such
    /// line. With blanks in it, it is several runs, and each but the last one shows by itself what it is.
    pub(super) fn behind(&mut self, line: &[u8]) -> Line {
        let mut runs = line
            .split(|octet| matches!(octet, b' ' | b'\t'))
            .filter(|run| !run.is_empty());
        let last = runs.next_back().unwrap_or_default();
        let shows = |run: &[u8]| run.ends_with(b"=") || run.len() >= RUN_LEAST;
        let is_run = is_run(last) && runs.all(|run| is_run(run) && shows(run));
        self.goes_on = is_run && (self.goes_on || shows(line));
        if self.goes_on { Line::Data } else { Line::Text }
    }
}

/// Whether these are whole groups or a long line of digits, padded at most at their end or between.
fn is_run(run: &[u8]) -> bool {
    let padding = run.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = run.get(..run.len().saturating_sub(padding));
    let whole = run.len().is_multiple_of(4) || run.len() >= LINE_LEAST;
    whole
        && padding <= 2
        && digits.is_some_and(|digits| {
            let is_known = |byte: &u8| is_digit(*byte) || *byte == b'=';
            !digits.is_empty() && digits.iter().all(is_known)
        })
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}
