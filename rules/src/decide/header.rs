//! From what rules want of the header section to edits of the fields that are there.
//!
//! Both decisions can be taken twice: a message that already is as they want it is not edited.

use crate::ambiguity;
use crate::decide::decision::{Delivery, HeaderDecision};
use std::num::NonZeroU32;
use tamis_sanitize::{FieldName, FieldValue, HeaderEdit, MessageMap};

impl Delivery {
    /// The edits of the header section of this message that bring about [`Delivery::header`].
    pub fn header_edits(&self, map: &MessageMap) -> Vec<HeaderEdit> {
        let mut edits = Vec::new();
        let mut prefixes = Vec::new();
        for decision in &self.header {
            match decision {
                HeaderDecision::Set { name, value } => set(name, value, map, &mut edits),
                HeaderDecision::Remove { name } => remove(name, map, &mut edits),
                HeaderDecision::TagSubject { prefix } => prefixes.push(prefix.as_str()),
            }
        }
        if !prefixes.is_empty() {
            tag(&prefixes, map, &mut edits);
        }
        edits
    }
}

impl HeaderDecision {
    /// Adds the decision to others: a field is set once, by the first who does, and not removed then; the same prefix
    /// stands once.
    pub(crate) fn add_to(self, others: &mut Vec<HeaderDecision>) {
        let same = |other: &HeaderDecision| match (other.field(), self.field()) {
            (Some(one), Some(two)) => one.as_str().eq_ignore_ascii_case(two.as_str()),
            _ => *other == self,
        };
        match others.iter_mut().find(|other| same(other)) {
            None => others.push(self),
            Some(other) if matches!(other, HeaderDecision::Remove { .. }) => *other = self,
            Some(_) => {}
        }
    }

    /// The field that it is about.
    fn field(&self) -> Option<&FieldName> {
        match self {
            HeaderDecision::Set { name, .. } | HeaderDecision::Remove { name } => Some(name),
            HeaderDecision::TagSubject { .. } => None,
        }
    }
}

/// No field of that name.
fn remove(name: &FieldName, map: &MessageMap, edits: &mut Vec<HeaderEdit>) {
    let texts = texts(map, name);
    edits.extend(numbered(&texts).map(|(nth, _)| HeaderEdit::Delete {
        name: name.clone(),
        nth,
    }));
}

/// One field of that name with that value; all others of the name go.
fn set(name: &FieldName, value: &str, map: &MessageMap, edits: &mut Vec<HeaderEdit>) {
    let texts = texts(map, name);
    if let [only] = texts.as_slice()
        && words(only) == words(value)
    {
        return;
    }
    remove(name, map, edits);
    edits.push(HeaderEdit::Append {
        name: name.clone(),
        value: written(name, value),
    });
}

/// The value as it stands in the message: our own field is structured, all others are text.
fn written(name: &FieldName, value: &str) -> FieldValue {
    let structured = (name.as_str() == ambiguity::NAME).then(|| ambiguity::folded(value));
    structured
        .flatten()
        .unwrap_or_else(|| FieldValue::text(name, value))
}

/// Every subject starts with all prefixes, once.
fn tag(prefixes: &[&str], map: &MessageMap, edits: &mut Vec<HeaderEdit>) {
    let Ok(name) = FieldName::new("Subject") else {
        return;
    };
    let texts = texts(map, &name);
    if texts.is_empty() {
        let value = FieldValue::text(&name, &prefixes.join(" "));
        edits.push(HeaderEdit::Append { name, value });
        return;
    }
    for (nth, text) in numbered(&texts) {
        let tagged = format!("{} {}", prefixes.join(" "), without(prefixes, text));
        if words(&tagged) != words(text) {
            let value = FieldValue::text(&name, tagged.trim_end());
            edits.push(HeaderEdit::Change {
                name: name.clone(),
                nth,
                value,
            });
        }
    }
}

/// The subject without the prefixes that it starts with.
fn without<'t>(prefixes: &[&str], text: &'t str) -> &'t str {
    let mut rest = text.trim_start();
    while let Some(shorter) = prefixes.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = shorter.trim_start();
    }
    rest
}

fn texts(map: &MessageMap, name: &FieldName) -> Vec<String> {
    let fields = map
        .root()
        .fields()
        .iter()
        .filter(|field| field.is(name.as_str()));
    fields.map(tamis_sanitize::Field::text).collect()
}

fn numbered(texts: &[String]) -> impl Iterator<Item = (NonZeroU32, &String)> {
    (1_u32..)
        .zip(texts)
        .filter_map(|(nth, text)| Some((NonZeroU32::new(nth)?, text)))
}

/// White space does not matter: folding may change it.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
