//! The readings of a parameter: plain, quoted, encoded and in pieces (RFC 2045, section 5.1; RFC 2231).

use super::syntax::{Form, Raw};
use super::text::{is_known_charset, to_text, unfold};
use crate::defect::Code;

/// Highest piece number that counts: more pieces than parameters are allowed cannot come.
const PIECES_MOST: u32 = 10_000;

/// The parameters of a value, in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<Parameter>);

/// One parameter, or one piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    /// The name in lower case, without what RFC 2231 adds to it.
    name: String,
    /// The number of the piece (`name*1`).
    piece: Option<u32>,
    /// Whether the value is percent-encoded (`name*`, `name*1*`).
    encoded: bool,
    /// The readings of the octets of the value, the usual one first.
    readings: Vec<Vec<u8>>,
}

impl Parameters {
    pub(super) fn new(raw: &[Raw<'_>], codes: &mut Vec<Code>) -> Self {
        let parameters = Parameters(raw.iter().map(Parameter::new).collect());
        parameters.flaws(codes);
        parameters
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a parameter as most lenient clients read it: the plain form before the encoded one, the first before
    /// the others.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let plain = self.named(name).find(|parameter| parameter.is_plain());
        let plain = plain.and_then(|parameter| parameter.readings.first().cloned());
        plain
            .or_else(|| self.encoded(name).map(String::into_bytes).next())
            .or_else(|| self.assembled(name).map(String::into_bytes))
    }

    /// Every value that some reading gives a parameter: the most deliberate form first (encoded, in pieces, plain).
    pub fn all(&self, name: &str) -> Vec<Value> {
        let mut values: Vec<Value> = self.encoded(name).map(Value::Text).collect();
        values.extend(self.assembled(name).map(Value::Text));
        values.extend(self.assembled_as_written(name).map(Value::Text));
        let plain = self.named(name).filter(|parameter| parameter.is_plain());
        values.extend(
            plain.flat_map(|parameter| parameter.readings.iter().cloned().map(Value::Octets)),
        );
        values
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Parameter> {
        self.0
            .iter()
            .filter(move |parameter| parameter.name == name)
    }

    /// The values of `name*=charset'language'text`.
    fn encoded<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.named(name)
            .filter(|parameter| parameter.encoded && parameter.piece.is_none())
            .map(|parameter| {
                let (charset, text) = split_charset(parameter.octets());
                to_text(&percent_decode(text), charset)
            })
    }

    /// The pieces `name*0`, `name*1` ... in the order of their numbers, up to the first gap.
    fn assembled(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<&Parameter> = self
            .named(name)
            .filter(|parameter| parameter.piece.is_some())
            .collect();
        pieces.sort_by_key(|parameter| parameter.piece);
        pieces.dedup_by_key(|parameter| parameter.piece);
        let whole = pieces
            .iter()
            .zip(0u32..)
            .take_while(|(piece, number)| piece.piece == Some(*number))
            .count();
        pieces.truncate(whole.max(1));
        join(&pieces)
    }

    /// The pieces in the order written, gaps or not.
    fn assembled_as_written(&self, name: &str) -> Option<String> {
        let pieces: Vec<&Parameter> = self
            .named(name)
            .filter(|parameter| parameter.piece.is_some())
            .collect();
        join(&pieces)
    }

    fn flaws(&self, codes: &mut Vec<Code>) {
        let mut note = |found: bool, code: Code| {
            if found && !codes.contains(&code) {
                codes.push(code);
            }
        };
        let mut seen: Vec<(&str, Option<u32>, bool)> = self
            .0
            .iter()
            .map(|p| (p.name.as_str(), p.piece, p.encoded && p.piece.is_none()))
            .collect();
        seen.sort_unstable();
        note(
            seen.windows(2)
                .any(|pair| matches!(pair, [one, other] if one == other)),
            Code::DuplicateParameter,
        );
        let mut last = None;
        for name in seen
            .iter()
            .map(|(name, ..)| *name)
            .filter(|name| last.replace(*name) != Some(*name))
        {
            let (plain, encoded) = (
                self.named(name).any(Parameter::is_plain),
                self.encoded(name).next(),
            );
            let (sorted, written) = (self.assembled(name), self.assembled_as_written(name));
            let forms =
                usize::from(plain) + usize::from(encoded.is_some()) + usize::from(sorted.is_some());
            note(forms > 1 || sorted != written, Code::ParameterForms);
        }
        for parameter in self
            .0
            .iter()
            .filter(|parameter| parameter.encoded && parameter.piece.is_none_or(|piece| piece == 0))
        {
            let (charset, _) = split_charset(parameter.octets());
            note(
                charset.is_some_and(|charset| !charset.is_empty() && !is_known_charset(charset)),
                Code::UnknownCharset,
            );
        }
    }
}

/// A value: octets as written, or text that its own charset has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As written, unfolded.
    Octets(Vec<u8>),
    /// Decoded by RFC 2231.
    Text(String),
}

