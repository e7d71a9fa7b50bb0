//! The parameters of a value and the forms that each may take: plain, percent-encoded, in pieces (RFC 2231).

use super::readings::{Lane, readings};
use super::syntax::Raw;
use super::text::{decode_words, is_known_charset, to_text};
use crate::defect::Code;
use std::collections::BTreeMap;

/// Octets of a parameter; a longer one is cut by some clients.
pub(super) const PARAMETER_MOST: usize = 1_024;

/// Forms of one parameter that are also taken as they stand.
const LITERAL_MOST: usize = 8;

/// The parameters of a value, in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<Parameter>);

/// A value: octets as written, or text that its own charset has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As written, unfolded.
    Octets(Vec<u8>),
    /// Decoded by RFC 2231.
    Text(String),
}

/// One parameter, or one piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    /// The name in lower case, without what RFC 2231 adds to it.
    name: String,
    /// The number of the piece (`name*1`).
    piece: Option<u32>,
    /// Whether the value is percent-encoded (`name*`, `name*1*`).
    encoded: bool,
    /// Whether only a search finds it.
    hidden: bool,
    /// The readings of the octets of the value, the usual one first; never empty.
    readings: Vec<Vec<u8>>,
}

impl Parameters {
    /// The parameters, and what is wrong with their forms.
    pub(super) fn new(raw: &[Raw<'_>], codes: &mut Vec<Code>) -> Self {
        let parameters = Parameters(raw.iter().map(Parameter::new).collect());
        let mut by_name: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
        for parameter in parameters.0.iter().filter(|parameter| !parameter.hidden) {
            by_name.entry(&parameter.name).or_default().push(parameter);
        }
        for code in by_name.into_values().flat_map(|forms| Forms(forms).flaws()) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        let long = |parameter: &Parameter| parameter.octets(Lane::Usual).len() > PARAMETER_MOST;
        if parameters.0.iter().any(long) {
            codes.push(Code::ParameterLength);
        }
        let odd = parameters.names_like("boundary")
            || raw.iter().any(|raw| !raw.hidden && is_odd_name(raw.name))
            || parameters.0.iter().any(Parameter::has_odd_words);
        if odd && !codes.contains(&Code::ParameterForms) {
            codes.push(Code::ParameterForms);
        }
        parameters
    }

    /// Whether a parameter has another name that ends like this one: parsers that search take it for it.
    fn names_like(&self, name: &str) -> bool {
        let like = |parameter: &Parameter| parameter.name.ends_with(name) && parameter.name != name;
        self.0.iter().any(like)
    }

    /// Adds what another reading of the same field shows.
    pub(super) fn add_hidden(&mut self, raw: &[Raw<'_>]) {
        let hidden = raw.iter().map(|raw| Raw {
            hidden: true,
            ..*raw
        });
        self.0.extend(hidden.map(|raw| Parameter::new(&raw)));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some reading shows a parameter of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|parameter| parameter.name == name)
    }

    /// The value of a parameter as most lenient clients read it: the plain form before the encoded one, the first before
    /// the others, what follows the grammar before what does not.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let value = |forms: Forms<'_>| {
            let plain = forms
                .plain()
                .find_map(|parameter| parameter.readings.first().cloned());
            plain
                .or_else(|| forms.encoded().map(String::into_bytes).next())
                .or_else(|| forms.assembled().into_iter().next().map(String::into_bytes))
        };
        value(self.forms(name, false)).or_else(|| value(self.forms(name, true)))
    }

    /// Every value that some reading gives a parameter, the most deliberate form first (encoded, in pieces, plain), and what
    /// follows the grammar before what does not. The usual reading of a parameter comes before its others.
    pub fn all(&self, name: &str) -> Vec<Value> {
        let mut values = Vec::new();
        if !self.has(name) {
            return values;
        }
        for hidden in [false, true] {
            let forms = self.forms(name, hidden);
            values.extend(forms.encoded().map(Value::Text));
            values.extend(forms.assembled().into_iter().map(Value::Text));
            values.extend(
                forms
                    .plain()
                    .flat_map(|parameter| parameter.readings.iter().cloned().map(Value::Octets)),
            );
        }
        values
    }

    /// What parsers that do not know RFC 2231 make of its forms: the values as they stand, without their charset, and the
    /// octets of escapes in no charset; one by one and in the order written.
    pub(super) fn literal(&self, name: &str) -> Vec<Vec<u8>> {
        let named = |parameter: &&Parameter| {
            parameter.name == name && (parameter.encoded || parameter.piece.is_some())
        };
        let mut values = Vec::new();
        for parameter in self.0.iter().filter(named).take(LITERAL_MOST) {
            let octets = parameter.octets(Lane::Usual);
            let (_, text) = split_charset(octets);
            values.push(percent_decode(text));
            values.push(text.to_vec());
            values.push(octets.to_vec());
        }
        values
    }

    fn forms(&self, name: &str, hidden: bool) -> Forms<'_> {
        let named = |parameter: &&Parameter| parameter.name == name && parameter.hidden == hidden;
        Forms(self.0.iter().filter(named).collect())
    }
}

