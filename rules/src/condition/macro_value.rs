//! What the MTA has said beside, in the macros of the milter protocol.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::takes::Takes;
use crate::view::View;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "macro.NAME",
    says: "The MTA's macro of that name, written without braces: true or false for being set; or its value: text, a glob, `/regex/`, or a list of kind literal or glob. Its value counts from when the MTA gives it; that it is not set is only known at the end of the message. Tamis asks the MTA for it; a macro that a reload brings is asked for in new connections.",
    example: r#"macro.auth_type = ["PLAIN", "LOGIN"]"#,
    since: Stage::Message,
    looks: Looks::ENVELOPE,
    takes: Takes::FlagOrTexts,
    read: Read::Named(read),
};

#[derive(Debug)]
struct Macro {
    name: String,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Set(bool),
    Matches(Patterns<TextSet>),
}

fn read(name: Text<'_>, node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    let value = match node.as_bool() {
        Some(set) => Value::Set(set),
        None => Value::Matches(loading.patterns(node)?),
    };
    let name = name.text.trim_matches(['{', '}']).to_owned();
    Some(Box::new(Macro { name, value }))
}

impl Test for Macro {
    fn macro_name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn earliest(&self) -> Option<Stage> {
        Some(Stage::Connect)
    }

    fn ask(&self, view: &View<'_>) -> Truth {
        match (&self.value, view.macro_value(&self.name)) {
            (Value::Set(set), Some(_)) => (*set).into(),
            (Value::Matches(patterns), Some(value)) => patterns.holds(&value).into(),
            (value, None) => view.known(Stage::Message, |_| matches!(value, Value::Set(false))),
        }
    }
}
