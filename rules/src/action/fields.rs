//! What the actions on header fields have in common: which fields rules may write, and how they are read.

use super::actions::{Actions, HeaderEffect};
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::text::template::Template;
use tamis_sanitize::FieldName;

/// Fields that say who, when and where, hold the message together or are signed by others. The end of a name stands
/// for all that start so.
const STRUCTURAL: [&str; 29] = [
    "arc-",
    "authentication-results",
    "auto-submitted",
    "bcc",
    "bimi-",
    "cc",
    "content-",
    "date",
    "delivered-to",
    "dkim-",
    "domainkey-signature",
    "errors-to",
    "from",
    "in-reply-to",
    "list-",
    "message-id",
    "mime-ambiguity-results",
    "mime-version",
    "original-",
    "received",
    "received-",
    "references",
    "reply-to",
    "resent-",
    "return-path",
    "sender",
    "subject",
    "to",
    "x-original-to",
];

/// Reads a table of names and values; `effect` is what is done with each.
pub(super) fn read(
    node: Node<'_>,
    effect: fn(FieldName, Template) -> HeaderEffect,
    actions: &mut Actions,
    loading: &mut Loading<'_>,
) -> Option<()> {
    let fields = node.table(loading)?;
    let mut good = !fields.entries.is_empty();
    if !good {
        loading.report(Fault::MissingKey, fields.place, "no field is named");
    }
    for (name, value) in &fields.entries {
        let field = field(*name, *value, loading);
        good &= field.is_some();
        let field = field.map(|(name, value)| effect(name, value));
        actions.header.extend(field);
    }
    good.then_some(())
}

fn field(
    name: Text<'_>,
    value: Node<'_>,
    loading: &mut Loading<'_>,
) -> Option<(FieldName, Template)> {
    let checked = FieldName::new(name.text);
    if let Err(error) = &checked {
        loading.report(Fault::BadHeaderName, name.place, error.to_string());
    } else if is_structural(name.text) {
        let message = format!("rules must leave the field `{}` alone", name.text);
        let problem = loading.report(Fault::BadHeaderName, name.place, message);
        problem.help(match name.text.to_ascii_lowercase().as_str() {
            "subject" => "there is tag_subject",
            "mime-ambiguity-results" => "there is ambiguity_results",
            _ => "choose a name of your own, such as X-Tamis",
        });
        return None;
    }
    let template = Template::read(value.text(loading)?, false, loading)?;
    Some((checked.ok()?, template))
}

fn is_structural(name: &str) -> bool {
    is_among(name, &STRUCTURAL)
}

/// Fields without which a message is another one, or none.
const NEEDED: [&str; 6] = [
    "content-",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
];

/// Fields that a scanner does not get to write or to remove: those that say who, when and what.
const NOT_A_SCANNERS: [&str; 19] = [
    "bcc",
    "cc",
    "content-",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "mime-ambiguity-results",
    "mime-version",
    "original-",
    "received",
    "references",
    "reply-to",
    "resent-",
    "return-path",
    "sender",
    "subject",
    "to",
    "x-tamis-",
];

/// Whether a scanner may write and remove fields of this name.
pub(crate) fn is_a_scanners(name: &str) -> bool {
    !is_among(name, &NOT_A_SCANNERS)
}

/// Reads the name of a field that is to be removed, or a list of them.
pub(super) fn removable(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Vec<FieldName>> {
    let texts = node.texts(loading)?;
    let mut names = Vec::new();
    for text in &texts {
        match FieldName::new(text.text) {
            Ok(_) if is_among(text.text, &NEEDED) => {
                let message = format!("rules must not remove the field `{}`", text.text);
                loading.report(Fault::BadHeaderName, text.place, message);
            }
            Ok(name) => names.push(name),
            Err(error) => {
                loading.report(Fault::BadHeaderName, text.place, error.to_string());
            }
        }
    }
    (names.len() == texts.len()).then_some(names)
}

fn is_among(name: &str, known: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    let matches =
        |known: &&str| name == **known || (known.ends_with('-') && name.starts_with(*known));
    known.iter().any(matches)
}
