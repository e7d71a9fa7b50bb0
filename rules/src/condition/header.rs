//! The header fields of the message.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;
use tamis_sanitize::FieldName;

pub(super) const ENTRY: Entry = Entry {
    key: "header.NAME",
    says: "The header field of that name, whichever case it is written in: true or false for being there; or its decoded value: text, a glob, `/regex/`, or a list of kind literal or glob. Of several fields of that name any may match.",
    example: r#"header.Subject = ["*invoice*", "/\\bpay(ment)? now\\b/i"]"#,
    since: Stage::Message,
    looks: Looks::MESSAGE,
    takes: Takes::FlagOrTexts,
    read: Read::Named(read),
};

#[derive(Debug)]
struct Header {
    name: String,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Present(bool),
    Matches(Patterns<TextSet>),
}

fn read(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    if let Err(error) = FieldName::new(name.text) {
        loading.report(Fault::BadHeaderName, name.place, error.to_string());
        return None;
    }
    let value = match node.as_bool() {
        Some(present) => Value::Present(present),
        None => Value::Matches(loading.patterns(node)?),
    };
    Some(Box::new(Header {
        name: name.text.to_owned(),
        value,
    }))
}

impl Test for Header {
    fn ask(&self, view: &View<'_>) -> Truth {
        match &self.value {
            Value::Present(present) => view.of_message(|reading| {
                let mut fields = reading.map().root().fields().iter();
                fields.any(|field| field.is(&self.name)) == *present
            }),
            Value::Matches(patterns) => view.any_value(&self.name, |value| patterns.holds(value)),
        }
    }
}