impl Parameter {
    fn new(raw: &Raw<'_>) -> Self {
        let name = String::from_utf8_lossy(raw.name).to_ascii_lowercase();
        let (name, encoded) = name
            .strip_suffix('*')
            .map_or((name.as_str(), false), |name| (name, true));
        let piece = name
            .rsplit_once('*')
            .and_then(|(name, number)| Some((name, number.parse().ok()?)));
        let piece = piece.filter(|(_, number)| *number <= PIECES_MOST);
        let (name, piece) = piece.map_or((name, None), |(name, number)| (name, Some(number)));
        Parameter {
            name: name.to_owned(),
            piece,
            encoded,
            readings: readings(raw),
        }
    }

    fn is_plain(&self) -> bool {
        self.piece.is_none() && !self.encoded
    }

    fn octets(&self) -> &[u8] {
        self.readings.first().map_or(&[], Vec::as_slice)
    }
}

/// The readings of the octets of one value, without repeats.
fn readings(raw: &Raw<'_>) -> Vec<Vec<u8>> {
    let unfolded = unfold(raw.value);
    let mut readings = Vec::new();
    if raw.form == Form::Bare {
        readings.push(unfolded.clone());
        readings.push(
            unfolded
                .split(u8::is_ascii_whitespace)
                .next()
                .unwrap_or_default()
                .to_vec(),
        );
    } else {
        readings.push(without_escapes(&unfolded));
        readings.push(unfolded.clone());
    }
    if raw.form == Form::Open {
        readings.push(
            unfolded
                .split(|byte| *byte == b';')
                .next()
                .unwrap_or_default()
                .trim_ascii_end()
                .to_vec(),
        );
    }
    if raw.value.contains(&b'\n') {
        let lines = raw
            .value
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii);
        readings.push(lines.collect::<Vec<_>>().concat());
    }
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for reading in readings {
        if !kept.contains(&reading) {
            kept.push(reading);
        }
    }
    kept
}

/// Quoted pairs as the octet that they quote (RFC 5322, section 3.2.1).
fn without_escapes(octets: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(octets.len());
    let mut quoted = false;
    for byte in octets {
        if *byte == b'\\' && !quoted {
            quoted = true;
        } else {
            plain.push(*byte);
            quoted = false;
        }
    }
    plain
}

/// Puts pieces together. The charset stands in the first; each piece says whether it is percent-encoded.
fn join(pieces: &[&Parameter]) -> Option<String> {
    let first = pieces.first()?;
    let mut charset = None;
    let mut octets = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let mut text = piece.octets();
        if index == 0 && first.encoded {
            (charset, text) = split_charset(text);
        }
        if piece.encoded {
            octets.extend(percent_decode(text));
        } else {
            octets.extend_from_slice(text);
        }
    }
    Some(to_text(&octets, charset))
}

/// `charset'language'text`; a value without both quotes is text only.
fn split_charset(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => (Some(charset), text),
        _ => (None, value),
    }
}

/// Percent escapes decoded; what is no escape stands for itself.
fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                octets.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => octets.push(*byte),
        }
    }
    octets
}
