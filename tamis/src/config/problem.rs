//! What is wrong with a configuration, and where.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Character of the line, from 1.
    pub column: usize,
    /// What is wrong and, if that is known, what to do about it.
    pub message: String,
}

/// `tamis.toml:3:1: there is no key "listn" (did you mean "listen"?)`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem {
            file,
            line,
            column,
            message,
        } = self;
        write!(f, "{file}:{line}:{column}: {message}")
    }
}

/// The problems of one file, as they are found.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Problems {
            file,
            text,
            found: Vec::new(),
        }
    }

    /// Notes what is wrong at a place.
    pub(super) fn add(&mut self, at: Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        self.found.push(Problem {
            file: self.file.to_owned(),
            line,
            column: column.saturating_add(1),
            message: message.into(),
        });
    }

    /// All of them in the order of the file; the result if there is none.
    pub(super) fn or<T>(mut self, result: T) -> Result<T, Vec<Problem>> {
        if self.found.is_empty() {
            return Ok(result);
        }
        self.found
            .sort_by_key(|problem| (problem.line, problem.column));
        Err(self.found)
    }
}
