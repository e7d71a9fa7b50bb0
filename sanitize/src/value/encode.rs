//! Values that are written anew.

use super::syntax::{self, Form, Raw};
use super::text::unfold;
use crate::plan::{FieldName, FieldValue};
use mail_builder::headers::Header;
use mail_builder::headers::text::Text;
use std::fmt::Write as _;

/// Parameters of a value that is renamed; more than any real one has.
const PARAMETERS_MOST: usize = 1_000;

/// Encodes text for a field without structure: folded before column 78, as encoded words where it is not ASCII (RFC 2047).
/// Control characters become spaces.
pub fn encode_text(name: &FieldName, text: &str) -> FieldValue {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut octets = Vec::new();
    let column = name.as_str().len().saturating_add(2);
    Text::new(text.trim()).write_header(&mut octets, column);
    let mut value = Vec::with_capacity(octets.len());
    for line in octets
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if !value.is_empty() {
            value.push(b'\n');
        }
        value.extend_from_slice(line);
    }
    FieldValue::trusted(value.trim_ascii_start().to_vec())
}

/// The value with every form of a parameter (`filename`, `filename*`, `filename*0` ...) replaced by one. Other parameters
/// keep their octets. None if the value cannot be written without control characters.
pub fn rename(raw_value: &[u8], parameter: &str, new: &str) -> Option<FieldValue> {
    let pieces = syntax::cut(raw_value, PARAMETERS_MOST);
    let mut value = pieces.head;
    let kept =
        |other: &&Raw<'_>| is_token(other.name) && base_name(other.name) != parameter.as_bytes();
    for other in pieces.parameters.iter().filter(kept) {
        value.extend_from_slice(b";\n ");
        value.extend_from_slice(other.name);
        value.push(b'=');
        match other.form {
            Form::Bare => value.extend(unfold(other.value)),
            Form::Quoted => {
                value.push(b'"');
                value.extend(unfold(other.value));
                value.push(b'"');
            }
            Form::Open => value.extend(quote(&unfold(other.value))),
        }
    }
    value.extend_from_slice(b";\n ");
    value.extend_from_slice(write_parameter(parameter, new).as_bytes());
    FieldValue::new(&value).ok()
}

/// Whether this can be the name of a parameter (RFC 2045, section 5.1).
fn is_token(name: &[u8]) -> bool {
    !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(byte))
}

/// The name of a parameter without what RFC 2231 adds to it.
fn base_name(name: &[u8]) -> Vec<u8> {
    name.split(|byte| *byte == b'*')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// One parameter: in quotes if it is ASCII, else by RFC 2231.
fn write_parameter(name: &str, value: &str) -> String {
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    let mut written = String::new();
    if value.is_ascii() {
        let quoted = String::from_utf8_lossy(&quote(value.as_bytes())).into_owned();
        return format!("{name}={quoted}");
    }
    let _ = write!(written, "{name}*=utf-8''");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

/// A quoted string (RFC 5322, section 3.2.4).
fn quote(octets: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in octets {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}
