//! Lines such as `%%pe base64%%` in a message, which the loader replaces: no payload lies in the repository.
//!
//! A placeholder is a whole line: `%%`, the name of a stub of [`payload`], one
//! blank, how it is written, `%%`. It becomes one or more lines with the line end that it had.
//!
//! | written as | what it becomes |
//! |---|---|
//! | `base64` | lines of 76 characters |
//! | `base64-one-line` | one line |
//! | `quoted-printable` | everything but printable ASCII escaped |
//! | `uuencode` | from begin to end, under the name `setup.exe` |
//! | `raw` | the octets themselves, then the line end |

use crate::make::{encode, payload};

const MARK: &[u8] = b"%%";

/// A placeholder that names no stub or no way of writing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub String);

/// Replaces the placeholders of a message by what they stand for.
pub fn expand(message: &[u8]) -> Result<Vec<u8>, Unknown> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|octet| *octet == b'\n') {
        let text = without_line_end(line);
        match inside(text) {
            Some(words) => {
                out.extend_from_slice(&stub(words)?);
                out.extend_from_slice(line.get(text.len()..).unwrap_or_default());
            }
            None => out.extend_from_slice(line),
        }
    }
    Ok(out)
}

/// Puts placeholders back where their stubs stand in `octets`: those of `message`, and no other.
pub fn fold(octets: &[u8], message: &[u8]) -> Vec<u8> {
    let mut out = octets.to_vec();
    for line in message
        .split_inclusive(|octet| *octet == b'\n')
        .map(without_line_end)
    {
        let Some(Ok(stub)) = inside(line).map(stub) else {
            continue;
        };
        let mut folded = Vec::with_capacity(out.len());
        let mut rest = out.as_slice();
        while let Some(at) = rest.windows(stub.len()).position(|window| window == stub) {
            folded.extend_from_slice(&rest[..at]);
            folded.extend_from_slice(line);
            rest = &rest[at + stub.len()..];
        }
        folded.extend_from_slice(rest);
        out = folded;
    }
    out
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn inside(line: &[u8]) -> Option<&str> {
    let words = line.strip_prefix(MARK)?.strip_suffix(MARK)?;
    std::str::from_utf8(words).ok()
}

fn stub(words: &str) -> Result<Vec<u8>, Unknown> {
    let unknown = || Unknown(words.to_owned());
    let (name, written) = words.split_once(' ').ok_or_else(unknown)?;
    let octets = payload::by_name(name).ok_or_else(unknown)?;
    Ok(match written {
        "base64" => encode::base64_lines(&octets).into_bytes(),
        "base64-one-line" => encode::base64(&octets).into_bytes(),
        "quoted-printable" => encode::quoted_printable(&octets, false).into_bytes(),
        "uuencode" => encode::uuencode(&octets, "setup.exe").into_bytes(),
        "raw" => octets,
        _ => return Err(unknown()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_a_whole_line() {
        let message = b"a %%pe base64%%\r\n%%pdf raw%%\r\nb %%\n%%png base64-one-line%%";
        let expanded = expand(message).expect("known names");
        assert!(expanded.starts_with(b"a %%pe base64%%\r\n%PDF-1.4\n"));
        assert!(expanded.ends_with(b"="));
        assert_eq!(fold(&expanded, message), message);
    }

    #[test]
    fn what_is_unknown_is_named() {
        for words in ["virus base64", "pe", "pe rot13", ""] {
            assert_eq!(
                expand(format!("%%{words}%%\r\n").as_bytes()),
                Err(Unknown(words.to_owned()))
            );
        }
    }

    #[test]
    fn every_way_of_writing_gives_something_to_read() {
        for name in payload::NAMES {
            for written in [
                "base64",
                "base64-one-line",
                "quoted-printable",
                "uuencode",
                "raw",
            ] {
                let line = format!("%%{name} {written}%%\r\n");
                let expanded = expand(line.as_bytes()).expect(&line);
                assert_eq!(fold(&expanded, line.as_bytes()), line.as_bytes());
            }
        }
    }
}
