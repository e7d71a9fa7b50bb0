//! What clients make of the forms that one parameter may take beside each other: plain, percent-encoded, in pieces.

use super::escapes::{
    fits, has_broken_escape, has_escape, is_shifting, percent_decode, split_charset, texts,
};
use super::form::Parameter;
use super::readings::Lane;
use super::text::{decode_words, is_known_charset, to_text};
use crate::defect::Code;

/// Everything that one name has.
pub(super) struct Forms<'a>(pub(super) Vec<&'a Parameter>);

impl<'a> Forms<'a> {
    /// `name=value`.
    pub(super) fn plain(&self) -> impl Iterator<Item = &'a Parameter> {
        let plain = |parameter: &&Parameter| parameter.piece.is_none() && !parameter.encoded;
        self.0.iter().copied().filter(plain)
    }

    /// The values of `name*=charset'language'text`, each also as clients read it that do not know its charset.
    pub(super) fn encoded(&self) -> impl Iterator<Item = String> {
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
    pub(super) fn assembled(&self) -> Vec<String> {
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

    pub(super) fn flaws(&self) -> Vec<Code> {
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
    /// with broken escapes, an apostrophe or octets that their charset does not have, or with escapes in a piece that is said
    /// to be plain.
    fn is_doubtful(&self) -> bool {
        let mut encoded = self.0.iter().filter(|parameter| parameter.encoded);
        let doubtful = |parameter: &Parameter| {
            let octets = parameter.octets(Lane::Usual);
            let (charset, text) = split_charset(octets);
            let first = parameter.piece.unwrap_or(0) == 0;
            first && charset.is_none_or(|charset| charset.is_empty() || is_shifting(charset))
                || has_broken_escape(text)
                || text.contains(&b'\'')
                || !text.is_ascii()
        };
        encoded.any(|parameter| doubtful(parameter))
            || self.has_strange_octets()
            || self.decoded_throughout().is_some()
    }

    /// Whether an encoded value, put together, is not what its charset says.
    fn has_strange_octets(&self) -> bool {
        let (pieces, whole): (Vec<_>, Vec<_>) =
            self.0.iter().copied().partition(|p| p.piece.is_some());
        let encoded = |pieces: &[&Parameter]| pieces.iter().any(|piece| piece.encoded);
        let strange = |pieces: &[&Parameter]| {
            let (octets, charset) = joined(pieces, Lane::Usual);
            encoded(pieces) && !fits(&octets, charset)
        };
        strange(&pieces) || whole.iter().any(|one| strange(&[one]))
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

/// Pieces put together, as text.
fn join(pieces: &[&Parameter], lane: Lane) -> Vec<String> {
    if pieces.is_empty() {
        return Vec::new();
    }
    let (octets, charset) = joined(pieces, lane);
    texts(&octets, charset)
}

/// Puts pieces together. The charset stands in the first; each piece says whether it is percent-encoded.
fn joined<'a>(pieces: &[&'a Parameter], lane: Lane) -> (Vec<u8>, Option<&'a [u8]>) {
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
    (octets, charset)
}