impl Parameter {
    fn new(raw: &Raw<'_>) -> Self {
        let mut name = String::from_utf8_lossy(raw.name).to_ascii_lowercase();
        name.retain(|c| !c.is_ascii_control());
        let encoded = name.ends_with('*');
        if encoded {
            name.pop();
        }
        let digits =
            |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let piece = name.rsplit_once('*').filter(|(_, number)| digits(number));
        // A number that is out of all bounds still has its place: the last.
        let piece = piece.map(|(name, number)| (name.len(), number.parse().unwrap_or(u32::MAX)));
        if let Some((length, _)) = piece {
            name.truncate(length);
        }
        // What else stands behind an asterisk is nothing that RFC 2231 knows; some look at what stands before it only.
        let odd = name.find('*');
        name.truncate(odd.unwrap_or(name.len()));
        Parameter {
            name,
            piece: piece.map(|(_, number)| number),
            encoded,
            hidden: raw.hidden || odd.is_some(),
            readings: readings(raw),
        }
    }

    /// Whether this is a file name in encoded words that are decoded in several ways: one glued to the next, or words that
    /// give words, or that are none after all.
    fn has_odd_words(&self) -> bool {
        let named = matches!(self.name.as_str(), "filename" | "name") && !self.encoded;
        let octets = self.octets(Lane::Usual);
        let holds = |octets: &[u8], part: &[u8]| memchr::memmem::find(octets, part).is_some();
        named
            && holds(octets, b"=?")
            && (holds(octets, b"?==?")
                || holds(decode_words(&to_text(octets, None)).as_bytes(), b"=?"))
    }

    fn octets(&self, lane: Lane) -> &[u8] {
        let reading = match lane {
            Lane::Usual => self.readings.first(),
            Lane::Literal => self.readings.get(1).or(self.readings.first()),
        };
        reading.map_or(&[], Vec::as_slice)
    }
}

/// Whether a name has, behind an asterisk, what parsers read differently: no number, or one with zeros in front.
fn is_odd_name(name: &[u8]) -> bool {
    let mut pieces = name.splitn(2, |byte| *byte == b'*').skip(1);
    let Some(rest) = pieces.next() else {
        return false;
    };
    let number = rest.strip_suffix(b"*").unwrap_or(rest);
    let digits = number.iter().all(u8::is_ascii_digit);
    !digits
        || (number.is_empty() && !rest.is_empty())
        || (number.len() > 1 && number.starts_with(b"0"))
}

/// Everything that one name has.
struct Forms<'a>(Vec<&'a Parameter>);

