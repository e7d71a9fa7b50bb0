//! What goes to standard output: tables for people, JSON for programs.

use crate::exit::{Exit, Failure};
use crate::untrusted::{Untrusted, plain};
use serde::Serialize;
use std::fmt::{self, Write};
use std::io;

/// A value as JSON on one line, in ASCII: nothing in it can play tricks on a terminal.
pub fn json_line(value: &impl Serialize) -> String {
    // Fails only for maps whose keys are no strings, and for writers that fail.
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\x7f' {
            line.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(line, "\\u{unit:04x}");
        }
    }
    line
}

/// The failure of a write to standard output; silent if nobody reads it any more.
pub fn failed(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::silent(Exit::Io);
    }
    let text = format!("cannot write to standard output: {}", plain(error));
    Failure::new(Exit::Io, text)
}

/// Names and values, one pair to a line. Values are escaped.
#[derive(Clone, Debug, Default)]
pub struct Table(Vec<(&'static str, String)>);

impl Table {
    /// Adds a line, unless there is no value or an empty one.
    pub fn row<'a>(&mut self, name: &'static str, value: impl Into<Option<&'a str>>) {
        let value = value.into().unwrap_or_default();
        if !value.is_empty() {
            self.0.push((name, Untrusted::new(value).to_string()));
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{name:width$}  {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, json_line};

    #[test]
    fn json_is_ascii_and_means_the_same() {
        let text = "a\u{202e}b\u{1f600}\u{7f}\n\u{fc}";
        let line = json_line(&text);
        assert!(
            line.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
            "{line}"
        );
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn a_table_is_aligned_and_escaped() {
        let mut table = Table::default();
        table.row("id", "1");
        table.row("name", "a\nb");
        table.row("nothing", None);
        assert_eq!(table.to_string(), "id    1\nname  a\\nb");
    }
}
