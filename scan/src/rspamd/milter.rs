//! The changes of the header that rspamd proposes: `milter` and `subject` of its reply.
//!
//! They hold text that came with the message, so each is looked at by itself, and one that is not fit for a header is left
//! out without spoiling the others. Changes besides those of header fields (recipients, the sender) are not taken.

use crate::{FieldChange, Opinion};
use serde_json::Value;

/// The changes of header fields in the object `milter`: first what goes, then what comes, as rspamd's own milter does it.
pub(super) fn changes(milter: &Value) -> Vec<FieldChange> {
    let removed = each(milter, "remove_headers").filter_map(|(name, value)| remove(name, value));
    let added = each(milter, "add_headers").filter_map(|(name, value)| add(name, value));
    removed.chain(added).take(Opinion::FIELDS).collect()
}

/// A subject on one line. What it may not hold becomes a space: it must not take a control in a subject to keep it.
pub(super) fn subject(text: &str) -> String {
    let mut subject = String::new();
    for character in text.chars() {
        let character = if character.is_control() {
            ' '
        } else {
            character
        };
        if subject.len().saturating_add(character.len_utf8()) > SUBJECT_LIMIT {
            break;
        }
        subject.push(character);
    }
    subject
}

/// The values under each name of an object in `milter`; several of one name stand in an array.
fn each<'a>(milter: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let named = milter
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    named.flat_map(|(name, value)| {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        values.iter().map(move |value| (name.as_str(), value))
    })
}

/// `"value"`, or `{"value": "value", "order": 1}`.
fn add(name: &str, value: &Value) -> Option<FieldChange> {
    let value = match value {
        Value::Object(parts) => parts.get("value")?,
        value => value,
    };
    Some(FieldChange::Add {
        name: field_name(name)?,
        value: one_line(value.as_str()?)?,
    })
}

/// 0 for all fields of the name, otherwise which of them.
fn remove(name: &str, which: &Value) -> Option<FieldChange> {
    Some(FieldChange::Remove {
        name: field_name(name)?,
        occurrence: which.as_i64()?.try_into().ok()?,
    })
}

/// A name of RFC 5322, 3.6.8: printable ASCII without a colon.
fn field_name(name: &str) -> Option<String> {
    let is_ftext = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    let fits = (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(is_ftext);
    fits.then(|| name.to_owned())
}

/// A value without its folds. rspamd folds long ones itself.
fn one_line(value: &str) -> Option<String> {
    if value.len() > VALUE_LIMIT {
        return None;
    }
    let mut line = String::with_capacity(value.len());
    let mut rest = value.chars().peekable();
    while let Some(character) = rest.next() {
        let is_break = character == '\n' || character == '\r' && rest.next_if_eq(&'\n').is_some();
        if is_break && matches!(rest.peek(), Some(' ' | '\t')) {
            continue;
        }
        if character.is_control() && character != '\t' {
            return None;
        }
        line.push(character);
    }
    Some(line)
}

/// Characters of the name of a field.
const NAME_LIMIT: usize = 76;

/// Bytes of the value of a field.
const VALUE_LIMIT: usize = 64 << 10;

/// Bytes of a subject: those of a line (RFC 5322, 2.1.1).
const SUBJECT_LIMIT: usize = 998;

#[cfg(test)]
mod tests {
    use super::{changes, subject};
    use crate::{FieldChange, Opinion};
    use proptest::prelude::*;
    use serde_json::json;

    /// The changes of the object `milter`, one in a line: `+name: value` or `-name#which`.
    #[track_caller]
    fn check(milter: &serde_json::Value, expected: &[&str]) {
        let changes: Vec<_> = changes(milter).iter().map(written).collect();
        assert_eq!(changes, expected);
    }

    fn written(change: &FieldChange) -> String {
        match change {
            FieldChange::Add { name, value } => format!("+{name}: {value}"),
            FieldChange::Remove { name, occurrence } => format!("-{name}#{occurrence}"),
        }
    }

    #[test]
    fn takes_every_form_of_a_change() {
        check(
            &json!({
                "add_headers": {
                    "X-A": "one",
                    "X-B": {"value": "two", "order": 1},
                    "X-C": ["three", {"value": "four"}],
                },
                "remove_headers": {"X-Old": 0, "X-Older": -1, "X-Many": [1, 2]},
                "spam_header": "X-Spam",
            }),
            &[
                "-X-Many#1",
                "-X-Many#2",
                "-X-Old#0",
                "-X-Older#-1",
                "+X-A: one",
                "+X-B: two",
                "+X-C: three",
                "+X-C: four",
            ],
        );
        for nothing in [
            json!(null),
            json!([]),
            json!({}),
            json!("x"),
            json!({"add_headers": []}),
        ] {
            check(&nothing, &[]);
        }
    }

    #[test]
    fn unfolds_values() {
        check(
            &json!({"add_headers": {"X": "a;\n\tb;\r\n c"}}),
            &["+X: a;\tb; c"],
        );
    }

    #[test]
    fn leaves_out_what_is_not_fit_for_a_header() {
        let long = "x".repeat(70_000);
        for value in [
            "a\r\nBcc: x",
            "a\nb",
            "a\rb",
            "a\n",
            "a\0",
            "a\u{85}",
            "\n\n\tb",
            &long,
        ] {
            check(
                &json!({"add_headers": {"X-Bad": value, "X-Good": "1"}}),
                &["+X-Good: 1"],
            );
        }
        for name in ["", "a b", "a:b", "a\r\nb", "\u{f6}", &"x".repeat(77)] {
            check(
                &json!({"add_headers": {name: "1"}, "remove_headers": {name: 0}}),
                &[],
            );
        }
        for which in [
            json!(1.5),
            json!("0"),
            json!(null),
            json!(9_999_999_999_i64),
            json!([[1]]),
        ] {
            check(&json!({"remove_headers": {"X": which}}), &[]);
        }
        for value in [
            json!(1),
            json!({}),
            json!({"value": 1}),
            json!([["a"]]),
            json!(null),
        ] {
            check(&json!({"add_headers": {"X": value}}), &[]);
        }
        let many = vec!["x"; 500];
        assert_eq!(
            changes(&json!({"add_headers": {"X": many}})).len(),
            Opinion::FIELDS
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn nothing_breaks_a_line(name in "(?s:.{0,9})", value in "(?s:[ab \t\r\n:\0]{0,9}|.{0,9})") {
            for change in changes(&json!({"add_headers": {name.clone(): value.clone()}})) {
                let line = written(&change);
                prop_assert!(!line.chars().any(|one| one.is_control() && one != '\t'), "{line:?}");
            }
            prop_assert!(!subject(&value).chars().any(char::is_control));
        }

        #[test]
        fn a_subject_is_at_most_a_line(text in "\\PC{0,600}") {
            prop_assert!(subject(&text).len() <= 998 && text.starts_with(&subject(&text)));
        }
    }
}