impl<'a> Forms<'a> {
    /// `name=value`.
    fn plain(&self) -> impl Iterator<Item = &'a Parameter> {
        let plain = |parameter: &&Parameter| parameter.piece.is_none() && !parameter.encoded;
        self.0.iter().copied().filter(plain)
    }

    /// The values of `name*=charset'language'text`, each also as clients read it that do not know its charset.
    fn encoded(&self) -> impl Iterator<Item = String> {
        let encoded = |parameter: &&Parameter| parameter.piece.is_none() && parameter.encoded;
        let readings = self.0.iter().copied().filter(encoded);
        readings
            .flat_map(|parameter| parameter.readings.iter())
            .flat_map(|octets| {
                let (charset, text) = split_charset(octets);
                texts(&percent_decode(text), charset)
            })
    }

    /// `name*0`, `name*1` ... as written.
    fn pieces(&self) -> Vec<&'a Parameter> {
        let piece = |parameter: &&Parameter| parameter.piece.is_some();
        self.0.iter().copied().filter(piece).collect()
    }

    /// The pieces put together, without repeats: by number up to the first gap; by number, gaps or not and the last of two
    /// that have the same; as written.
    fn assembled(&self) -> Vec<String> {
        let written = self.pieces();
        if written.is_empty() {
            return Vec::new();
        }
        let mut sorted = written.clone();
        sorted.sort_by_key(|parameter| parameter.piece);
        let mut first = sorted.clone();
        first.dedup_by_key(|parameter| parameter.piece);
        let unbroken = unbroken(&first);
        first.truncate(unbroken.max(1));
        sorted.reverse();
        sorted.dedup_by_key(|parameter| parameter.piece);
        sorted.reverse();
        let mut values: Vec<String> = Vec::new();
        for pieces in [first, sorted, written] {
            for lane in [Lane::Usual, Lane::Literal] {
                for value in join(&pieces, lane) {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
        }
        if let Some(decoded) = self
            .decoded_throughout()
            .filter(|value| !values.contains(value))
        {
            values.push(decoded);
        }
        values
    }

    /// The pieces in order, all of them percent-decoded because one is said to be encoded; none if that changes nothing.
    fn decoded_throughout(&self) -> Option<String> {
        let mut pieces = self.pieces();
        let plain = |piece: &&Parameter| !piece.encoded && has_escape(piece.octets(Lane::Usual));
        if !pieces.iter().any(plain) || !pieces.iter().any(|piece| piece.encoded) {
            return None;
        }
        pieces.sort_by_key(|parameter| parameter.piece);
        let texts = pieces.iter().map(|piece| {
            let octets = piece.octets(Lane::Usual);
            if piece.encoded {
                split_charset(octets).1
            } else {
                octets
            }
        });
        Some(to_text(
            &percent_decode(&texts.collect::<Vec<_>>().concat()),
            None,
        ))
    }

    fn flaws(&self) -> Vec<Code> {
        if matches!(self.0.as_slice(), [only] if only.piece.is_none() && !only.encoded) {
            return Vec::new();
        }
        let mut codes = Vec::new();
        let pieces = self.pieces();
        let mut numbers: Vec<_> = pieces.iter().map(|piece| piece.piece).collect();
        let in_order = unbroken(&pieces) == pieces.len();
        numbers.sort_unstable();
        let repeated = numbers.windows(2).any(|pair| pair.first() == pair.last());
        let encoded = self.0.iter().filter(|p| p.encoded && p.piece.is_none());
        if repeated || self.plain().nth(1).is_some() || encoded.count() > 1 {
            codes.push(Code::DuplicateParameter);
        }
        if !in_order || self.disagree() || self.is_doubtful() {
            codes.push(Code::ParameterForms);
        }
        let named = self
            .0
            .iter()
            .filter(|p| p.encoded && p.piece.unwrap_or(0) == 0);
        let mut charsets = named.filter_map(|p| split_charset(p.octets(Lane::Usual)).0);
        if charsets.any(|charset| !charset.is_empty() && !is_known_charset(charset)) {
            codes.push(Code::UnknownCharset);
        }
        codes
    }

    /// Whether parsers are known to differ about the encoded forms: without a charset, in one of wide characters or of shifts,
    /// with broken escapes, or with escapes in a piece that is said to be plain.
    fn is_doubtful(&self) -> bool {
        let mut encoded = self.0.iter().filter(|parameter| parameter.encoded);
        let doubtful = |parameter: &Parameter| {
            let octets = parameter.octets(Lane::Usual);
            let (charset, text) = split_charset(octets);
            let first = parameter.piece.unwrap_or(0) == 0;
            first && charset.is_none_or(is_shifting) || has_broken_escape(text)
        };
        encoded.any(|parameter| doubtful(parameter)) || self.decoded_throughout().is_some()
    }

    /// Whether there are several forms and they say different things.
    fn disagree(&self) -> bool {
        let octets = self.plain().next().map(|plain| plain.octets(Lane::Usual));
        let plain = octets.map(|octets| decode_words(&to_text(octets, None)));
        let forms = [
            plain,
            self.encoded().next(),
            join(&self.pieces(), Lane::Usual).into_iter().next(),
        ];
        let mut forms = forms.iter().flatten();
        let first = forms.next();
        forms.any(|form| Some(form) != first)
    }
}

/// How many pieces, from the first on, have the numbers 0, 1, 2 ...
fn unbroken(pieces: &[&Parameter]) -> usize {
    pieces
        .iter()
        .zip(0u32..)
        .take_while(|(piece, number)| piece.piece == Some(*number))
        .count()
}

/// Octets as the text of their charset, and as it is without, if that ends in another extension.
fn texts(octets: &[u8], charset: Option<&[u8]>) -> Vec<String> {
    let text = to_text(octets, charset);
    let plain = to_text(octets, None);
    let ending = |text: &str| text.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    if ending(&plain) == ending(&text) {
        vec![text]
    } else {
        vec![text, plain]
    }
}

/// Puts pieces together. The charset stands in the first; each piece says whether it is percent-encoded.
fn join(pieces: &[&Parameter], lane: Lane) -> Vec<String> {
    let mut charset = None;
    let mut octets = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let mut text = piece.octets(lane);
        if piece.encoded && (index == 0 || piece.piece == Some(0)) {
            let (named, rest) = split_charset(text);
            charset = charset.or(named);
            text = rest;
        }
        if piece.encoded {
            octets.extend(percent_decode(text));
        } else {
            octets.extend_from_slice(text);
        }
    }
    if pieces.is_empty() {
        return Vec::new();
    }
    texts(&octets, charset)
}

/// `charset'language'text`; a value without both quotes is text only.
fn split_charset(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => (Some(charset), text),
        _ => (None, value),
    }
}

/// Whether a charset is one in which ASCII does not stand for itself.
fn is_shifting(charset: &[u8]) -> bool {
    let starts = |name: &[u8]| {
        let start = charset.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    starts(b"utf-7")
        || starts(b"utf7")
        || starts(b"utf-16")
        || starts(b"utf16")
        || starts(b"utf-32")
        || starts(b"ucs")
}

/// Whether there is a percent escape.
fn has_escape(text: &[u8]) -> bool {
    percent_decode(text).len() < text.len()
}

/// Whether a percent sign begins no escape.
fn has_broken_escape(text: &[u8]) -> bool {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    memchr::memchr_iter(b'%', text)
        .any(|at| !digit(at.saturating_add(1)) || !digit(at.saturating_add(2)))
}

/// Percent escapes decoded; what is no escape stands for itself.
pub(super) fn percent_decode(text: &[u8]) -> Vec<u8> {
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
