//! Whether TLS protects the connection.

use crate::compare::Patterns;
use crate::condition::entry::{Entry, Read};
use crate::condition::test::{Looks, Test};
use crate::facts::Stage;
use crate::loading::Loading;
use crate::pattern::TextSet;
use crate::syntax::node::Node;
use crate::takes::Takes;
use crate::view::View;
use crate::view::memo::Slot;
use crate::view::truth::Truth;

pub(super) const ENTRY: Entry = Entry {
    key: "tls",
    says: "Whether TLS protects the connection: true or false; or its version, such as TLSv1.3: text, a glob, `/regex/`, or a list of kind literal or glob. Known from MAIL FROM on: the client may still begin TLS before.",
    example: r#"tls = ["TLSv1.2", "TLSv1.3"]"#,
    since: Stage::Mail,
    looks: Looks::ENVELOPE,
    takes: Takes::FlagOrTexts,
    read: Read::Value(read),
};

#[derive(Debug)]
enum Protected {
    Whether(bool),
    By(Patterns<TextSet>),
}

fn read(node: Node<'_>, loading: &mut Loading<'_>) -> Option<Box<dyn Test>> {
    Some(Box::new(match node.as_bool() {
        Some(whether) => Protected::Whether(whether),
        None => Protected::By(loading.patterns(node)?),
    }))
}

impl Test for Protected {
    fn ask(&self, view: &View<'_>) -> Truth {
        match self {
            Protected::Whether(whether) => {
                view.known(Stage::Mail, |envelope| *whether == envelope.tls.is_some())
            }
            Protected::By(versions) => view.known_text(
                Stage::Mail,
                Slot::Tls,
                |envelope| Some(envelope.tls.as_ref()?.version.as_str()),
                |version| versions.holds(version),
            ),
        }
    }
}
