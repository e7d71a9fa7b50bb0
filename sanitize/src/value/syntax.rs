//! A structured value, cut into its first token and its parameters, as leniently as the most lenient mail client.
//!
//! One pass, linear in the length of the value. Comments are skipped; what is not as RFC 2045 has it is noted.

use crate::defect::Code;

/// A value in pieces. Slices are of the value as it came, folding included.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    /// What stands before the first semicolon, without comments.
    pub(super) head: Vec<u8>,
    pub(super) parameters: Vec<Raw<'a>>,
    pub(super) codes: Vec<Code>,
}

/// One parameter as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    pub(super) name: &'a [u8],
    /// The value without its quotes.
    pub(super) value: &'a [u8],
    pub(super) form: Form,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A token, or words up to the next semicolon.
    Bare,
    /// In quotes.
    Quoted,
    /// In quotes of which the last is missing: up to the end.
    Open,
}

/// Cuts a value. At most `most` parameters are taken; more are a limit.
pub(super) fn cut(raw: &[u8], most: usize) -> Pieces<'_> {
    let mut cursor = Cursor {
        raw,
        at: 0,
        codes: Vec::new(),
    };
    let head = cursor.head();
    let mut pieces = Pieces {
        head,
        ..Pieces::default()
    };
    let bare_head = pieces.head.contains(&b'=') && !pieces.head.contains(&b'/');
    if bare_head {
        // The first token is missing: what stands in its place is a parameter.
        cursor = Cursor {
            raw,
            at: 0,
            codes: vec![Code::ParameterSyntax],
        };
        pieces.head.clear();
    }
    while let Some(parameter) = cursor.parameter() {
        if pieces.parameters.len() >= most {
            cursor.note(Code::LimitParameters);
            break;
        }
        pieces.parameters.push(parameter);
    }
    pieces.codes = cursor.codes;
    pieces
}

struct Cursor<'a> {
    raw: &'a [u8],
    at: usize,
    codes: Vec<Code>,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.raw.get(self.at).copied()
    }

    fn note(&mut self, code: Code) {
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.raw.get(start..end).unwrap_or_default()
    }

    fn skip(&mut self, length: usize) {
        self.at = self.at.saturating_add(length).min(self.raw.len());
    }

    /// Skips white space, line ends and comments.
    fn skip_white(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.skip(1),
                Some(b'(') => self.skip_comment(),
                _ => return,
            }
        }
    }

    /// Skips a comment, nested ones with it; one that is not closed goes to the end.
    fn skip_comment(&mut self) {
        self.note(Code::ValueComment);
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            self.skip(if byte == b'\\' { 2 } else { 1 });
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Everything up to the first semicolon, without comments, trimmed.
    fn head(&mut self) -> Vec<u8> {
        let mut head = Vec::new();
        self.skip_white();
        while let Some(byte) = self.peek() {
            match byte {
                b';' => break,
                b'(' => self.skip_comment(),
                b'\r' | b'\n' => self.skip(1),
                _ => {
                    head.push(byte);
                    self.skip(1);
                }
            }
        }
        head.trim_ascii().to_vec()
    }

    /// The next parameter. What is none is noted and skipped.
    fn parameter(&mut self) -> Option<Raw<'a>> {
        loop {
            let separators = self.skip_separators();
            if separators > 1 && self.peek().is_some() {
                self.note(Code::ParameterSyntax);
            }
            let start = self.at;
            let stop = self
                .raw
                .get(start..)?
                .iter()
                .position(|byte| matches!(byte, b'=' | b';'));
            let name = match stop {
                Some(length) => self.slice(start, start.saturating_add(length)),
                None if self.slice(start, self.raw.len()).trim_ascii().is_empty() => return None,
                None => {
                    self.note(Code::ParameterSyntax);
                    return None;
                }
            };
            self.skip(name.len());
            if self.peek() == Some(b';') {
                self.note(Code::ParameterSyntax);
                continue;
            }
            self.skip(1);
            let name = self.clean_name(name);
            let (value, form) = self.value();
            return Some(Raw { name, value, form });
        }
    }

    /// Skips white space and semicolons; gives the number of semicolons.
    fn skip_separators(&mut self) -> usize {
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

    /// A name without what does not belong to it: only its last word counts.
    fn clean_name(&mut self, name: &'a [u8]) -> &'a [u8] {
        let trimmed = name.trim_ascii();
        let last = trimmed
            .rsplit(u8::is_ascii_whitespace)
            .next()
            .unwrap_or(trimmed);
        if last.len() < trimmed.len() || last.is_empty() {
            self.note(Code::ParameterSyntax);
        }
        last
    }

    fn value(&mut self) -> (&'a [u8], Form) {
        self.skip_white();
        if self.peek() == Some(b'"') {
            self.skip(1);
            return self.quoted();
        }
        let start = self.at;
        let rest = self.slice(start, self.raw.len());
        let length = rest
            .iter()
            .position(|byte| *byte == b';')
            .unwrap_or(rest.len());
        self.skip(length);
        let mut value = self.slice(start, self.at).trim_ascii();
        if let Some(comment) = value.iter().position(|byte| *byte == b'(') {
            self.note(Code::ValueComment);
            let (before, _) = value.split_at_checked(comment).unwrap_or((value, &[]));
            value = before.trim_ascii_end();
        }
        if value.is_empty()
            || value
                .iter()
                .any(|byte| byte.is_ascii_whitespace() || b"\"()<>@,;:\\/[]?=".contains(byte))
        {
            self.note(Code::ParameterSyntax);
        }
        (value, Form::Bare)
    }

    /// What stands up to the closing quote, and skips to the next semicolon.
    fn quoted(&mut self) -> (&'a [u8], Form) {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte == b'"' {
                let value = self.slice(start, self.at);
                self.skip(1);
                self.skip_white();
                if !matches!(self.peek(), None | Some(b';')) {
                    self.note(Code::ParameterSyntax);
                    let rest = self.slice(self.at, self.raw.len());
                    let junk = rest
                        .iter()
                        .position(|byte| *byte == b';' || *byte == b'=')
                        .unwrap_or(rest.len());
                    // A missing semicolon: the next parameter begins behind the quote.
                    if rest.get(junk) != Some(&b'=') {
                        self.skip(junk);
                    }
                }
                return (value, Form::Quoted);
            }
            self.skip(if byte == b'\\' { 2 } else { 1 });
        }
        self.note(Code::ParameterSyntax);
        (
            self.slice(start, self.raw.len()).trim_ascii_end(),
            Form::Open,
        )
    }
}
