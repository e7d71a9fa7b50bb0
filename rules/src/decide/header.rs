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
                HeaderDecision::Add { name, value } => add(name, value, false, map, &mut edits),
                HeaderDecision::Insert { name, value } => add(name, value, true, map, &mut edits),
                HeaderDecision::Change { name, value } => change(name, value, map, &mut edits),
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
    /// Adds the decision to others. All fields of a name are set, changed or removed once, by the first who does, and to
    /// have one counts more than to have none; what is added beside others comes once.
    pub(crate) fn add_to(self, others: &mut Vec<HeaderDecision>) {
        if let Some(both) = others.iter().find_map(|other| other.set_with(&self)) {
            let HeaderDecision::Set { name, .. } = &both else {
                return;
            };
            let about = |other: &HeaderDecision| {
                let field = other.field();
                field.is_some_and(|it| it.as_str().eq_ignore_ascii_case(name.as_str()))
            };
            others.retain(|other| !about(other));
            others.push(both);
            return;
        }
        let same = |other: &HeaderDecision| match (other.whole_field(), self.whole_field()) {
            (Some(one), Some(two)) => one.as_str().eq_ignore_ascii_case(two.as_str()),
            _ => *other == self,
        };
        match others.iter_mut().find(|other| same(other)) {
            None => others.push(self),
            Some(other) if matches!(other, HeaderDecision::Remove { .. }) => *other = self,
            Some(_) => {}
        }
    }

    /// To remove all fields of a name and to add one is to set it.
    fn set_with(&self, other: &HeaderDecision) -> Option<HeaderDecision> {
        let ((
            Self::Remove { name: gone },
            Self::Add { name, value } | Self::Insert { name, value },
        )
        | (
            Self::Add { name, value } | Self::Insert { name, value },
            Self::Remove { name: gone },
        )) = (self, other)
        else {
            return None;
        };
        let same = gone.as_str().eq_ignore_ascii_case(name.as_str());
        same.then(|| HeaderDecision::Set {
            name: name.clone(),
            value: value.clone(),
        })
    }

    /// The field that it is about.
    fn field(&self) -> Option<&FieldName> {
        match self {
            HeaderDecision::Add { name, .. } | HeaderDecision::Insert { name, .. } => Some(name),
            _ => self.whole_field(),
        }
    }

    /// The field all of which it is about.
    fn whole_field(&self) -> Option<&FieldName> {
        match self {
            HeaderDecision::Set { name, .. }
            | HeaderDecision::Change { name, .. }
            | HeaderDecision::Remove { name } => Some(name),
            _ => None,
        }
    }
}

/// A field of that name with that value, beside those that are there.
fn add(name: &FieldName, value: &str, top: bool, map: &MessageMap, edits: &mut Vec<HeaderEdit>) {
    if texts(map, name)
        .iter()
        .any(|text| words(text) == words(value))
    {
        return;
    }
    let (name, value) = (name.clone(), written(name, value));
    edits.push(if top {
        HeaderEdit::Prepend { name, value }
    } else {
        HeaderEdit::Append { name, value }
    });
}

/// Every field of that name with that value.
fn change(name: &FieldName, value: &str, map: &MessageMap, edits: &mut Vec<HeaderEdit>) {
    let texts = texts(map, name);
    let others = numbered(&texts).filter(|(_, text)| words(text) != words(value));
    edits.extend(others.map(|(nth, _)| HeaderEdit::Change {
        name: name.clone(),
        nth,
        value: written(name, value),
    }));
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
