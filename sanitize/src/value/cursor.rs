//! Moving through the octets of a structured value.

use crate::defect::Code;

/// Which octets can stand in a token.
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which checks the bounds"
)]
const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = true;
        byte += 1;
    }
    let special = b"()<>@,;:\\\"/[]?=";
    let mut index = 0;
    while index < special.len() {
        table[special[index] as usize] = false;
        index += 1;
    }
    table
};

/// Whether this can stand in a token (RFC 2045, section 5.1).
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN.get(usize::from(byte)).is_some_and(|token| *token)
}

/// How often, on the average, each octet may be looked at again where a value can be read in several ways.
const AGAIN_MOST: usize = 4;

/// A place in a value, and what was found wrong on the way there.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    raw: &'a [u8],
    at: usize,
    /// Whether an opening parenthesis begins a comment. After one that is never closed it does not: what it would hide is
    /// there for clients that know no comments.
    comments: bool,
    /// Octets that may still be looked at again.
    again: usize,
    pub(super) codes: Vec<Code>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(raw: &'a [u8]) -> Self {
        Cursor {
            raw,
            at: 0,
            comments: true,
            again: raw.len().saturating_mul(AGAIN_MOST),
            codes: Vec::new(),
        }
    }

    pub(super) fn raw(&self) -> &'a [u8] {
        self.raw
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.raw.len());
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.raw.get(self.at).copied()
    }

    pub(super) fn note(&mut self, code: Code) {
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }

    /// Charges for octets that are looked at again. False if that was too much: then the rest of the value is not read, and
    /// a limit is noted.
    pub(super) fn charge(&mut self, octets: usize) -> bool {
        if let Some(left) = self.again.checked_sub(octets) {
            self.again = left;
            return true;
        }
        self.note(Code::LimitParameters);
        self.at = self.raw.len();
        false
    }

    /// From there to here.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.raw.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn skip(&mut self, length: usize) {
        self.go_to(self.at.saturating_add(length));
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let start = self.at;
        let rest = self.raw.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !wanted(*byte));
        self.skip(length.unwrap_or(rest.len()));
        self.since(start)
    }

    /// Skips white space, line ends and comments.
    pub(super) fn skip_white(&mut self) {
        loop {
            self.take_while(|byte| byte.is_ascii_whitespace());
            if self.peek() != Some(b'(') || !self.skip_comment() {
                return;
            }
        }
    }

    /// Skips white space, comments and semicolons; gives the number of semicolons.
    pub(super) fn skip_separators(&mut self) -> usize {
        let mut count = 0usize;
        loop {
            self.skip_white();
            if self.peek() != Some(b';') {
                return count;
            }
            self.skip(1);
            count = count.saturating_add(1);
        }
    }

    /// Skips the comment that begins here, nested ones with it. False if it is never closed: then there is none.
    pub(super) fn skip_comment(&mut self) -> bool {
        if !self.comments {
            return false;
        }
        self.note(Code::ValueComment);
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            self.skip(if byte == b'\\' { 2 } else { 1 });
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return true;
            }
        }
        self.note(Code::ParameterSyntax);
        self.comments = false;
        self.at = start;
        false
    }

    /// What stands up to the closing quote, and skips that. None if there is no closing quote.
    pub(super) fn take_quoted(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte == b'"' {
                let value = self.since(start);
                self.skip(1);
                return Some(value);
            }
            self.skip(if byte == b'\\' { 2 } else { 1 });
        }
        self.at = start;
        None
    }

    /// Whether the equals sign here is part of the marks around an encoded word.
    pub(super) fn at_encoded_word_edge(&self) -> bool {
        is_encoded_word_edge(self.raw, self.at)
    }
}

fn is_encoded_word_edge(raw: &[u8], equals: usize) -> bool {
    let next = equals.checked_add(1).and_then(|next| raw.get(next));
    let before = equals.checked_sub(1).and_then(|before| raw.get(before));
    next == Some(&b'?') || before == Some(&b'?')
}

/// The name that stands before an equals sign; empty if there is none.
pub(super) fn name_before(raw: &[u8], equals: usize) -> &[u8] {
    let before = raw.get(..equals).unwrap_or_default().trim_ascii_end();
    let length = before
        .iter()
        .rev()
        .take_while(|byte| is_token(**byte))
        .count();
    before
        .get(before.len().saturating_sub(length)..)
        .unwrap_or_default()
}

/// Where, in what should be one value, the next parameter begins: at a name with an equals sign that white space or a comma
/// sets off from what stands before. `at_start` says that it may stand first.
pub(super) fn missing_separator(value: &[u8], at_start: bool) -> Option<usize> {
    for equals in memchr::memchr_iter(b'=', value) {
        let name = name_before(value, equals);
        if name.is_empty() || is_encoded_word_edge(value, equals) {
            continue;
        }
        let named = value.get(..equals).unwrap_or_default().trim_ascii_end();
        let (before, _) = named.split_at_checked(named.len().saturating_sub(name.len()))?;
        let apart = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        if before.last().map_or(at_start, apart) {
            return Some(before.len());
        }
    }
    None
}
