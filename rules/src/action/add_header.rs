//! Sets header fields.

use super::actions::{Actions, HeaderEffect};
use super::entry::Entry;
use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::text::template::Template;
use tamis_sanitize::FieldName;

pub(super) const ENTRY: Entry = Entry {
    key: "add_header",
    says: "Sets header fields: the message has exactly one of each name, with this value; those that it came with are removed. Of several rules that set the same field the first one counts.",
    example: r#"add_header = { X-Tamis = "{rule}" }"#,
    read,
};

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

fn read(node: Node<'_>, actions: &mut Actions, loading: &mut Loading<'_>) -> Option<()> {
    let fields = node.table(loading)?;
    let mut good = !fields.entries.is_empty();
    if !good {
        loading.report(Fault::MissingKey, fields.place, "no field is named");
    }
    for (name, value) in &fields.entries {
        let field = field(*name, *value, loading);
        good &= field.is_some();
        actions.header.extend(field);
    }
    good.then_some(())
}

fn field(name: Text<'_>, value: Node<'_>, loading: &mut Loading<'_>) -> Option<HeaderEffect> {
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
    Some(HeaderEffect::Set(checked.ok()?, template))
}

fn is_structural(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let matches =
        |known: &&str| name == **known || (known.ends_with('-') && name.starts_with(*known));
    STRUCTURAL.iter().any(matches)
}
