//! The parameters of a value and the forms that each may take: plain, percent-encoded, in pieces (RFC 2231).

use super::escapes::{percent_decode, split_charset};
use super::form::{Parameter, is_odd_name};
use super::forms::Forms;
use super::readings::Lane;
use super::syntax::Raw;
use crate::defect::Code;
use std::collections::BTreeMap;

/// Octets of a parameter; a longer one is cut by some clients.
pub(super) const PARAMETER_MOST: usize = 1_024;

/// Parameters that are compared with each other without being sorted.
const PLAIN_MOST: usize = 8;

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

impl Parameters {
    /// The parameters, and what is wrong with their forms.
    pub(super) fn new(raw: &[Raw<'_>], codes: &mut Vec<Code>) -> Self {
        let parameters = Parameters(raw.iter().map(Parameter::new).collect());
        if !parameters.are_plain() {
            parameters.forms_flaws(codes);
        }
        let long = |parameter: &Parameter| parameter.octets(Lane::Usual).len() > PARAMETER_MOST;
        if parameters.0.iter().any(long) {
            codes.push(Code::ParameterLength);
        }
        let odd = parameters.names_like("boundary")
            || raw.iter().any(|raw| !raw.hidden && is_odd_name(raw.name))
            || parameters.0.iter().any(Parameter::has_odd_words)
            || parameters.0.iter().any(Parameter::has_odd_octets);
        if odd && !codes.contains(&Code::ParameterForms) {
            codes.push(Code::ParameterForms);
        }
        parameters
    }

    /// Whether each has one form, the plain one: then nothing can be wrong with forms.
    fn are_plain(&self) -> bool {
        let seen = || self.0.iter().filter(|parameter| !parameter.hidden);
        let same = |one: &Parameter| seen().filter(|other| other.name == one.name).nth(1);
        self.0.len() <= PLAIN_MOST && seen().all(|one| one.is_plain() && same(one).is_none())
    }

    /// Adds what is wrong with the forms of each name.
    fn forms_flaws(&self, codes: &mut Vec<Code>) {
        let mut by_name: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
        for parameter in self.0.iter().filter(|parameter| !parameter.hidden) {
            by_name.entry(&parameter.name).or_default().push(parameter);
        }
        for code in by_name.into_values().flat_map(|forms| Forms(forms).flaws()) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
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
        let mut named = self.0.iter().filter(|parameter| parameter.name == name);
        let first = named.next()?;
        if !first.hidden && first.is_plain() {
            return first.readings.first().cloned();
        }
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
