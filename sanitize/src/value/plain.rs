//! Values in the form that nearly all mail has, cut in one pass: `text/plain; charset=utf-8`, with parameters that are tokens
//! or stand in quotes, and nothing in them that could be read in two ways.
//!
//! What is cut here [`syntax::cut`](super::syntax::cut) cuts alike; a test compares the two. Any other value is left to that.

use super::cursor::is_token;
use super::syntax::{Form, Raw};

/// What stands in front and the parameters of such a value; none if it is no such value or has more than `most` parameters.
pub(super) fn cut(raw: &[u8], most: usize) -> Option<(&[u8], Vec<Raw<'_>>)> {
    let start = white(raw);
    let rest = raw.get(start..)?;
    let end = run(rest, |byte| is_token(byte) || byte == b'/');
    let (head, rest) = rest.split_at_checked(end)?;
    if head.is_empty() {
        return None;
    }
    let mut parameters = Vec::new();
    let mut rest = rest.get(white(rest)..)?;
    while let Some(behind) = rest.strip_prefix(b";") {
        rest = behind.get(white(behind)..)?;
        if rest.is_empty() {
            break;
        }
        let name = run(rest, is_token);
        let (name, behind) = rest.split_at_checked(name)?;
        let equals = raw.len().checked_sub(behind.len())?;
        let (form, value, behind) = value(behind.strip_prefix(b"=")?)?;
        if name.is_empty() || parameters.len() >= most {
            return None;
        }
        parameters.push(Raw {
            name,
            value,
            whole: None,
            form,
            hidden: false,
            equals,
        });
        rest = behind.get(white(behind)..)?;
    }
    rest.is_empty().then_some((head, parameters))
}

/// A value, and what stands behind it.
fn value(octets: &[u8]) -> Option<(Form, &[u8], &[u8])> {
    if let Some(inside) = octets.strip_prefix(b"\"") {
        let (value, behind) = inside.split_at_checked(run(inside, is_quotable))?;
        return Some((Form::Quoted, value, behind.strip_prefix(b"\"")?));
    }
    let (value, behind) = octets.split_at_checked(run(octets, is_token))?;
    (!value.is_empty()).then_some((Form::Bare, value, behind))
}

/// Whether an octet stands for itself between quotes. An equals sign may give a name to those that search for one.
fn is_quotable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'=')
}

fn white(octets: &[u8]) -> usize {
    run(octets, |byte| byte.is_ascii_whitespace())
}

fn run(octets: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    octets
        .iter()
        .position(|byte| !wanted(*byte))
        .unwrap_or(octets.len())
}
